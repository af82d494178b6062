using System.Numerics;

namespace Kernels;

/// <summary>Finds NaN and infinities before a solver starts.</summary>
public static class FiniteCheck
{
    /// <summary>Looks for an entry that is NaN or infinite, row by row.</summary>
    /// <param name="matrix">Any strides.</param>
    /// <param name="row">Row of the first such entry, counted from zero; -1 when there is none.</param>
    /// <param name="column">Its column, counted from zero; -1 when there is none.</param>
    /// <returns>True when such an entry was found.</returns>
    /// <remarks>One pass over the matrix; it stops at the first bad row.</remarks>
    public static bool TryFindNonFinite<T>(ReadOnlyMatrixView<T> matrix, out int row, out int column)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (row = 0; row < matrix.Rows; row++)
        {
            column = matrix.ColumnStride == 1 ? FirstNonFinite(matrix.Row(row)) : FirstNonFinite(matrix, row);
            if (column >= 0)
            {
                return true;
            }
        }

        row = column = -1;
        return false;
    }

    private static int FirstNonFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The largest magnitude is NaN where an element is.
        for (int j = T.IsFinite(Reductions.MaxMagnitude(values)) ? values.Length : 0; j < values.Length; j++)
        {
            if (!T.IsFinite(values[j]))
            {
                return j;
            }
        }

        return -1;
    }

    private static int FirstNonFinite<T>(ReadOnlyMatrixView<T> matrix, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < matrix.Columns; j++)
        {
            if (!T.IsFinite(matrix[row, j]))
            {
                return j;
            }
        }

        return -1;
    }
}
