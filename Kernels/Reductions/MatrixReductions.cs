using System.Numerics;

namespace Kernels;

/// <summary>Sums and extrema over matrices of any strides.</summary>
/// <remarks>
/// A line of adjacent elements (a row, or a column of a transposed view) is reduced in the scalar type by <see cref="Reductions"/>; the
/// lines are added in double, so that a float matrix gives a norm that is good to the float tolerances of long sums.
/// </remarks>
public static class MatrixReductions
{
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
        if (a.ColumnStride != 1 && b.ColumnStride != 1 && a.RowStride == 1 && b.RowStride == 1)
        {
            return Inner(a.Transposed, b.Transposed);
        }

        double sum = 0;
        bool adjacent = a.ColumnStride == 1 && b.ColumnStride == 1;
        for (int i = 0; i < a.Rows; i++)
        {
            sum += adjacent ? double.CreateChecked(Reductions.Dot(a.Row(i), b.Row(i))) : InnerOfRow(a, b, i);
        }

        return sum;
    }

    /// <summary>Largest absolute value; zero for an empty matrix.</summary>
    /// <param name="matrix">Any strides; finite entries.</param>
    public static T MaxMagnitude<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (matrix.ColumnStride != 1 && matrix.RowStride == 1)
        {
            return MaxMagnitude(matrix.Transposed);
        }

        T max = T.Zero;
        for (int i = 0; i < matrix.Rows; i++)
        {
            max = T.Max(max, matrix.ColumnStride == 1 ? Reductions.MaxMagnitude(matrix.Row(i)) : MaxMagnitudeOfRow(matrix, i));
        }

        return max;
    }

    /// <summary>The squared length of each row, or of each column when the transposed view is passed.</summary>
    /// <param name="matrix">m x n, any strides.</param>
    /// <param name="destination">m values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length than the matrix has rows.</exception>
    public static void SumsOfSquaresOfRows<T>(ReadOnlyMatrixView<T> matrix, Span<double> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (destination.Length != matrix.Rows)
        {
            throw new ArgumentException($"Must have {matrix.Rows} elements, one a row, but has {destination.Length}.", nameof(destination));
        }

        if (matrix.ColumnStride == 1)
        {
            for (int i = 0; i < matrix.Rows; i++)
            {
                destination[i] = double.CreateChecked(Reductions.SumOfSquares(matrix.Row(i)));
            }

            return;
        }

        // Column after column, so that memory is walked along its short stride.
        destination.Clear();
        for (int j = 0; j < matrix.Columns; j++)
        {
            for (int i = 0; i < matrix.Rows; i++)
            {
                double value = double.CreateChecked(matrix[i, j]);
                destination[i] += value * value;
            }
        }
    }

    private static double InnerOfRow<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int j = 0; j < a.Columns; j++)
        {
            sum += double.CreateChecked(a[row, j]) * double.CreateChecked(b[row, j]);
        }

        return sum;
    }

    private static T MaxMagnitudeOfRow<T>(ReadOnlyMatrixView<T> matrix, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = T.Zero;
        for (int j = 0; j < matrix.Columns; j++)
        {
            max = T.Max(max, T.Abs(matrix[row, j]));
        }

        return max;
    }
}
