using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="MinibatchDropout"/>.</summary>
public sealed record MinibatchDropoutOptions : SolverOptions
{
    /// <summary>Number of hidden units r, at least one.</summary>
    public required int Rank { get; init; }

    /// <summary>Probability of keeping a unit, in (0, 1].</summary>
    public required double Theta { get; init; }

    /// <summary>Samples of a step, at least one and at most all. Steps take them in order and start over.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>One mask for all samples of a step instead of one each: the same mean, a larger variance.</summary>
    public bool SharedMask { get; init; }

    /// <summary>Number of steps, zero or more.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>First step length, positive; null means <c>0.05 theta N / (max(1, ||X||_2^2) ||M||_2)</c> with M the part of Y that X reaches.</summary>
    public double? Step { get; init; }

    /// <summary>Steps after which a harmonic step length is half of the first, positive.</summary>
    public double StepDecay { get; init; } = 1000;

    /// <summary>How the step length falls.</summary>
    public StepRule StepRule { get; init; }

    /// <summary>Names the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Number l of the layer whose units are masked, at most 65534: step t draws from the stream (l + 1) 2^48 + t, decision b r + i for unit i of sample b.
    /// </summary>
    public int Layer { get; init; }

    /// <summary>Standard deviation of the entries of the start, positive.</summary>
    public double StartScale { get; init; } = 0.05;

    /// <summary>Steps between two points of the trace, at least one.</summary>
    public int ReportInterval { get; init; } = 100;

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(Rank, 1, nameof(Rank));
        Guard.KeepRate(Theta, nameof(Theta));
        Guard.AtLeast(BatchSize, 1, nameof(BatchSize));
        Guard.AtLeast(Iterations, 0, nameof(Iterations));
        Guard.Positive(Step ?? 1, nameof(Step));
        Guard.Positive(StepDecay, nameof(StepDecay));
        StepRule.Check(nameof(StepRule));
        if (Layer is < 0 or > 65534)
        {
            throw new ArgumentOutOfRangeException(nameof(Layer), Layer, $"{nameof(Layer)} must lie between 0 and 65534, but is {Layer}.");
        }

        Guard.Positive(StartScale, nameof(StartScale));
        Guard.AtLeast(ReportInterval, 1, nameof(ReportInterval));
    }
}

/// <summary>
/// Dropout of a linear network with an input by minibatches: for a batch B, <c>H = Z o (V^T X_B) / theta</c>, <c>E = Y_B - U H</c>,
/// <c>U += (2 eta/|B|) E H^T</c>, <c>V += (2 eta/|B|) X_B (Z o U^T E)^T / theta</c>. On average it minimizes <see cref="InputDropout"/>, whose optimum is the bound.
/// </summary>
/// <remarks>
/// A mask belongs to the sample, never to its place in the batch. A step costs 2 |B| r (2 n + 3 m) flops and allocates nothing.
/// Source: Srivastava et al., JMLR 2014; Cavazza et al., AISTATS 2018.
/// </remarks>
public static class MinibatchDropout
{
    private const ulong StreamU = 2, StreamV = 3;
    private const int DivergenceInterval = 100;

    /// <summary>Solves from a random start.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Labels, m x N, finite.</param>
    /// <param name="x">Inputs, n x N, finite.</param>
    /// <param name="options">Units, rate, batches, steps.</param>
    /// <param name="start">U and V to start from, m x r and n x r, finite, not changed; null draws them.</param>
    /// <param name="cancellationToken">Looked at before every step; the last iterate is returned.</param>
    /// <exception cref="ArgumentException">A matrix is empty, not finite or of the wrong shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or a batch larger than the data.</exception>
    /// <exception cref="SolverDivergedException">An entry became NaN or infinite.</exception>
    public static DropoutFactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, MinibatchDropoutOptions options, (T[,] U, T[,] V)? start = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(x, x.Rows, y.Columns, nameof(x));
        int m = y.Rows, n = x.Rows, samples = x.Columns, r = options.Rank, size = options.BatchSize;
        if (size > samples)
        {
            throw new ArgumentOutOfRangeException(nameof(options), size, $"{nameof(options.BatchSize)} must be at most the {samples} samples, but is {size}.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        long began = Stopwatch.GetTimestamp();
        KeepRate rate = KeepRate.Of(options.Theta);
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(checked((samples + size) * (m + n) + 3 * size * r + size * m + InputReduction<T>.WorkspaceFor(m, n, samples)));
        var reduction = new InputReduction<T>(y, x, memory, options.Parallelism);
        double bound = reduction.Rest, reach = 0;
        if (reduction.M.Columns > 0)
        {
            var optimum = FixedWidthDropout.Solve<T>(reduction.M, new() { Rank = r, Lambda = rate.DropoutWeight }, cancellationToken: cancellationToken);
            bound += optimum.ClosedForm;
            reach = optimum.SingularValues[0];
        }

        double curvature = Math.Max(1, reduction.SpectralNorm * reduction.SpectralNorm) * reach;
        double first = options.Step ?? 0.05 * options.Theta * samples / (curvature > 0 ? curvature : samples);

        // A sample a row, so that a batch is a few adjacent rows.
        MatrixView<T> xt = memory.Matrix(samples, n), yt = memory.Matrix(samples, m), xb = memory.Matrix(size, n), yb = memory.Matrix(size, m);
        MatrixView<T> hidden = memory.Matrix(size, r), gradient = memory.Matrix(size, r), error = memory.Matrix(size, m);
        x.Transposed.CopyTo(xt);
        y.Transposed.CopyTo(yt);
        (T[,] u, T[,] v) = Start(m, n, options, start);
        var trace = new List<SolverProgress>(options.Iterations / options.ReportInterval + 2);
        Evaluate(y, x, 0);
        (int t, StopReason stop, int sample) = (0, StopReason.IterationLimit, 0);
        for (; t < options.Iterations; t++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                stop = StopReason.Cancelled;
                break;
            }

            for (int j = 0; j < size; j++)
            {
                int b = (sample + j) % samples;
                xt.Row(b).CopyTo(xb.Row(j));
                yt.Row(b).CopyTo(yb.Row(j));
            }

            ulong stream = (ulong)(options.Layer + 1) << 48 | (uint)t;
            Gemm.Multiply(xb, v, hidden, options.Parallelism);
            Mask(hidden, sample, samples, options, stream, rate);
            yb.CopyTo(error);
            Gemm.Multiply(-T.One, hidden, ((ReadOnlyMatrixView<T>)u).Transposed, T.One, error, options.Parallelism);
            Gemm.Multiply(error, (ReadOnlyMatrixView<T>)u, gradient, options.Parallelism);
            Mask(gradient, sample, samples, options, stream, rate);
            T factor = T.CreateChecked(2 * options.StepRule.At(first, options.StepDecay, t) / size);
            Gemm.Multiply(factor, error.Transposed, hidden, T.One, (MatrixView<T>)u, options.Parallelism);
            Gemm.Multiply(factor, xb.Transposed, gradient, T.One, (MatrixView<T>)v, options.Parallelism);
            sample = (sample + size) % samples;
            if (((t + 1) % DivergenceInterval == 0 || t + 1 == options.Iterations)
                && (FiniteCheck.TryFindNonFinite<T>(u, out _, out _) || FiniteCheck.TryFindNonFinite<T>(v, out _, out _)))
            {
                throw new SolverDivergedException(t + 1, first);
            }

            if ((t + 1) % options.ReportInterval == 0)
            {
                Evaluate(y, x, t + 1);
            }
        }

        if (trace[^1].Iteration != t)
        {
            Evaluate(y, x, t);
        }

        double objective = trace[^1].Objective;
        return new()
        {
            U = u,
            V = v,
            Lambda = rate.DropoutWeight,
            Objective = objective,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>()),
            Stop = stop,
            Iterations = t,
            Elapsed = Stopwatch.GetElapsedTime(began),
            Trace = trace,
        };

        void Evaluate(ReadOnlyMatrixView<T> labels, ReadOnlyMatrixView<T> inputs, int iteration)
            => trace.Add(new(iteration, options.Iterations, InputDropout.Evaluate<T>(labels, inputs, u, v, rate.DropoutWeight, options.Parallelism), bound, Stopwatch.GetElapsedTime(began)));
    }

    private static (T[,] U, T[,] V) Start<T>(int m, int n, MinibatchDropoutOptions options, (T[,] U, T[,] V)? start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = options.Rank;
        if (start is { } given)
        {
            Guard.Matrix<T>(given.U, m, r, nameof(start));
            Guard.Matrix<T>(given.V, n, r, nameof(start));
            return ((T[,])given.U.Clone(), (T[,])given.V.Clone());
        }

        T[] u = new T[m * r], v = new T[n * r];
        IrwinHall.Fill(options.Seed, StreamU, 0, options.StartScale, u);
        IrwinHall.Fill(options.Seed, StreamV, 0, options.StartScale, v);
        return (new ReadOnlyMatrixView<T>(u, m, r).ToArray(), new ReadOnlyMatrixView<T>(v, n, r).ToArray());
    }

    // Row j belongs to sample (first + j) mod N.
    private static void Mask<T>(MatrixView<T> rows, int first, int samples, MinibatchDropoutOptions options, ulong stream, KeepRate rate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < rows.Rows; j++)
        {
            ulong sample = options.SharedMask ? 0 : (ulong)((first + j) % samples);
            BernoulliMask.Apply<T>(rows.Row(j), options.Seed, stream, sample * (ulong)rows.Columns, rate, rows.Row(j), MaskMapping.Words);
        }
    }
}
