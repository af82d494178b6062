using System.Numerics;

namespace Kernels;

// Row-cyclic one-sided Jacobi with the pivoting of de Rijk: before row p of a sweep, the longest remaining column comes to place p.
// (M. R. Hestenes, J. SIAM 6, 1958; P. P. M. de Rijk, SISC 10, 1989; the criterion is that of LAPACK's xGESVJ.)
internal static class JacobiSweeps
{
    // Five to ten are usual; thirty is also LAPACK's limit.
    private const int MaxSweeps = 30;

    // Turns the columns of the matrix into U diag(sigma) and, when wanted, rotates those of V along.
    internal static SvdInfo Run<T, TKernels>(JacobiWorkspace<T> work)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        double tolerance = Tolerance<T>(work.Left.Rows);
        for (int j = 0; j < work.Columns; j++)
        {
            work.Norms[j] = ColumnPair.Length<T, TKernels>(work.Left[j]);
            work.Noise[j] = T.Zero;
        }

        long rotations = 0;
        for (int sweep = 1; ; sweep++)
        {
            double largest = 0;
            for (int p = 0; p < work.Columns - 1; p++)
            {
                BringLongest(work, p);
                for (int q = p + 1; q < work.Columns; q++)
                {
                    double cosine = Orthogonalize<T, TKernels>(work, p, q, tolerance);
                    largest = Math.Max(largest, cosine);
                    rotations += cosine > tolerance ? 1 : 0;
                }
            }

            if (largest <= tolerance || sweep == MaxSweeps)
            {
                return new(largest <= tolerance, sweep, rotations, largest);
            }
        }
    }

    // The cosine below which two columns count as orthogonal: sqrt(rows) unit roundoffs, as in xGESVJ, but no less than what a rotation can reach.
    internal static double Tolerance<T>(int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Math.Max(1, Math.Sqrt(rows) / 2) * double.CreateChecked(SvdScaling.Epsilon<T>());

    private static void BringLongest<T>(JacobiWorkspace<T> work, int p)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int longest = p;
        for (int j = p + 1; j < work.Columns; j++)
        {
            longest = work.Norms[j] > work.Norms[longest] ? j : longest;
        }

        if (longest != p)
        {
            work.Swap(p, longest);
        }
    }

    // Makes columns p and q orthogonal unless they are; returns the |cosine| found.
    private static double Orthogonalize<T, TKernels>(JacobiWorkspace<T> work, int p, int q, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        if (work.Norms[p] == T.Zero || work.Norms[q] == T.Zero)
        {
            return 0;
        }

        Span<T> x = work.Left[p], y = work.Left[q];
        ColumnPair pair = ColumnPair.Measure<T, TKernels>(x, y);
        double cosine = Math.Abs(pair.Cosine);
        if (Record(work, p, q, pair) && cosine > tolerance)
        {
            Rotate<T, TKernels>(work, p, q, pair, tolerance);
            return cosine;
        }

        return Math.Min(cosine, tolerance);
    }

    // Notes the lengths just measured; false when one of the columns is negligible.
    private static bool Record<T>(JacobiWorkspace<T> work, int p, int q, ColumnPair pair)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RecordOne(work, p, T.CreateChecked(pair.First));
        RecordOne(work, q, T.CreateChecked(pair.Second));
        return work.Norms[p] != T.Zero && work.Norms[q] != T.Zero;
    }

    // A column that rotations have cancelled down to their own rounding becomes zero, which errs no more than they did. Otherwise columns that
    // outnumber the rank would be rotated for ever: in a space that the others fill, noise cannot be orthogonal to them.
    private static void RecordOne<T>(JacobiWorkspace<T> work, int j, T length)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isNoise = length <= work.Noise[j] + work.Noise[j];
        if (isNoise)
        {
            work.Left[j].Clear();
        }

        work.Norms[j] = isNoise || length < SvdScaling.Negligible<T>() ? T.Zero : length;
    }

    private static void Rotate<T, TKernels>(JacobiWorkspace<T> work, int p, int q, ColumnPair pair, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        ColumnPair after;
        if (PlaneRotation.IsProjection<T>(pair))
        {
            PlaneRotation.Project(work.Left[p], work.Left[q], pair);
            after = pair with { Second = pair.Second * Math.Sqrt(Math.Max(0, 1 - pair.Cosine * pair.Cosine)) };
        }
        else
        {
            var rotation = PlaneRotation.Of(pair);
            (T c, T s) = (T.CreateChecked(rotation.Cosine), T.CreateChecked(rotation.Sine));
            TKernels.Rotate(work.Left[p], work.Left[q], c, s);
            if (work.HasRight)
            {
                TKernels.Rotate(work.Right[p], work.Right[q], c, s);
            }

            after = rotation.Apply(pair);
        }

        // Predicted lengths only choose the next pivot; they stay above zero, which marks negligible columns.
        work.Norms[p] = T.Max(T.CreateChecked(after.First), T.Epsilon);
        work.Norms[q] = T.Max(T.CreateChecked(after.Second), T.Epsilon);
        work.Noise[p] = T.Max(work.Noise[p], T.CreateChecked(tolerance * pair.First));
        work.Noise[q] = T.Max(work.Noise[q], T.CreateChecked(tolerance * pair.Second));
    }
}
