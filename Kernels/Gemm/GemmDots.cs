using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The dot form: few columns (or rows), adjacent k. Each element is a sum over logical lanes; then halves of the lanes are added until one is left, and
// c = round(alpha sum) + round(beta c). A single sum, and each of a column whose matrix comes from the second-level cache, is that of Reductions.Dot, which has four times the lanes.
internal static unsafe class GemmDots<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Floats side by side are read as they lie for a few rows; for more the copy pays, whose block of sums reads B once for as many rows but
    // spreads nothing. 64 x 4 x 1000 float at 512 bits: 0.95 of OpenBLAS copied, 0.78 not; at 256 bits 2.0 and 1.1.
    internal const int QuadColumns = 4;

    private const int MostQuadBlocks = 6;

    // Of A: a part of a second-level cache.
    private const int BlockBytes = 128 * 1024;

    // A matrix of more is read from memory, or nearly: along more rows at a time (Zen 3, seven instead of four: 2000 x 1 x 2000 float 23.9 -> 25.4 GF, double 9.1 -> 10.2;
    // 4000 x 1 x 4000 12.9 -> 13.5 and 6.8 -> 7.1; 1000 x 1 x 1000 float, 4 MB, 34.8 -> 30.2).
    private const long MemoryBytes = 8 << 20;

    // Of a matrix whose rows are read one after the other, and of one of them: short ones run beside each other in a processor that works ahead, shorter ones have less than a turn to do, and the vector
    // stays in the first-level cache beside long ones.
    private const int LeastBytes = 7 << 13, MostBytes = 2 << 20, LeastShortRowBytes = 256, LeastRowBytes = 3072, MostRowBytes = 1 << 14, LineBytes = 64;

    // Sums that find their chains in themselves: a single one, which has no others beside it, and those of a column whose matrix comes from the second-level cache, along one row after the other. By
    // the shape of the whole product, at every width: a part of it has what the whole has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HaveManyLanes(int m, int n, int k)
        => (m == 1 && n == 1)
        || ((m == 1 || n == 1) && k >= LeastRowBytes / sizeof(T) && k <= MostRowBytes / sizeof(T) && IsReadRowByRow((long)m * n * k));

    private static bool IsReadRowByRow(long elements) => elements > LeastBytes / sizeof(T) && elements <= MostBytes / sizeof(T);

    // A row of them, or a column.
    internal static void MultiplyManyLanes(T alpha, int m, int n, int k, T* a, nint aRow, T* b, nint bColumn, T beta, T* c, nint cRow, nint cColumn)
    {
        if (n > 1)
        {
            MultiplyColumn(alpha, n, k, b, bColumn, a, beta, c, cColumn);
        }
        else if (m > 1)
        {
            MultiplyColumn(alpha, m, k, a, aRow, b, beta, c, cRow);
        }
        else
        {
            MultiplyOne(alpha, k, a, b, beta, c);
        }
    }

    [SkipLocalsInit]
    private static void MultiplyColumn(T alpha, int rows, int k, T* a, nint aRow, T* x, T beta, T* c, nint cRow)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Tiles = (nuint)rows;
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.B = x;
        arguments.Alpha = alpha;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        Column(hasManyLanes: true, &arguments);
    }

    // Each load of A meets one of the vector: where that begins amid a line it is copied, since two lines for each would take as long as the row does to come.
    [SkipLocalsInit]
    private static void Column(bool hasManyLanes, GemmTileArguments<T>* arguments)
    {
        if ((nint)arguments->B % LineBytes != 0)
        {
            byte* memory = stackalloc byte[MostRowBytes + LineBytes];
            T* copy = (T*)((nint)(memory + LineBytes - 1) & -LineBytes);
            new ReadOnlySpan<T>(arguments->B, (int)arguments->Depth).CopyTo(new Span<T>(copy, (int)arguments->Depth));
            arguments->B = copy;
        }

        TTile.DotColumn(hasManyLanes, arguments);
    }

    private static void MultiplyOne(T alpha, int k, T* a, T* b, T beta, T* c)
    {
        T sum = alpha * Reductions.Dot(new ReadOnlySpan<T>(a, k), new ReadOnlySpan<T>(b, k));
        *c = beta == T.Zero ? sum : sum + beta * *c;
    }

    // Nothing to copy: both sides lie along k, or four columns side by side.
    internal static bool TryInPlace(
        T alpha, int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, nint bColumn, T beta, T* c, nint cRow, nint cColumn)
    {
        if (aColumn == 1 && bRow == 1)
        {
            if (HaveManyLanes(m, n, k))
            {
                MultiplyManyLanes(alpha, m, n, k, a, aRow, b, bColumn, beta, c, cRow, cColumn);
            }
            else if (n <= GemmForms<T, TTile>.Few || n <= m)
            {
                MultiplyInPlace(alpha, m, n, k, a, aRow, b, bColumn, beta, c, cRow, cColumn);
            }
            else
            {
                MultiplyInPlace(alpha, n, m, k, b, bColumn, a, aRow, beta, c, cColumn, cRow);
            }

            return true;
        }

        if (aColumn == 1 && bColumn == 1 && AreQuadsInPlace(m, n, bRow))
        {
            MultiplyQuads(alpha, m, k, a, aRow, b, beta, c, cRow, cColumn);
            return true;
        }

        return false;
    }

    // Few columns, k adjacent on both sides.
    [SkipLocalsInit]
    internal static void MultiplyInPlace(T alpha, int m, int n, int k, T* a, nint aRow, T* b, nint bColumn, T beta, T* c, nint cRow, nint cColumn)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Depth = (nuint)k;
        arguments.ARow = aRow;
        arguments.BPanel = bColumn;
        arguments.Alpha = alpha;
        arguments.Beta = beta;
        arguments.CRow = cRow;
        arguments.CColumn = cColumn;
        // Columns that need more than one pass over A share it evenly, in blocks of rows that stay in the second-level cache.
        int most = TTile.DotColumnsOf(k), passes = (n + most - 1) / most, width = (n + passes - 1) / passes, block = passes == 1 ? m : BlockRows(k, TTile.DotRowsOf(width));
        for (int i = 0, rows; i < m; i += rows)
        {
            rows = m - i <= block + block / 2 ? m - i : block;
            for (int j = 0, columns; j < n; j += columns)
            {
                columns = Math.Min(width, n - j);
                arguments.A = a + i * aRow;
                arguments.B = b + j * bColumn;
                arguments.C = c + i * cRow + j * cColumn;
                Rows(&arguments, rows, columns);
            }
        }
    }

    // Whole blocks of sums.
    private static int BlockRows(int k, int tall) => Math.Max(BlockBytes / sizeof(T) / k / tall, 1) * tall;

    // Few rows against four columns of B that lie side by side, and without gaps if they are not to be copied at all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsQuads(int m, int n, nint aColumn, nint bColumn) => n == QuadColumns && aColumn == 1 && bColumn == 1 && m <= MostQuadBlocks * TTile.QuadRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreQuadsInPlace(int m, int n, nint bRow) => bRow == QuadColumns && IsQuads(m, n, 1, 1);

    [SkipLocalsInit]
    internal static void MultiplyQuads(T alpha, int m, int k, T* a, nint aRow, T* b, T beta, T* c, nint cRow, nint cColumn)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.B = b;
        arguments.Alpha = alpha;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        arguments.CColumn = cColumn;
        int tiles = m / TTile.QuadRows, rest = m - tiles * TTile.QuadRows;
        if (tiles > 0)
        {
            arguments.Tiles = (nuint)tiles;
            TTile.Quads(TTile.QuadRows, &arguments);
        }

        if (rest > 0)
        {
            arguments.Tiles = 1;
            arguments.A += (m - rest) * aRow;
            arguments.C += (m - rest) * cRow;
            TTile.Quads(rest, &arguments);
        }
    }

    private static void Rows(GemmTileArguments<T>* arguments, int m, int columns)
    {
        long row = (long)arguments->Depth * sizeof(T), bytes = m * row;
        if (columns == 1 && TTile.RowByRowKiB > 0 && IsReadRowByRow(bytes / sizeof(T)) && row is >= LeastShortRowBytes and < LeastRowBytes)
        {
            arguments->Tiles = (nuint)m;
            Column(hasManyLanes: false, arguments);
            return;
        }

        bool isFromMemory = columns == 1 && bytes >= MemoryBytes;
        int rows = isFromMemory ? TTile.MostDotRows : TTile.DotRowsOf(columns), tiles = m / rows, rest = m - tiles * rows;
        if (tiles > 0)
        {
            arguments->Tiles = (nuint)tiles;
            TTile.Dots(rows, columns, arguments);
        }

        if (rest > 0)
        {
            arguments->Tiles = 1;
            arguments->A += (m - rest) * arguments->ARow;
            arguments->C += (m - rest) * arguments->CRow;
            TTile.Dots(rest, columns, arguments);
        }
    }

    internal static nuint RequiredScratch(int m, int n, int k)
        => m <= GemmForms<T, TTile>.Few || n <= GemmForms<T, TTile>.Few ? 2 * GemmForms<T, TTile>.Few * GemmPacking<T>.Padded((nuint)k) : 0;

    // The few columns on the right, the matrix with adjacent k on the left.
    internal static GemmProblem<T> Oriented(in GemmProblem<T> problem)
        => problem.N <= GemmForms<T, TTile>.Few && problem.A.Column == 1 ? problem
            : problem.A.Column == 1 && problem.B.Row == 1 ? problem.N <= problem.M ? problem : problem.Transposed
            : problem.M > GemmForms<T, TTile>.Few ? problem : problem.Transposed;

    internal static void Multiply(in GemmProblem<T> problem, T* scratch)
    {
        int stride = (int)GemmPacking<T>.Padded((nuint)problem.K);
        T* right = problem.B.Origin, left = problem.A.Origin;
        nint rightColumn = problem.B.Column, leftRow = problem.A.Row;
        T alpha = problem.A.Scale * problem.B.Scale;
        if (problem.B.Row != 1 && IsQuads(problem.M, problem.N, problem.A.Column, problem.B.Column))
        {
            if (problem.B.Row != QuadColumns)
            {
                right = scratch;
                GemmPacking<T>.Copy(problem.B.Origin, problem.B.Row, 1, problem.K, QuadColumns, right, QuadColumns, 1);
            }

            MultiplyQuads(alpha, problem.M, problem.K, left, leftRow, right, problem.Beta, problem.C, problem.CRow, problem.CColumn);
            return;
        }

        if (problem.B.Row != 1)
        {
            right = Adjacent(problem.B.Transposed, problem.N, problem.K, scratch, stride);
            rightColumn = stride;
        }

        if (problem.A.Column != 1)
        {
            left = Adjacent(problem.A, problem.M, problem.K, scratch + GemmForms<T, TTile>.Few * stride, stride);
            leftRow = stride;
        }

        if (problem.HasManyLanes)
        {
            MultiplyManyLanes(
                alpha, problem.M, problem.N, problem.K, left, leftRow, right, rightColumn, problem.Beta, problem.C, problem.CRow, problem.CColumn);
            return;
        }

        MultiplyInPlace(
            alpha, problem.M, problem.N, problem.K, left, leftRow, right, rightColumn, problem.Beta, problem.C, problem.CRow, problem.CColumn);
    }

    // Few vectors, copied so that k is adjacent.
    private static T* Adjacent(in GemmOperand<T> vectors, int count, int k, T* destination, int stride)
    {
        GemmPacking<T>.Copy(vectors.Origin, vectors.Row, vectors.Column, count, k, destination, stride, 1);
        return destination;
    }
}
