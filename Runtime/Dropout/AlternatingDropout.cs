using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="AlternatingDropout"/>.</summary>
public sealed record AlternatingDropoutOptions : SolverOptions
{
    /// <summary>The law of the masks over the r units.</summary>
    public required MaskCovariance Masks { get; init; }

    /// <summary>Sweeps over both factors at most, zero or more.</summary>
    public int Sweeps { get; init; } = 3000;

    /// <summary>The iteration has converged when ten sweeps lower the objective by less than this times it.</summary>
    public double Tolerance { get; init; } = 1e-13;

    /// <summary>Seed of the random start.</summary>
    public ulong Seed { get; init; }

    /// <summary>Standard deviation of the entries of the random start, positive.</summary>
    public double StartScale { get; init; } = 1;

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Masks, nameof(Masks));
        Guard.AtLeast(Sweeps, 0, nameof(Sweeps));
        Guard.Positive(Tolerance, nameof(Tolerance));
        Guard.Positive(StartScale, nameof(StartScale));
    }
}

/// <summary>Answer of <see cref="AlternatingDropout"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record AlternatingDropoutResult<T> : SolverResult<T>
    where T : unmanaged;

/// <summary>
/// The mean loss of any mask (<see cref="MaskedObjective"/>) by exact minimization over one factor at a time:
/// <c>U = Y V [(V^T V) o (1 1^T + C)]^+</c>, then the same for V. Monotone and without a step length; it knows nothing of singular values, and serves as
/// the reference of the closed forms and as the solver where there is none (sliding windows, fixed numbers of blocks).
/// </summary>
/// <remarks>
/// A sweep costs 4 m n r + 2 (m + n) r^2 flops and two r x r SVDs. Slow for small regularizers. The pseudo-inverse serves blocks that lost rank and zero
/// weights, where the equations are singular and consistent. The lower bound is the closed form for independent units, the convex bound for blocks, and
/// Eckart and Young's for other laws.
/// </remarks>
public static class AlternatingDropout
{
    private const ulong StreamU = 2, StreamV = 3;
    private const int ReportInterval = 10;

    /// <summary>Elements of workspace that an m x n problem with r units needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="units">r.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns, int units)
        => checked(ThinSvd<double>.WorkspaceFor(rows, columns) + (rows + columns + Math.Max(rows, columns)) * units + 2 * units * units);

    /// <summary>Solves from a random start.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Masks and stopping.</param>
    /// <param name="workspace">Memory to work in; null rents from the pool for this call.</param>
    /// <param name="progress">Told every tenth sweep and at the end.</param>
    /// <param name="cancellationToken">Looked at before every sweep; the last iterate is returned.</param>
    /// <exception cref="ArgumentException">The data are empty or not finite, or a caller's workspace is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first sweep.</exception>
    public static AlternatingDropoutResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        AlternatingDropoutOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        MaskCovariance masks = options.Masks;
        int m = y.Rows, n = y.Columns, r = masks.Units;
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(m, n, r));
        double bound = LowerBound(new ThinSvd<T>(y, memory), masks);

        Span<T> elements = memory.Vector(checked((m + n) * r));
        MatrixView<T> u = new(elements[..(m * r)], m, r), v = new(elements[(m * r)..], n, r);
        IrwinHall.Fill(options.Seed, StreamU, 0, options.StartScale, elements[..(m * r)]);
        IrwinHall.Fill(options.Seed, StreamV, 0, options.StartScale, elements[(m * r)..]);
        MatrixView<T> k = memory.Matrix(r, r), inverse = memory.Matrix(r, r);
        Span<T> product = memory.Vector(Math.Max(m, n) * r);

        var trace = new List<SolverProgress> { new(0, options.Sweeps, MaskedObjective.Evaluate(y, u, v, masks, options.Parallelism), bound, Stopwatch.GetElapsedTime(start)) };
        StopReason stop = StopReason.IterationLimit;
        int sweep = 0;
        for (; sweep < options.Sweeps; sweep++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                stop = StopReason.Cancelled;
                break;
            }

            Gemm.Multiply(y, v, u, options.Parallelism);
            MaskedObjective.WeightedGram<T>(v, masks, k, options.Parallelism, ones: true);
            Divide(u, k, inverse, new(product[..(m * r)], m, r), options.Parallelism);
            Gemm.Multiply(y.Transposed, u, v, options.Parallelism);
            MaskedObjective.WeightedGram<T>(u, masks, k, options.Parallelism, ones: true);
            Divide(v, k, inverse, new(product[..(n * r)], n, r), options.Parallelism);
            if ((sweep + 1) % ReportInterval != 0)
            {
                continue;
            }

            double before = trace[^1].Objective;
            Report(sweep + 1, u, v, y);
            if (sweep >= ReportInterval && before - trace[^1].Objective <= options.Tolerance * before)
            {
                stop = StopReason.Converged;
                sweep++;
                break;
            }
        }

        if (trace[^1].Iteration != sweep)
        {
            Report(sweep, u, v, y);
        }

        double objective = trace[^1].Objective;
        return new()
        {
            U = u.ToArray(),
            V = v.ToArray(),
            Objective = objective,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>(), 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares(y)),
            Stop = stop,
            Iterations = sweep,
            Elapsed = Stopwatch.GetElapsedTime(start),
            Trace = trace,
        };

        void Report(int iteration, MatrixView<T> atU, MatrixView<T> atV, ReadOnlyMatrixView<T> data)
        {
            var point = new SolverProgress(iteration, options.Sweeps, MaskedObjective.Evaluate(data, atU, atV, masks, options.Parallelism), bound, Stopwatch.GetElapsedTime(start));
            trace.Add(point);
            progress?.Report(point);
        }
    }

    // factor = factor K^+.
    private static void Divide<T>(MatrixView<T> factor, MatrixView<T> k, MatrixView<T> inverse, MatrixView<T> product, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Svd.PseudoInverse<T>(k, inverse, Certificate.ConsistentRank<T>());
        Gemm.Multiply<T>(factor, inverse, product, parallelism);
        product.CopyTo(factor);
    }

    private static double LowerBound<T>(ThinSvd<T> svd, MaskCovariance masks)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!svd.Converged)
        {
            return 0;
        }

        double[] sigma = svd.Values, x = new double[sigma.Length];
        int r = masks.Units;
        return masks.BlockSize switch
        {
            0 => Reductions.SumOfSquares<double>(sigma.AsSpan(Math.Min(r, sigma.Length))),
            1 => SquaredNuclearShrinkage.Apply(sigma, masks.Weights[0, 0] / r, r, x).Objective,
            int s => SpectralKSupport.Shrink(sigma, masks.Weights[0, 0] / ((r - 1) / s + 1), s, x).Objective,
        };
    }
}
