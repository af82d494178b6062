using System.CommandLine;
using Kernels.Benchmarks.Formats;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary><c>solve classify</c>: what a point of a linear network's landscape is, and how to leave it.</summary>
internal static class ClassifyCommand
{
    private const double DefaultStep = 1e-2;

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var input = new Option<string>("--input") { Description = "Labels Y, m x N (or M of ||M - W_L ... W_1||): .csv, .npy or .mtx.", HelpName = "FILE", Required = true };
        var x = new Option<string?>("--inputs") { Description = "Inputs X, n x N; the identity unless given.", HelpName = "FILE" };
        var weights = new Option<string[]>("--weights") { Description = "W_1, W_2, ... from the inputs to the labels, at least two.", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = true };
        var step = NumberOption.Real("--step", "Length of the step along the direction that leads down; 0.01 unless given.", "T");
        var output = new Option<string?>("--out") { Description = "Folder for direction1.npy, direction2.npy, ...; it appears whole or not at all.", HelpName = "DIR" };
        var command = new Command("classify", """
            Classify a point of a linear network, f = ||Y - W_L ... W_1 X||_F^2: gradient, rank, global minimum or strict or non-strict saddle, and a direction that leads down.

            Example: solve classify --input m.npy --weights w1.npy w2.npy --out escape
            """) { input, x, weights, step, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(input), parsed.GetValue(x), parsed.GetRequiredValue(weights), parsed.GetValue(step) ?? DefaultStep, parsed.GetValue(output), screen, cancellation));
        return command;
    }

    private static int Run(string input, string? inputs, string[] files, double step, string? path, Screen screen, CancellationToken cancellation)
    {
        NumberRule.Positive("--step", step);
        using var folder = path is null ? null : new OutputFolder(path);
        double[,] y = MatrixFile.Read(input, default, cancellation);
        double[][,] weights = [.. files.Select(file => MatrixFile.Read(file, default, cancellation))];
        double[,] x = inputs is null ? Identity(y.GetLength(1)) : MatrixFile.Read(inputs, default, cancellation);
        DeepCriticalPoint point;
        try
        {
            point = DeepLinearNetwork.Classify(y, x, weights);
        }
        catch (ArgumentException e)
        {
            throw new BadInputException($"{e.ParamName}: {e.Message}");
        }

        var facts = new List<(string, string)>
        {
            ("point", point.Kind switch
            {
                CriticalPointKind.GlobalMinimum => "global minimum",
                CriticalPointKind.StrictSaddle => "strict saddle",
                CriticalPointKind.NonStrictSaddle => "non-strict saddle: no direction of negative curvature, and not a global minimum",
                _ => "not critical: the direction is the negative gradient",
            }),
            ("objective", SolveOutcome<double>.Number(point.Objective)),
            ("global minimum", SolveOutcome<double>.Number(point.GlobalMinimum)),
            ("relative gradient", SolveOutcome<double>.Small(point.RelativeGradient)),
            ("rank of W_(L-1) ... W_2", $"{point.InnerRank}{(point.RankCondition ? ", the least hidden width" : ", below the least hidden width")}"),
        };
        if (!double.IsNaN(point.Curvature))
        {
            bool two = weights.Length == 2;
            facts.Add((two ? "curvature along the direction" : "least curvature", SolveOutcome<double>.Number(point.Curvature)));
            facts.Add(("decided by", two ? "the residual's leading singular triple (exact for two layers)" : "central differences of the gradient"));
        }

        if (point.Direction.Length > 0)
        {
            // A direction and its negative have one curvature; the third order tells which leads further down.
            double ahead = After(y, x, weights, point.Direction, step), behind = point.Kind == CriticalPointKind.StrictSaddle ? After(y, x, weights, point.Direction, -step) : double.PositiveInfinity;
            facts.Add(("objective after a step", SolveOutcome<double>.Number(Math.Min(ahead, behind))));
            if (behind < ahead)
            {
                foreach (double[,] layer in point.Direction)
                {
                    Elementwise.Scale<double>(layer, -1, layer);
                }
            }
        }

        screen.Title($"Linear network with {weights.Length} layers");
        screen.Facts(facts);
        if (folder is not null)
        {
            for (int l = 0; l < point.Direction.Length; l++)
            {
                folder.Write($"direction{l + 1}.npy", stream => NpyFile.Write<double>(stream, point.Direction[l]));
            }

            cancellation.ThrowIfCancellationRequested();
            folder.Commit();
        }

        return Program.Success;
    }

    private static double After(double[,] y, double[,] x, double[][,] weights, double[][,] direction, double step)
    {
        double[][,] moved = [.. weights.Select(w => (double[,])w.Clone())];
        for (int l = 0; l < moved.Length; l++)
        {
            Elementwise.AddScaled<double>(moved[l], direction[l], step, moved[l]);
        }

        return DeepLinearNetwork.Evaluate<double>(y, x, moved);
    }

    private static double[,] Identity(int n)
    {
        double[,] identity = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }
}
