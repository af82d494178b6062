using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The dot form: few columns (or rows), adjacent k. Each element is a sum over logical lanes; then halves of the lanes are added until one is left, and
// c = round(alpha sum) + round(beta c). A single sum is that of Reductions.Dot, which has four times the lanes.
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

    // A single sum has no neighbours whose chains could run beside its own. Of the whole product: a part of a longer column is not one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsOne(int m, int n) => m == 1 && n == 1;

    internal static void MultiplyOne(T alpha, int k, T* a, T* b, T beta, T* c)
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
            if (IsOne(m, n))
            {
                MultiplyOne(alpha, k, a, b, beta, c);
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
        bool isFromMemory = columns == 1 && (long)m * (long)arguments->Depth * sizeof(T) >= MemoryBytes;
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

        if (problem.IsOne)
        {
            MultiplyOne(alpha, problem.K, left, right, problem.Beta, problem.C);
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
