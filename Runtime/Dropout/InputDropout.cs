using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// Dropout of the hidden units of a linear network with an input: <c>min over U, V of ||Y - U V^T X||_F^2 + lambda sum over i of ||u_i||^2 ||X^T v_i||^2</c>,
/// the mean of <c>||Y - (1/theta) U diag(z) V^T X||_F^2</c> over masks of the units, shared by all samples or drawn for each.
/// </summary>
/// <remarks>
/// The closed form takes the problem to <see cref="FixedWidthDropout"/> by the SVD of X; weights in the null space of X^T are free and zero in the answer.
/// Source: Cavazza et al., AISTATS 2018 (arXiv:1710.05092); Mianjy, Arora, Vidal, ICML 2018.
/// </remarks>
public static class InputDropout
{
    /// <summary>The objective.</summary>
    /// <param name="y">Labels, m x N.</param>
    /// <param name="x">Inputs, n x N; a sample a column.</param>
    /// <param name="u">Output weights, m x r.</param>
    /// <param name="v">Input weights, n x r.</param>
    /// <param name="lambda">Weight of the regularizer.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative or not finite.</exception>
    public static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, double lambda, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(x, x.Rows, y.Columns, nameof(x));
        Guard.Shape(v, x.Rows, u.Columns, nameof(v));
        using SpanOwner<T> hidden = SpanOwner<T>.Allocate(checked(x.Columns * v.Columns));
        var features = new MatrixView<T>(hidden.Span, x.Columns, v.Columns);
        Gemm.Multiply(x.Transposed, v, features, parallelism);
        return DropoutObjective.Evaluate(y, u, features, lambda, workspace: null, parallelism);
    }

    /// <summary>The global optimum.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Labels, m x N, finite.</param>
    /// <param name="x">Inputs, n x N, finite; of any rank.</param>
    /// <param name="options">Number of hidden units r, lambda, tolerances.</param>
    /// <param name="workspace">Memory for the reduction; null rents from the pool for this call.</param>
    /// <param name="cancellationToken">Looked at between the stages.</param>
    /// <returns>U is m x r, V is n x r; singular values are those of <c>Y R</c> for the right singular vectors R of X.</returns>
    /// <exception cref="ArgumentException">A matrix is empty, not finite or of the wrong shape, or a caller's workspace is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FixedWidthDropoutResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<T> x,
        FixedWidthDropoutOptions options,
        SolverWorkspace<T>? workspace = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(x, x.Rows, y.Columns, nameof(x));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        int m = y.Rows, n = x.Rows, r = options.Rank;
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(m, n, y.Columns));
        var reduction = new InputReduction<T>(y, x, memory, options.Parallelism);
        int q = reduction.M.Columns;
        T[,] v = new T[n, r];
        if (q == 0)
        {
            double squared = MatrixReductions.SumOfSquares(y);
            return new()
            {
                U = new T[m, r],
                V = v,
                Rank = 0,
                Tau = 0,
                NuclearNorm = 0,
                SingularValues = [],
                Objective = squared,
                ClosedForm = squared,
                LowerBound = squared,
                DualityGap = 0,
                NormSpread = 0,
                Status = SolverStatus.Optimal,
                Stop = StopReason.ClosedForm,
                Elapsed = Stopwatch.GetElapsedTime(start),
            };
        }

        FixedWidthDropoutResult<T> reduced = FixedWidthDropout.Solve<T>(reduction.M, options, cancellationToken: cancellationToken);
        reduction.MapBack(reduced.V.AsView(), v, options.Parallelism);
        double objective = Evaluate(y, x, reduced.U.AsView(), (ReadOnlyMatrixView<T>)v, options.Lambda, options.Parallelism);
        double bound = reduction.Converged ? reduced.LowerBound + reduction.Rest : 0;
        return reduced with
        {
            V = v,
            Objective = objective,
            ClosedForm = reduced.ClosedForm + reduction.Rest,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>(), 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares(y)),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>Elements of workspace that m labels and n inputs of N samples need.</summary>
    /// <param name="labels">m.</param>
    /// <param name="inputs">n.</param>
    /// <param name="samples">N.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int labels, int inputs, int samples) => InputReduction<double>.WorkspaceFor(labels, inputs, samples);
}
