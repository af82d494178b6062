using System.Runtime.CompilerServices;

namespace Kernels;

// Copies between views of any two layouts that share no memory.
internal static unsafe class ViewCopy
{
    // Keeps both sides in cache when one of them is walked across its rows.
    private const int Block = 16;

    // Columns of a transposition at a time, for the same reason: the rows that it writes.
    private const int Strip = 64;

    internal static void Copy<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        if (source.IsEmpty)
        {
            return;
        }

        if (source.ColumnStride == 1 && destination.ColumnStride == 1)
        {
            CopyRows(source, destination);
        }
        else if (source.RowStride == 1 && destination.RowStride == 1)
        {
            CopyRows(source.Transposed, destination.Transposed);
        }
        else if (source.RowStride == 1 && destination.ColumnStride == 1 && Moves<T>())
        {
            Transpose(source.Transposed, destination.Transposed);
        }
        else if (source.ColumnStride == 1 && destination.RowStride == 1 && Moves<T>())
        {
            Transpose(source, destination);
        }
        else
        {
            CopyElements(source, destination);
        }
    }

    private static void CopyRows<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        for (int i = 0; i < source.Rows; i++)
        {
            source.Row(i).CopyTo(destination.Row(i));
        }
    }

    // Scalars are moved by their size alone.
    private static bool Moves<T>()
        where T : unmanaged
        => sizeof(T) is sizeof(float) or sizeof(double);

    // Rows of the source become columns of memory.
    private static void Transpose<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        fixed (T* from = &source.Origin, to = &destination.Origin)
        {
            for (int start = 0; start < source.Columns; start += Strip)
            {
                int columns = Math.Min(Strip, source.Columns - start);
                T* first = from + start, target = to + (nint)start * destination.ColumnStride;
                if (sizeof(T) == sizeof(float))
                {
                    GemmTransposition<float>.Copy((float*)first, source.RowStride, source.Rows, columns, (float*)target, destination.ColumnStride);
                }
                else
                {
                    GemmTransposition<double>.Copy((double*)first, source.RowStride, source.Rows, columns, (double*)target, destination.ColumnStride);
                }
            }
        }
    }

    private static void CopyElements<T>(ReadOnlyMatrixView<T> source, MatrixView<T> destination)
        where T : unmanaged
    {
        ref T from = ref source.Origin, to = ref destination.Origin;
        for (int i0 = 0; i0 < source.Rows; i0 += Block)
        {
            for (int j0 = 0; j0 < source.Columns; j0 += Block)
            {
                int rows = Math.Min(i0 + Block, source.Rows), columns = Math.Min(j0 + Block, source.Columns);
                for (int i = i0; i < rows; i++)
                {
                    for (int j = j0; j < columns; j++)
                    {
                        Unsafe.Add(ref to, (nint)i * destination.RowStride + (nint)j * destination.ColumnStride)
                            = Unsafe.Add(ref from, (nint)i * source.RowStride + (nint)j * source.ColumnStride);
                    }
                }
            }
        }
    }
}
