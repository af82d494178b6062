using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// What DropBlock on a fixed partition minimizes on average: <c>||Y - U V^T||_F^2 + lambda sum over k of ||U_k V_k^T||_F^2</c>, where U_k and V_k
/// are the columns of block k.
/// </summary>
/// <remarks>
/// With one decision a block, kept with probability theta, and <c>lambda = (1 - theta) / theta</c> it equals
/// <c>E ||Y - (1/theta) U (diag(w) x I_s) V^T||_F^2</c>. A block's product is never formed: its squared norm is the inner product of two s x s Grams.
/// Source: Pal, Lane, Vidal, Haeffele, CVPR 2020 (arXiv:1910.14186).
/// </remarks>
public static class DropBlockObjective
{
    /// <summary>The objective; 2 m n r + 2 (m + n) r s flops.</summary>
    /// <param name="y">Data, m x n.</param>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="blockSize">Units of a block s, at least one; the last block is smaller when s does not divide r.</param>
    /// <param name="lambda">Weight of the regularizer.</param>
    /// <param name="parallelism">Threads for the matrix product.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative or not finite, or the block size below one.</exception>
    public static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, int blockSize, double lambda, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(u, y.Rows, u.Columns, nameof(u));
        Guard.Shape(v, y.Columns, u.Columns, nameof(v));
        Guard.AtLeast(blockSize, 1, nameof(blockSize));
        Guard.NotNegative(lambda, nameof(lambda));
        using SpanOwner<T> residual = SpanOwner<T>.Allocate(checked(y.Rows * y.Columns));
        return Evaluate(y, u, v, blockSize, lambda, new MatrixView<T>(residual.Span, y.Rows, y.Columns), parallelism);
    }

    /// <summary>The norms <c>||U_k V_k^T||_F</c> of the blocks, which balance at an optimum.</summary>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="blockSize">Units of a block, at least one.</param>
    /// <param name="destination">One value a block, ceil(r / blockSize).</param>
    /// <exception cref="ArgumentException">Shapes or lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The block size is below one.</exception>
    public static void BlockNorms<T>(ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, int blockSize, Span<double> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(v, v.Rows, u.Columns, nameof(v));
        Guard.AtLeast(blockSize, 1, nameof(blockSize));
        int r = u.Columns, blocks = r == 0 ? 0 : (r - 1) / blockSize + 1, s = Math.Min(blockSize, r);
        if (destination.Length != blocks)
        {
            throw new ArgumentException($"Must have {blocks} elements, one a block, but has {destination.Length}.", nameof(destination));
        }

        using SpanOwner<T> grams = SpanOwner<T>.Allocate(2 * s * s);
        for (int k = 0; k < blocks; k++)
        {
            int first = k * blockSize, width = Math.Min(blockSize, r - first);
            ReadOnlyMatrixView<T> uk = u.Slice(0, first, u.Rows, width), vk = v.Slice(0, first, v.Rows, width);
            var gramU = new MatrixView<T>(grams.Span[..(s * s)], width, width);
            var gramV = new MatrixView<T>(grams.Span[(s * s)..], width, width);
            Gemm.Multiply(uk.Transposed, uk, gramU);
            Gemm.Multiply(vk.Transposed, vk, gramV);
            destination[k] = Math.Sqrt(Math.Max(0, MatrixReductions.Inner<T>(gramU, gramV)));
        }
    }

    // residual is m x n scratch.
    internal static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, int blockSize, double lambda, MatrixView<T> residual, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        y.CopyTo(residual);
        Gemm.Multiply(-T.One, u, v.Transposed, T.One, residual, parallelism);
        using SpanOwner<double> norms = SpanOwner<double>.Allocate((u.Columns - 1) / blockSize + 1);
        BlockNorms(u, v, blockSize, norms.Span);
        return MatrixReductions.SumOfSquares<T>(residual) + lambda * Reductions.SumOfSquares<double>(norms.Span);
    }
}
