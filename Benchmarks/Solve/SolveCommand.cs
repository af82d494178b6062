using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using System.Text;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Solve.Factorize;

namespace Kernels.Benchmarks.Solve;

/// <summary><c>solve</c>: singular values and dropout here, the factorizations in <see cref="FactorizeCommand"/>, critical points in <see cref="ClassifyCommand"/>, trainings in <see cref="JacobianCommand"/>.</summary>
internal static class SolveCommand
{
    private enum Problem
    {
        Svt,
        Dropout,
        DropBlock,
        Tied,
    }

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var command = new Command("solve", """
            Solve a factorization problem on your own matrix, with a certificate of global optimality.

            Example: solve svt --input ratings.npy --lambda 2.5 --out result
            """)
        {
            Create(
                Problem.Svt,
                """
                Singular value thresholding: min over X of 1/2 ||Y - X||_F^2 + lambda ||X||_*, as factors X = U V^T.

                Example: solve svt --input ratings.npy --lambda 2.5 --out result
                """,
                screen,
                cancellation),
            Create(
                Problem.Dropout,
                """
                Dropout with r factors: min over U, V of ||Y - U V^T||_F^2 + lambda sum_i ||u_i||^2 ||v_i||^2, lambda = (1 - theta) / theta.

                Example: solve dropout --input digits.csv --skip-header --drop-last-column --rank 20 --theta 0.9 --out result
                """,
                screen,
                cancellation),
            Create(
                Problem.DropBlock,
                """
                DropBlock with any number of blocks K of s units: min over K, U, V of ||Y - U V^T||_F^2 + K lambda sum_k ||U_k V_k^T||_F^2.

                Example: solve dropblock --input digits.csv --skip-header --drop-last-column --block-size 4 --lambda 0.05 --out result
                """,
                screen,
                cancellation),
            Create(
                Problem.Tied,
                """
                Dropout with tied weights on a symmetric matrix: min over W of ||M - W W^T||_F^2 + lambda sum_i ||w_i||^4, lambda = (1 - theta) / theta.

                Example: solve tied --input covariance.npy --rank 10 --theta 0.8 --out result
                """,
                screen,
                cancellation),
            ClassifyCommand.Create(screen, cancellation),
            JacobianCommand.Create(screen, cancellation),
        };
        foreach (Command factorization in FactorizeCommand.Create(screen, cancellation))
        {
            command.Add(factorization);
        }

        return command;
    }

    private static Command Create(Problem problem, string description, Screen screen, CancellationToken cancellation)
    {
        var input = new Option<string>("--input") { Description = "Matrix to read: .csv, .npy (NumPy) or .mtx (Matrix Market).", HelpName = "FILE", Required = true };
        var rank = problem switch
        {
            Problem.Svt => NumberOption.Whole("--rank", "Rank of X at most; unlimited unless given.", "R"),
            Problem.DropBlock => NumberOption.Whole("--block-size", "Units of a block s, at least 1.", "S"),
            _ => NumberOption.Whole("--rank", "Number of factors r, 1 to min(rows, columns).", "R"),
        };
        rank.Required = problem != Problem.Svt;
        var lambda = NumberOption.Real("--lambda", "Weight of the regularizer, zero or more.", "L");
        var theta = NumberOption.Real("--theta", "Probability of keeping a unit, in (0, 1], instead of --lambda: lambda = (1 - theta) / theta.", "T");
        var output = new Option<string?>("--out") { Description = "Folder for U.npy, V.npy and report.html; it appears whole or not at all.", HelpName = "DIR" };
        var single = new Option<bool>("--float") { Description = "Compute in single precision." };
        var skipHeader = new Option<bool>("--skip-header") { Description = "CSV: the first line holds names." };
        var dropLast = new Option<bool>("--drop-last-column") { Description = "CSV: the last column holds labels." };
        var command = new Command(problem.ToString().ToLowerInvariant(), description) { input, rank, lambda, theta, output, single, skipHeader, dropLast };
        command.Validators.Add(result => OneWeight(result, lambda, theta));
        command.SetAction(parsed => Run(
            problem,
            new(
                parsed.GetRequiredValue(input),
                parsed.GetValue(rank),
                parsed.GetValue(lambda),
                parsed.GetValue(theta),
                parsed.GetValue(output),
                parsed.GetValue(single),
                new(parsed.GetValue(skipHeader), parsed.GetValue(dropLast)),
                rank.Name),
            screen,
            cancellation));
        return command;
    }

    private static void OneWeight(CommandResult result, Option<double?> lambda, Option<double?> theta)
    {
        bool hasLambda = result.GetResult(lambda) is not null, hasTheta = result.GetResult(theta) is not null;
        if (hasLambda == hasTheta)
        {
            result.AddError(hasLambda ? "Give --lambda or --theta, not both." : "Give --lambda or --theta.");
        }
    }

    private static int Run(Problem problem, SolveRequest request, Screen screen, CancellationToken cancellation)
    {
        request.Check();
        using var folder = request.Out is null ? null : new OutputFolder(request.Out);
        double[,] data = screen.Progress("Reading", _ => MatrixFile.Read(request.Input, request.Csv, cancellation));
        MatrixFile.CheckSquares(request.Input, data);
        if (problem != Problem.DropBlock)
        {
            request.CheckRank(data.GetLength(0), data.GetLength(1));
        }

        try
        {
            if (request.Float)
            {
                Solve(problem, MatrixFile.ToSingle(request.Input, data), request, folder, screen, cancellation);
            }
            else
            {
                Solve(problem, data, request, folder, screen, cancellation);
            }
        }
        catch (Exception e) when (e is OverflowException or OutOfMemoryException)
        {
            throw new BadInputException($"{request.Input}: a {data.GetLength(0)} x {data.GetLength(1)} matrix is too large for this solver.");
        }

        return Program.Success;
    }

    private static void Solve<T>(Problem problem, T[,] y, SolveRequest request, OutputFolder? folder, Screen screen, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        string name = problem switch
        {
            Problem.Svt => "Singular value thresholding",
            Problem.Dropout => "Dropout factorization",
            Problem.DropBlock => "DropBlock factorization",
            _ => "Dropout with tied weights",
        };
        var outcome = screen.Progress(
            name,
            progress => problem switch
            {
                Problem.Svt => SolveSvt.Run(y, request, progress, cancellation),
                Problem.Dropout => SolveDropout.Run(y, request, withDescent: folder is not null, progress, cancellation),
                Problem.DropBlock => SolveBlocks.Run(y, request, cancellation),
                _ => SolveTied.Run(y, request, cancellation),
            });
        string lead = $"{Path.GetFileName(request.Input)}, {y.GetLength(0)} x {y.GetLength(1)}, {(typeof(T) == typeof(float) ? "single" : "double")} precision.";
        screen.Title($"{name}: {lead}");
        screen.Facts(outcome.Facts);
        if (folder is null)
        {
            return;
        }

        folder.Write("U.npy", stream => NpyFile.Write<T>(stream, outcome.U));
        folder.Write("V.npy", stream => NpyFile.Write<T>(stream, outcome.V));
        folder.Write("report.html", stream => stream.Write(Encoding.UTF8.GetBytes(SolveReport.Write(name, lead, outcome))));
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        screen.Facts([("written", $"{Path.Combine(request.Out!, "report.html")}, U.npy, V.npy")]);
    }
}
