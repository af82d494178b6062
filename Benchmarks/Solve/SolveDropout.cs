using System.Numerics;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>Dropout with a fixed number of factors, by <see cref="FixedWidthDropout"/>; beside it a short run of real dropout for the picture.</summary>
internal static class SolveDropout
{
    // About a second of matrix products, and enough steps to see the descent.
    private const double DescentOperations = 2e10;
    private const int MostSteps = 4000, FewestSteps = 100, Points = 100;

    // Masks draw multiples of 2^-32; below this keep rate a run would keep next to nothing.
    private const double LeastTheta = 1e-3;

    internal static SolveOutcome<T> Run<T>(T[,] y, SolveRequest request, bool withDescent, IProgress<double> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var options = new FixedWidthDropoutOptions { Rank = request.Rank!.Value, Lambda = request.Weight };
        var result = FixedWidthDropout.Solve<T>(y, options, progress: new Stages(progress, 0, 0.5), cancellationToken: cancellation);
        double theta = 1 / (1 + options.Lambda);
        var descent = withDescent && theta >= LeastTheta ? Descend(y, options.Rank, theta, new Stages(progress, 0.5, 1), cancellation) : null;
        return new(
            "minimize over U, V:  ‖Y − UVᵀ‖² + λ Σᵢ ‖uᵢ‖² ‖vᵢ‖²",
            [("factors r", $"{options.Rank}"), ("lambda", SolveOutcome<T>.Number(options.Lambda)), ("keep probability theta", SolveOutcome<T>.Number(theta))],
            result.U.ToArray(),
            result.V.ToArray(),
            result.Objective,
            result.ClosedForm,
            result.SingularValues.Sum(s => s * s),
            result.NormSpread,
            "‖uᵢ‖ ‖vᵢ‖ with the nuclear norm of UVᵀ divided by r",
            result.DualityGap is { } gap
                ? $"{result.Status}: global, the duality gap is {SolveOutcome<T>.Small(Math.Abs(gap) / Math.Max(Math.Abs(result.Objective), double.Epsilon))} of the objective"
                : $"{result.Status}: global, by the closed form",
            [
                ("rank of the product", $"{result.Rank}"),
                ("threshold tau", SolveOutcome<T>.Number(result.Tau)),
                ("nuclear norm of the product", SolveOutcome<T>.Number(result.NuclearNorm)),
            ],
            new(result.SingularValues, result.Tau, result.Rank),
            descent);
    }

    private static Descent? Descend<T>(T[,] y, int rank, double theta, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int steps = (int)Math.Clamp(DescentOperations / (6.0 * y.Length * rank), FewestSteps, MostSteps);
        var options = new DropoutFactorizationOptions
        {
            Rank = rank,
            Theta = theta,
            Iterations = steps,
            ReportInterval = Math.Max(1, steps / Points),
            StartScale = StartScale(y, rank),
        };
        try
        {
            var result = DropoutFactorization.Solve<T>(y, options, progress: progress, cancellationToken: cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (result.Trace.Any(point => !double.IsFinite(point.Objective)))
            {
                return null;
            }

            return new([.. result.Trace.Select(point => ((double)point.Iteration, point.Objective))], result.LowerBound, theta);
        }
        catch (SolverDivergedException)
        {
            // The picture is a by-product: data on which this step length fails have none.
            return null;
        }
    }

    // Factors whose product is about a tenth of the data in size.
    private static double StartScale<T>(T[,] y, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double squared = 0;
        foreach (T value in y)
        {
            double v = double.CreateChecked(value);
            squared += v * v;
        }

        double typical = Math.Sqrt(squared / y.Length);
        return typical > 0 ? Math.Sqrt(0.1 * typical / Math.Sqrt(rank)) : 0.1;
    }

    // A solver's progress as a part of the bar.
    private sealed class Stages(IProgress<double> bar, double from, double to) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => bar.Report(from + (to - from) * value.Iteration / Math.Max(1, value.Total));
    }
}
