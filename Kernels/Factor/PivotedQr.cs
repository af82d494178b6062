using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

// Householder QR with column pivoting, A P = Q R: rows of R fall off in length, so that Jacobi on R' starts nearly sorted and nearly orthogonal
// (Z. Drmac, K. Veselic, "New fast and accurate Jacobi SVD algorithm", SIMAX 29, 2008). Panels collect in F what their reflections will
// subtract from the other columns, V F', so that these are touched once a panel (G. Quintana-Orti, X. Sun, C. Bischof, "A BLAS-3 version
// of the QR factorization with column pivoting", SISC 19, 1998); lengths are downdated as in LAPACK's xLAQPS.
internal readonly ref struct PivotedQr<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int PanelColumns = 32;

    private readonly Reflectors<T> _qr;

    // Row j: what the panel's reflections subtract from column j, in terms of V.
    private readonly Span<T> _subtracted;
    private readonly Span<T> _products;

    // Lengths of what is left of each column, downdated; the lengths they were downdated from; and the length that may be rounding alone.
    private readonly Span<T> _norms;
    private readonly Span<T> _measured;
    private readonly Span<T> _noise;
    private readonly Span<int> _order;

    internal PivotedQr(int rows, int columns, scoped ref Span<T> memory)
    {
        _qr = new(rows, columns, ref memory);
        _subtracted = ColumnBlock<T>.TakeVector(columns * PanelColumns, ref memory);
        _products = ColumnBlock<T>.TakeVector(PanelColumns + columns, ref memory);
        _norms = ColumnBlock<T>.TakeVector(columns, ref memory);
        _measured = ColumnBlock<T>.TakeVector(columns, ref memory);
        _noise = ColumnBlock<T>.TakeVector(columns, ref memory);
        _order = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(columns, ref memory))[..columns];
    }

    internal static long Length(int rows, int columns)
        => Reflectors<T>.Length(rows, columns) + ColumnBlock<T>.VectorLength((long)columns * PanelColumns)
            + ColumnBlock<T>.VectorLength(PanelColumns + columns) + ColumnBlock<T>.Length(columns, 4);

    // The matrix to factor goes here.
    internal ColumnBlock<T> Columns => _qr.Columns;

    internal Reflectors<T> Reflectors => _qr;

    // Place k of the result holds this column of the matrix.
    internal ReadOnlySpan<int> Order => _order;

    // Returns the numerical rank: later rows of R are exactly zero. The matrix carries the rounding of work on columns of so many rows.
    internal int Factor<TKernels>(int roundedRows)
        where TKernels : struct, IFactorKernels<T>
    {
        Start<TKernels>(roundedRows);
        int rank = 0;
        for (bool more = true; more && rank < _qr.Count;)
        {
            more = Panel<TKernels>(ref rank);
        }

        for (int k = rank; k < _qr.Count; k++)
        {
            // Makes a reflector that does nothing; above it, R stays as it is.
            _qr.Make(k, T.Zero);
        }

        return rank;
    }

    // destination = P times the matrix given.
    internal void Unpivot(ReadOnlyMatrixView<T> factor, MatrixView<T> destination)
    {
        for (int j = 0; j < factor.Rows; j++)
        {
            factor.Slice(j, 0, 1, factor.Columns).CopyTo(destination.Slice(_order[j], 0, 1, factor.Columns));
        }
    }

    private void Start<TKernels>(int roundedRows)
        where TKernels : struct, IFactorKernels<T>
    {
        T rounding = T.Sqrt(T.CreateChecked(roundedRows)) * SvdScaling.Epsilon<T>();
        for (int j = 0; j < Columns.Columns; j++)
        {
            _norms[j] = _measured[j] = ColumnPair.Length<T, TKernels>(Columns[j]);
            _noise[j] = T.Max(rounding * _norms[j], SvdScaling.Negligible<T>());
            _order[j] = j;
        }
    }

    // Up to 32 reflections, fewer when a length can no longer be had from the one before; false when nothing is left to factor.
    private bool Panel<TKernels>(ref int rank)
        where TKernels : struct, IFactorKernels<T>
    {
        int first = rank, columns = Columns.Columns;
        bool more = true, stale = false;
        _subtracted.Clear();
        while (rank < Math.Min(first + PanelColumns, _qr.Count) && !stale)
        {
            T length = BringLongest<TKernels>(first, rank);
            if (length == T.Zero)
            {
                more = false;
                break;
            }

            _qr.Make(rank, length);
            Collect<TKernels>(first, rank);
            for (int j = rank + 1; j < columns; j++)
            {
                stale |= !Downdate(rank, j);
            }

            rank++;
        }

        int rest = columns - rank, width = rank - first;
        if (rest > 0 && width > 0 && rank < Columns.Rows)
        {
            MatrixView<T> below = Columns.View.Slice(rank, 0, Columns.Rows - rank, columns);
            TKernels.Multiply(Subtracted(rank, rest, width), below.Slice(0, first, below.Rows, width).Transposed, T.One, below.Slice(0, rank, below.Rows, rest).Transposed);
        }

        for (int j = rank; j < columns && stale; j++)
        {
            if (_norms[j] < T.Zero)
            {
                Measure<TKernels>(rank, j);
            }
        }

        return more;
    }

    private MatrixView<T> Subtracted(int from, int count, int width)
        => new(_subtracted[(from * PanelColumns)..], count, width, PanelColumns);

    // Exchanges column k with the longest from there on, brings it up to date, and returns its length; zero when all are negligible.
    private T BringLongest<TKernels>(int first, int k)
        where TKernels : struct, IFactorKernels<T>
    {
        while (true)
        {
            int longest = k;
            for (int j = k + 1; j < Columns.Columns; j++)
            {
                longest = _norms[j] > _norms[longest] ? j : longest;
            }

            if (_norms[longest] == T.Zero)
            {
                return T.Zero;
            }

            Swap(k, longest);
            int width = k - first;
            if (width > 0)
            {
                MatrixView<T> below = Columns.View.Slice(k, first, Columns.Rows - k, width);
                TKernels.Multiply(Subtracted(k, 1, width), below.Transposed, T.One, Columns.View.Slice(k, k, Columns.Rows - k, 1).Transposed);
                Subtracted(k, 1, width).Fill(T.Zero);
            }

            Measure<TKernels>(k, k);
            if (_norms[k] != T.Zero)
            {
                return _norms[k];
            }
        }
    }

    // Row k of R, and column k of -F: -tau (A'v - F V'v) for the columns that follow.
    private void Collect<TKernels>(int first, int k)
        where TKernels : struct, IFactorKernels<T>
    {
        int rest = Columns.Columns - k - 1, width = k - first, rows = Columns.Rows - k;
        if (rest == 0)
        {
            return;
        }

        MatrixView<T> v = Columns.View.Slice(k, k, rows, 1), others = Columns.View.Slice(k, k + 1, rows, rest);
        var column = new MatrixView<T>(_products[PanelColumns..], rest, 1);
        TKernels.Multiply(others.Transposed, v, T.Zero, column);
        if (width > 0)
        {
            var overlap = new MatrixView<T>(_products, width, 1);
            TKernels.Multiply(Columns.View.Slice(k, first, rows, width).Transposed, v, T.Zero, overlap);
            TKernels.Multiply(Subtracted(k + 1, rest, width), overlap, T.One, column);
        }

        T factor = -_qr.Factors[k];
        Span<T> products = _products.Slice(PanelColumns, rest);
        for (int j = 0; j < rest; j++)
        {
            // A column found negligible stays zero.
            _subtracted[((k + 1 + j) * PanelColumns) + width] = _norms[k + 1 + j] == T.Zero ? T.Zero : factor * products[j];
        }

        // A[k, :] -= V[k, :] F'; the reflector's own first element is one.
        MatrixView<T> row = others.Slice(0, 0, 1, rest);
        TKernels.Multiply(Subtracted(k + 1, rest, width + 1), Columns.View.Slice(k, first, 1, width + 1).Transposed, T.Zero, column);
        for (int j = 0; j < rest; j++)
        {
            row[0, j] += products[j];
        }
    }

    // The length of column j below row k, from its length at row k: by subtraction, as long as that leaves half the digits. Else it is marked as
    // negative, to be measured once the column is up to date.
    private bool Downdate(int k, int j)
    {
        if (_norms[j] == T.Zero)
        {
            return true;
        }

        T ratio = Columns[j][k] / _norms[j];
        T norm = _norms[j] * T.Sqrt(T.Max(T.Zero, (T.One - ratio) * (T.One + ratio)));
        T left = norm / _measured[j];
        bool holds = left * left > T.Sqrt(SvdScaling.Epsilon<T>());
        _norms[j] = holds ? norm : -T.One;
        return holds;
    }

    // The exact length of column j from the given row on. What may be rounding of earlier steps alone is set to zero, an error of that size.
    private void Measure<TKernels>(int row, int j)
        where TKernels : struct, IFactorKernels<T>
    {
        Span<T> rest = Columns[j][row..];
        T length = ColumnPair.Length<T, TKernels>(rest);
        if (length <= _noise[j])
        {
            rest.Clear();
            length = T.Zero;
        }

        _norms[j] = _measured[j] = length;
    }

    private void Swap(int first, int second)
    {
        if (first != second)
        {
            Columns.Swap(first, second);
            (_norms[first], _norms[second]) = (_norms[second], _norms[first]);
            (_measured[first], _measured[second]) = (_measured[second], _measured[first]);
            (_noise[first], _noise[second]) = (_noise[second], _noise[first]);
            (_order[first], _order[second]) = (_order[second], _order[first]);
            for (int k = 0; k < PanelColumns; k++)
            {
                ref T x = ref _subtracted[(first * PanelColumns) + k], y = ref _subtracted[(second * PanelColumns) + k];
                (x, y) = (y, x);
            }
        }
    }
}
