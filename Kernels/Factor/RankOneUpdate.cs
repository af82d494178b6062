using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

// The conquering step: diag(Q1 D1 Q1', Q2 D2 Q2') plus a coupling of two neighbouring rows, in place. Eigenvalues that the update does not move are set
// aside (deflation: J. Dongarra, D. Sorensen, SISSC 8, 1987); of the others, vectors come from Loewner's formula, which makes them orthogonal whatever the
// roots' last digits (M. Gu, S. Eisenstat, SIMAX 15, 1994).
internal readonly ref struct RankOneUpdate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Of a column: it has entries in the upper half of the rows only, in both, in the lower half only, or stays as it is.
    private const byte Upper = 0, Both = 1, Lower = 2, Deflated = 3;

    private readonly ColumnBlock<T> _rotation;
    private readonly Span<T> _gathered;
    private readonly Span<T> _z;
    private readonly Span<T> _poles;
    private readonly Span<T> _weights;
    private readonly Span<T> _roots;
    private readonly Span<T> _loewner;
    private readonly Span<T> _vector;
    private readonly Span<int> _kept;
    private readonly Span<int> _places;
    private readonly Span<byte> _kinds;

    internal RankOneUpdate(int order, scoped ref Span<T> memory)
    {
        _rotation = new(order, order, ref memory);
        _gathered = ColumnBlock<T>.TakeVector(order * order, ref memory);
        _z = ColumnBlock<T>.TakeVector(order, ref memory);
        _poles = ColumnBlock<T>.TakeVector(order, ref memory);
        _weights = ColumnBlock<T>.TakeVector(order, ref memory);
        _roots = ColumnBlock<T>.TakeVector(order, ref memory);
        _loewner = ColumnBlock<T>.TakeVector(order, ref memory);
        _vector = ColumnBlock<T>.TakeVector(order, ref memory);
        _kept = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(order, ref memory))[..order];
        _places = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(order, ref memory))[..order];
        _kinds = MemoryMarshal.AsBytes(ColumnBlock<T>.TakeVector(order, ref memory))[..order];
    }

    internal static long Length(int order)
        => ColumnBlock<T>.Length(order, order + 9) + ColumnBlock<T>.VectorLength((long)order * order);

    // values and the columns of `vectors` belong together; `order` names those of the first `half` in ascending order of their values, then those of the rest,
    // counted from its first. Afterwards it names all of them. Columns whose value is below `least` receive no vector, unless the largest value is more than 2^spread times that.
    internal void Run<TKernels>(Span<T> values, Span<int> order, MatrixView<T> vectors, int half, T coupling, T least, int spread)
        where TKernels : struct, IFactorKernels<T>
    {
        int n = values.Length;
        for (int k = 0; k < n; k++)
        {
            (_z[k], _kinds[k]) = k < half ? (vectors[half - 1, k], Upper) : (T.CopySign(T.One, coupling) * vectors[half, k], Lower);
        }

        // The coupling times z z' with z of length sqrt(2): its root goes into z.
        Elementwise.Scale(_z[..n], T.Sqrt(T.Abs(coupling)), _z[..n]);
        Merge(values, order, half, _places[..n]);
        _places[..n].CopyTo(order);
        int kept = Deflate<TKernels>(values, order, vectors);
        if (kept > 0)
        {
            int first = Solve(kept, values, least, spread);
            Combine<TKernels>(kept, first, values, vectors, half);
        }

        Order(values, order);
    }

    // Two runs of ascending values, the second numbered from its start, to one.
    private static void Merge(ReadOnlySpan<T> values, ReadOnlySpan<int> runs, int half, Span<int> merged)
    {
        (int left, int right) = (0, half);
        for (int k = 0; k < merged.Length; k++)
        {
            bool takeLeft = right == runs.Length || (left < half && values[runs[left]] <= values[half + runs[right]]);
            merged[k] = takeLeft ? runs[left++] : half + runs[right++];
        }
    }

    // Fills _kept, _poles and _weights with what takes part, ascending, and returns how many do.
    private int Deflate<TKernels>(Span<T> values, ReadOnlySpan<int> order, MatrixView<T> vectors)
        where TKernels : struct, IFactorKernels<T>
    {
        T largest = Reductions.MaxMagnitude<T>(values);
        T length = Reductions.Norm<T>(_z[..values.Length]), tolerance = T.CreateChecked(8) * SvdScaling.Epsilon<T>() * T.Max(largest, length * length);
        int kept = 0;
        foreach (int k in order)
        {
            if (T.Abs(_z[k]) * length <= tolerance)
            {
                _kinds[k] = Deflated;
                continue;
            }

            // Two values so near each other that a rotation, which makes one z vanish, leaves next to nothing between them.
            if (kept > 0)
            {
                int last = _kept[kept - 1];
                T both = T.Hypot(_z[last], _z[k]), c = _z[k] / both, s = _z[last] / both, gap = values[k] - values[last];
                if (T.Abs(gap * c * s) <= tolerance)
                {
                    TKernels.Rotate(vectors.Transposed.Row(last), vectors.Transposed.Row(k), c, s);
                    (values[last], values[k]) = (values[last] + (gap * s * s), values[k] - (gap * s * s));
                    (_z[last], _z[k]) = (T.Zero, both);
                    _kinds[k] = _kinds[k] == _kinds[last] ? _kinds[k] : Both;
                    _kinds[last] = Deflated;
                    kept--;
                }
            }

            _kept[kept++] = k;
        }

        for (int k = 0; k < kept; k++)
        {
            (_poles[k], _weights[k]) = (values[_kept[k]], _z[_kept[k]]);
        }

        return kept;
    }

    // The roots, and in the columns of _rotation the vectors, from the first that is wanted on, which is returned.
    private int Solve(int kept, ReadOnlySpan<T> values, T least, int spread)
    {
        Span<T> poles = _poles[..kept], weights = _weights[..kept], loewner = _loewner[..kept];
        if (kept == 1)
        {
            (_roots[0], _rotation[0][0]) = (poles[0] + (weights[0] * weights[0]), T.One);
            return 0;
        }

        var equation = new SecularEquation<T>(poles, weights);
        loewner.Fill(T.One);
        for (int k = 0; k < kept; k++)
        {
            (T origin, T shift) = equation.Root(k);
            Span<T> distances = _rotation[k][..kept];
            SecularKernels.Distance(poles, origin, shift, distances);
            _roots[k] = origin + shift;
            SecularKernels.LoewnerFactor(loewner[..k], distances[..k], poles[..k], poles[k], loewner[..k]);
            loewner[k] *= -distances[k];
            SecularKernels.LoewnerFactor(loewner[(k + 1)..], distances[(k + 1)..], poles[(k + 1)..], poles[k], loewner[(k + 1)..]);
        }

        for (int k = 0; k < kept; k++)
        {
            loewner[k] = T.CopySign(T.Sqrt(T.Abs(loewner[k])), weights[k]);
        }

        int first = FirstAbove(kept, values, least, spread);
        for (int k = first; k < kept; k++)
        {
            Span<T> vector = _rotation[k][..kept];
            SecularKernels.Quotient(loewner, vector, vector);
            Elementwise.Scale(vector, T.One / Reductions.Norm<T>(vector), vector);
        }

        return first;
    }

    private int FirstAbove(int kept, ReadOnlySpan<T> values, T least, int spread)
    {
        T largest = _roots[kept - 1];
        for (int k = 0; k < values.Length; k++)
        {
            largest = _kinds[k] == Deflated ? T.Max(largest, values[k]) : largest;
        }

        int first = 0;
        for (; first < kept && _roots[first] < least && least >= T.ScaleB(largest, -spread); first++)
        {
        }

        return first;
    }

    // vectors = vectors times the rotation, for the columns that take part, which come first; then the others.
    private void Combine<TKernels>(int kept, int first, Span<T> values, MatrixView<T> vectors, int half)
        where TKernels : struct, IFactorKernels<T>
    {
        int n = values.Length, upper = 0, both = 0;
        for (int k = 0; k < kept; k++)
        {
            upper += _kinds[_kept[k]] == Upper ? 1 : 0;
            both += _kinds[_kept[k]] == Both ? 1 : 0;
        }

        // Places of the poles in groups of one kind, so that zero halves of columns take no part in the products.
        (int nextUpper, int nextBoth, int nextLower) = (0, upper, upper + both);
        Span<T> memory = _gathered;
        int above = upper + both, below = kept - upper;
        MatrixView<T> top = Take(half, above, ref memory), bottom = Take(n - half, below, ref memory), rest = Take(n, n - kept, ref memory);
        for (int k = 0; k < kept; k++)
        {
            int column = _kept[k];
            byte kind = _kinds[column];
            int place = kind == Upper ? nextUpper++ : kind == Both ? nextBoth++ : nextLower++;
            _places[place] = k;
            if (kind != Lower)
            {
                vectors.Slice(0, column, half, 1).CopyTo(top.Slice(0, place, half, 1));
            }

            if (kind != Upper)
            {
                vectors.Slice(half, column, n - half, 1).CopyTo(bottom.Slice(0, place - upper, n - half, 1));
            }
        }

        for (int k = 0, set = 0; k < n; k++)
        {
            if (_kinds[k] == Deflated)
            {
                vectors.Slice(0, k, n, 1).CopyTo(rest.Slice(0, set, n, 1));
                _z[set++] = values[k];
            }
        }

        Permute(kept, first);
        MatrixView<T> rotation = _rotation.View.Slice(0, first, kept, kept - first), combined = vectors.Slice(0, first, n, kept - first);
        TKernels.Multiply(top, rotation.Slice(0, 0, above, rotation.Columns), T.Zero, combined.Slice(0, 0, half, rotation.Columns));
        TKernels.Multiply(bottom, rotation.Slice(upper, 0, below, rotation.Columns), T.Zero, combined.Slice(half, 0, n - half, rotation.Columns));
        rest.CopyTo(vectors.Slice(0, kept, n, n - kept));
        _roots[..kept].CopyTo(values);
        _z[..(n - kept)].CopyTo(values[kept..]);
    }

    // Rows of the rotation from the order of the poles to that of the gathered columns.
    private void Permute(int kept, int first)
    {
        for (int k = first; k < kept; k++)
        {
            Span<T> vector = _rotation[k][..kept];
            vector.CopyTo(_vector);
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] = _vector[_places[i]];
            }
        }
    }

    // The roots ascend, and what was set aside is usually little: each finds its place from the end.
    private static void Order(ReadOnlySpan<T> values, Span<int> order)
    {
        for (int k = 0; k < values.Length; k++)
        {
            int place = k;
            for (; place > 0 && values[order[place - 1]] > values[k]; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = k;
        }
    }

    private static MatrixView<T> Take(int rows, int columns, ref Span<T> memory)
    {
        var taken = new MatrixView<T>(memory, rows, columns, 1, Math.Max(rows, 1));
        memory = memory[(rows * columns)..];
        return taken;
    }
}
