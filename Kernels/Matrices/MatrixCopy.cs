using System.Numerics;

namespace Kernels;

// Copies between views: whole rows where they are adjacent on both sides, blocks in registers where one side lies across the other.
internal static class MatrixCopy
{
    internal static void Copy<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        if (source.ColumnStride == 1 && destination.ColumnStride == 1)
        {
            Rows(source, destination);
        }
        else if (source.RowStride == 1 && destination.RowStride == 1)
        {
            Rows(source.Transposed, destination.Transposed);
        }
        else if (source.RowStride == 1 && destination.ColumnStride == 1)
        {
            Across(source.Transposed, destination.Transposed);
        }
        else
        {
            Across(source, destination);
        }
    }

    private static void Rows<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        for (int i = 0; i < source.Rows; i++)
        {
            source.Row(i).CopyTo(destination.Row(i));
        }
    }

    // Usually from adjacent rows to adjacent columns.
    private static void Across<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        bool blocks = source.ColumnStride == 1 && destination.RowStride == 1 && !source.IsEmpty;
        if (blocks && typeof(T) == typeof(double))
        {
            Transpose(Scalar.As<T, double>(source), Scalar.As<T, double>(destination));
        }
        else if (blocks && typeof(T) == typeof(float))
        {
            Transpose(Scalar.As<T, float>(source), Scalar.As<T, float>(destination));
        }
        else
        {
            Elements(source, destination);
        }
    }

    private static unsafe void Transpose<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* from = &source.Origin, to = &destination.Origin)
        {
            GemmTransposition<T>.Copy(from, source.RowStride, source.Rows, source.Columns, to, destination.ColumnStride);
        }
    }

    private static void Elements<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        // Blocks keep both sides in cache when one of them is walked across its rows.
        const int Block = 16;
        for (int i0 = 0; i0 < source.Rows; i0 += Block)
        {
            for (int j0 = 0; j0 < source.Columns; j0 += Block)
            {
                int iEnd = Math.Min(i0 + Block, source.Rows), jEnd = Math.Min(j0 + Block, source.Columns);
                for (int i = i0; i < iEnd; i++)
                {
                    for (int j = j0; j < jEnd; j++)
                    {
                        destination[i, j] = source[i, j];
                    }
                }
            }
        }
    }
}
