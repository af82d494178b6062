using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="DropoutFactorization"/>.</summary>
public sealed record DropoutFactorizationOptions : SolverOptions
{
    /// <summary>Number of factors r, at least one; it may exceed min(m, n).</summary>
    public required int Rank { get; init; }

    /// <summary>Probability of keeping a factor in a step, in (0, 1] and at least 2^-32. <see cref="KeepRate"/> says what is drawn.</summary>
    public required double Theta { get; init; }

    /// <summary>Number of steps, zero or more.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>First step length eta_0, positive; null means 0.05 theta / ||Y||_2. Ten times that starts to diverge.</summary>
    public double? Step { get; init; }

    /// <summary>Steps after which the step length is half of the first, t_0 in <c>eta_t = eta_0 / (1 + t / t_0)</c>; positive.</summary>
    public double StepDecay { get; init; } = 1000;

    /// <summary>How the step length falls; <see cref="StepRule.Harmonic"/> unless told otherwise.</summary>
    public StepRule StepRule { get; init; }

    /// <summary>
    /// Units that share a decision (DropBlock on a fixed partition): unit i belongs to block i / BlockSize. One is plain dropout.
    /// </summary>
    public int BlockSize { get; init; } = 1;

    /// <summary>Allows a smaller last block when <see cref="BlockSize"/> does not divide <see cref="Rank"/>.</summary>
    public bool RaggedBlocks { get; init; }

    /// <summary>Names the run: equal seeds and options give equal results.</summary>
    public ulong Seed { get; init; }

    /// <summary>Stream of the masks under <see cref="Seed"/>; decision t K + k belongs to block k of K in step t; a factor is a block unless <see cref="BlockSize"/> says otherwise.</summary>
    public ulong MaskStream { get; init; } = 7;

    /// <summary>Standard deviation of the entries of the start, positive; not used when a start is given.</summary>
    public double StartScale { get; init; } = 0.05;

    /// <summary>Steps between two points of the trace and two reports, at least one.</summary>
    public int ReportInterval { get; init; } = 100;

    internal int Blocks => (Rank - 1) / BlockSize + 1;

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(Rank, 1, nameof(Rank));
        Guard.KeepRate(Theta, nameof(Theta));
        Guard.AtLeast(Iterations, 0, nameof(Iterations));
        Guard.Positive(Step ?? 1, nameof(Step));
        Guard.Positive(StepDecay, nameof(StepDecay));
        StepRule.Check(nameof(StepRule));
        Guard.AtLeast(BlockSize, 1, nameof(BlockSize));
        if (!RaggedBlocks && Rank % BlockSize != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(BlockSize), BlockSize, $"{nameof(BlockSize)} must divide the rank {Rank} unless {nameof(RaggedBlocks)} is set, but is {BlockSize}.");
        }

        Guard.Positive(StartScale, nameof(StartScale));
        Guard.AtLeast(ReportInterval, 1, nameof(ReportInterval));
    }
}

/// <summary>Answer of <see cref="DropoutFactorization"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record DropoutFactorizationResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Weight of the regularizer that the drawn masks amount to, (1 - theta) / theta at the realised rate.</summary>
    public required double Lambda { get; init; }
}

/// <summary>
/// Factorization by dropout: stochastic gradient descent on <c>||Y - (1/theta) U diag(z) V^T||_F^2</c> with a fresh mask z each step. On average
/// this minimizes <see cref="DropoutObjective"/>, whose global optimum (<see cref="FixedWidthDropout"/>) is the lower bound of the result.
/// </summary>
/// <remarks>
/// Only kept factors are read or written; dropped ones keep their bits. A step costs 6 m n r' flops for r' kept factors and allocates nothing.
/// With blocks it minimizes <see cref="DropBlockObjective"/> and its bound is that of the spectral k-support norm (<see cref="SpectralKSupport"/>).
/// Source: Cavazza et al., AISTATS 2018 (arXiv:1710.05092); Mianjy, Arora, Vidal, ICML 2018.
/// </remarks>
public static class DropoutFactorization
{
    // Streams of the start under the seed of the run.
    private const ulong StreamU = 2, StreamV = 3;
    private const int DivergenceInterval = 100;

    /// <summary>Elements of workspace that an m x n problem with r factors needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="rank">r.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns, int rank)
        => checked(DropoutDescent<double>.WorkspaceFor(rows, columns, rank) + rows + columns);

    /// <summary>Solves from a random start: independent, nearly normal entries (<see cref="IrwinHall"/>) with the options' scale and seed.</summary>
    /// <inheritdoc cref="Solve{T}(ReadOnlyMatrixView{T}, ReadOnlyMatrixView{T}, ReadOnlyMatrixView{T}, DropoutFactorizationOptions, SolverWorkspace{T}, IProgress{SolverProgress}, CancellationToken)"/>
    public static DropoutFactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        DropoutFactorizationOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using MemoryOwner<T> u = MemoryOwner<T>.Allocate(checked(y.Rows * options.Rank)), v = MemoryOwner<T>.Allocate(checked(y.Columns * options.Rank));
        IrwinHall.Fill(options.Seed, StreamU, 0, options.StartScale, u.Span);
        IrwinHall.Fill(options.Seed, StreamV, 0, options.StartScale, v.Span);
        return Solve(
            y, new ReadOnlyMatrixView<T>(u.Span, y.Rows, options.Rank), new ReadOnlyMatrixView<T>(v.Span, y.Columns, options.Rank), options, workspace, progress, cancellationToken);
    }

    /// <summary>Solves from a given start.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="u">Start of the left factor, m x r, finite; not changed.</param>
    /// <param name="v">Start of the right factor, n x r, finite; not changed.</param>
    /// <param name="options">Rank, keep probability, steps.</param>
    /// <param name="workspace">Memory to work in; null rents from the pool for this call.</param>
    /// <param name="progress">Told at the start, every <see cref="DropoutFactorizationOptions.ReportInterval"/> steps, and at the end.</param>
    /// <param name="cancellationToken">Looked at before every step. The last iterate is returned, evaluated, with <see cref="StopReason.Cancelled"/>.</param>
    /// <returns>The last iterate and its gap to the global optimum, which is seldom within <see cref="SolverOptions.GapTolerance"/>: descent by masks keeps a floor of noise.</returns>
    /// <exception cref="ArgumentException">A matrix empty, not finite or of the wrong shape, or a caller's workspace too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step.</exception>
    /// <exception cref="SolverDivergedException">An entry became NaN or infinite: the step is too long.</exception>
    public static DropoutFactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<T> u,
        ReadOnlyMatrixView<T> v,
        DropoutFactorizationOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(u, y.Rows, options.Rank, nameof(u));
        Guard.Matrix(v, y.Columns, options.Rank, nameof(v));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();

        KeepRate rate = KeepRate.Of(options.Theta);
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        int required = RequiredWorkspace(y.Rows, y.Columns, options.Rank);
        memory.Reserve(required);
        (double bound, double spectralNorm) = Optimum(y, memory.Vector(Math.Min(y.Rows, y.Columns)), rate.DropoutWeight, options);
        double firstStep = options.Step ?? 0.05 * options.Theta / (spectralNorm > 0 ? spectralNorm : 1);

        memory.Reserve(required);
        var state = new DropoutDescent<T>(u, v, y, rate, options.BlockSize, options.Parallelism, memory);
        using SpanOwner<bool> kept = SpanOwner<bool>.Allocate(options.Blocks);
        var trace = new List<SolverProgress>(options.Iterations / options.ReportInterval + 2);
        StopReason stop = StopReason.IterationLimit;
        int t = 0;
        Evaluate(state, t);
        for (; t < options.Iterations; t++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                stop = StopReason.Cancelled;
                break;
            }

            BernoulliMask.Kept(options.Seed, options.MaskStream, (ulong)t * (ulong)options.Blocks, rate, kept.Span, MaskMapping.Words);
            state.Descend(kept.Span, options.StepRule.At(firstStep, options.StepDecay, t));
            if ((t + 1) % DivergenceInterval == 0 || t + 1 == options.Iterations)
            {
                state.ThrowIfDiverged(t + 1, firstStep);
            }

            if ((t + 1) % options.ReportInterval == 0)
            {
                Evaluate(state, t + 1);
            }
        }

        if (trace[^1].Iteration != t)
        {
            state.ThrowIfDiverged(t, firstStep);
            Evaluate(state, t);
        }

        T[,] uOut = new T[y.Rows, options.Rank], vOut = new T[y.Columns, options.Rank];
        state.CopyTo(uOut, vOut);
        double objective = trace[^1].Objective;
        return new()
        {
            U = uOut,
            V = vOut,
            Lambda = rate.DropoutWeight,
            Objective = objective,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>()),
            Stop = stop,
            Iterations = t,
            Elapsed = Stopwatch.GetElapsedTime(start),
            Trace = trace,
        };

        void Evaluate(DropoutDescent<T> current, int iteration)
        {
            var point = new SolverProgress(iteration, options.Iterations, current.Objective(), bound, Stopwatch.GetElapsedTime(start));
            trace.Add(point);
            progress?.Report(point);
        }
    }

    // The least value any factors have (of blocks: a bound of it, since some block splittings cannot be balanced), and the norm that scales the step.
    private static (double Value, double SpectralNorm) Optimum<T>(ReadOnlyMatrixView<T> y, Span<T> values, double lambda, DropoutFactorizationOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool converged = Svd.SingularValues(y, values).Converged;
        using SpanOwner<double> sigma = SpanOwner<double>.Allocate(values.Length), shrunk = SpanOwner<double>.Allocate(values.Length);
        Conversions.Convert<T, double>(new(values, 1, values.Length), new(sigma.Span, 1, sigma.Length));
        double optimum = options.BlockSize == 1
            ? SquaredNuclearShrinkage.Apply(sigma.Span, lambda / options.Rank, options.Rank, shrunk.Span).Objective
            : SpectralKSupport.Shrink(sigma.Span, lambda / options.Blocks, options.BlockSize, shrunk.Span).Objective;
        return (converged ? optimum : 0, sigma.Span[0]);
    }
}
