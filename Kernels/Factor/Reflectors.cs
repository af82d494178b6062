using System.Numerics;

namespace Kernels;

// A matrix that Householder reflections are making triangular: Q R by columns, or what is left to factor.
internal readonly ref struct Reflectors<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Copied when C is not stored by columns.
    private const int CopiedColumns = ReflectorPanel<T>.Chunk;

    private readonly ColumnBlock<T> _copies;
    private readonly ReflectorPanel<T> _panel;

    internal Reflectors(int rows, int columns, scoped ref Span<T> memory)
    {
        Count = Math.Min(rows, columns);
        Columns = new(rows, columns, ref memory);
        Diagonal = ColumnBlock<T>.TakeVector(Count, ref memory);
        Factors = ColumnBlock<T>.TakeVector(Count, ref memory);
        _copies = new(rows, CopiedColumns, ref memory);
        _panel = new(rows, ref memory);
    }

    internal static long Length(int rows, int columns)
        => ColumnBlock<T>.Length(rows, columns + CopiedColumns) + ColumnBlock<T>.Length(Math.Min(rows, columns), 2) + ReflectorPanel<T>.Length(rows);

    // Reflectors there can be.
    internal int Count { get; }

    // From column k on: before step k what is left to factor, after it the k-th reflector (unit first element) below row k.
    internal ColumnBlock<T> Columns { get; }

    internal Span<T> Diagonal { get; }

    internal Span<T> Factors { get; }

    internal ReflectorPanel<T> Panel => _panel;

    // From column k, whose length below row k is given.
    internal void Make(int k, T length)
    {
        Span<T> x = Columns[k][k..];
        if (length == T.Zero)
        {
            x.Clear();
            (x[0], Diagonal[k], Factors[k]) = (T.One, T.Zero, T.Zero);
            return;
        }

        Diagonal[k] = T.CopySign(length, -x[0]);
        Factors[k] = (Diagonal[k] - x[0]) / Diagonal[k];
        Elementwise.Scale(x, T.One / (x[0] - Diagonal[k]), x);
        x[0] = T.One;
    }

    // column = (I - factor v v') column from row k on.
    internal void Reflect<TKernels>(int k, Span<T> column)
        where TKernels : struct, IFactorKernels<T>
    {
        ReadOnlySpan<T> v = Columns[k][k..];
        TKernels.AddScaled(v, -Factors[k] * TKernels.Dot(v, column[k..]), column[k..]);
    }

    // Rows of R, each as a column: destination is R', n x count.
    internal void CopyTriangleTransposed(MatrixView<T> destination)
    {
        Columns.View.Slice(0, 0, Count, Columns.Columns).CopyTo(destination.Transposed);
        for (int i = 0; i < Count; i++)
        {
            destination.Slice(0, i, i, 1).Transposed.Fill(T.Zero);
            destination[i, i] = Diagonal[i];
        }
    }

    // destination = Q times a factor, which is padded by zero rows to the height of Q.
    internal void MultiplyQ<TKernels>(ReadOnlyMatrixView<T> factor, MatrixView<T> destination)
        where TKernels : struct, IFactorKernels<T>
    {
        factor.CopyTo(destination.Slice(0, 0, factor.Rows, factor.Columns));
        destination.Slice(factor.Rows, 0, destination.Rows - factor.Rows, factor.Columns).Fill(T.Zero);
        Multiply<TKernels>(destination, transposed: false);
    }

    // The first columns of Q.
    internal void FormQ<TKernels>(MatrixView<T> destination)
        where TKernels : struct, IFactorKernels<T>
    {
        destination.Fill(T.Zero);
        for (int j = 0; j < destination.Columns; j++)
        {
            destination[j, j] = T.One;
        }

        Multiply<TKernels>(destination, transposed: false);
    }

    // Replaces C, as many rows as the matrix has, by Q C or Q' C.
    internal void Multiply<TKernels>(MatrixView<T> c, bool transposed)
        where TKernels : struct, IFactorKernels<T>
    {
        int panels = (Count + ReflectorPanel<T>.MostColumns - 1) / ReflectorPanel<T>.MostColumns;
        for (int p = 0; p < panels; p++)
        {
            int first = (transposed ? p : panels - 1 - p) * ReflectorPanel<T>.MostColumns, width = Math.Min(ReflectorPanel<T>.MostColumns, Count - first);
            _panel.Load<TKernels>(Columns, Factors, first, width);
            MatrixView<T> rest = c.Slice(first, 0, c.Rows - first, c.Columns);
            if (c.RowStride == 1 || c.Rows == 1)
            {
                _panel.Apply<TKernels>(width, transposed, rest.Transposed);
                continue;
            }

            for (int j = 0; j < c.Columns; j += CopiedColumns)
            {
                MatrixView<T> piece = rest.Slice(0, j, rest.Rows, Math.Min(CopiedColumns, c.Columns - j));
                MatrixView<T> copy = _copies.View.Slice(0, 0, piece.Rows, piece.Columns);
                piece.CopyTo(copy);
                _panel.Apply<TKernels>(width, transposed, copy.Transposed);
                copy.CopyTo(piece);
            }
        }
    }
}
