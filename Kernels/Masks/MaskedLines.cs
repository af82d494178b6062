using System.Numerics;

namespace Kernels;

// Applies decisions to lines of views of any strides: a kept element is multiplied, another one becomes +0.
internal static unsafe class MaskedLines
{
    // Elements of a row, by way of the buffer where they are not adjacent. Factors of elements, if there are any, follow the scale.
    internal static void Row<T>(
        ReadOnlyMatrixView<T> x, int row, int column, int columns, ulong* bits, T scale, T* factors, MatrixView<T> destination, T* buffer)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* xs = &x.Origin, ys = &destination.Origin)
        {
            T* from = xs + ((nint)row * x.RowStride + (nint)column * x.ColumnStride);
            T* to = ys + ((nint)row * destination.RowStride + (nint)column * destination.ColumnStride);
            T* near = destination.ColumnStride == 1 ? to : buffer;
            if (x.ColumnStride != 1)
            {
                Copy(from, x.ColumnStride, buffer, 1, columns);
                from = buffer;
            }

            PhiloxDispatch.Apply(KernelInfo.Width, (byte*)bits, columns, from, scale, near);
            if (factors != null)
            {
                Elementwise.Multiply<T>(new ReadOnlySpan<T>(near, columns), new ReadOnlySpan<T>(factors, columns), new Span<T>(near, columns));
            }

            if (near != to)
            {
                Copy(near, 1, to, destination.ColumnStride, columns);
            }
        }
    }

    // Up to 64 rows of views whose rows are adjacent, column by column. The lines of bits are so many words apart, and 64 of them may be read.
    internal static void Columns<T>(ReadOnlyMatrixView<T> x, int row, int rows, int column, int columns, ulong* bits, int stride, T scale, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A word more, which may be read.
        ulong* square = stackalloc ulong[65];
        fixed (T* xs = &x.Origin, ys = &destination.Origin)
        {
            T* from = xs + (row + (nint)column * x.ColumnStride), to = ys + (row + (nint)column * destination.ColumnStride);
            for (int j = 0; j < columns; j++, from += x.ColumnStride, to += destination.ColumnStride)
            {
                if (j % 64 == 0)
                {
                    for (int i = 0; i < 64; i++)
                    {
                        square[i] = bits[i * stride + j / 64];
                    }

                    BitLine.Transpose(square);
                }

                PhiloxDispatch.Apply(KernelInfo.Width, (byte*)(square + j % 64), rows, from, scale, to);
            }
        }
    }

    private static void Copy<T>(T* from, nint fromStride, T* to, nint toStride, int count)
        where T : unmanaged
    {
        for (; count >= 4; count -= 4, from += 4 * fromStride, to += 4 * toStride)
        {
            (T a, T b, T c, T d) = (from[0], from[fromStride], from[2 * fromStride], from[3 * fromStride]);
            (to[0], to[toStride], to[2 * toStride], to[3 * toStride]) = (a, b, c, d);
        }

        for (; count > 0; count--, from += fromStride, to += toStride)
        {
            *to = *from;
        }
    }
}
