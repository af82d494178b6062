using System.Numerics;

namespace Kernels;

/// <summary>Products with a triangular matrix and with its inverse, in place.</summary>
/// <remarks>
/// The transpose of a triangular matrix is <see cref="ReadOnlyMatrixView{T}.Transposed"/> read as the other <see cref="Triangle"/>. Halves are
/// combined by products (<see cref="Gemm"/>), so that all but the diagonal blocks runs at their speed (recursion of E. Elmroth, F. Gustavson,
/// I. Jonsson, B. Kagstrom, SIAM Review 46, 2004). n^2 k flops for k columns (or rows, on the right). Contract: docs/contracts/triangular.md.
/// </remarks>
public static class Triangular
{
    /// <summary><c>x = A^-1 x</c>, or <c>x = x A^-1</c> on the right.</summary>
    /// <param name="a">n x n, any strides; one triangle is read.</param>
    /// <param name="triangle">Which one.</param>
    /// <param name="x">n x k, or k x n on the right, any strides; the right-hand sides, replaced by the solutions.</param>
    /// <param name="side">On which side of x the matrix stands.</param>
    /// <param name="unitDiagonal">The diagonal is taken to be ones and is not read.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">a is not square or has a zero on its diagonal, x does not fit, or they share memory.</exception>
    public static void Solve<T>(ReadOnlyMatrixView<T> a, Triangle triangle, MatrixView<T> x, Side side = Side.Left, bool unitDiagonal = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, triangle, x, side);
        if (!unitDiagonal)
        {
            for (int i = 0; i < a.Rows; i++)
            {
                if (a[i, i] == T.Zero)
                {
                    throw new ArgumentException($"Diagonal element {i}, counted from zero, is zero; the matrix has no inverse.", nameof(a));
                }
            }
        }

        TriangularBlocks<T>.Solve(side == Side.Left ? a : a.Transposed, IsLower(triangle, side), unitDiagonal, side == Side.Left ? x : x.Transposed);
    }

    /// <summary><c>x = A x</c>, or <c>x = x A</c> on the right.</summary>
    /// <param name="a">n x n, any strides; one triangle is read.</param>
    /// <param name="triangle">Which one.</param>
    /// <param name="x">n x k, or k x n on the right, any strides; replaced by the product.</param>
    /// <param name="side">On which side of x the matrix stands.</param>
    /// <param name="unitDiagonal">The diagonal is taken to be ones and is not read.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">a is not square, x does not fit, or they share memory.</exception>
    public static void Multiply<T>(ReadOnlyMatrixView<T> a, Triangle triangle, MatrixView<T> x, Side side = Side.Left, bool unitDiagonal = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, triangle, x, side);
        TriangularBlocks<T>.Multiply(side == Side.Left ? a : a.Transposed, IsLower(triangle, side), unitDiagonal, side == Side.Left ? x : x.Transposed);
    }

    // X A = (A' X')'
    private static bool IsLower(Triangle triangle, Side side) => (triangle == Triangle.Lower) == (side == Side.Left);

    private static void Check<T>(ReadOnlyMatrixView<T> a, Triangle triangle, MatrixView<T> x, Side side)
        where T : unmanaged
    {
        if (triangle is not (Triangle.Lower or Triangle.Upper))
        {
            throw new ArgumentOutOfRangeException(nameof(triangle), triangle, "Must be Lower or Upper.");
        }

        if (side is not (Side.Left or Side.Right))
        {
            throw new ArgumentOutOfRangeException(nameof(side), side, "Must be Left or Right.");
        }

        FactorArguments.CheckSquare(a, nameof(a));
        if ((side == Side.Left ? x.Rows : x.Columns) != a.Rows)
        {
            throw new ArgumentException(
                $"Is {x.Rows} x {x.Columns}; with a {a.Rows} x {a.Rows} matrix on the {(side == Side.Left ? "left" : "right")} it must have {a.Rows} {(side == Side.Left ? "rows" : "columns")}.",
                nameof(x));
        }

        FactorArguments.RefuseOverlap(x, nameof(x), a, nameof(a));
    }
}
