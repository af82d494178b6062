using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="PrincipalComponentPursuit"/>.</summary>
public sealed record PrincipalComponentPursuitOptions : SolverOptions
{
    /// <summary>Weight of the sum of magnitudes; finite and positive; null means 1 / sqrt(max(m, n)).</summary>
    public double? Mu { get; init; }

    /// <summary>Relative residuals of the splitting at which it stops; positive and finite; null means 1e-9 for double and 1e-5 for float.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Iterations at most; at least 1.</summary>
    public int Iterations { get; init; } = 10_000;

    internal double ToleranceFor<T>() => Tolerance ?? (typeof(T) == typeof(float) ? 1e-5 : 1e-9);

    internal override void Validate()
    {
        base.Validate();
        if (Mu is double mu)
        {
            Guard.Positive(mu, nameof(Mu));
        }

        if (Tolerance is double tolerance)
        {
            Guard.Positive(tolerance, nameof(Tolerance));
        }

        Guard.AtLeast(Iterations, 1, nameof(Iterations));
    }
}

/// <summary>Answer of <see cref="PrincipalComponentPursuit"/>; U and V are factors of <see cref="LowRank"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record PrincipalComponentPursuitResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>The low-rank part L, m x n.</summary>
    public required Memory2D<T> LowRank { get; init; }

    /// <summary>The sparse part <c>S = Y - L</c>, m x n.</summary>
    public required Memory2D<T> Sparse { get; init; }

    /// <summary>The multiplier of <c>L + S = Y</c>, m x n.</summary>
    public required Memory2D<T> Dual { get; init; }

    /// <summary>The weight that was used.</summary>
    public required double Mu { get; init; }

    /// <summary>Rank of L.</summary>
    public required int Rank { get; init; }
}

/// <summary>Robust principal component analysis: <c>min ||L||_* + mu ||S||_1</c> over <c>L + S = Y</c>, by alternating directions with a fixed penalty.</summary>
/// <remarks>
/// One step of subspace iteration from the vectors of the last iterate, or one SVD where L has a high rank. The lower bound is <c>&lt;Y, Z&gt;</c> at the multiplier, scaled into <c>||Z||_2</c> at most 1 and <c>|Z_ij|</c> at most mu; the
/// objective is evaluated at the feasible pair (L, Y - L). In the form <c>||E||_1 + lambda ||X||_*</c> lambda is 1 / mu, and the objective lambda times this one.
/// Source: Candes, Li, Ma, Wright, JACM 58(3), 2011, algorithm 1.
/// </remarks>
public static class PrincipalComponentPursuit
{
    private const int LookEvery = 10;

    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Weight, tolerances and budget; null for the defaults.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the iteration; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static PrincipalComponentPursuitResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        PrincipalComponentPursuitOptions? options = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new();
        options.Validate();
        Guard.Matrix(y, nameof(y));
        long start = Stopwatch.GetTimestamp();
        int m = y.Rows, n = y.Columns;
        double mu = options.Mu ?? 1 / Math.Sqrt(Math.Max(m, n));
        Rescaling scale = Rescaling.For(y);
        T[] data = new T[checked(m * n)], sparse = new T[data.Length], multiplier = new T[data.Length], point = new T[data.Length], before = new T[data.Length];
        y.CopyTo(new MatrixView<T>(data, m, n));
        if (scale.IsNeeded)
        {
            scale.Apply(y, new MatrixView<T>(data, m, n));
        }

        ReadOnlyMatrixView<T> target = new(data, m, n);
        MatrixView<T> s = new(sparse, m, n), dual = new(multiplier, m, n), scratch = new(point, m, n);
        using var low = new Thresholding<T>(m, n, options.Parallelism);
        double magnitudes = MatrixSums.SumOfMagnitudes<T>(target), length = Math.Sqrt(MatrixReductions.SumOfSquares(target));
        double penalty = magnitudes > 0 ? (double)m * n / (4 * magnitudes) : 1, bound = double.NegativeInfinity;
        T step = T.CreateChecked(1 / penalty);
        List<SolverProgress> trace = [];
        for (int iteration = 1; ; iteration++)
        {
            Prox.SplitPoint<T>(data, sparse, multiplier, step, point);
            low.Apply(scratch, 1 / penalty);
            sparse.CopyTo(before, 0);
            Prox.SplitPoint<T>(data, low.Elements, multiplier, step, sparse);
            Prox.SoftThreshold<T>(sparse, T.CreateChecked(mu / penalty), sparse);
            Prox.DualAscent<T>(data, low.Elements, sparse, multiplier, T.CreateChecked(penalty), multiplier);

            Elementwise.Subtract<T>(data, low.Elements, point);
            double split = MatrixSums.Distance<T>(scratch, s), moved = penalty * MatrixSums.Distance<T>(s, new MatrixView<T>(before, m, n));
            double tolerance = options.ToleranceFor<T>();
            bool settled = low.IsComplete && split <= tolerance * length && moved <= tolerance * Math.Max(1, Math.Sqrt(MatrixReductions.SumOfSquares<T>(dual)));
            bool ends = settled || iteration == options.Iterations || cancellationToken.IsCancellationRequested;
            if (iteration % LookEvery != 0 && !ends)
            {
                continue;
            }

            // scratch is Y - L, which makes the pair feasible.
            double objective = low.NuclearNorm + mu * MatrixSums.SumOfMagnitudes<T>(scratch);
            double largest = double.CreateChecked(Reductions.MaxMagnitude<T>(dual));
            double over = Math.Max(1, Math.Max(low.SpectralNorm(dual, 1).Upper, largest / mu));
            bound = Math.Max(bound, MatrixReductions.Inner<T>(target, dual) / over);
            SolverStatus status = Certificate.Status(objective, bound, options.GapToleranceFor<T>());
            var look = new SolverProgress(iteration, options.Iterations, scale.Up(objective), scale.Up(bound), Stopwatch.GetElapsedTime(start)) { Rank = low.Rank };
            trace.Add(look);
            progress?.Report(look);
            if (!ends && status != SolverStatus.Optimal)
            {
                continue;
            }

            var (u, v) = low.Factors();
            T[,] lowRank = low.Matrix.ToArray(), rest = scratch.ToArray();
            scale.UpRoot<T>(u);
            scale.UpRoot<T>(v);
            scale.Up<T>(lowRank);
            scale.Up<T>(rest);
            return new()
            {
                U = u,
                V = v,
                LowRank = lowRank,
                Sparse = rest,
                Dual = dual.ToArray(),
                Mu = mu,
                Rank = low.Rank,
                Objective = look.Objective,
                LowerBound = look.LowerBound,
                Status = status,
                Stop = settled || status == SolverStatus.Optimal ? StopReason.Converged
                    : cancellationToken.IsCancellationRequested ? StopReason.Cancelled : StopReason.IterationLimit,
                Iterations = iteration,
                Elapsed = look.Elapsed,
                Trace = trace,
            };
        }
    }
}
