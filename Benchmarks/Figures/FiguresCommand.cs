using System.CommandLine;
using System.Text;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Figures;

/// <summary><c>figures</c>: the experiments as drawings and numbers.</summary>
internal static class FiguresCommand
{
    private const int DefaultSteps = 10_000;

    private static readonly (string Name, Func<int, Figure> Draw)[] All =
    [
        ("dropout-fixed-size", DropoutFigures.FixedSize),
        ("dropout-variable-size", DropoutFigures.VariableSize),
        ("dropout-equalization", DropoutFigures.Equalization),
        ("dropblock", DropoutFigures.Blocks),
        ("autoencoder-landscape", _ => LandscapeFigures.Autoencoder()),
        ("glm-penalty", _ => LandscapeFigures.GeneralizedLinear()),
        ("completion", _ => FactorizationFigures.Completion()),
        ("robust-pca", _ => FactorizationFigures.Robust()),
        ("components", _ => ComponentFigures.Components()),
    ];

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var name = new Argument<string?>("NAME") { Description = $"Which one; all unless given: {string.Join(", ", All.Select(figure => figure.Name))}.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string>("--out") { Description = "Folder for NAME.svg, NAME.csv and figures.md; it appears whole or not at all.", HelpName = "DIR", DefaultValueFactory = _ => "figures" };
        var steps = NumberOption.Whole("--steps", $"Steps of each stochastic descent; {DefaultSteps} unless given.", "N");
        var command = new Command("figures", """
            Draw the experiments on dropout, linear networks and factorizations, each as SVG and CSV with a sentence and the number that proves it. Seeded: the same files every time.

            Example: figures autoencoder-landscape --out figures
            """) { name, output, steps };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(output)!, parsed.GetValue(steps) ?? DefaultSteps, screen, cancellation));
        return command;
    }

    private static int Run(string? name, string path, int steps, Screen screen, CancellationToken cancellation)
    {
        var chosen = All.Where(figure => name is null || figure.Name == name).ToArray();
        if (chosen.Length == 0)
        {
            throw new BadInputException($"There is no figure '{name}'; there are {string.Join(", ", All.Select(figure => figure.Name))}.");
        }

        NumberRule.AtLeast(1, "--steps", steps);
        using var folder = new OutputFolder(path);
        var page = new StringBuilder("# Figures\n");
        var done = new List<(string, string)>();
        screen.Progress("Drawing", progress =>
        {
            for (int i = 0; i < chosen.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Figure figure = chosen[i].Draw(steps);
                folder.Write($"{figure.Name}.svg", stream => stream.Write(Encoding.UTF8.GetBytes(DrawingStyle.Standalone(figure.Drawing))));
                folder.Write($"{figure.Name}.csv", stream => stream.Write(Encoding.UTF8.GetBytes(figure.Csv)));
                page.Append($"\n{figure.Sentence}\n\n![{figure.Name}]({figure.Name}.svg)\n");
                done.Add((figure.Name, figure.Sentence));
                progress.Report((i + 1.0) / chosen.Length);
            }

            return true;
        });
        folder.Write("figures.md", stream => stream.Write(Encoding.UTF8.GetBytes(page.ToString())));
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        screen.Facts(done);
        screen.Note($"written to {path}");
        return Program.Success;
    }
}
