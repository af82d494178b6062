using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

// Eigenvalues and vectors of a symmetric tridiagonal matrix by divide and conquer: two halves and a rank-one update of both (J. Cuppen, Numer. Math. 36, 1981;
// M. Gu, S. Eisenstat, SIMAX 16, 1995). Vectors of a pair of halves become those of the whole by products.
internal readonly ref struct TridiagonalEigen<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Halves no larger than this are done by QL.
    private const int Leaf = 16;

    private readonly Span<T> _diagonal;
    private readonly Span<T> _offDiagonal;
    private readonly Span<int> _order;
    private readonly RankOneUpdate<T> _update;

    internal TridiagonalEigen(int order, scoped ref Span<T> memory)
    {
        Vectors = new(order, order, ref memory);
        _diagonal = ColumnBlock<T>.TakeVector(order, ref memory);
        _offDiagonal = ColumnBlock<T>.TakeVector(order, ref memory);
        _order = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(order, ref memory))[..order];
        _update = new(order, ref memory);
    }

    internal static long Length(int order)
        => ColumnBlock<T>.Length(order, order + 3) + RankOneUpdate<T>.Length(order);

    // Orthonormal columns, in the order of the values that they belong to.
    internal ColumnBlock<T> Vectors { get; }

    // In no order: Order names the columns of ascending values.
    internal ReadOnlySpan<T> Values => _diagonal;

    internal ReadOnlySpan<int> Order => _order;

    // Of a matrix whose entries are of the magnitude of one. False when QL did not converge.
    internal bool Decompose<TKernels>(ReadOnlySpan<T> diagonal, ReadOnlySpan<T> offDiagonal)
        where TKernels : struct, IFactorKernels<T>
        => Decompose<TKernels>(diagonal, offDiagonal, T.NegativeInfinity, 0);

    // Without the vectors of values below `least`, unless the largest value is more than 2^spread times that.
    internal bool Decompose<TKernels>(ReadOnlySpan<T> diagonal, ReadOnlySpan<T> offDiagonal, T least, int spread)
        where TKernels : struct, IFactorKernels<T>
    {
        diagonal.CopyTo(_diagonal);
        offDiagonal.CopyTo(_offDiagonal);
        for (int k = 0; k < diagonal.Length; k++)
        {
            Vectors[k].Clear();
            Vectors[k][k] = T.One;
        }

        return Decompose<TKernels>(0, diagonal.Length, least, spread);
    }

    private bool Decompose<TKernels>(int first, int count, T least, int spread)
        where TKernels : struct, IFactorKernels<T>
    {
        if (count <= Leaf)
        {
            bool converged = QlIteration.Run<T, TKernels>(
                _diagonal.Slice(first, count), _offDiagonal.Slice(first, count), Vectors.View.Slice(first, first, count, count));
            Sort(first, count);
            return converged;
        }

        // T = diag(T1, T2) + |e| (unit vector, +-unit vector)(...)', which e splits off the two diagonal elements beside it.
        int half = count / 2, middle = first + half;
        T coupling = _offDiagonal[middle - 1], strength = T.Abs(coupling);
        _diagonal[middle - 1] -= strength;
        _diagonal[middle] -= strength;
        if (!Decompose<TKernels>(first, half, T.NegativeInfinity, 0) || !Decompose<TKernels>(middle, count - half, T.NegativeInfinity, 0))
        {
            return false;
        }

        _update.Run<TKernels>(_diagonal.Slice(first, count), _order.Slice(first, count), Vectors.View.Slice(first, first, count, count), half, coupling, least, spread);
        return true;
    }

    private void Sort(int first, int count)
    {
        Span<int> order = _order.Slice(first, count);
        for (int k = 0; k < count; k++)
        {
            int place = k;
            for (; place > 0 && _diagonal[first + order[place - 1]] > _diagonal[first + k]; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = k;
        }
    }
}
