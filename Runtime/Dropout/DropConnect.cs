using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// DropConnect, masks on the weights V: <c>E ||Y - (1/theta) U (Z o V)^T X||_F^2 = ||Y - U V^T X||_F^2 + lambda sum over i of ||u_i||^2 v_i^T Diag(X X^T) v_i</c>.
/// </summary>
/// <remarks>
/// Where X X^T is diagonal (whitened inputs) this is <see cref="InputDropout"/> and has its closed form; masks on the weights U instead are plain dropout
/// for every X. Source: Wan, Zeiler, Zhang, LeCun, Fergus, ICML 2013; Pal, Lane, Vidal, Haeffele, CVPR 2020 (arXiv:1910.14186).
/// </remarks>
public static class DropConnect
{
    private const int DivergenceInterval = 100;

    /// <summary>The mean loss.</summary>
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
        Check(y, x, u, v);
        Guard.NotNegative(lambda, nameof(lambda));
        int n = x.Rows, r = v.Columns;
        using SpanOwner<T> scaled = SpanOwner<T>.Allocate(n * r);
        var weighted = new MatrixView<T>(scaled.Span, n, r);
        Elementwise.ScaleByRow(v, InputNorms(x), weighted);
        using SpanOwner<double> left = SpanOwner<double>.Allocate(r), right = SpanOwner<double>.Allocate(r);
        MatrixReductions.SumsOfSquaresOfRows(u.Transposed, left.Span);
        MatrixReductions.SumsOfSquaresOfRows<T>(weighted.Transposed, right.Span);
        return InputDropout.Evaluate(y, x, u, v, 0, parallelism) + lambda * Reductions.Dot<double>(left.Span, right.Span);
    }

    /// <summary>
    /// Stochastic gradient descent in place: <c>R = Y - (1/theta) U (Z o V)^T X</c>, <c>U += (2 eta/theta) R X^T (Z o V)</c>, <c>V += (2 eta/theta) Z o (X R^T U)</c>.
    /// Decision t n r + j r + i of the mask stream belongs to weight (j, i) in step t.
    /// </summary>
    /// <param name="y">Labels, m x N, finite.</param>
    /// <param name="x">Inputs, n x N, finite.</param>
    /// <param name="u">Start of the output weights, m x r, finite; overwritten.</param>
    /// <param name="v">Start of the input weights, n x r, finite; overwritten.</param>
    /// <param name="options">Rate, steps, seed. Step must be given; Rank must be r; blocks and traces do not apply.</param>
    /// <exception cref="ArgumentException">A matrix is empty, not finite or of the wrong shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SolverDivergedException">An entry became NaN or infinite.</exception>
    public static void Descend<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, MatrixView<T> u, MatrixView<T> v, DropoutFactorizationOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(x, nameof(x));
        Check<T>(y, x, u, v);
        Guard.Matrix<T>(u, y.Rows, options.Rank, nameof(u));
        Guard.Matrix<T>(v, x.Rows, options.Rank, nameof(v));
        if (options.Step is not double first)
        {
            throw new ArgumentOutOfRangeException(nameof(options), "null", $"{nameof(options.Step)} must be given.");
        }

        int m = y.Rows, n = x.Rows, samples = x.Columns, r = options.Rank;
        KeepRate rate = KeepRate.Of(options.Theta);
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(checked(m * samples + 2 * n * r + 2 * samples * r));
        MatrixView<T> residual = memory.Matrix(m, samples), masked = memory.Matrix(n, r), gradient = memory.Matrix(n, r);
        MatrixView<T> hidden = memory.Matrix(samples, r), back = memory.Matrix(samples, r);
        for (int t = 0; t < options.Iterations; t++)
        {
            // The masked weights and gradients come divided by theta.
            ulong start = (ulong)t * (ulong)n * (ulong)r;
            MatrixMask.Apply<T>(v, options.Seed, options.MaskStream, start, rate, masked, MaskMapping.Words);
            Gemm.Multiply<T>(x.Transposed, masked, hidden, options.Parallelism);
            y.CopyTo(residual);
            Gemm.Multiply<T>(-T.One, u, hidden.Transposed, T.One, residual, options.Parallelism);
            Gemm.Multiply<T>(residual.Transposed, u, back, options.Parallelism);
            Gemm.Multiply<T>(x, back, gradient, options.Parallelism);
            MatrixMask.Apply<T>(gradient, options.Seed, options.MaskStream, start, rate, gradient, MaskMapping.Words);
            T factor = T.CreateChecked(2 * options.StepRule.At(first, options.StepDecay, t));
            Gemm.Multiply<T>(factor, residual, hidden, T.One, u, options.Parallelism);
            Elementwise.AddScaled<T>(v, gradient, factor, v);
            if (((t + 1) % DivergenceInterval == 0 || t + 1 == options.Iterations)
                && (FiniteCheck.TryFindNonFinite<T>(u, out _, out _) || FiniteCheck.TryFindNonFinite<T>(v, out _, out _)))
            {
                throw new SolverDivergedException(t + 1, first);
            }
        }
    }

    // The length of each row of X: the roots of the diagonal of X X^T.
    private static T[] InputNorms<T>(ReadOnlyMatrixView<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] squares = new double[x.Rows];
        MatrixReductions.SumsOfSquaresOfRows(x, squares);
        return Array.ConvertAll(squares, value => T.CreateChecked(Math.Sqrt(value)));
    }

    private static void Check<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(x, x.Rows, y.Columns, nameof(x));
        Guard.Shape(u, y.Rows, u.Columns, nameof(u));
        Guard.Shape(v, x.Rows, u.Columns, nameof(v));
    }
}
