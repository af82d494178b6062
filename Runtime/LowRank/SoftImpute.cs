using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="SoftImpute"/>.</summary>
public sealed record SoftImputeOptions : SolverOptions
{
    /// <summary>Weight of the nuclear norm; finite and positive.</summary>
    public required double Lambda { get; init; }

    /// <summary>Iterations at most; at least 1.</summary>
    public int Iterations { get; init; } = 10_000;

    internal override void Validate()
    {
        base.Validate();
        Guard.Positive(Lambda, nameof(Lambda));
        Guard.AtLeast(Iterations, 1, nameof(Iterations));
    }
}

/// <summary>
/// Matrix completion in its convex form, <c>min over X of 1/2 sum over seen (i, j) of (Y - X)_ij^2 + lambda ||X||_*</c>, by soft-thresholding the singular values
/// of the data with the hidden elements filled in from the last iterate, accelerated. The reference for <see cref="MatrixCompletion"/>.
/// </summary>
/// <remarks>
/// One step of subspace iteration from the vectors of the last iterate, or one SVD where the rank is high. The bound is the dual objective at the residual, looked at every tenth iteration.
/// Source: Mazumder, Hastie, Tibshirani, JMLR 11, 2010, algorithm 1; the acceleration with restart: O'Donoghue and Candes, Found. Comput. Math. 15, 2015.
/// </remarks>
public static class SoftImpute
{
    private const int LookEvery = 10;

    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite where seen; elsewhere anything. Not changed.</param>
    /// <param name="seen">m x n, true where y was observed; at least one element.</param>
    /// <param name="options">Lambda, tolerance and budget.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the iteration; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty, nothing seen, shapes differ, or a seen element is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static MatrixCompletionResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<bool> seen,
        SoftImputeOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        long start = Stopwatch.GetTimestamp();
        var (loss, scale) = MatrixCompletion.ScaledLoss(y, seen);
        double lambda = scale.Down(options.Lambda), bound = double.NegativeInfinity, previous = double.PositiveInfinity, t = 1;
        using var iterate = new Thresholding<T>(y.Rows, y.Columns, options.Parallelism);
        T[] last = new T[checked(y.Rows * y.Columns)], point = new T[last.Length], residual = new T[last.Length];
        MatrixView<T> r = new(residual, y.Rows, y.Columns), at = new(point, y.Rows, y.Columns);
        List<SolverProgress> trace = [];
        for (int iteration = 1; ; iteration++)
        {
            // X+ = SVT(Z + R(Z)).
            loss.Evaluate(at, r);
            Elementwise.Add<T>(point, residual, point);
            iterate.Elements.CopyTo(last);
            iterate.Apply(at, lambda);
            double value = loss.Evaluate(iterate.Matrix, r), objective = value + lambda * iterate.NuclearNorm;
            double next = objective > previous ? 1 : (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = objective > previous ? 0 : (t - 1) / next;
            (t, previous) = (next, objective);
            T w = T.CreateChecked(momentum);
            Elementwise.Combine<T>(iterate.Elements, last, T.One + w, -w, point);

            bool ends = iteration == options.Iterations || cancellationToken.IsCancellationRequested;
            if (iteration % LookEvery != 0 && !ends)
            {
                continue;
            }

            var (polar, polarUpper) = iterate.SpectralNorm(r, lambda);
            double inner = MatrixReductions.Inner<T>(r, iterate.Matrix);
            bound = Math.Max(bound, loss.DualBound(r, value, inner, polarUpper > 0 ? lambda / polarUpper : double.PositiveInfinity));
            SolverStatus status = Certificate.Status(objective, bound, options.GapToleranceFor<T>());
            var look = new SolverProgress(iteration, options.Iterations, scale.UpSquared(objective), scale.UpSquared(bound), Stopwatch.GetElapsedTime(start))
            {
                Rank = iterate.Rank,
                PolarLower = scale.Up(polar),
                PolarUpper = scale.Up(polarUpper),
            };
            trace.Add(look);
            progress?.Report(look);
            if (!ends && status != SolverStatus.Optimal)
            {
                continue;
            }

            var (u, v) = iterate.Factors();
            scale.UpRoot<T>(u);
            scale.UpRoot<T>(v);
            return new()
            {
                U = u,
                V = v,
                Rank = iterate.Rank,
                Objective = look.Objective,
                LowerBound = look.LowerBound,
                PolarLower = look.PolarLower,
                PolarUpper = look.PolarUpper,
                RadialResidual = scale.UpSquared(lambda * iterate.NuclearNorm - inner),
                HasHiddenLines = loss.HasHiddenLines,
                Growths = 0,
                Status = status,
                Stop = status == SolverStatus.Optimal ? StopReason.Converged : cancellationToken.IsCancellationRequested ? StopReason.Cancelled : StopReason.IterationLimit,
                Iterations = iteration,
                Elapsed = look.Elapsed,
                Trace = trace,
            };
        }
    }
}
