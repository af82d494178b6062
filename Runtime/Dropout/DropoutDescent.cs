using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels.Runtime;

// The state of a descent by masks: the factors transposed (r x m and r x n row-major), so that a column of U is an adjacent span and kept ones
// are gathered by copies.
internal readonly ref struct DropoutDescent<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Elements by which rows are longer at most.
    private const int RowSlack = 16;

    private readonly ReadOnlyMatrixView<T> _y;
    private readonly MatrixView<T> _ut, _vt, _scaledU, _keptV, _change, _residual;
    private readonly KeepRate _rate;
    private readonly int _blockSize;
    private readonly int[] _indices;
    private readonly Parallelism _parallelism;

    internal DropoutDescent(
        ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, ReadOnlyMatrixView<T> y, KeepRate rate, int blockSize, Parallelism parallelism, SolverWorkspace<T> memory)
    {
        int m = y.Rows, n = y.Columns, r = u.Columns;
        _y = y;
        _rate = rate;
        _blockSize = blockSize;
        _indices = new int[r];
        _parallelism = parallelism;
        _ut = Rows(memory, r, m);
        _vt = Rows(memory, r, n);
        _scaledU = Rows(memory, r, m);
        _keptV = Rows(memory, r, n);
        _change = Rows(memory, r, Math.Max(m, n));
        _residual = Rows(memory, m, n);
        u.Transposed.CopyTo(_ut);
        v.Transposed.CopyTo(_vt);
    }

    internal static int WorkspaceFor(int m, int n, int r)
        => checked(2 * r * (m + RowSlack) + (2 * r + m) * (n + RowSlack) + r * (Math.Max(m, n) + RowSlack));

    // Rows on boundaries of 32 bytes, since a load across a line costs two, and not a multiple of 256 bytes apart, where lines of one column share few places of a cache.
    private static MatrixView<T> Rows(SolverWorkspace<T> memory, int rows, int columns)
    {
        int unit = 32 / Unsafe.SizeOf<T>(), units = (columns + unit - 1) / unit, stride = (units % 8 == 0 ? units + 1 : units) * unit;
        return new(memory.Vector(checked(rows * stride)), rows, columns, stride);
    }

    // One step on the kept factors: R = Y - (1/theta) U_k V_k^T, then U_k += (2 eta/theta) R V_k and V_k += (2 eta/theta) R^T U_k, both from
    // the factors before the step. kept has an entry a block. U_k is gathered with the factor -1/theta, which the sum into V takes out again, so that all three
    // products are plain sums, which need no pass over their operands, and each factor is gathered and scattered once.
    internal void Descend(ReadOnlySpan<bool> kept, double step)
    {
        int m = _y.Rows, n = _y.Columns, count = 0;
        T scale = T.CreateChecked(-_rate.Scale);
        for (int k = 0, i = 0; k < kept.Length; k++)
        {
            for (int end = Math.Min(i + _blockSize, _ut.Rows); i < end; i++)
            {
                if (kept[k])
                {
                    Elementwise.Scale<T>(_ut.Row(i), scale, _scaledU.Row(count));
                    _vt.Row(i).CopyTo(_keptV.Row(count));
                    _indices[count++] = i;
                }
            }
        }

        if (count == 0)
        {
            return;
        }

        MatrixView<T> u = _scaledU.Slice(0, 0, count, m), v = _keptV.Slice(0, 0, count, n);
        _y.CopyTo(_residual);
        Gemm.Multiply(T.One, u.Transposed, v, T.One, _residual, _parallelism);
        Gemm.Multiply(T.One, u, _residual, T.Zero, _change.Slice(0, 0, count, n), _parallelism);
        Scatter(T.CreateChecked(-2 * step), count, _vt);
        Gemm.Multiply(T.One, v, _residual.Transposed, T.Zero, _change.Slice(0, 0, count, m), _parallelism);
        Scatter(T.CreateChecked(2 * step * _rate.Scale), count, _ut);
    }

    private void Scatter(T factor, int count, MatrixView<T> rows)
    {
        for (int k = 0; k < count; k++)
        {
            Span<T> row = rows.Row(_indices[k]);
            Elementwise.AddScaled<T>(row, _change.Row(k)[..row.Length], factor, row);
        }
    }

    internal double Objective()
        => _blockSize == 1
            ? DropoutObjective.Evaluate(_y, _ut.Transposed, _vt.Transposed, _rate.DropoutWeight, _residual, _parallelism)
            : DropBlockObjective.Evaluate(_y, _ut.Transposed, _vt.Transposed, _blockSize, _rate.DropoutWeight, _residual, _parallelism);

    internal void ThrowIfDiverged(int iteration, double step)
    {
        if (FiniteCheck.TryFindNonFinite<T>(_ut, out _, out _) || FiniteCheck.TryFindNonFinite<T>(_vt, out _, out _))
        {
            throw new SolverDivergedException(iteration, step);
        }
    }

    internal void CopyTo(MatrixView<T> u, MatrixView<T> v)
    {
        _ut.Transposed.CopyTo(u);
        _vt.Transposed.CopyTo(v);
    }
}
