using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One to three rows of C wider than those of GemmSmall, or the long column that is the mirror image of one: straight to their kernel, where the checks of the long
// way take as long as the product. A false answer says that the long way is the right one, as in GemmSmall.
internal static unsafe class GemmRows<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    internal const int Few = 3;

    // A B that stays in the first-level cache is passed over panel by panel, C in registers; where rows are longer their elements stream past (Zen 3: 1 x 1000 x 4
    // and 3 x 1000 x 4 by panels 0.87 and 0.7 of the speed, 1 x 128 x 128 double 0.72).
    private const int MostColumnsOfPanels = 512, PanelBytes = 32768;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryMultiply(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => TTile.HasMasks && (uint)(destination.Rows - 1) < Few && destination.Columns > GemmSmall<T, TTile>.MostColumnsOfFewRows
        && ((a.ColumnStride - 1) | (b.ColumnStride - 1) | (destination.ColumnStride - 1)) == 0 && TryRows(alpha, a, b, beta, destination, parallelism);

    // A^T x, which is the row x^T A.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryTransposedColumn(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => TTile.HasMasks && destination.Columns == 1 && destination.Rows > GemmSmall<T, TTile>.MostColumnsOfFewRows
        && ((a.RowStride - 1) | (b.RowStride - 1) | (destination.RowStride - 1)) == 0 && TryColumn(alpha, a, b, beta, destination, parallelism);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRows(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint aRow = a.RowStride, bRow = b.RowStride, cRow = destination.RowStride, last = (m - 1) * cRow + n - 1;
        if (k == 0 || a.Rows != m || b.Rows != k || b.Columns != n || !GemmForms<T, TTile>.IsChains(m, n, k, aRow, 1, bRow, 1)
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (m - 1) * aRow + k - 1, ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, (k - 1) * bRow + n - 1, ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            return TryMultiply(alpha, m, n, k, left, aRow, right, bRow, beta, to, cRow, parallelism);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryColumn(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
    {
        int m = destination.Rows, k = a.Columns;
        nint aColumn = a.ColumnStride;
        if (k == 0 || a.Rows != m || b.Rows != k || b.Columns != 1 || !GemmForms<T, TTile>.IsChains(m, 1, k, 1, aColumn, 1, b.ColumnStride)
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (k - 1) * aColumn + m - 1, ref destination.Origin, m - 1)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, k - 1, ref destination.Origin, m - 1))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            return TryMultiply(alpha, 1, m, k, right, k, left, aColumn, beta, to, m, parallelism);
        }
    }

    // The rows are the smaller operand: alpha is theirs.
    private static bool TryMultiply(T alpha, int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow, Parallelism parallelism)
    {
        bool byPanels = n <= MostColumnsOfPanels && (long)n * k * sizeof(T) <= PanelBytes;
        if (!byPanels && (m > 1 || !GemmStream<T, TTile>.Applies(m, n, k, 1, 1) || GemmThreads<T, TTile>.PartsOf(m, n, k, parallelism.Degree) != 1))
        {
            return false;
        }

        if (alpha != T.One)
        {
            T* scaled = AlignedMemory.RentOperand<T>((nuint)(m * k));
            GemmScaling<T>.CopyRows(alpha, m, k, a, aRow, scaled, k);
            a = scaled;
            aRow = k;
        }

        if (byPanels)
        {
            PanelByPanel(m, n, k, a, aRow, b, bRow, beta, c, cRow);
        }
        else
        {
            GemmStream<T, TTile>.Multiply(m, n, k, a, aRow, 1, b, bRow, beta, c, cRow);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PanelByPanel(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        int panel = TTile.WidestSmallOf(m) * TTile.Lanes;
        for (; n > panel; n -= panel, b += panel, c += panel)
        {
            TTile.MultiplySmall(a, aRow, b, bRow, (nuint)k, panel, beta, c, cRow, m);
        }

        TTile.MultiplySmall(a, aRow, b, bRow, (nuint)k, n, beta, c, cRow, m);
    }
}
