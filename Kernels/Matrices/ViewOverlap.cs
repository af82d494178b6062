using System.Runtime.CompilerServices;

namespace Kernels;

// Do two views share an element? Exact for views with the same strides on one buffer (blocks of one matrix); otherwise two views
// whose extents meet are taken to overlap.
internal static class ViewOverlap
{
    internal static void Refuse<T>(ReadOnlyMatrixView<T> source, ReadOnlyMatrixView<T> destination, string name)
        where T : unmanaged
    {
        if (Overlap(source, destination))
        {
            throw new ArgumentException($"destination overlaps {name}; a product cannot be written over its own operand.", nameof(destination));
        }
    }

    // For maps that work element by element: the destination may be the source itself.
    internal static void RefuseUnlessSame<T>(ReadOnlyMatrixView<T> source, ReadOnlyMatrixView<T> destination, string name)
        where T : unmanaged
    {
        if (!IsSame(source, destination) && Overlap(source, destination))
        {
            throw new ArgumentException($"destination overlaps {name}; it must be the same view or share no memory.", nameof(destination));
        }
    }

    internal static bool Overlap<T>(ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y)
        where T : unmanaged
    {
        if (x.IsEmpty || y.IsEmpty)
        {
            return false;
        }

        nint bytes = Unsafe.ByteOffset(ref x.Origin, ref y.Origin);
        nint offset = bytes / Unsafe.SizeOf<T>();
        if (offset >= Extent(x) || -offset >= Extent(y))
        {
            return false;
        }

        if (bytes % Unsafe.SizeOf<T>() != 0 || x.RowStride != y.RowStride || x.ColumnStride != y.ColumnStride)
        {
            return true;
        }

        return x.RowStride >= x.ColumnStride
            ? SameGrid(offset, x.Rows, x.Columns, y.Rows, y.Columns, x.RowStride, x.ColumnStride)
            : SameGrid(offset, x.Columns, x.Rows, y.Columns, y.Rows, x.ColumnStride, x.RowStride);
    }

    // The strides of a single row or column do not matter.
    internal static bool IsSame<T>(ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y)
        where T : unmanaged
        => Unsafe.AreSame(ref x.Origin, ref y.Origin)
            && x.Rows == y.Rows && x.Columns == y.Columns
            && (x.Rows == 1 || x.RowStride == y.RowStride) && (x.Columns == 1 || x.ColumnStride == y.ColumnStride);

    // y starts `offset` after x on the grid of the strides. Its first element lies in one of two outer steps (rounding down or up),
    // and then the index ranges of both views must meet in both directions.
    private static bool SameGrid(nint offset, int xOuter, int xInner, int yOuter, int yInner, nint outer, nint inner)
    {
        // Rows that run into each other (read-only views may) have no unique position on the grid.
        if (outer == 0 || inner == 0 || (Math.Max(xInner, yInner) - 1) * inner >= outer)
        {
            return true;
        }

        nint down = (nint)Math.Floor((double)offset / outer);
        for (nint step = down; step <= down + 1; step++)
        {
            nint rest = offset - step * outer;
            if (rest % inner == 0 && Meets(step, xOuter, yOuter) && Meets(rest / inner, xInner, yInner))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Meets(nint start, int length, int otherLength) => start < length && -start < otherLength;

    private static nint Extent<T>(ReadOnlyMatrixView<T> view)
        where T : unmanaged
        => (nint)(view.Rows - 1) * view.RowStride + (nint)(view.Columns - 1) * view.ColumnStride + 1;
}
