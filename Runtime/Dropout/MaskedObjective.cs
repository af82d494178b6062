using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// The mean of the loss over masks of any law: <c>E ||Y - U diag(z_i / mu_i) V^T||_F^2 = ||Y - U V^T||_F^2 + &lt;C, (U^T U) o (V^T V)&gt;</c> with the
/// weights C of <see cref="MaskCovariance"/> and the element-wise product o.
/// </summary>
/// <remarks>
/// With an input X the model is Y ~ U diag(z / mu) V^T X: pass X^T V as <c>v</c>. 2 m n r + 2 (m + n) r^2 flops.
/// Source: Pal, Lane, Vidal, Haeffele, CVPR 2020 (arXiv:1910.14186).
/// </remarks>
public static class MaskedObjective
{
    /// <summary>The objective.</summary>
    /// <param name="y">Data, m x n.</param>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="masks">The law of the masks over r units.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, MaskCovariance masks, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(y, u, v, masks);
        int m = y.Rows, n = y.Columns, r = u.Columns;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(m * n + 2 * r * r));
        var residual = new MatrixView<T>(memory.Span[..(m * n)], m, n);
        Residual(y, u, v, residual, parallelism);
        MatrixView<T> gramU = Square(memory.Span, m * n, r), gramV = Square(memory.Span, m * n + r * r, r);
        WeightedGram(u, masks, gramU, parallelism);
        Gemm.Multiply(v.Transposed, v, gramV, parallelism);
        return MatrixReductions.SumOfSquares<T>(residual) + MatrixReductions.Inner<T>(gramU, gramV);
    }

    /// <summary>The gradient: <c>-2 (Y - U V^T) V + 2 U (C o V^T V)</c> and <c>-2 (Y - U V^T)^T U + 2 V (C o U^T U)</c>.</summary>
    /// <param name="y">Data, m x n.</param>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="masks">The law of the masks over r units.</param>
    /// <param name="gradientU">Receives the derivative by U, m x r; must not overlap the inputs.</param>
    /// <param name="gradientV">Receives the derivative by V, n x r; must not overlap the inputs.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static void Gradient<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<T> u,
        ReadOnlyMatrixView<T> v,
        MaskCovariance masks,
        MatrixView<T> gradientU,
        MatrixView<T> gradientV,
        Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(y, u, v, masks);
        Guard.Shape<T>(gradientU, u.Rows, u.Columns, nameof(gradientU));
        Guard.Shape<T>(gradientV, v.Rows, v.Columns, nameof(gradientV));
        int m = y.Rows, n = y.Columns, r = u.Columns;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(m * n + r * r));
        var residual = new MatrixView<T>(memory.Span[..(m * n)], m, n);
        Residual(y, u, v, residual, parallelism);
        T two = T.One + T.One;
        MatrixView<T> gram = Square(memory.Span, m * n, r);
        WeightedGram(v, masks, gram, parallelism);
        Gemm.Multiply(two, u, gram, T.Zero, gradientU, parallelism);
        Gemm.Multiply(-two, residual, v, T.One, gradientU, parallelism);
        WeightedGram(u, masks, gram, parallelism);
        Gemm.Multiply(two, v, gram, T.Zero, gradientV, parallelism);
        Gemm.Multiply(-two, residual.Transposed, u, T.One, gradientV, parallelism);
    }

    // gram = C o (factor^T factor), r x r; with ones it is (1 1^T + C) o (factor^T factor).
    internal static void WeightedGram<T>(ReadOnlyMatrixView<T> factor, MaskCovariance masks, MatrixView<T> gram, Parallelism parallelism, bool ones = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Gemm.Multiply(factor.Transposed, factor, gram, parallelism);
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(gram.Rows * gram.Columns));
        MatrixView<T> weighted = Square(memory.Span, 0, gram.Rows);
        Conversions.Convert<double, T>(masks.Weights, weighted);
        if (ones)
        {
            Elementwise.Shift<T>(weighted, T.One, weighted);
        }

        Elementwise.Multiply<T>(gram, weighted, gram);
    }

    private static void Residual<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, MatrixView<T> residual, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        y.CopyTo(residual);
        Gemm.Multiply(-T.One, u, v.Transposed, T.One, residual, parallelism);
    }

    private static MatrixView<T> Square<T>(Span<T> memory, int start, int r)
        where T : unmanaged
        => new(memory.Slice(start, r * r), r, r);

    private static void Check<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, MaskCovariance masks)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(masks);
        Guard.Shape(u, y.Rows, masks.Units, nameof(u));
        Guard.Shape(v, y.Columns, masks.Units, nameof(v));
    }
}
