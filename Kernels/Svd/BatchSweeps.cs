using System.Numerics;

namespace Kernels;

// The driver of SvdBatch: up to 64 matrices at a time are turned so that each is a lane, swept, and turned back. Their number is no part of the result.
internal static unsafe class BatchSweeps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostLanes = 64, MaxSweeps = 16;

    // Matrices whose lanes make many cache lines are kept dense: the fewest that the kernel takes.
    private const int FewColumns = 4;

    internal static long Length(int rows, int columns)
        => ((long)MostLanes * (((rows + columns) * columns) + columns + 2)) + AlignedMemory.Slack<T>() + Svd.RequiredWorkspace<T>(rows, columns);

    internal static int Run(
        VectorWidth width, int rows, int columns, ReadOnlyMatrixView<T> a, MatrixView<T> u, MatrixView<T> values, MatrixView<T> v, Span<T> memory)
    {
        int lanes = columns <= FewColumns ? MostLanes : 2 * (int)width / (8 * sizeof(T));
        int failures = 0, needed = MostLanes * (((rows + columns) * columns) + columns + 2);
        fixed (T* start = memory)
        {
            T* x = AlignedMemory.Align<T>(start);
            Span<T> own = memory[(needed + AlignedMemory.Slack<T>())..];
            for (int first = 0; first < a.Rows; first += lanes)
            {
                int count = Math.Min(lanes, a.Rows - first);
                failures += Chunk(
                    width, lanes, rows, columns, a.Slice(first, 0, count, a.Columns), u.Slice(first, 0, count, u.Columns), values.Slice(first, 0, count, columns),
                    v.Slice(first, 0, count, v.Columns), x, own);
            }
        }

        return failures;
    }

    private static int Chunk(
        VectorWidth width, int lanes, int rows, int columns, ReadOnlyMatrixView<T> a, MatrixView<T> u, MatrixView<T> values, MatrixView<T> v, T* x, Span<T> own)
    {
        int count = a.Rows;
        T* right = x + (rows * columns * lanes), lengths = right + (columns * columns * lanes), counts = lengths + (columns * lanes), powers = counts + lanes;
        var left = new MatrixView<T>(new(x, rows * columns * lanes), rows * columns, lanes);
        var basis = new MatrixView<T>(new(right, columns * columns * lanes), columns * columns, lanes);
        if (count < lanes)
        {
            left.Fill(T.Zero);
        }

        a.CopyTo(left.Transposed.Slice(0, 0, count, a.Columns));
        basis.Fill(T.Zero);
        for (int j = 0; j < columns; j++)
        {
            basis.Row((j * columns) + j).Fill(T.One);
        }

        JacobiDispatch<T>.BatchScale(width, x, lanes, rows * columns, powers);
        Sweep(width, lanes, rows, columns, x, counts);
        JacobiDispatch<T>.BatchLengths(width, x, lanes, rows, columns, powers, lengths);
        left.Transposed.Slice(0, 0, count, u.Columns).CopyTo(u);
        basis.Transposed.Slice(0, 0, count, v.Columns).CopyTo(v);
        new MatrixView<T>(new(lengths, columns * lanes), columns, lanes).Transposed.Slice(0, 0, count, columns).CopyTo(values);
        T leastRatio = LeastRatio, smallest = SvdScaling.MinNormal<T>();
        int failures = 0;
        for (int k = 0; k < count; k++)
        {
            T most = lengths[k], least = lengths[((columns - 1) * lanes) + k];
            if (!(counts[k] == T.Zero && least >= leastRatio * most && T.IsFinite(most) && least >= smallest))
            {
                failures += Alone(rows, columns, a.Row(k), u.Row(k), values.Row(k), v.Row(k), own);
            }
        }

        return failures;
    }

    // Values that spread further are left to a matrix's own decomposition.
    private static T LeastRatio => T.ScaleB(T.One, -16);

    // Until no matrix of the chunk changes; those that are done stay as they are.
    private static void Sweep(VectorWidth width, int lanes, int rows, int columns, T* x, T* counts)
    {
        // No column is ever shorter than the smallest singular value, and the longest has an element of at least one.
        T tolerance = T.CreateChecked(JacobiSweeps.Tolerance<T>(rows)), shortest = T.ScaleB(T.One, -17);
        bool changed = true;
        for (int sweep = 0; sweep < MaxSweeps && changed; sweep++)
        {
            new Span<T>(counts, lanes).Clear();
            changed = JacobiDispatch<T>.BatchSweep(width, x, lanes, rows, rows + columns, columns, counts, tolerance, shortest);
        }
    }

    private static int Alone(int rows, int columns, ReadOnlySpan<T> a, Span<T> u, Span<T> values, Span<T> v, Span<T> workspace)
        => Svd.Decompose(new ReadOnlyMatrixView<T>(a, rows, columns), new MatrixView<T>(u, rows, columns), values, new MatrixView<T>(v, columns, columns), workspace).Converged ? 0 : 1;
}
