using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

/// <summary>The Cholesky factorization of a symmetric positive definite matrix, <c>A = L L^T</c>.</summary>
/// <remarks>
/// By block columns, each updated by one product with the finished ones (left-looking; J. Demmel, Applied Numerical Linear Algebra, 1997, 2.7).
/// n^3 / 3 flops. Contract: docs/contracts/cholesky.md.
/// </remarks>
public static class Cholesky
{
    private const int Block = 48, Leaf = 8;

    /// <summary>Replaces the lower triangle of a matrix by its Cholesky factor.</summary>
    /// <param name="a">n x n, any strides; the lower triangle is read and replaced, the rest neither read nor written. For the upper triangle,
    /// <c>A = R^T R</c>, pass the transpose.</param>
    /// <returns>
    /// -1, or the index of the first pivot that is not a positive finite number. Then columns before it hold the factor of the leading block, which
    /// is positive definite, and the rest is of no use.
    /// </returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">a is not square.</exception>
    public static int Factor<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckSquare<T>(a, nameof(a));
        int n = a.Rows;
        for (int j = 0; j < n; j += Block)
        {
            int width = Math.Min(Block, n - j), below = n - j - width;
            MatrixView<T> diagonal = a.Slice(j, j, width, width), panel = a.Slice(j + width, j, below, width);
            ReadOnlyMatrixView<T> done = a.Slice(j, 0, width, j);
            SubtractSquare(done, diagonal);
            int bad = FactorBlock(diagonal);
            if (bad >= 0)
            {
                return j + bad;
            }

            Gemm.Multiply(-T.One, a.Slice(j + width, 0, below, j), done.Transposed, T.One, panel);
            TriangularBlocks<T>.Solve(diagonal, lower: true, unit: false, panel.Transposed);
        }

        return -1;
    }

    /// <summary><c>x = A^-1 x</c> with the factor of A.</summary>
    /// <param name="factor">n x n; the lower triangle is the factor.</param>
    /// <param name="x">n x k, any strides; the right-hand sides, replaced by the solutions.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">The factor is not square or has a zero on its diagonal, x does not fit, or they share memory.</exception>
    public static void Solve<T>(ReadOnlyMatrixView<T> factor, MatrixView<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckSquare(factor, nameof(factor));
        Triangular.Solve(factor, Triangle.Lower, x);
        Triangular.Solve(factor.Transposed, Triangle.Upper, x);
    }

    // The lower triangle of c -= f f'. Through a copy: the other triangle is not ours.
    [SkipLocalsInit]
    private static void SubtractSquare<T>(ReadOnlyMatrixView<T> f, MatrixView<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (f.Columns == 0)
        {
            return;
        }

        Span<T> memory = stackalloc T[Block * Block];
        var square = new MatrixView<T>(memory, c.Rows, c.Rows);
        Gemm.Multiply(f, f.Transposed, square);
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                c[i, j] -= square[i, j];
            }
        }
    }

    private static int FactorBlock<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = a.Rows;
        if (n <= Leaf)
        {
            return FactorLeaf(a);
        }

        int half = Math.Max(Leaf, n / 2 / Leaf * Leaf);
        MatrixView<T> first = a.Slice(0, 0, half, half), below = a.Slice(half, 0, n - half, half), second = a.Slice(half, half, n - half, n - half);
        int bad = FactorBlock(first);
        if (bad >= 0)
        {
            return bad;
        }

        TriangularBlocks<T>.Solve(first, lower: true, unit: false, below.Transposed);
        SubtractSquare<T>(below, second);
        bad = FactorBlock(second);
        return bad < 0 ? bad : half + bad;
    }

    private static int FactorLeaf<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < a.Rows; j++)
        {
            for (int i = j; i < a.Rows; i++)
            {
                T sum = a[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum = T.FusedMultiplyAdd(-a[i, k], a[j, k], sum);
                }

                a[i, j] = sum;
            }

            T pivot = a[j, j];
            if (!(pivot > T.Zero && T.IsFinite(pivot)))
            {
                return j;
            }

            T root = T.Sqrt(pivot);
            for (int i = j; i < a.Rows; i++)
            {
                a[i, j] = i == j ? root : a[i, j] / root;
            }
        }

        return -1;
    }
}
