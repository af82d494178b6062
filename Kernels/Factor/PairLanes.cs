using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// A matrix whose columns are rotated in disjoint pairs, one pair a lane: rows of two halves, column k of the left half beside column k of the right
// one, with room for a vector around each half (what the kernels emitted for [JacobiKernels] ask for).
internal readonly unsafe struct PairLanes<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal PairLanes(int rows, int columns, T* memory)
    {
        Rows = rows;
        Half = HalfOf(columns);
        Right = RightOf(columns);
        Stride = StrideOf(columns);
        Origin = memory;
    }

    private static int Line => 64 / sizeof(T);

    // Of this many rows more; the rest as in the matrix given.
    private PairLanes(in PairLanes<T> of, int from, int rows)
    {
        this = of;
        Rows = rows;
        Origin = of.Origin + (from * of.Stride);
    }

    internal T* Origin { get; }

    internal int Rows { get; }

    // Pairs; at least two, an odd column out is paired with zeros.
    internal int Half { get; }

    internal nint Right { get; }

    internal nint Stride { get; }

    internal MatrixView<T> LeftHalf => new(ref Unsafe.AsRef<T>(Origin), Rows, Half, (int)Stride, 1);

    internal MatrixView<T> RightHalf => new(ref Unsafe.AsRef<T>(Origin + Right), Rows, Half, (int)Stride, 1);

    internal ref T At(int row, int column) => ref Origin[(row * Stride) + (column < Half ? column : Right + column - Half)];

    // Elements of memory, on a cache-line boundary best.
    internal static long Length(int rows, int columns) => (long)rows * StrideOf(columns);

    // Vectors of one number a pair are this long.
    internal static int PairsLength(int columns) => RightOf(columns);

    internal PairLanes<T> RowRange(int from, int rows) => new(this, from, rows);

    internal void Clear() => new Span<T>(Origin, (int)(Rows * Stride)).Clear();

    // The columns of a matrix to their places, or back.
    internal void Load(ReadOnlyMatrixView<T> columns)
    {
        int left = Math.Min(Half, columns.Columns);
        columns.Slice(0, 0, columns.Rows, left).CopyTo(LeftHalf.Slice(0, 0, columns.Rows, left));
        columns.Slice(0, left, columns.Rows, columns.Columns - left).CopyTo(RightHalf.Slice(0, 0, columns.Rows, columns.Columns - left));
    }

    internal void Store(MatrixView<T> columns)
    {
        int left = Math.Min(Half, columns.Columns);
        LeftHalf.Slice(0, 0, columns.Rows, left).CopyTo(columns.Slice(0, 0, columns.Rows, left));
        RightHalf.Slice(0, 0, columns.Rows, columns.Columns - left).CopyTo(columns.Slice(0, left, columns.Rows, columns.Columns - left));
    }

    internal void SetIdentity(int columns)
    {
        for (int j = 0; j < columns; j++)
        {
            At(j, j) = T.One;
        }
    }

    private static int HalfOf(int columns) => Math.Max(2, (columns + 1) / 2);

    private static int RightOf(int columns) => ((HalfOf(columns) + Line - 1) / Line * Line) + Line;

    private static int StrideOf(int columns) => (2 * RightOf(columns)) - Line;
}
