using System.Numerics;

namespace Kernels;

// DropBlock with sliding windows: what windows cover becomes +0, the rest is divided by its probability of being kept.
internal readonly unsafe struct SlidingMask(int rows, int columns, int windowRows, int windowColumns, double unseeded)
{
    private const int LeastStrip = 4096;

    private readonly int _seedRows = rows - windowRows + 1, _seedColumns = columns - windowColumns + 1;

    // Strip after strip of columns, each with the seeds of a window's width before it.
    internal int Apply<T>(ReadOnlyMatrixView<T> x, in MaskRequest request, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int strip = Math.Min(columns, Math.Max(LeastStrip, windowColumns)), widest = (int)Math.Min(columns, (long)strip + windowColumns);
        nuint lasts = Bytes<int>(widest + SlidingCover.Lanes), lines = Bytes<ulong>(BitLine.Words(widest) + 2), elements = Bytes<T>(strip);
        byte* memory = AlignedMemory.Rent<byte>(lasts + 2 * lines + 2 * elements + DecisionLines.Memory);
        ulong* line = (ulong*)(memory + lasts), kept = (ulong*)(memory + lasts + lines);
        T* buffer = (T*)(memory + lasts + 2 * lines), factors = (T*)((byte*)buffer + elements);
        int count = 0;
        for (int first = 0; first < columns; first += strip)
        {
            int end = Math.Min(strip, columns - first) + first;
            var decisions = new DecisionLines(request, _seedRows, _seedColumns, (byte*)factors + elements);
            var cover = new SlidingCover(decisions, _seedRows, _seedColumns, windowRows, windowColumns, first, end, (int*)memory, line);
            count += Apply(x, cover, first, end, kept, factors, destination, buffer);
        }

        return count;
    }

    private int Apply<T>(ReadOnlyMatrixView<T> x, SlidingCover cover, int first, int end, ulong* kept, T* factors, MatrixView<T> destination, T* buffer)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Between its edges a row is covered by equally many windows.
        int inner = Math.Min(windowColumns, _seedColumns) - 1, outer = Math.Max(windowColumns, _seedColumns);
        Span<int> ends = [first, Math.Clamp(inner, first, end), Math.Clamp(outer, first, end), end];
        int count = 0;
        long before = 0;
        T scale = T.One;
        for (int row = 0; row < rows; row++)
        {
            long down = Windows(row, _seedRows, windowRows);
            if (down != before)
            {
                before = down;
                scale = Factor<T>(down * (inner + 1L));
                FillFactors(down, first, ends[0], ends[1], factors);
                FillFactors(down, first, ends[2], ends[3], factors);
            }

            ulong* all = cover.Kept(row);
            for (int part = 0; part < 3; part++)
            {
                (int from, int length) = (ends[part], ends[part + 1] - ends[part]);
                if (length > 0)
                {
                    BitLine.Copy(all, from - cover.First, length, kept);
                    count += BitLine.Count(kept, length);
                    bool isInner = part == 1;
                    MaskedLines.Row(x, row, from, length, kept, isInner ? scale : T.One, isInner ? null : factors + (from - first), destination, buffer);
                }
            }
        }

        return count;
    }

    private void FillFactors<T>(long down, int first, int from, int end, T* factors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = from; j < end; j++)
        {
            factors[j - first] = Factor<T>(down * Windows(j, _seedColumns, windowColumns));
        }
    }

    // Windows that cover a place, along one direction.
    private static long Windows(int at, int seeds, int window) => Math.Min(at, seeds - 1) - Math.Max(0, at - window + 1) + 1;

    // The power by squaring: the same bits everywhere, which a library's function does not promise.
    private T Factor<T>(long windows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double power = 1, x = unseeded;
        for (; windows > 0; windows >>= 1, x *= x)
        {
            power *= (windows & 1) != 0 ? x : 1;
        }

        return T.CreateChecked(1 / power);
    }

    private static nuint Bytes<T>(int count)
        where T : unmanaged
        => ((nuint)count * (nuint)sizeof(T) + 63) & ~(nuint)63;
}
