namespace Kernels.PropertyTests.Support;

/// <summary>How a test lays a matrix out in memory.</summary>
public enum Layout
{
    RowMajor,
    RowMajorWithGaps,
    ColumnMajor,
    ColumnMajorWithGaps,
    BothStrided,
}

internal static class Layouts
{
    internal static (int Row, int Column, int Length) Strides(this Layout layout, int rows, int columns)
    {
        (int row, int column) = layout switch
        {
            Layout.RowMajor => (columns, 1),
            Layout.RowMajorWithGaps => (columns + 3, 1),
            Layout.ColumnMajor => (1, rows),
            Layout.ColumnMajorWithGaps => (1, rows + 5),
            _ => (2, 2 * rows + 3),
        };
        return (row, column, rows == 0 || columns == 0 ? 0 : (rows - 1) * row + (columns - 1) * column + 1);
    }

    // A copy of the matrix in that layout; the gaps hold the filler, which nothing may read or write.
    internal static T[] Place<T>(this Layout layout, T[,] matrix, T filler)
        where T : unmanaged
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        var (row, column, length) = layout.Strides(rows, columns);
        var memory = new T[length];
        Array.Fill(memory, filler);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                memory[i * row + j * column] = matrix[i, j];
            }
        }

        return memory;
    }

    internal static MatrixView<T> View<T>(this Layout layout, Span<T> memory, int rows, int columns)
        where T : unmanaged
    {
        var (row, column, _) = layout.Strides(rows, columns);
        return new MatrixView<T>(memory, rows, columns, row, column);
    }
}
