using System.Runtime.CompilerServices;

namespace Kernels;

// Whether two views share an element. Exact for views with the same strides (windows of one matrix interleave in memory without
// sharing anything); for others, whether the stretches of memory they span meet.
internal static class ViewOverlap
{
    internal static bool Any<T>(ReadOnlyMatrixView<T> first, ReadOnlyMatrixView<T> second)
        where T : unmanaged
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return false;
        }

        // One subtraction, so that a moving collector cannot come between two addresses.
        long distance = (long)Unsafe.ByteOffset(ref first.Origin, ref second.Origin) / Unsafe.SizeOf<T>();
        return distance <= Last(first) && -distance <= Last(second)
            && (first.RowStride != second.RowStride || first.ColumnStride != second.ColumnStride || Meet(first, second, distance));
    }

    internal static void Refuse<T>(ReadOnlyMatrixView<T> written, string writtenName, ReadOnlyMatrixView<T> other, string otherName)
        where T : unmanaged
    {
        if (Any(written, other))
        {
            throw new ArgumentException($"Shares memory with {otherName}; it must lie elsewhere.", writtenName);
        }
    }

    private static long Last<T>(ReadOnlyMatrixView<T> view)
        where T : unmanaged
        => (long)(view.Rows - 1) * view.RowStride + (long)(view.Columns - 1) * view.ColumnStride;

    // Element (i, j) of the second is (i + rows, j + columns) of the first for some shift of rows and columns: try each shift of rows.
    private static bool Meet<T>(ReadOnlyMatrixView<T> first, ReadOnlyMatrixView<T> second, long distance)
        where T : unmanaged
    {
        for (int shift = 1 - second.Rows; shift < first.Rows; shift++)
        {
            long rest = distance - (long)shift * first.RowStride;
            bool meets = first.ColumnStride == 0
                ? rest == 0
                : rest % first.ColumnStride == 0 && rest / first.ColumnStride > -second.Columns && rest / first.ColumnStride < first.Columns;
            if (meets)
            {
                return true;
            }
        }

        return false;
    }
}
