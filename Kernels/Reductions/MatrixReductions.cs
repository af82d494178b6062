using System.Numerics;

namespace Kernels;

/// <summary>Sums over matrices of any strides, in double.</summary>
/// <remarks>
/// A row is reduced in the scalar type by <see cref="Reductions"/>, however it lies in memory, and the rows are added in order in double: a
/// float matrix gives a norm that is good to the float tolerances of long sums, and the same bits under all strides.
/// </remarks>
public static class MatrixReductions
{
    private const int Block = 64;

    /// <summary>Squared Frobenius norm.</summary>
    /// <param name="matrix">Any strides.</param>
    public static double SumOfSquares<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Inner(matrix, matrix);

    /// <summary>Frobenius inner product, the sum of <c>a[i, j] * b[i, j]</c>.</summary>
    /// <param name="a">m x n, any strides.</param>
    /// <param name="b">m x n, any strides.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double Inner<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(a.Rows, a.Columns, b.Rows, b.Columns, nameof(b));
        double sum = 0;
        Span<T> products = stackalloc T[Block];
        for (int start = 0; start < a.Rows; start += Block)
        {
            int count = Math.Min(Block, a.Rows - start);
            Reductions.DotByRow(a.Slice(start, 0, count, a.Columns), b.Slice(start, 0, count, b.Columns), products[..count]);
            foreach (T product in products[..count])
            {
                sum += double.CreateChecked(product);
            }
        }

        return sum;
    }

    /// <summary>The squared length of each row, or of each column when the transposed view is passed.</summary>
    /// <param name="matrix">m x n, any strides.</param>
    /// <param name="destination">m values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length than the matrix has rows.</exception>
    public static void SumsOfSquaresOfRows<T>(ReadOnlyMatrixView<T> matrix, Span<double> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MatrixLines.OnePerRow(destination.Length, nameof(destination), matrix.Rows, matrix.Columns, nameof(matrix));
        Span<T> squares = stackalloc T[Block];
        for (int start = 0; start < matrix.Rows; start += Block)
        {
            int count = Math.Min(Block, matrix.Rows - start);
            Reductions.SumOfSquaresByRow(matrix.Slice(start, 0, count, matrix.Columns), squares[..count]);
            for (int i = 0; i < count; i++)
            {
                destination[start + i] = double.CreateChecked(squares[i]);
            }
        }
    }

    /// <summary>Sum of the main diagonal, in order, in double.</summary>
    /// <param name="matrix">Any strides; of one that is not square, the diagonal from the first element.</param>
    public static double Trace<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double trace = 0;
        for (int i = 0; i < Math.Min(matrix.Rows, matrix.Columns); i++)
        {
            trace += double.CreateChecked(matrix[i, i]);
        }

        return trace;
    }
}
