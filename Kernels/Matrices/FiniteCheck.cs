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
    /// <remarks>One pass over the matrix along its memory; a second one up to the entry where there is one.</remarks>
    public static bool TryFindNonFinite<T>(ReadOnlyMatrixView<T> matrix, out int row, out int column)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The largest magnitude is NaN where an element is.
        for (row = T.IsFinite(Reductions.MaxMagnitude(matrix)) ? matrix.Rows : 0; row < matrix.Rows; row++)
        {
            for (column = 0; column < matrix.Columns; column++)
            {
                if (!T.IsFinite(matrix[row, column]))
                {
                    return true;
                }
            }
        }

        row = column = -1;
        return false;
    }
}
