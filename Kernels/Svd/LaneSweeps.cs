using System.Numerics;

namespace Kernels;

// One-sided Jacobi with all pairs of a step in lanes: a step rotates n / 2 disjoint pairs, n - 1 steps in the order of a tournament are a sweep (R. Brent,
// F. Luk, SISC 6, 1985; lanes as in V. Novakovic, "Vectorization of a thread-parallel Jacobi singular value decomposition method", SISC 45, 2023).
internal static unsafe class LaneSweeps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Eight are usual. What takes longer goes to JacobiSweeps.
    private const int MaxSweeps = 16;

    internal static long Length(int rows, int columns)
        => PairLanes<T>.Length(rows + columns, columns) + (7L * PairLanes<T>.PairsLength(columns)) + AlignedMemory.Slack<T>();

    // Makes the columns of Left orthogonal and rotates those of Right along. Not converged: the columns are rotated all the same, and there are squares too
    // small for their lengths or more sweeps to do.
    internal static SvdInfo Run<TKernels>(JacobiWorkspace<T> work, double tolerance, Span<T> memory)
        where TKernels : struct, IFactorKernels<T>
    {
        int rows = work.Left.Rows, columns = work.Columns;
        fixed (T* start = memory)
        {
            T* aligned = AlignedMemory.Align<T>(start);
            var all = new PairLanes<T>(rows + (work.HasRight ? columns : 0), columns, aligned);
            all.Clear();
            all.RowRange(0, rows).Load(work.Left.View);
            if (work.HasRight)
            {
                all.RowRange(rows, columns).Load(work.Right.View);
            }

            SvdInfo info = Sweeps<TKernels>(all, rows, columns, T.CreateChecked(tolerance), aligned + (all.Rows * all.Stride));
            all.RowRange(0, rows).Store(work.Left.View);
            if (work.HasRight)
            {
                all.RowRange(rows, columns).Store(work.Right.View);
            }

            return info;
        }
    }

    private static SvdInfo Sweeps<TKernels>(in PairLanes<T> all, int rows, int columns, T tolerance, T* memory)
        where TKernels : struct, IFactorKernels<T>
    {
        int length = PairLanes<T>.PairsLength(columns), half = all.Half;
        T* xx = memory, xy = xx + length, yy = xy + length, c = yy + length, s = c + length, largest = s + length, counts = largest + length;
        new Span<T>(memory, 7 * length).Clear();
        double rotations = 0;
        for (int sweep = 1; ; sweep++)
        {
            new Span<T>(largest, 2 * length).Clear();
            for (int step = 1; step < 2 * half; step++)
            {
                JacobiDispatch<T>.Grams(TKernels.Width, all, rows, xx, xy, yy);
                JacobiDispatch<T>.Angles(TKernels.Width, half, xx, xy, yy, largest, counts, tolerance, ordered: false, c, s);
                JacobiDispatch<T>.Rotate(TKernels.Width, across: false, all, c, s);
            }

            T cosine = T.Zero;
            double count = 0;
            for (int k = 0; k < half; k++)
            {
                cosine = T.Max(cosine, largest[k]);
                count += double.CreateChecked(counts[k]);
            }

            cosine = T.Sqrt(cosine);

            bool accurate = double.IsFinite(count), converged = count == 0;
            rotations += accurate ? count : 0;
            if (converged || !accurate || sweep == MaxSweeps)
            {
                return new(converged, sweep, (long)rotations, double.CreateChecked(cosine));
            }
        }
    }
}
