using System.CommandLine;
using System.Text;
using Kernels.Benchmarks.Formats;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>The factorizations of <c>solve</c>: one command a system (<see cref="FactorizeProblem"/>), one way to run them.</summary>
internal static class FactorizeCommand
{
    internal static IEnumerable<Command> Create(Screen screen, CancellationToken cancellation) => FactorizeProblem.All.Select(problem => Create(problem, screen, cancellation));

    private static Command Create(FactorizeProblem problem, Screen screen, CancellationToken cancellation)
    {
        var input = new Option<string>("--input") { Description = "Matrix to read: .csv, .npy (NumPy), .mtx (Matrix Market) or .png (grey levels 0 to 1).", HelpName = "FILE", Required = true };
        var lambda = NumberOption.Real("--lambda", "Weight of the regularizer, positive; by default one that suits the data, and is printed.", "L");
        var gamma = NumberOption.Real("--gamma", problem.Name == "huber" ? "Curvature of the loss at zero, positive." : "Weight of the magnitudes of a code, zero or more; 0.1 unless given.", "G");
        var mu = NumberOption.Real("--mu", "Weight of the sparse part, positive; 1 / sqrt(max(rows, columns)) unless given.", "M");
        var rank = NumberOption.Whole("--rank", "A fixed number of components from a random start, instead of growing from none.", "R");
        var maxRank = NumberOption.Whole("--max-rank", "Most components when growing.", "R");
        var growth = NumberOption.Whole("--growth", "Components added at once; more is faster for high ranks. 8 unless given.", "N");
        var steps = NumberOption.Whole("--steps", "Steps of descent at most between two looks at the certificate; 10000 unless given, 1000 when several components are added at once, 200 for networks.", "N");
        var hide = NumberOption.Real("--hide", "Share of the elements to hide by chance, in [0, 1).", "P");
        var noise = NumberOption.Real("--noise", "Share of the elements to set to the least or greatest value, in [0, 1).", "P");
        var magnitudes = NumberOption.Real("--magnitudes", "k_1, weight of the magnitudes of an image against its length, zero or more; 1 unless given.", "K");
        var variation = NumberOption.Real("--variation", "k_TV, weight of the total variation of an image, zero or more; 1 unless given.", "K");
        var decay = NumberOption.Real("--decay", "D convolves each column of U with 1, d, d^2, ...; d in (0, 1). The identity unless given.", "D");
        var intercept = new Option<bool>("--intercept") { Description = "Give each pixel a background b." };
        var nonNegative = new Option<bool>("--non-negative") { Description = "Rule out negative elements of U and V." };
        var sizes = NumberOption.Wholes("--sizes", "Sizes of the tensor, at least two; the rows and columns of the file unless given.", "N,N,...", 1_000_000);
        var targets = NumberOption.Whole("--targets", "How many of the last columns are targets; 1 unless given.", "C");
        var loss = new Option<string>("--loss") { Description = "squared; logistic for targets of 1 and -1; softmax for classes 0, 1, ... in one column.", DefaultValueFactory = _ => "squared" };
        loss.AcceptOnlyFromAmong("squared", "logistic", "softmax");
        var hidden = NumberOption.Wholes("--hidden", "Widths of the hidden layers of one network; 2,2 unless given.", "N,N,...", 10_000);
        var seed = NumberOption.Whole("--seed", "Seed of everything random; 0 unless given.", "N");
        var threads = NumberOption.Whole("--threads", "Threads for the matrix products; 1 unless given.", "N");
        var output = new Option<string?>("--out") { Description = "Folder for the factors, pictures and report.html; it appears whole or not at all.", HelpName = "DIR" };
        var single = new Option<bool>("--float") { Description = "Compute in single precision." };
        var tile = NumberOption.Whole("--tile-width", problem.Name == "structured" ? "Width of the images." : "Draw the columns of V as pictures of this width.", "W");
        var skipHeader = new Option<bool>("--skip-header") { Description = "CSV: the first line holds names." };
        var dropLast = new Option<bool>("--drop-last-column") { Description = "CSV: the last column holds labels." };
        var command = new Command(problem.Name, problem.Text) { input };
        Option[] offered = [lambda, gamma, mu, rank, maxRank, growth, steps, hide, noise, magnitudes, variation, decay, intercept, nonNegative, sizes, targets, loss, hidden, seed];
        foreach (Option option in (Option[])[.. problem.Own.Select(name => offered.Single(option => option.Name == name)), threads, output, single, .. problem.HasTiles ? (Option[])[tile] : [], skipHeader, dropLast])
        {
            command.Add(option);
        }

        command.SetAction(parsed => Run(
            problem,
            new()
            {
                Input = parsed.GetRequiredValue(input),
                Lambda = parsed.GetValue(lambda),
                Gamma = parsed.GetValue(gamma),
                Mu = parsed.GetValue(mu),
                Rank = parsed.GetValue(rank),
                MaxRank = parsed.GetValue(maxRank),
                Growth = parsed.GetValue(growth) ?? problem.Growth,
                Steps = parsed.GetValue(steps),
                Hide = parsed.GetValue(hide) ?? 0,
                Noise = parsed.GetValue(noise) ?? 0,
                Magnitudes = parsed.GetValue(magnitudes) ?? 1,
                Variation = parsed.GetValue(variation) ?? 1,
                Decay = parsed.GetValue(decay),
                Intercept = parsed.GetValue(intercept),
                NonNegative = parsed.GetValue(nonNegative),
                Sizes = parsed.GetValue(sizes) ?? [],
                Targets = parsed.GetValue(targets) ?? 1,
                Loss = parsed.GetValue(loss) ?? "squared",
                Hidden = parsed.GetValue(hidden) ?? [2, 2],
                Seed = parsed.GetValue(seed) ?? 0,
                Threads = parsed.GetValue(threads) ?? 1,
                Out = parsed.GetValue(output),
                Float = parsed.GetValue(single),
                TileWidth = parsed.GetValue(tile),
                Csv = new(parsed.GetValue(skipHeader), parsed.GetValue(dropLast), AllowMissing: problem.Name == "complete"),
            },
            screen,
            cancellation));
        return command;
    }

    private static int Run(FactorizeProblem problem, FactorizeRequest request, Screen screen, CancellationToken cancellation)
    {
        request.Check();
        using var folder = request.Out is null ? null : new OutputFolder(request.Out);
        double[,] data = screen.Progress("Reading", _ => MatrixFile.Read(request.Input, request.Csv, cancellation));
        if (problem.Name != "complete")
        {
            MatrixFile.CheckSquares(request.Input, data);
        }

        if (request.TileWidth > data.GetLength(1))
        {
            throw new BadInputException($"--tile-width must be at most {data.GetLength(1)}, the number of columns, but is {request.TileWidth}.");
        }

        FactorizeOutcome outcome;
        try
        {
            outcome = screen.Progress(
                problem.Title,
                bar => request.Float
                    ? problem.Single(MatrixFile.ToSingle(request.Input, data), request, new Looks(bar), cancellation)
                    : problem.Double(data, request, new Looks(bar), cancellation));
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName is "Rank" or "MaxRank")
        {
            string option = e.ParamName == "Rank" ? "--rank" : "--max-rank";
            throw new BadInputException($"{option} is {e.ActualValue}, which is too large for a {data.GetLength(0)} x {data.GetLength(1)} matrix.");
        }
        catch (Exception e) when (e is OverflowException or OutOfMemoryException)
        {
            throw new BadInputException($"{request.Input}: a {data.GetLength(0)} x {data.GetLength(1)} matrix is too large for this solver.");
        }

        string lead = $"{Path.GetFileName(request.Input)}, {data.GetLength(0)} x {data.GetLength(1)}, {(request.Float ? "single" : "double")} precision.";
        screen.Title($"{problem.Title}: {lead}");
        screen.Facts(outcome.Facts);
        cancellation.ThrowIfCancellationRequested();
        if (folder is not null)
        {
            Write(problem.Title, lead, outcome, request, folder);
            screen.Facts([("written", $"{Path.Combine(request.Out!, "report.html")} and what it shows")]);
        }

        return Program.Success;
    }

    private static void Write(string title, string lead, FactorizeOutcome outcome, FactorizeRequest request, OutputFolder folder)
    {
        bool isPicture = Path.GetExtension(request.Input).Equals(".png", StringComparison.OrdinalIgnoreCase);
        foreach (var (name, factor) in outcome.Factors)
        {
            folder.Write($"{name}.npy", stream => WriteFactor(stream, factor, request.Float));
        }

        if (isPicture)
        {
            double[] first = [.. outcome.Panels[0].Matrix.Cast<double>().Where(double.IsFinite)];
            foreach (var (name, matrix) in outcome.Panels)
            {
                byte[] picture = PngFile.Write(matrix, first.Min(), first.Max());
                folder.Write($"{string.Concat(name.Where(char.IsAsciiLetter)).ToLowerInvariant()}.png", stream => stream.Write(picture));
            }
        }

        folder.Write("report.html", stream => stream.Write(Encoding.UTF8.GetBytes(FactorizeReport.Write(title, lead, outcome, isPicture, request.TileWidth))));
        folder.Commit();
    }

    private static void WriteFactor(Stream stream, double[,] factor, bool single)
    {
        if (single)
        {
            NpyFile.Write<float>(stream, MatrixFile.ToSingle("", factor));
        }
        else
        {
            NpyFile.Write<double>(stream, factor);
        }
    }

    // How far the gap has closed, on a logarithmic scale from 1 to 1e-6.
    private sealed class Looks(IProgress<double> bar) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value)
        {
            double gap = (value.Objective - value.LowerBound) / Math.Max(Math.Abs(value.Objective), double.Epsilon);
            bar.Report(double.IsFinite(gap) ? Math.Clamp(-Math.Log10(Math.Max(gap, 1e-6)) / 6, 0, 1) : 0);
        }
    }
}
