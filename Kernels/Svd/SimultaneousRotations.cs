using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

// Columns that are nearly orthogonal, made orthogonal by one rotation of all of them: X holds the angles of all pairs to first order, and X + sqrt(I + X^2) is
// orthogonal (the refinement of T. Ogita, K. Aishima, Japan J. Indust. Appl. Math. 35, 2018, with the exact orthogonal factor in place of theirs). Cosines become
// their squares, at the price of two products. The few pairs whose lengths are too close for that are rotated one by one.
internal readonly ref struct SimultaneousRotations<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // One or two are usual in double, two or three in single precision.
    private const int MostPasses = 5;

    // Rotations one by one cost more than sweeps over blocks from so many pairs a column on.
    private const int MostPairsPerColumn = 2;

    private const int MostRounds = 6;

    private readonly ColumnBlock<T> _gram;
    private readonly ColumnBlock<T> _angles;
    private readonly ColumnBlock<T> _powers;
    private readonly ColumnBlock<T> _copy;
    private readonly Span<T> _squares;
    private readonly Span<int> _wide;

    internal SimultaneousRotations(int rows, int columns, scoped ref Span<T> memory)
    {
        _gram = new(columns, columns, ref memory);
        _angles = new(columns, columns, ref memory);
        _powers = new(columns, columns, ref memory);
        _copy = new(rows, columns, ref memory);
        _squares = ColumnBlock<T>.TakeVector(columns, ref memory);
        _wide = MemoryMarshal.Cast<T, int>(ColumnBlock<T>.TakeVector(2 * MostPairsPerColumn * columns, ref memory))[..(2 * MostPairsPerColumn * columns)];
    }

    internal static long Length(int rows, int columns)
        => (3 * ColumnBlock<T>.Length(columns, columns)) + ColumnBlock<T>.Length(rows, columns) + ColumnBlock<T>.VectorLength(columns)
            + ColumnBlock<T>.VectorLength(2 * MostPairsPerColumn * columns);

    // Whether all pairs of some columns may be rotated one by one.
    internal static bool AreFew(int columns, int all) => (long)columns * (columns - 1) / 2 <= (long)MostPairsPerColumn * all;

    // Angles up to so much count as small.
    private static T Limit => T.ScaleB(T.One, -6);

    // Makes the columns of Left orthogonal and rotates those of Right along; but pairs of which both columns are not among the first `settled` are left alone. Not
    // converged: they are rotated all the same, and sweeps have to finish.
    internal SvdInfo Run<TKernels>(JacobiWorkspace<T> work, double tolerance, int settled)
        where TKernels : struct, IFactorKernels<T>
    {
        T limit = T.CreateChecked(tolerance);
        long rotations = 0;
        for (int pass = 1; ; pass++)
        {
            GramProduct.Multiply<T, TKernels>(work.Left.View, _gram.View);
            T largest = TakeSquares(settled);
            if (largest <= limit || pass == MostPasses || !TryFindWide(limit, settled, out int wide) || !TryRotateAll<TKernels>(work, settled, out T remainder))
            {
                return new(largest <= limit, pass, rotations, double.CreateChecked(largest));
            }

            rotations += ((long)work.Columns * (work.Columns - 1) / 2) + RotateWide<TKernels>(work, wide, tolerance);
            if (wide == 0 && remainder <= limit)
            {
                return new(true, pass, rotations, double.CreateChecked(remainder));
            }
        }
    }

    // Moves the diagonal of the Gram matrix out of it and returns the largest |cosine|.
    private T TakeSquares(int settled)
    {
        for (int k = 0; k < _squares.Length; k++)
        {
            (_squares[k], _gram[k][k]) = (_gram[k][k], T.Zero);
        }

        T largest = T.Zero;
        for (int k = 0; k < _squares.Length; k++)
        {
            int partners = Partners(k, settled);
            largest = T.Max(largest, RotationKernels.Cosine<T>(_gram[k][..partners], _squares[..partners]) / _squares[k]);
        }

        return T.Sqrt(largest);
    }

    // The columns that column k is rotated with come first.
    private int Partners(int k, int settled) => k < settled ? _squares.Length : settled;

    // Lists the pairs with a cosine above the limit whose angle is not small; false when they are many.
    private bool TryFindWide(T limit, int settled, out int count)
    {
        count = 0;
        for (int j = 1; j < _squares.Length; j++)
        {
            ReadOnlySpan<T> column = _gram[j][..Math.Min(j, Partners(j, settled))];
            T least = limit * limit * _squares[j];
            if (RotationKernels.WideCosine(column, _squares[..column.Length], _squares[j], Limit) <= least)
            {
                continue;
            }

            for (int i = 0; i < column.Length; i++)
            {
                bool isWide = T.Abs(column[i]) >= Limit * T.Abs(_squares[j] - _squares[i]) && column[i] * (column[i] / _squares[i]) > least;
                if (isWide && 2 * (count + 1) > _wide.Length)
                {
                    return false;
                }

                if (isWide)
                {
                    (_wide[2 * count], _wide[(2 * count) + 1]) = (i, j);
                    count++;
                }
            }
        }

        return true;
    }

    // All pairs with small angles at once; false, and nothing is done, when together they are not small. No cosine is above the remainder afterwards.
    private bool TryRotateAll<TKernels>(JacobiWorkspace<T> work, int settled, out T remainder)
        where TKernels : struct, IFactorKernels<T>
    {
        // Column j receives g_ij / (g_jj - g_ii) of column i: X is antisymmetric.
        (T additions, T kept) = (T.Zero, T.Zero);
        for (int j = 0; j < _squares.Length; j++)
        {
            int partners = Partners(j, settled);
            ReadOnlySpan<T> products = _gram[j][..partners], squares = _squares[..partners];
            Span<T> angles = _angles[j];
            angles[partners..].Clear();
            RotationKernels.Tangent(products, squares, _squares[j], Limit, angles[..partners]);
            additions += RotationKernels.Addition(angles[..partners], squares) / _squares[j];
            kept = T.Max(kept, RotationKernels.WideCosine(products, squares, _squares[j], Limit) / _squares[j]);
        }

        // With Y the angles of columns of length one and C their cosines, C + Y + Y' = 0 but for the pairs left alone, and the cosines become
        // Y'Y + CY + Y'C + Y'CY: below six |Y|^2 in the Frobenius norm, for |C| is at most two |Y| there. Before all columns are settled this is an estimate:
        // the cosines of those left alone may be large. The run that follows measures all pairs of the settled ones anew.
        remainder = T.Sqrt(kept) + (T.CreateChecked(6) * additions);

        // X + sqrt(I + X^2) up to where the next power is below unit roundoff.
        T size = T.CreateChecked(MatrixReductions.SumOfSquares<T>(_angles.View)), epsilon = SvdScaling.Epsilon<T>(), half = T.One / (T.One + T.One);
        if (!(size * size * size <= epsilon))
        {
            return false;
        }

        if (size > epsilon)
        {
            TKernels.Multiply(_angles.View, _angles.View, T.Zero, _powers.View);
            Add(_angles, half, _powers);
        }

        if (size > T.Sqrt(epsilon))
        {
            TKernels.Multiply(_powers.View, _powers.View, T.Zero, _gram.View);
            Add(_angles, -half * half * half, _gram);
        }

        AddProduct<TKernels>(work.Left);
        AddProduct<TKernels>(work.Right);
        return true;
    }

    private static void Add(ColumnBlock<T> sum, T factor, ColumnBlock<T> term)
    {
        for (int j = 0; j < sum.Columns; j++)
        {
            Elementwise.AddScaled(sum[j], term[j], factor, sum[j]);
        }
    }

    // columns += columns X
    private void AddProduct<TKernels>(ColumnBlock<T> columns)
        where TKernels : struct, IFactorKernels<T>
    {
        MatrixView<T> copy = _copy.View.Slice(0, 0, columns.Rows, columns.Columns);
        columns.View.CopyTo(copy);
        TKernels.Multiply(copy, _angles.View, T.One, columns.View);
    }

    // The listed pairs one by one, until a round finds nothing to rotate.
    private long RotateWide<TKernels>(JacobiWorkspace<T> work, int count, double tolerance)
        where TKernels : struct, IFactorKernels<T>
    {
        long rotations = 0, before = -1;
        for (int round = 0; round < MostRounds && rotations > before; round++)
        {
            before = rotations;
            for (int k = 0; k < count; k++)
            {
                (int i, int j) = (_wide[2 * k], _wide[(2 * k) + 1]);
                ColumnPair pair = ColumnPair.Measure<T, TKernels>(work.Left[i], work.Left[j]);
                if (Math.Abs(pair.Cosine) > tolerance)
                {
                    var rotation = PlaneRotation.Of(pair);
                    (T c, T s) = (T.CreateChecked(rotation.Cosine), T.CreateChecked(rotation.Sine));
                    TKernels.Rotate(work.Left[i], work.Left[j], c, s);
                    TKernels.Rotate(work.Right[i], work.Right[j], c, s);
                    rotations++;
                }
            }
        }

        return rotations;
    }
}
