using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The memory of one decomposition: the columns of the (tall) matrix, which the sweeps turn into U diag(sigma); the columns of V; their
// lengths and what is known of their error; and one spare column. Each column is contiguous.
internal readonly ref struct JacobiWorkspace<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Span<T> _left;
    private readonly Span<T> _right;
    private readonly int _leftStride;
    private readonly int _rightStride;

    internal JacobiWorkspace(int rows, int columns, bool withRight, Span<T> memory)
    {
        Rows = rows;
        Columns = columns;
        HasRight = withRight;
        _leftStride = Stride(rows);
        _rightStride = Stride(columns);
        _left = Take(ref memory, columns * _leftStride);
        Spare = Take(ref memory, _leftStride)[..rows];
        Norms = Take(ref memory, _rightStride)[..columns];
        Noise = Take(ref memory, _rightStride)[..columns];
        _right = withRight ? Take(ref memory, columns * _rightStride) : [];
    }

    // Elements that a tall rows x columns problem needs.
    internal static long Length(int rows, int columns)
        => (columns + 1L) * Stride(rows) + (columns + 2L) * Stride(columns);

    internal int Rows { get; }

    internal int Columns { get; }

    // False when only singular values are wanted.
    internal bool HasRight { get; }

    // Lengths of the columns. Zero marks a column that is negligible and takes no further part.
    internal Span<T> Norms { get; }

    // How much of each column's length may be rounding of earlier rotations.
    internal Span<T> Noise { get; }

    // As long as a column, for whoever needs it.
    internal Span<T> Spare { get; }

    internal Span<T> Left(int column) => _left.Slice(column * _leftStride, Rows);

    internal Span<T> Right(int column) => _right.Slice(column * _rightStride, Columns);

    internal ReadOnlyMatrixView<T> LeftMatrix => new(_left, Rows, Columns, 1, _leftStride);

    internal ReadOnlyMatrixView<T> RightMatrix => new(_right, Columns, Columns, 1, _rightStride);

    internal void Swap(int first, int second)
    {
        (Norms[first], Norms[second]) = (Norms[second], Norms[first]);
        (Noise[first], Noise[second]) = (Noise[second], Noise[first]);
        Swap(Left(first), Left(second));
        if (HasRight)
        {
            Swap(Right(first), Right(second));
        }
    }

    private static void Swap(Span<T> first, Span<T> second)
    {
        for (int i = 0; i < first.Length; i++)
        {
            (first[i], second[i]) = (second[i], first[i]);
        }
    }

    // Whole cache lines, and an odd number of them, so that two columns do not fall on the same lines of a 4 KiB page.
    private static int Stride(int length)
    {
        int line = 64 / Unsafe.SizeOf<T>();
        return (((length + line - 1) / line) | 1) * line;
    }

    private static Span<T> Take(scoped ref Span<T> memory, int count)
    {
        Span<T> taken = memory[..count];
        memory = memory[count..];
        return taken;
    }
}
