using System.Runtime.CompilerServices;

namespace Kernels;

// A matrix stored by columns, each of them contiguous and on cache-line boundaries when the memory is.
internal readonly ref struct ColumnBlock<T>
    where T : unmanaged
{
    private readonly Span<T> _memory;
    private readonly int _stride;

    // Takes what it needs from the front of `memory`.
    internal ColumnBlock(int rows, int columns, scoped ref Span<T> memory)
    {
        Rows = rows;
        Columns = columns;
        _stride = Stride(rows);
        _memory = Take(columns * _stride, ref memory);
    }

    private ColumnBlock(int rows, int columns, int stride, Span<T> memory)
    {
        (Rows, Columns, _stride) = (rows, columns, stride);
        _memory = memory;
    }

    internal static long Length(int rows, int columns) => (long)columns * Stride(rows);

    internal int Rows { get; }

    internal int Columns { get; }

    internal Span<T> this[int column] => _memory.Slice(column * _stride, Rows);

    internal MatrixView<T> View => new(_memory, Rows, Columns, 1, Math.Max(_stride, 1));

    // The same columns from one on.
    internal ColumnBlock<T> From(int column) => new(Rows, Columns - column, _stride, _memory[(column * _stride)..]);

    internal ColumnBlock<T> First(int columns) => new(Rows, columns, _stride, _memory);

    internal void Swap(int first, int second)
    {
        Span<T> x = this[first], y = this[second];
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (y[i], x[i]);
        }
    }

    // One vector, laid out like a column.
    internal static Span<T> TakeVector(int length, scoped ref Span<T> memory) => Take(Stride(length), ref memory)[..length];

    internal static long VectorLength(long length) => length <= int.MaxValue / 2 ? Stride((int)length) : long.MaxValue / 8;

    // Whole cache lines, and an odd number of them, so that two columns do not fall on the same lines of a 4 KiB page.
    private static int Stride(int length)
    {
        int line = 64 / Unsafe.SizeOf<T>();
        return (((length + line - 1) / line) | 1) * line;
    }

    private static Span<T> Take(int count, scoped ref Span<T> memory)
    {
        Span<T> taken = memory[..count];
        memory = memory[count..];
        return taken;
    }
}
