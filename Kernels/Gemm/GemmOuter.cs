using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Sums of one to four products: all of B, or some vectors of its columns, stays in registers and rows of C go by. Each element is the chain over ascending k that it is elsewhere.
internal static unsafe class GemmOuter<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Of a C whose rows are written part by part, some vectors of columns at a time; larger ones are written from end to end instead (GemmStream) or fetched ahead by tiles, unless they are no wider than so many columns
    // (Zen 5, float: 64 x 1000 x 4 1.38, 1000 x 300 x 3 1.34, 2000 x 2000 x 4 0.74 of the speed of streams).
    private const int NearBytes = 2 << 20, NarrowColumns = 256;

    // Rows from which up to four columns are better a strip (IsStrip).
    private const int LeastRowsOfStrip = 65;

    // Fewer rows have tiles wide enough to be one or two calls. Less than a vector of columns at 512 bits goes out through a mask, and a load of the next row waits for all that the store before it might
    // have written: not if C is read (Zen 5, C + A B, float: 16 x 4 x 2 2.1 GF so, 8.6 in tiles, which read all rows first; 8 x 8 x 4 6.6 and 21).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Applies(int m, int n, int k, nint bColumn, T beta, nint cColumn)
        => k <= TTile.OuterDepth && m > GemmRows<T, TTile>.Few && n > 1 && ((bColumn - 1) | (cColumn - 1)) == 0 && TTile.HasMasks
        && (n >= TTile.Lanes || TTile.Lanes * sizeof(T) < 64 || beta == T.Zero)
        && (n > TTile.StripColumns ? n <= NarrowColumns || (long)m * n * sizeof(T) <= NearBytes : m < LeastRowsOfStrip || !IsStrip(k));

    // With four steps of k, or where parts of vectors are stored in pieces: below 512 bits.
    private static bool IsStrip(int k) => TTile.StripVectors > 0 && (k == TTile.OuterDepth || TTile.Lanes * sizeof(T) < 64);

    internal static bool Applies(in GemmProblem<T> problem)
        => !problem.IsScaled && Applies(problem.M, problem.N, problem.K, problem.B.Column, problem.Beta, problem.CColumn);

    internal static void Multiply(in GemmProblem<T> problem)
        => Multiply(
            problem.M, problem.N, problem.K, problem.A.Origin, problem.A.Row, problem.A.Column, problem.B.Origin, problem.B.Row, problem.Beta, problem.C, problem.CRow);

    internal static void Multiply(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        int panel = TTile.OuterVectors(k) * TTile.Lanes;
        for (; n > panel; n -= panel, b += panel, c += panel)
        {
            TTile.Outer(k, panel, a, aRow, aColumn, b, bRow, beta, c, cRow, m);
        }

        TTile.Outer(k, n, a, aRow, aColumn, b, bRow, beta, c, cRow, m);
    }

    // With as little around the kernel as there can be. A false answer says that another way is the right one, as in GemmSmall.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryMultiply(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => (uint)(a.Columns - 1) < (uint)TTile.OuterDepth && alpha == T.One && Applies(destination.Rows, destination.Columns, a.Columns, b.ColumnStride, beta, destination.ColumnStride)
        && TryRows(a, b, beta, destination, parallelism);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRows(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint aRow = a.RowStride, aColumn = a.ColumnStride, bRow = b.RowStride, cRow = destination.RowStride, last = (m - 1) * cRow + n - 1;
        if (a.Rows != m || b.Rows != k || b.Columns != n || GemmThreads<T, TTile>.PartsOf(m, n, k, parallelism.Degree) != 1
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, GemmCall<T, TTile>.Last(m, k, aRow, aColumn), ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, (k - 1) * bRow + n - 1, ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            Multiply(m, n, k, left, aRow, aColumn, right, bRow, beta, to, cRow);
        }

        return true;
    }
}
