using System.Numerics;

namespace Kernels;

// What the sweeps work on: the columns of a (tall) matrix, which become U diag(sigma); the columns of V; their lengths and what is known of
// their error; and one spare vector.
internal readonly ref struct JacobiWorkspace<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal JacobiWorkspace(int rows, int columns, bool withRight, scoped ref Span<T> memory)
    {
        Left = new(rows, columns, ref memory);
        Spare = ColumnBlock<T>.TakeVector(rows, ref memory);
        Norms = ColumnBlock<T>.TakeVector(columns, ref memory);
        Noise = ColumnBlock<T>.TakeVector(columns, ref memory);
        Right = withRight ? new(columns, columns, ref memory) : default;
        HasRight = withRight;
    }

    private JacobiWorkspace(JacobiWorkspace<T> whole, int columns)
    {
        Left = whole.Left.First(columns);
        Right = whole.Right.First(columns);
        HasRight = whole.HasRight;
        Spare = whole.Spare;
        Norms = whole.Norms[..columns];
        Noise = whole.Noise[..columns];
    }

    internal static long Length(int rows, int columns)
        => ColumnBlock<T>.Length(rows, columns + 1) + ColumnBlock<T>.Length(columns, columns + 2);

    internal int Columns => Left.Columns;

    internal ColumnBlock<T> Left { get; }

    internal ColumnBlock<T> Right { get; }

    // False when only singular values are wanted.
    internal bool HasRight { get; }

    // Lengths of the columns. Zero marks a column that is negligible and takes no further part.
    internal Span<T> Norms { get; }

    // How much of each column's length may be rounding of earlier rotations.
    internal Span<T> Noise { get; }

    // As long as a column, for whoever needs it.
    internal Span<T> Spare { get; }

    internal JacobiWorkspace<T> First(int columns) => new(this, columns);

    internal void SetRightToIdentity()
    {
        for (int j = 0; j < Right.Columns; j++)
        {
            Right[j].Clear();
            Right[j][j] = T.One;
        }
    }

    internal void Swap(int first, int second)
    {
        (Norms[first], Norms[second]) = (Norms[second], Norms[first]);
        (Noise[first], Noise[second]) = (Noise[second], Noise[first]);
        Left.Swap(first, second);
        if (HasRight)
        {
            Right.Swap(first, second);
        }
    }
}
