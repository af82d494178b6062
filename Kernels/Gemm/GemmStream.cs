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

    // Of a C that waits for memory, and of what is fetched ahead in each of its rows: 1 KiB is nearly as good, and in the third-level cache each of them costs (Zen 5, 1200 x 1200 x 4 double 10 %).
    private const int FarBytes = 24 << 20, AheadBytes = 2048;

    private static int LeastColumns => 2 * TTile.WidestOf(1) * TTile.Lanes;

    // Two rows only past a B, and short sums only into a C, that do not stay in the second-level cache: from there tiles read and write faster.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Applies(int m, int n, int k, nint bColumn, nint cColumn)
        => bColumn == 1 && cColumn == 1 && n > LeastColumns && TTile.HasMasks
        && (m == 1 || (m <= TTile.StreamRows && !GemmBlocks.Of<T, TTile>().IsSmall<T>(n, k))
            || (k <= TTile.StreamDepthOf(TTile.StreamRows) && !GemmBlocks.Of<T, TTile>().IsSmall<T>(m, n)));

    internal static bool Applies(in GemmProblem<T> problem)
        => !problem.IsScaled && Applies(problem.M, problem.N, problem.K, problem.B.Column, problem.CColumn);

    internal static void Multiply(in GemmProblem<T> problem)
        => Multiply(
            problem.M, problem.N, problem.K, problem.A.Origin, problem.A.Row, problem.A.Column, problem.B.Origin, problem.B.Row, problem.Beta,
            problem.C, problem.CRow);

    internal static void Multiply(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        nuint ahead = (long)m * n * sizeof(T) >= FarBytes ? (nuint)(AheadBytes / sizeof(T)) : 0;
        int block = BlockBytes / sizeof(T) / (m > TTile.StreamRows ? k : 1);
        for (int columns; n > 0; n -= columns, b += columns, c += columns)
        {
            columns = n <= block + TTile.Lanes ? n : block;
            Block(m, columns, k, a, aRow, aColumn, b, bRow, beta, c, cRow, ahead);
        }
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
        for (int i = 0, rows; i < m; i += rows, a += rows * aRow, c += rows * cRow)
        {
            rows = Math.Min(TTile.StreamRows, m - i);
            Pass(&arguments, rows, k, lanes, a, b, beta, c);
        }
    }

    // Blocks of k one behind the other; the first one may be short, so that the others are whole.
    private static void Pass(GemmTileArguments<T>* arguments, int rows, int k, int lanes, T* a, T* b, T beta, T* c)
    {
        int most = TTile.StreamDepthOf(rows), blocks = (k - 1) / most, first = k - blocks * most;
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
