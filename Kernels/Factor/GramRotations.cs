using System.Numerics;

namespace Kernels;

// Two-sided Jacobi on a symmetric positive semidefinite matrix of even order, all pairs of a step in lanes. With the relative criterion
// |g_ij| > tolerance sqrt(g_ii g_jj) it finds every eigenvalue of a graded matrix as accurately as its entries allow (J. Demmel, K. Veselic, SIMAX 13,
// 1992).
internal readonly unsafe ref struct GramRotations<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PairLanes<T> _gram;
    private readonly PairLanes<T> _basis;
    private readonly T* _vectors;
    private readonly int _length;

    // In memory of Length elements.
    internal GramRotations(int order, T* memory)
    {
        _gram = new(order, order, memory);
        _basis = new(order, order, memory + PairLanes<T>.Length(order, order));
        _vectors = memory + (2 * PairLanes<T>.Length(order, order));
        _length = PairLanes<T>.PairsLength(order);
    }

    internal static long Length(int order) => (2 * PairLanes<T>.Length(order, order)) + (9L * PairLanes<T>.PairsLength(order));

    // The matrix, which becomes diagonal.
    internal PairLanes<T> Gram => _gram;

    // The product of the rotations, by columns.
    internal PairLanes<T> Basis => _basis;

    // Sets the basis to the identity and runs so many sweeps over all pairs, unless one finds nothing to rotate; or, across, one over the pairs of a
    // column on the left and one on the right. Returns the rotations, and those of the last sweep.
    internal (long All, long Last) Run<TKernels>(int sweeps, bool across, T tolerance)
        where TKernels : struct, IFactorKernels<T>
    {
        int half = _gram.Half, steps = across ? half : (2 * half) - 1;
        T* xx = _vectors, xy = xx + _length, yy = xy + _length, c = yy + _length, s = c + _length, largest = s + _length, counts = largest + _length;
        int* top = (int*)(counts + _length), bottom = top + half;
        _basis.Clear();
        _basis.SetIdentity(2 * half);
        new Span<T>(xx, 7 * _length).Clear();
        for (int k = 0; k < half; k++)
        {
            (top[k], bottom[k]) = (k, half + k);
        }

        long rotations = 0, last = 0;
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            new Span<T>(counts, _length).Clear();
            for (int step = 0; step < steps; step++)
            {
                for (int k = 0; k < half; k++)
                {
                    T* row = _gram.Origin + (top[k] * _gram.Stride) + k;
                    xx[k] = row[0];
                    xy[k] = row[_gram.Right];
                    yy[k] = _gram.Origin[(bottom[k] * _gram.Stride) + _gram.Right + k];
                }

                JacobiDispatch<T>.Angles(TKernels.Width, half, xx, xy, yy, largest, counts, tolerance, ordered: across, c, s);
                JacobiDispatch<T>.RotateBoth(TKernels.Width, across, _gram, top, bottom, c, s);
                JacobiDispatch<T>.Rotate(TKernels.Width, across, _basis, c, s);
                Advance(across, top, bottom, half);
            }

            last = 0;
            for (int k = 0; k < half; k++)
            {
                last += T.IsFinite(counts[k]) ? long.CreateChecked(counts[k]) : 1;
            }

            rotations += last;
            if (last == 0)
            {
                break;
            }
        }

        return (rotations, last);
    }

    // Rows stay where they are, so their names go round instead.
    private static void Advance(bool across, int* top, int* bottom, int half)
    {
        (int first, int last) = (bottom[0], top[half - 1]);
        for (int k = 0; k < half - 1; k++)
        {
            bottom[k] = bottom[k + 1];
        }

        if (across)
        {
            bottom[half - 1] = first;
            return;
        }

        for (int k = half - 1; k > 1; k--)
        {
            top[k] = top[k - 1];
        }

        (top[1], bottom[half - 1]) = (first, last);
    }
}
