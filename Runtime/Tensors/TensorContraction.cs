using System.Numerics;

namespace Kernels.Runtime;

// Products of one unit's vectors and the modes 2..K of a tensor, mode by mode as small matrix products in memory of its own.
internal sealed class TensorContraction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _sizes;
    private readonly int _length;
    private readonly T[] _first, _second;

    internal TensorContraction(int[] sizes)
    {
        _sizes = sizes;
        _length = 1;
        for (int k = 1; k < sizes.Length; k++)
        {
            _length *= sizes[k];
        }

        (_first, _second) = (new T[_length], new T[_length]);
    }

    // destination = x^2 o ... o x^K.
    internal void Product(Units<T> units, int unit, Span<T> destination)
    {
        T[] from = _first, to = _second;
        from[0] = T.One;
        int length = 1;
        for (int k = 1; k < _sizes.Length; k++)
        {
            Span<T> target = k == _sizes.Length - 1 ? destination : to;
            MatrixView<T> outer = new(target, length, _sizes[k]);
            Gemm.Multiply<T>(T.One, new MatrixView<T>(from, length, 1), new MatrixView<T>(units.Block(k).Row(unit), 1, _sizes[k]), T.Zero, outer, Parallelism.Sequential);
            length *= _sizes[k];
            (from, to) = (to, from);
        }
    }

    // destination (d_block) = the tensor of modes 2..K contracted with all vectors of the unit but that block's: the modes before it from the left,
    // those behind it from the right.
    internal void AllBut(int block, Units<T> units, int unit, Span<T> tensor, Span<T> destination)
    {
        Span<T> from = tensor;
        T[] to = _first, other = _second;
        int length = _length;
        for (int k = 1; k < block; k++)
        {
            length /= _sizes[k];
            Gemm.Multiply<T>(
                T.One, new MatrixView<T>(units.Block(k).Row(unit), 1, _sizes[k]), new MatrixView<T>(from, _sizes[k], length), T.Zero, new MatrixView<T>(to, 1, length), Parallelism.Sequential);
            from = to;
            (to, other) = (other, to);
        }

        for (int k = _sizes.Length - 1; k > block; k--)
        {
            length /= _sizes[k];
            Gemm.Multiply<T>(
                T.One, new MatrixView<T>(from, length, _sizes[k]), new MatrixView<T>(units.Block(k).Row(unit), _sizes[k], 1), T.Zero, new MatrixView<T>(to, length, 1), Parallelism.Sequential);
            from = to;
            (to, other) = (other, to);
        }

        from[..length].CopyTo(destination);
    }
}
