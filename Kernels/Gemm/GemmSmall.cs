using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// c = alpha a b + beta c where the product takes no longer than the call: with as little around the kernel as there can be. A false answer says that the long way is
// the right one, also to a message about shapes or overlap.
internal static unsafe class GemmSmall<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Larger products than this gain nothing from a short way to the tile.
    internal const int MostColumnsOfFewRows = 64;

    private const int MostRows = 64, MostRowsOfShortColumn = 512, MostDepth = 64;

    // Of a first-level cache.
    private const int WayBytes = 4096;

    // Rows of a vector from which on even a short product is better a strip: with two, putting rows together and taking them apart costs as much as it saves.
    private const int RowsOfShortStrip = 4;

    // From so many steps on, a quarter of a vector of columns of A^T B is better the transposed product, whose vectors are full (64 x 2 x 64 float 1.3 -> 1.7 of the best peer).
    private const int MostlyIdleDepth = 48;

    // A product of one or two vectors of columns, of more for a few rows, or of one column with a short k.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryMultiply(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        if (!TTile.HasMasks || (uint)(m - 1) >= (uint)MostRowsOf(n, k) || (uint)(n - 1) >= (uint)MostColumns(m) || (uint)(k - 1) >= MostDepth
            || a.Rows != m || b.Rows != k || b.Columns != n || ((a.ColumnStride - 1) | (b.ColumnStride - 1) | (destination.ColumnStride - 1)) != 0)
        {
            return false;
        }

        nint aRow = a.RowStride, bRow = b.RowStride, cRow = destination.RowStride, last = (m - 1) * cRow + n - 1;
        bool areSlices = GemmForms<T, TTile>.AreSlices(m, n, k, 1), areChains = !areSlices && GemmForms<T, TTile>.IsChains(m, n, k, aRow, 1, bRow, 1);
        // Where rows of A overlap, one element apart, the transposed product may be slices.
        if ((!areSlices && !areChains && (aRow == 1 || !GemmDots<T, TTile>.AreQuadsInPlace(m, n, bRow)))
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (m - 1) * aRow + k - 1, ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, (k - 1) * bRow + n - 1, ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            if (areSlices)
            {
                GemmSlices<T, TTile>.Multiply(alpha, m, n, k, left, aRow, 1, right, bRow, beta, to, cRow, 1);
            }
            else if (!areChains)
            {
                GemmDots<T, TTile>.MultiplyQuads(alpha, m, k, left, aRow, right, beta, to, cRow, 1);
            }
            else if (alpha == T.One)
            {
                Chains(m, n, k, left, aRow, right, bRow, beta, to, cRow);
            }
            else
            {
                ScaledChains(alpha, GemmScaling<T>.IsOfA(m, n), m, n, k, left, aRow, right, bRow, beta, to, cRow);
            }
        }

        return true;
    }

    // alpha in the rows of one operand.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaledChains(T alpha, bool isOfA, int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        T* copy = AlignedMemory.RentOperand<T>((nuint)(isOfA ? m * k : k * n));
        if (isOfA)
        {
            GemmScaling<T>.CopyRows(alpha, m, k, a, aRow, copy, k);
            a = copy;
            aRow = k;
        }
        else
        {
            GemmScaling<T>.CopyRows(alpha, k, n, b, bRow, copy, n);
            b = copy;
            bRow = n;
        }

        if (GemmOuter<T, TTile>.Applies(m, n, k, 1, beta, 1))
        {
            GemmOuter<T, TTile>.Multiply(m, n, k, a, aRow, 1, b, bRow, beta, c, cRow);
            return;
        }

        Chains(m, n, k, a, aRow, b, bRow, beta, c, cRow);
    }

    // Inlined: the commonest small product takes no longer than two calls.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chains(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        if (n == 1 && GemmShort<T, TTile>.Applies(m, n, k, aRow, 1, cRow))
        {
            GemmShort<T, TTile>.Multiply(m, k, a, aRow, b, bRow, beta, c);
        }
        else if (n == 1 && k == 1 && aRow == 1 && cRow == 1)
        {
            // The transposed product, a row.
            GemmRows<T, TTile>.PanelByPanel(1, m, 1, b, 1, a, 1, beta, c, 1);
        }
        else if (m <= TTile.RowsOf(n <= TTile.Lanes ? 1 : 2))
        {
            GemmRows<T, TTile>.PanelByPanel(m, n, k, a, aRow, b, bRow, beta, c, cRow);
        }
        else if (TTile.StripRows >= RowsOfShortStrip && n <= TTile.StripColumns && GemmStrips<T, TTile>.ColumnsOf(m, n, 1) > 0)
        {
            GemmStrips<T, TTile>.Multiply(m, n, k, a, aRow, b, bRow, beta, c, cRow);
        }
        else
        {
            TileByTile(m, n, k, a, aRow, b, bRow, beta, c, cRow);
        }
    }

    // With alpha in one operand, or a B that is copied because of how it lies. A at any strides: turning it too is slower (A^T B, 4 x 4 1.8 -> 1.25 of the best peer, 8 x 8 2.0 -> 1.45).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CopiedChains(int m, int n, int k, ref GemmOperand<T> a, ref GemmOperand<T> b, T beta, T* c, nint cRow)
    {
        bool copiesB = CopiesB(k, b);
        nuint ofA = GemmScaling<T>.Length(a, copies: false, m, k);
        T* memory = AlignedMemory.RentOperand<T>(ofA + GemmScaling<T>.Length(b, copiesB, k, n));
        GemmScaling<T>.MakeReady(ref a, copies: false, m, k, memory);
        GemmScaling<T>.MakeReady(ref b, copiesB, k, n, memory + ofA);
        ReadyChains(m, n, k, a, b, beta, c, cRow);
    }

    private static bool CopiesB(int k, in GemmOperand<T> b) => b.Column != 1 || IsCrowded(k, b.Row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadyChains(int m, int n, int k, in GemmOperand<T> a, in GemmOperand<T> b, T beta, T* c, nint cRow)
    {
        if (GemmOuter<T, TTile>.Applies(m, n, k, 1, beta, 1))
        {
            GemmOuter<T, TTile>.Multiply(m, n, k, a.Origin, a.Row, a.Column, b.Origin, b.Row, beta, c, cRow);
        }
        else if (a.Column == 1 && n <= MostColumns(m))
        {
            Chains(m, n, k, a.Origin, a.Row, b.Origin, b.Row, beta, c, cRow);
        }
        else
        {
            GemmDriver<T, TTile>.MultiplyInPlace(m, n, k, a.Origin, a.Row, a.Column, b.Origin, b.Row, beta, c, cRow);
        }
    }

    // More columns than the kernels with their arguments in registers take, and more rows than pass panel by panel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryWide(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => TTile.HasMasks && alpha == T.One && (uint)(destination.Rows - GemmRows<T, TTile>.Few - 1) < MostRows - GemmRows<T, TTile>.Few && (uint)(destination.Columns - 1) < MostColumnsOfFewRows
        && destination.Columns > TTile.WidestSmallOf(MostRows) * TTile.Lanes && (uint)(a.Columns - 1) < MostDepth
        && ((a.ColumnStride - 1) | (b.ColumnStride - 1) | (destination.ColumnStride - 1)) == 0 && TryTiles(a, b, beta, destination, parallelism);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryTiles(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint aRow = a.RowStride, bRow = b.RowStride, cRow = destination.RowStride, last = (m - 1) * cRow + n - 1;
        if (a.Rows != m || b.Rows != k || b.Columns != n || IsCrowded(k, bRow) || GemmThreads<T, TTile>.PartsOf(m, n, k, parallelism.Degree) != 1
            || !GemmForms<T, TTile>.IsChains(m, n, k, aRow, 1, bRow, 1)
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (m - 1) * aRow + k - 1, ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, (k - 1) * bRow + n - 1, ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            GemmDriver<T, TTile>.MultiplyInPlace(m, n, k, left, aRow, 1, right, bRow, beta, to, cRow);
        }

        return true;
    }

    // Several rows or columns of sums along k, which is adjacent on both sides.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TrySums(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => a.ColumnStride == 1 && b.RowStride == 1 && b.ColumnStride != 1 && a.Columns >= GemmForms<T, TTile>.LeastDepthOfSeveral
        && (uint)(Math.Min(destination.Rows, destination.Columns) - 2) < GemmForms<T, TTile>.Several - 1 && TryAlongDepth(alpha, a, b, beta, destination, parallelism);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryAlongDepth(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint aRow = a.RowStride, bColumn = b.ColumnStride, last = GemmCall<T, TTile>.Last(m, n, destination.RowStride, destination.ColumnStride);
        if (a.Rows != m || b.Rows != k || b.Columns != n || GemmForms<T, TTile>.Of(m, n, k, aRow, 1, 1, bColumn) != GemmForm.Dots
            || GemmThreads<T, TTile>.PartsOf(m, n, k, parallelism.Degree) != 1
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, GemmCall<T, TTile>.Last(m, k, aRow, 1), ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, GemmCall<T, TTile>.Last(k, n, 1, bColumn), ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            return GemmDots<T, TTile>.TryInPlace(alpha, m, n, k, left, aRow, 1, right, 1, bColumn, beta, to, destination.RowStride, destination.ColumnStride);
        }
    }

    // What needs a copy first: alpha with more columns, matrices that are stored as their transposes, a B whose rows displace each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryArranged(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
        => TTile.HasMasks && (uint)(destination.Rows - 2) < MostRows - 1 && (uint)(destination.Columns - 2) < MostRows - 1 && (uint)(a.Columns - 1) < MostDepth
        && (alpha != T.One || ((a.ColumnStride - 1) | (b.ColumnStride - 1) | (destination.ColumnStride - 1)) != 0 || IsCrowded(a.Columns, b.RowStride)) && TryOriented(alpha, a, b, beta, destination);

    // More rows than the ways of the one set of a first-level cache, or the two, that they share: those of a matrix of 1024 floats. 32 x 32 double 0.7 of the best peer in place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCrowded(int k, nint bRow)
    {
        nint apart = bRow * sizeof(T);
        return apart % (WayBytes / 2) == 0 && k > (apart % WayBytes == 0 ? TTile.Ways : 2 * TTile.Ways);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryOriented(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint last = GemmCall<T, TTile>.Last(m, n, destination.RowStride, destination.ColumnStride);
        if (a.Rows != m || b.Rows != k || b.Columns != n || !GemmForms<T, TTile>.IsChains(m, n, k, a.RowStride, a.ColumnStride, b.RowStride, b.ColumnStride)
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, GemmCall<T, TTile>.Last(m, k, a.RowStride, a.ColumnStride), ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, GemmCall<T, TTile>.Last(k, n, b.RowStride, b.ColumnStride), ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* aOrigin = &a.Origin, bOrigin = &b.Origin, to = &destination.Origin)
        {
            var (ofA, ofB) = GemmScaling<T>.Scales(alpha, GemmScaling<T>.IsOfA(m, n));
            GemmOperand<T> left = new(aOrigin, a.RowStride, a.ColumnStride, ofA), right = new(bOrigin, b.RowStride, b.ColumnStride, ofB);
            if (destination.ColumnStride == 1)
            {
                return TryAlong(m, n, k, ref left, ref right, beta, to, destination.RowStride);
            }

            (left, right) = (right.Transposed, left.Transposed);
            return destination.RowStride == 1 && TryAlong(n, m, k, ref left, ref right, beta, to, destination.ColumnStride);
        }
    }

    // C along its rows.
    private static bool TryAlong(int m, int n, int k, ref GemmOperand<T> a, ref GemmOperand<T> b, T beta, T* c, nint cRow)
    {
        if ((b.Row != 1 && b.Column != 1) || (a.Row == 1 && 4 * n <= TTile.Lanes && k >= MostlyIdleDepth))
        {
            return false;
        }

        if (a.IsScaled || b.IsScaled || CopiesB(k, b))
        {
            CopiedChains(m, n, k, ref a, ref b, beta, c, cRow);
        }
        else
        {
            ReadyChains(m, n, k, a, b, beta, c, cRow);
        }

        return true;
    }

    // A^T x, which is the row x^T A.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryTransposedColumn(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
        => TTile.HasMasks && destination.Columns == 1 && a.RowStride == 1 && (uint)(a.Rows - 1) < MostColumnsOfFewRows && (uint)(a.Columns - 1) < MostDepth
        && TryRowOfTransposed(alpha, a, b, beta, destination);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRowOfTransposed(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        int m = destination.Rows, k = a.Columns;
        nint aColumn = a.ColumnStride;
        bool areSlices = GemmForms<T, TTile>.AreSlices(1, m, k, 1);
        if (a.Rows != m || b.Rows != k || b.Columns != 1 || b.RowStride != 1 || destination.RowStride != 1
            || (!areSlices && !GemmForms<T, TTile>.IsChains(m, 1, k, 1, aColumn, 1, b.ColumnStride))
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (k - 1) * aColumn + m - 1, ref destination.Origin, m - 1)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, k - 1, ref destination.Origin, m - 1))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            if (areSlices)
            {
                GemmSlices<T, TTile>.Multiply(alpha, 1, m, k, right, k, 1, left, aColumn, beta, to, m, 1);
            }
            else if (alpha == T.One)
            {
                GemmRows<T, TTile>.PanelByPanel(1, m, k, right, k, left, aColumn, beta, to, m);
            }
            else
            {
                ScaledChains(alpha, !GemmScaling<T>.IsOfA(m, 1), 1, m, k, right, k, left, aColumn, beta, to, m);
            }
        }

        return true;
    }

    // x^T A^T, which is the column A x: what is adjacent in the row is so in the column.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryTransposedRow(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
        => destination.Rows == 1 && a.Rows == 1 && destination.Columns > 1 && b.RowStride == 1 && b.ColumnStride != 1 && a.ColumnStride == 1
        && TryColumnOfTransposed(alpha, a, b, beta, destination);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryColumnOfTransposed(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        var x = new ReadOnlyMatrixView<T>(ref a.Origin, a.Columns, 1, 1, 1);
        var y = new MatrixView<T>(ref destination.Origin, destination.Columns, 1, destination.ColumnStride, 1);
        return TryMultiply(alpha, b.Transposed, x, beta, y) || TryColumn(alpha, b.Transposed, x, beta, y);
    }

    // One column of sums over adjacent k. Rows that are adjacent too, windows that slide over a signal, may be slices.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryColumn(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
        => destination.Columns == 1 && a.Columns >= GemmForms<T, TTile>.LeastDepth && a.ColumnStride == 1 && a.RowStride != 1 && b.RowStride == 1 && TryColumnOfSums(alpha, a, b, beta, destination);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryColumnOfSums(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        int m = destination.Rows, k = a.Columns;
        nint aRow = a.RowStride, cRow = destination.RowStride, last = (m - 1) * cRow;
        if (m == 0 || a.Rows != m || b.Rows != k || b.Columns != 1
            || GemmCall<T, TTile>.ExtentsMeet(ref a.Origin, (m - 1) * aRow + k - 1, ref destination.Origin, last)
            || GemmCall<T, TTile>.ExtentsMeet(ref b.Origin, k - 1, ref destination.Origin, last))
        {
            return false;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            if (GemmDots<T, TTile>.HaveManyLanes(m, 1, k))
            {
                GemmDots<T, TTile>.MultiplyManyLanes(alpha, m, 1, k, left, aRow, right, 1, beta, to, cRow, 1);
            }
            else
            {
                GemmDots<T, TTile>.MultiplyInPlace(alpha, m, 1, k, left, aRow, right, 1, beta, to, cRow, 1);
            }
        }

        return true;
    }

    private static int MostRowsOf(int n, int k) => n == 1 && k < GemmForms<T, TTile>.LeastDepth ? MostRowsOfShortColumn : MostRows;

    private static int MostColumns(int m) => Math.Max(TTile.WidestSmallOf(m) * TTile.Lanes, m <= GemmRows<T, TTile>.Few ? MostColumnsOfFewRows : 0);

    // Tiles one below the other, of as many rows as nearly equal ones have.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TileByTile(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        int most = TTile.RowsOf(n <= TTile.Lanes ? 1 : 2);
        for (int tiles = (m + most - 1) / most, rows; tiles > 0; tiles--, m -= rows, a += rows * aRow, c += rows * cRow)
        {
            rows = (m + tiles - 1) / tiles;
            TTile.MultiplySmall(a, aRow, b, bRow, (nuint)k, n, beta, c, cRow, rows);
        }
    }
}
