using System.CommandLine;
using System.Text;
using Kernels.Benchmarks.Formats;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary><c>solve lowrank</c>, <c>complete</c>, <c>nmf</c>, <c>dictionary</c>, <c>rpca</c> and <c>huber</c>: one command a system, one way to run them.</summary>
internal static class FactorizeCommand
{
    private sealed record Problem(string Name, string Title, string Text, Factorizations.System<float> Single, Factorizations.System<double> Double)
    {
        internal bool Grows => Name != "rpca";
    }

    private static readonly Problem[] Problems =
    [
        new(
            "lowrank",
            "Factorized low rank",
            """
            Low-rank approximation: min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| ||v_i||, with the spectral norm of the residual as certificate.

            Example: solve lowrank --input measurements.csv --lambda 2 --out result
            """,
            Factorizations.LowRank,
            Factorizations.LowRank),
        new(
            "complete",
            "Matrix completion",
            """
            Matrix completion: fills in what is missing (empty or NaN fields of a CSV, or a share hidden by --hide to see how well it is found again).

            Example: solve complete --input picture.png --hide 0.5 --growth 16 --out result
            """,
            Factorizations.Complete,
            Factorizations.Complete),
        new(
            "nmf",
            "Non-negative factorization",
            """
            Non-negative factorization: min over r, U >= 0, V >= 0 of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| ||v_i||.

            Example: solve nmf --input digits.csv --skip-header --drop-last-column --rank 16 --tile-width 8 --out result
            """,
            Factorizations.NonNegative,
            Factorizations.NonNegative),
        new(
            "dictionary",
            "Sparse dictionary",
            """
            Sparse dictionary learning on samples in columns: min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| (||v_i|| + gamma ||v_i||_1).

            Example: solve dictionary --input digits.csv --skip-header --drop-last-column --rank 32 --gamma 0.1 --tile-width 8 --out result
            """,
            Factorizations.Dictionary,
            Factorizations.Dictionary),
        new(
            "rpca",
            "Robust principal components",
            """
            Robust principal components: min over L + S = Y of ||L||_* + mu ||S||_1. --noise spoils a share of the elements first, to see how well they are found.

            Example: solve rpca --input picture.png --noise 0.1 --out result
            """,
            Factorizations.Pursuit,
            Factorizations.Pursuit),
        new(
            "huber",
            "Robust factorization",
            """
            Robust factorization: min over r, U, V, E of ||E||_1 + lambda sum_i ||u_i|| ||v_i|| + gamma/2 ||Y - U V^T - E||_F^2.

            Example: solve huber --input picture.png --noise 0.1 --growth 16 --out result
            """,
            Factorizations.Huber,
            Factorizations.Huber),
    ];

    internal static IEnumerable<Command> Create(Screen screen, CancellationToken cancellation) => Problems.Select(problem => Create(problem, screen, cancellation));

    private static Command Create(Problem problem, Screen screen, CancellationToken cancellation)
    {
        var input = new Option<string>("--input") { Description = "Matrix to read: .csv, .npy (NumPy), .mtx (Matrix Market) or .png (grey levels 0 to 1).", HelpName = "FILE", Required = true };
        var lambda = NumberOption.Real("--lambda", "Weight of the regularizer, positive; by default one that suits the data, and is printed.", "L");
        var gamma = NumberOption.Real("--gamma", problem.Name == "huber" ? "Curvature of the loss at zero, positive." : "Weight of the magnitudes of a code, zero or more; 0.1 unless given.", "G");
        var mu = NumberOption.Real("--mu", "Weight of the sparse part, positive; 1 / sqrt(max(rows, columns)) unless given.", "M");
        var rank = NumberOption.Whole("--rank", "A fixed number of components from a random start, instead of growing from none.", "R");
        var maxRank = NumberOption.Whole("--max-rank", "Most components when growing.", "R");
        var growth = NumberOption.Whole("--growth", "Components added at once; more is faster for high ranks. 8 unless given where the polar is exact, else 1.", "N");
        var steps = NumberOption.Whole("--steps", "Steps of descent at most between two looks at the certificate; 10000 unless given, 1000 when several components are added at once.", "N");
        var hide = NumberOption.Real("--hide", "Share of the elements to hide by chance, in [0, 1).", "P");
        var noise = NumberOption.Real("--noise", "Share of the elements to set to the least or greatest value, in [0, 1).", "P");
        var seed = NumberOption.Whole("--seed", "Seed of everything random; 0 unless given.", "N");
        var threads = NumberOption.Whole("--threads", "Threads for the matrix products; 1 unless given.", "N");
        var output = new Option<string?>("--out") { Description = "Folder for U.npy, V.npy, pictures and report.html; it appears whole or not at all.", HelpName = "DIR" };
        var single = new Option<bool>("--float") { Description = "Compute in single precision." };
        var tile = NumberOption.Whole("--tile-width", "Draw the columns of V as pictures of this width.", "W");
        var skipHeader = new Option<bool>("--skip-header") { Description = "CSV: the first line holds names." };
        var dropLast = new Option<bool>("--drop-last-column") { Description = "CSV: the last column holds labels." };
        var command = new Command(problem.Name, problem.Text) { input };
        Option[] own = problem.Name switch
        {
            "rpca" => [mu, noise, seed],
            "huber" => [lambda, gamma, rank, maxRank, growth, steps, noise, seed],
            "complete" => [lambda, rank, maxRank, growth, steps, hide, seed],
            "dictionary" => [lambda, gamma, rank, maxRank, steps, seed],
            "nmf" => [lambda, rank, maxRank, steps, seed],
            _ => [lambda, rank, maxRank, growth, steps, seed],
        };
        foreach (Option option in (Option[])[.. own, threads, output, single, .. problem.Grows ? (Option[])[tile] : [], skipHeader, dropLast])
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
                Growth = parsed.GetValue(growth) ?? (problem.Name is "lowrank" or "complete" or "huber" ? 8 : 1),
                Steps = parsed.GetValue(steps),
                Hide = parsed.GetValue(hide) ?? 0,
                Noise = parsed.GetValue(noise) ?? 0,
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

    private static int Run(Problem problem, FactorizeRequest request, Screen screen, CancellationToken cancellation)
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
        folder.Write("U.npy", stream => WriteFactor(stream, outcome.U, request.Float));
        folder.Write("V.npy", stream => WriteFactor(stream, outcome.V, request.Float));
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
