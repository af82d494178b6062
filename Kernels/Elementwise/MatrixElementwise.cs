using System.Numerics;

namespace Kernels;

/// <summary>Element-wise maps on matrices of any strides, line by line through <see cref="Elementwise"/> where elements are adjacent.</summary>
public static class MatrixElementwise
{
    /// <summary><c>destination = factor matrix</c>.</summary>
    /// <param name="matrix">m x n, any strides.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="destination">m x n; may be <paramref name="matrix"/> itself, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views overlap without being the same.</exception>
    public static void Scale<T>(ReadOnlyMatrixView<T> matrix, T factor, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(matrix.Rows, matrix.Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(matrix, destination, nameof(matrix));
        if (matrix.ColumnStride != 1 && destination.ColumnStride != 1 && matrix.RowStride == 1 && destination.RowStride == 1)
        {
            Scale(matrix.Transposed, factor, destination.Transposed);
            return;
        }

        for (int i = 0; i < matrix.Rows; i++)
        {
            ScaleRow(matrix, i, factor, destination);
        }
    }

    /// <summary><c>destination = x + factor y</c>, fused.</summary>
    /// <param name="x">m x n, any strides.</param>
    /// <param name="y">m x n, any strides.</param>
    /// <param name="factor">The factor; -1 subtracts.</param>
    /// <param name="destination">m x n; may be <paramref name="x"/> or <paramref name="y"/> itself, but not overlap them otherwise.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views overlap without being the same.</exception>
    public static void AddScaled<T>(ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y, T factor, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(x.Rows, x.Columns, y.Rows, y.Columns, nameof(y));
        ViewShape.CheckSame(x.Rows, x.Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(x, destination, nameof(x));
        ViewOverlap.RefuseUnlessSame(y, destination, nameof(y));
        for (int i = 0; i < x.Rows; i++)
        {
            if (x.ColumnStride == 1 && y.ColumnStride == 1 && destination.ColumnStride == 1)
            {
                Elementwise.AddScaled(x.Row(i), y.Row(i), factor, destination.Row(i));
                continue;
            }

            for (int j = 0; j < x.Columns; j++)
            {
                destination[i, j] = T.FusedMultiplyAdd(factor, y[i, j], x[i, j]);
            }
        }
    }

    /// <summary>Multiplies row i by <c>factors[i]</c>: <c>destination = diag(factors) matrix</c>.</summary>
    /// <param name="matrix">m x n, any strides.</param>
    /// <param name="factors">m factors.</param>
    /// <param name="destination">m x n; may be <paramref name="matrix"/> itself, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">
    /// The shapes differ, the views overlap without being the same, or there are not as many factors as rows.
    /// </exception>
    public static void ScaleRows<T>(ReadOnlyMatrixView<T> matrix, ReadOnlySpan<T> factors, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(matrix.Rows, matrix.Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(matrix, destination, nameof(matrix));
        if (factors.Length != matrix.Rows)
        {
            throw new ArgumentException($"Must have {matrix.Rows} elements, one a row, but has {factors.Length}.", nameof(factors));
        }

        for (int i = 0; i < matrix.Rows; i++)
        {
            ScaleRow(matrix, i, factors[i], destination);
        }
    }

    /// <summary>Plane (Givens) rotation of two rows in place: <c>(x, y) becomes (c x - s y, s x + c y)</c>.</summary>
    /// <param name="matrix">Any strides; pass the transposed view to rotate two columns.</param>
    /// <param name="first">The row x.</param>
    /// <param name="second">The row y, another one.</param>
    /// <param name="c">Cosine.</param>
    /// <param name="s">Sine.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The two rows are the same.</exception>
    public static void RotateRows<T>(MatrixView<T> matrix, int first, int second, T c, T s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckLine(first, matrix.Rows, nameof(first));
        ViewShape.CheckLine(second, matrix.Rows, nameof(second));
        if (first == second)
        {
            throw new ArgumentException($"A rotation needs two rows; both are {first}.", nameof(second));
        }

        if (matrix.ColumnStride == 1)
        {
            Span<T> x = matrix.Row(first), y = matrix.Row(second);
            Elementwise.Rotate(x, y, c, s, x, y);
            return;
        }

        for (int j = 0; j < matrix.Columns; j++)
        {
            T x = matrix[first, j], y = matrix[second, j];
            (matrix[first, j], matrix[second, j]) = (T.FusedMultiplyAdd(c, x, -(s * y)), T.FusedMultiplyAdd(s, x, c * y));
        }
    }

    private static void ScaleRow<T>(ReadOnlyMatrixView<T> matrix, int row, T factor, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (matrix.ColumnStride == 1 && destination.ColumnStride == 1)
        {
            Elementwise.Scale(matrix.Row(row), factor, destination.Row(row));
            return;
        }

        for (int j = 0; j < matrix.Columns; j++)
        {
            destination[row, j] = factor * matrix[row, j];
        }
    }
}
