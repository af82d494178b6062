using System.Numerics;

namespace Kernels.Runtime;

// The state of a descent by masks: the factors transposed (r x m and r x n row-major), so that a column of U is an adjacent span and kept ones
// are gathered by copies.
internal readonly ref struct DropoutDescent<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlyMatrixView<T> _y;
    private readonly MatrixView<T> _ut, _vt, _keptU, _scaledU, _keptV, _changeV, _residual;
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
        _ut = memory.Matrix(r, m);
        _vt = memory.Matrix(r, n);
        _keptU = memory.Matrix(r, m);
        _scaledU = memory.Matrix(r, m);
        _keptV = memory.Matrix(r, n);
        _changeV = memory.Matrix(r, n);
        _residual = memory.Matrix(m, n);
        u.Transposed.CopyTo(_ut);
        v.Transposed.CopyTo(_vt);
    }

    // One step on the kept factors: R = Y - (1/theta) U_k V_k^T, then U_k += (2 eta/theta) R V_k and V_k += (2 eta/theta) R^T U_k, both from
    // the factors before the step. kept has an entry a block. The factor 2 eta/theta is carried by R, so that all three products are plain sums,
    // which need no pass over their operands.
    internal void Descend(ReadOnlySpan<bool> kept, double step)
    {
        int m = _y.Rows, n = _y.Columns, count = 0;
        double factor = 2 * step * _rate.Scale;
        T scale = T.CreateChecked(-factor * _rate.Scale);
        for (int k = 0, i = 0; k < kept.Length; k++)
        {
            for (int end = Math.Min(i + _blockSize, _ut.Rows); i < end; i++)
            {
                if (kept[k])
                {
                    _ut.Row(i).CopyTo(_keptU.Row(count));
                    _vt.Row(i).CopyTo(_keptV.Row(count));
                    Elementwise.Scale<T>(_ut.Row(i), scale, _scaledU.Row(count));
                    _indices[count++] = i;
                }
            }
        }

        if (count == 0)
        {
            return;
        }

        MatrixView<T> u = _keptU.Slice(0, 0, count, m), v = _keptV.Slice(0, 0, count, n), change = _changeV.Slice(0, 0, count, n);
        Elementwise.Scale(_y, T.CreateChecked(factor), _residual);
        Gemm.Multiply(T.One, _scaledU.Slice(0, 0, count, m).Transposed, v, T.One, _residual, _parallelism);
        Gemm.Multiply(T.One, u, _residual, T.Zero, change, _parallelism);
        Gemm.Multiply(T.One, v, _residual.Transposed, T.One, u, _parallelism);
        for (int k = 0; k < count; k++)
        {
            _keptU.Row(k).CopyTo(_ut.Row(_indices[k]));
            Elementwise.Add<T>(_keptV.Row(k), _changeV.Row(k), _vt.Row(_indices[k]));
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
