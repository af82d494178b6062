using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Few rows of C, wider than the widest tile: a few rows of B at a time stream past as they lie, and C stays in the first-level cache between them. Or few
// rows of B and many of C, which stream past then. Each element is the chain over ascending k that it is elsewhere.
internal static unsafe class GemmStream<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // What stays in the first-level cache and next to it, of C or of B.
    private const int BlockBytes = 32768;

    // Of what is fetched ahead in each row of a C that waits for memory: 1 KiB is nearly as good, and in the third-level cache each of them costs (Zen 5, 1200 x 1200 x 4 double 10 %).
    private const int AheadBytes = 2048;

    // Of a tile that writes four lines of a row.
    private const int WideVectors = 4;

    private static int LeastColumns => 2 * TTile.WidestOf(1) * TTile.Lanes;

    // Of a B beyond the first-level cache, and of a C that stays there beside its rows.
    private const int RowByRowBytes = 7 << 13, NearBytes = 1 << 14, LineBytes = 64;

    // Prefetchers of the first-level cache follow a single stream of lines at the rate of the second-level cache, and eight at two thirds of it (Zen 5, 512 KiB: 205 and 135 GB/s).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsRowByRow(int m, int n, int k)
        => m == 1 && n >= 3 * LeastColumns / 4 && n <= NearBytes / sizeof(T)
        && (long)n * k > RowByRowBytes / sizeof(T) && (long)n * k <= TTile.RowByRowKiB * 1024L / sizeof(T);

    // Two rows only past a B, and short sums only into a C, that do not stay in the second-level cache: from there tiles read and write faster. Into a C that waits for memory wide ones do too, since they fetch
    // more lines of it at a time; but they need a step of k in which to do so. Narrower ones touch too many rows for what they write of each (256 bits, 40 x 200000 x 4 float 59 GF in streams, 37 in tiles).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Applies(int m, int n, int k, nint bColumn, nint cColumn)
        => bColumn == 1 && cColumn == 1 && TTile.HasMasks
        && ((n > LeastColumns
            && (m == 1 || (m <= TTile.StreamRows && !GemmBlocks.Of<T, TTile>().IsSmall<T>(n, k))
                || (k <= TTile.StreamDepthOf(TTile.StreamRows) && !GemmBlocks.Of<T, TTile>().IsSmall<T>(m, n) && (k == 1 || TTile.Vectors < WideVectors || (long)m * n * sizeof(T) < GemmFetching.MemoryC))))
            || IsRowByRow(m, n, k));

    internal static bool Applies(in GemmProblem<T> problem)
        => !problem.IsScaled && Applies(problem.M, problem.N, problem.K, problem.B.Column, problem.CColumn);

    internal static void Multiply(in GemmProblem<T> problem)
        => Multiply(
            problem.M, problem.N, problem.K, problem.A.Origin, problem.A.Row, problem.A.Column, problem.B.Origin, problem.B.Row, problem.Beta,
            problem.C, problem.CRow);

    internal static void Multiply(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        if (IsRowByRow(m, n, k) && (nint)c % LineBytes != 0)
        {
            BesideC(n, k, a, aColumn, b, bRow, beta, c);
            return;
        }

        nuint ahead = (long)m * n * sizeof(T) >= GemmFetching.MemoryC ? (nuint)(AheadBytes / sizeof(T)) : 0;
        int block = BlockBytes / sizeof(T) / (m > TTile.StreamRows ? k : 1);
        for (int columns; n > 0; n -= columns, b += columns, c += columns)
        {
            columns = n <= block + TTile.Lanes ? n : block;
            Block(m, columns, k, a, aRow, aColumn, b, bRow, beta, c, cRow, ahead);
        }
    }

    // Each load of B meets a load and a store of C: where C begins amid a line it is computed in a copy, since two lines for each would take as long as the row does to come.
    [SkipLocalsInit]
    private static void BesideC(int n, int k, T* a, nint aColumn, T* b, nint bRow, T beta, T* c)
    {
        byte* memory = stackalloc byte[NearBytes + LineBytes];
        T* copy = (T*)((nint)(memory + LineBytes - 1) & -LineBytes);
        Span<T> original = new(c, n), beside = new(copy, n);
        if (beta != T.Zero)
        {
            original.CopyTo(beside);
        }

        Block(1, n, k, a, 0, aColumn, b, bRow, beta, copy, n, 0);
        beside.CopyTo(original);
    }

    [SkipLocalsInit]
    private static void Block(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow, nuint ahead)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        int panels = n / TTile.Lanes, rest = n - panels * TTile.Lanes;
        arguments.Panels = (nuint)panels;
        arguments.ARow = aRow;
        arguments.ADepth = aColumn;
        arguments.BDepth = bRow;
        arguments.CRow = cRow;
        arguments.Late = ahead;
        int lanes = rest == 0 ? TTile.Lanes : rest;
        bool isRowByRow = IsRowByRow(m, n, k);
        for (int i = 0, rows; i < m; i += rows, a += rows * aRow, c += rows * cRow)
        {
            rows = Math.Min(TTile.StreamRows, m - i);
            Pass(&arguments, rows, k, isRowByRow ? 1 : TTile.StreamDepthOf(rows), lanes, a, b, beta, c);
        }
    }

    // Blocks of k one behind the other; the first one may be short, so that the others are whole.
    private static void Pass(GemmTileArguments<T>* arguments, int rows, int k, int most, int lanes, T* a, T* b, T beta, T* c)
    {
        int blocks = (k - 1) / most, first = k - blocks * most;
        arguments->A = a;
        arguments->B = b;
        arguments->C = c;
        arguments->Beta = beta;
        arguments->Tiles = 1;
        TTile.Stream(rows, first, lanes, arguments);
        if (blocks > 0)
        {
            arguments->A += first * arguments->ADepth;
            arguments->B += first * arguments->BDepth;
            arguments->Beta = T.One;
            arguments->Tiles = (nuint)blocks;
            TTile.Stream(rows, most, lanes, arguments);
        }
    }
}
