using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

// Householder QR with column pivoting of a tall matrix, A P = Q R: rows of R fall off in length, so that Jacobi on R' starts nearly sorted and
// nearly orthogonal (Z. Drmac, K. Veselic, "New fast and accurate Jacobi SVD algorithm", SIMAX 29, 2008; norm updating of LAPACK's xLAQP2).
internal readonly ref struct PivotedQr<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Columns of Q W formed at a time, so that a reflector is read once for all of them.
    private const int PanelColumns = 8;

    // From column k on: before step k what is left to factor, after it the k-th reflector (unit first element) below row k.
    private readonly ColumnBlock<T> _columns;
    private readonly ColumnBlock<T> _panel;
    private readonly Span<T> _diagonal;
    private readonly Span<T> _factors;

    // Lengths of what is left of each column, downdated; the lengths they were downdated from; and the length that may be rounding alone.
    private readonly Span<T> _norms;
    private readonly Span<T> _measured;
    private readonly Span<T> _noise;
    private readonly Span<int> _order;

    internal PivotedQr(int rows, int columns, scoped ref Span<T> memory)
    {
        _columns = new(rows, columns, ref memory);
        _panel = new(rows, PanelColumns, ref memory);
        _diagonal = ColumnBlock<T>.TakeVector(columns, ref memory);
        _factors = ColumnBlock<T>.TakeVector(columns, ref memory);
        _norms = ColumnBlock<T>.TakeVector(columns, ref memory);
        _measured = ColumnBlock<T>.TakeVector(columns, ref memory);
        _noise = ColumnBlock<T>.TakeVector(columns, ref memory);
        _order = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(columns, ref memory))[..columns];
    }

    internal static long Length(int rows, int columns)
        => ColumnBlock<T>.Length(rows, columns + PanelColumns) + ColumnBlock<T>.Length(columns, 6);

    // The matrix to factor goes here.
    internal ColumnBlock<T> Columns => _columns;

    internal void Factor<TKernels>()
        where TKernels : struct, ISvdKernels<T>
    {
        Start<TKernels>();
        for (int k = 0; k < _columns.Columns; k++)
        {
            if (!BringLongest<TKernels>(k))
            {
                _diagonal[k..].Clear();
                _factors[k..].Clear();
                return;
            }

            MakeReflector(k);
            for (int j = k + 1; j < _columns.Columns; j++)
            {
                Reflect<TKernels>(k, _columns[j]);
                Downdate<TKernels>(k, j);
            }
        }
    }

    // Column i of the destination becomes row i of R.
    internal void CopyTriangleTransposed(ColumnBlock<T> destination)
    {
        for (int i = 0; i < _columns.Columns; i++)
        {
            Span<T> row = destination[i];
            row[..i].Clear();
            row[i] = _diagonal[i];
            for (int j = i + 1; j < _columns.Columns; j++)
            {
                row[j] = _columns[j][i];
            }
        }
    }

    // destination = Q times the columns given, which are padded by zeros to full length.
    internal void MultiplyQ<TKernels>(ColumnBlock<T> factor, MatrixView<T> destination)
        where TKernels : struct, ISvdKernels<T>
    {
        for (int first = 0; first < factor.Columns; first += PanelColumns)
        {
            int count = Math.Min(PanelColumns, factor.Columns - first);
            for (int c = 0; c < count; c++)
            {
                factor[first + c].CopyTo(_panel[c]);
                _panel[c][factor.Rows..].Clear();
            }

            for (int k = _columns.Columns - 1; k >= 0; k--)
            {
                for (int c = 0; c < count; c++)
                {
                    Reflect<TKernels>(k, _panel[c]);
                }
            }

            _panel.View.Slice(0, 0, _columns.Rows, count).CopyTo(destination.Slice(0, first, _columns.Rows, count));
        }
    }

    // destination = P times the matrix given.
    internal void Unpivot(ReadOnlyMatrixView<T> factor, MatrixView<T> destination)
    {
        for (int j = 0; j < factor.Rows; j++)
        {
            factor.Slice(j, 0, 1, factor.Columns).CopyTo(destination.Slice(_order[j], 0, 1, factor.Columns));
        }
    }

    private void Start<TKernels>()
        where TKernels : struct, ISvdKernels<T>
    {
        T rounding = T.Sqrt(T.CreateChecked(_columns.Rows)) * SvdScaling.Epsilon<T>();
        for (int j = 0; j < _columns.Columns; j++)
        {
            _norms[j] = _measured[j] = ColumnPair.Length<T, TKernels>(_columns[j]);
            _noise[j] = T.Max(rounding * _norms[j], SvdScaling.Negligible<T>());
            _order[j] = j;
        }
    }

    // Exchanges column k with the longest from there on; false when all are negligible.
    private bool BringLongest<TKernels>(int k)
        where TKernels : struct, ISvdKernels<T>
    {
        while (true)
        {
            int longest = k;
            for (int j = k + 1; j < _columns.Columns; j++)
            {
                longest = _norms[j] > _norms[longest] ? j : longest;
            }

            if (_norms[longest] == T.Zero)
            {
                return false;
            }

            Measure<TKernels>(k, longest);
            if (_norms[longest] != T.Zero)
            {
                Swap(k, longest);
                return true;
            }
        }
    }

    private void MakeReflector(int k)
    {
        Span<T> x = _columns[k][k..];
        _diagonal[k] = T.CopySign(_norms[k], -x[0]);
        _factors[k] = (_diagonal[k] - x[0]) / _diagonal[k];
        Elementwise.Scale(x, T.One / (x[0] - _diagonal[k]), x);
        x[0] = T.One;
    }

    // column = (I - factor v v') column from row k on.
    private void Reflect<TKernels>(int k, Span<T> column)
        where TKernels : struct, ISvdKernels<T>
    {
        ReadOnlySpan<T> v = _columns[k][k..];
        TKernels.AddScaled(v, -_factors[k] * TKernels.Dot(v, column[k..]), column[k..]);
    }

    // The length of column j below row k, from its length at row k: by subtraction, as long as that leaves half the digits.
    private void Downdate<TKernels>(int k, int j)
        where TKernels : struct, ISvdKernels<T>
    {
        if (_norms[j] == T.Zero)
        {
            return;
        }

        T ratio = _columns[j][k] / _norms[j];
        T norm = _norms[j] * T.Sqrt(T.Max(T.Zero, (T.One - ratio) * (T.One + ratio)));
        T left = norm / _measured[j];
        if (left * left > T.Sqrt(SvdScaling.Epsilon<T>()))
        {
            _norms[j] = norm;
        }
        else
        {
            Measure<TKernels>(k + 1, j);
        }
    }

    // The exact length of column j from the given row on. What may be rounding of earlier steps alone is set to zero, an error of that size.
    private void Measure<TKernels>(int row, int j)
        where TKernels : struct, ISvdKernels<T>
    {
        Span<T> rest = _columns[j][row..];
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
            _columns.Swap(first, second);
            (_norms[first], _norms[second]) = (_norms[second], _norms[first]);
            (_measured[first], _measured[second]) = (_measured[second], _measured[first]);
            (_noise[first], _noise[second]) = (_noise[second], _noise[first]);
            (_order[first], _order[second]) = (_order[second], _order[first]);
        }
    }
}
