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

    /// <summary>Names the run: equal seeds and options give equal results.</summary>
    public ulong Seed { get; init; }

    /// <summary>Stream of the masks under <see cref="Seed"/>; decision t r + i belongs to factor i in step t.</summary>
    public ulong MaskStream { get; init; } = 7;

    /// <summary>Standard deviation of the entries of the start, positive; not used when a start is given.</summary>
    public double StartScale { get; init; } = 0.05;

    /// <summary>Steps between two points of the trace and two reports, at least one.</summary>
    public int ReportInterval { get; init; } = 100;

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(Rank, 1, nameof(Rank));
        Guard.KeepRate(Theta, nameof(Theta));
        Guard.AtLeast(Iterations, 0, nameof(Iterations));
        Guard.Positive(Step ?? 1, nameof(Step));
        Guard.Positive(StepDecay, nameof(StepDecay));
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
        => checked(Math.Max(ThinSvd<double>.WorkspaceFor(rows, columns), rows * columns + 3 * rank * (rows + columns)));

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
        (double bound, double spectralNorm) = Optimum(new ThinSvd<T>(y, memory), rate.DropoutWeight, options.Rank);
        double firstStep = options.Step ?? 0.05 * options.Theta / (spectralNorm > 0 ? spectralNorm : 1);

        memory.Reserve(required);
        var state = new State<T>(u, v, y, rate, options.Parallelism, memory);
        using SpanOwner<bool> kept = SpanOwner<bool>.Allocate(options.Rank);
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

            double step = firstStep / (1 + t / options.StepDecay);
            int count = BernoulliMask.Kept(options.Seed, options.MaskStream, (ulong)t * (ulong)options.Rank, rate, kept.Span, MaskMapping.Words);
            state.Descend(kept.Span, count, step);
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

        void Evaluate(State<T> current, int iteration)
        {
            var point = new SolverProgress(iteration, options.Iterations, current.Objective(), bound, Stopwatch.GetElapsedTime(start));
            trace.Add(point);
            progress?.Report(point);
        }
    }

    // The least value any factors have, and the spectral norm that scales the step.
    private static (double Value, double SpectralNorm) Optimum<T>(ThinSvd<T> svd, double lambda, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using SpanOwner<double> shrunk = SpanOwner<double>.Allocate(svd.Values.Length);
        double optimum = SquaredNuclearShrinkage.Apply(svd.Values, lambda / rank, rank, shrunk.Span).Objective;
        return (svd.Converged ? optimum : 0, svd.Values[0]);
    }

    // The factors transposed: r x m and r x n row-major, so that a column of U is an adjacent span and kept ones are gathered by copies.
    private readonly ref struct State<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlyMatrixView<T> _y;
        private readonly MatrixView<T> _ut, _vt, _keptU, _keptV, _gradientU, _gradientV, _residual;
        private readonly KeepRate _rate;
        private readonly Parallelism _parallelism;

        internal State(
            ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, ReadOnlyMatrixView<T> y, KeepRate rate, Parallelism parallelism, SolverWorkspace<T> memory)
        {
            int m = y.Rows, n = y.Columns, r = u.Columns;
            _y = y;
            _rate = rate;
            _parallelism = parallelism;
            _ut = memory.Matrix(r, m);
            _vt = memory.Matrix(r, n);
            _keptU = memory.Matrix(r, m);
            _keptV = memory.Matrix(r, n);
            _gradientU = memory.Matrix(r, m);
            _gradientV = memory.Matrix(r, n);
            _residual = memory.Matrix(m, n);
            u.Transposed.CopyTo(_ut);
            v.Transposed.CopyTo(_vt);
        }

        // One step on the kept factors: R = Y - (1/theta) U_k V_k^T, then U_k += (2 eta/theta) R V_k and V_k += (2 eta/theta) R^T U_k, both from
        // the factors before the step.
        internal void Descend(ReadOnlySpan<bool> kept, int count, double step)
        {
            if (count == 0)
            {
                return;
            }

            int m = _y.Rows, n = _y.Columns;
            MatrixView<T> u = _keptU.Slice(0, 0, count, m), v = _keptV.Slice(0, 0, count, n);
            MatrixView<T> gradientU = _gradientU.Slice(0, 0, count, m), gradientV = _gradientV.Slice(0, 0, count, n);
            for (int i = 0, k = 0; i < kept.Length; i++)
            {
                if (kept[i])
                {
                    _ut.Row(i).CopyTo(u.Row(k));
                    _vt.Row(i).CopyTo(v.Row(k));
                    k++;
                }
            }

            _y.CopyTo(_residual);
            Gemm.Multiply(-T.CreateChecked(_rate.Scale), u.Transposed, v, T.One, _residual, _parallelism);
            Gemm.Multiply(T.One, v, _residual.Transposed, T.Zero, gradientU, _parallelism);
            Gemm.Multiply(T.One, u, _residual, T.Zero, gradientV, _parallelism);

            T factor = T.CreateChecked(2 * step * _rate.Scale);
            for (int i = 0, k = 0; i < kept.Length; i++)
            {
                if (kept[i])
                {
                    Elementwise.AddScaled<T>(_ut.Row(i), gradientU.Row(k), factor, _ut.Row(i));
                    Elementwise.AddScaled<T>(_vt.Row(i), gradientV.Row(k), factor, _vt.Row(i));
                    k++;
                }
            }
        }

        internal double Objective()
            => DropoutObjective.Evaluate(_y, _ut.Transposed, _vt.Transposed, _rate.DropoutWeight, _residual, _parallelism);

        internal void ThrowIfDiverged(int iteration, double step)
        {
            if (FiniteCheck.TryFindNonFinite<T>(_ut, out _, out _) || FiniteCheck.TryFindNonFinite<T>(_vt, out _, out _))
            {
                throw new SolverDivergedException(iteration, step);
            }
        }

        internal void CopyTo(MatrixView<T> u, MatrixView<T> v)
        {
            _ut.Transposed.CopyTo(u);
            _vt.Transposed.CopyTo(v);
        }
    }
}
