using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Which way a product takes: exchanged with its transpose, read in place, streamed past, or copied first. Decided by shapes and strides alone, and no part of
// the result: docs/contracts/gemm.md, "The path".
internal static unsafe class GemmPath<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Rows of C that pass a large B as it lies, and where rows of B stay beside each other in the first-level cache and more rows would copy panels of it.
    private const int StreamedRows = 16, MoreStreamedRows = 24;

    // Rows that take the fewer steps of k at a time (NearDepth in the table); more take StreamDepth.
    private const int NearRows = 10;

    // Bytes of a B that waits for memory, and steps of k that few rows take of it: what comes in long runs of few rows comes faster. The widest tiles take fewer.
    private const int FarB = 12 << 20, FarDepth = 24, WidestRows = 3, WidestDepth = 16;

    // From a panel on to the one that is fetched beside it: the next one comes too late when B lies in memory (20 x 3000 x 3000 float 0.54 of the best peer, 0.88 so), and the one after with few steps.
    private const int PanelsAhead = 2, FarPanelsAhead = 3;

    // And steps of a panel that is copied: two thirds of such a cache.
    internal const int PanelDepth = 341;

    // Columns that take all of k at once, in blocks of so many tiles of rows, as long as a panel of B leaves half of a second-level cache of 512 KiB to the rows of A.
    private const int DeepColumns = 256, DeepTiles = 2, DeepPanelBytes = 1 << 18;

    // Steps of k, and bytes of each, from which an A streams past for the sake of its pages: shorter ones are too many starts (Zen 3, of A from 50 x 5000 to 5000 x 50, 8 to 96 columns beside it).
    private const int StreamedSteps = 192, StreamedBytes = 1536;

    // Vectors of a tile that reads A so seldom that a copy of it pays for few columns.
    private const int WideVectors = 4;

    // What the transposed product may lose in idle lanes, in rows, if it turns nothing. With 3 or 10 it takes rows that leave more than one lane idle: of 5 to 15 rows, against B of 100 x 100 to
    // 1000 x 1000, more of those were slower than faster, up to 1.5 times (Zen 3, float).
    private const int TurningRows = 2;

    // And where the transposed product takes all of k at once: turning a B waits for what it reads as well (9 x 3000 x 3000 float 0.79 -> 1.21 of BLIS, 17 x 1000 x 1000 1.06 -> 0.94).
    private const int DeepTurningRows = 7, FarTurningRows = 8;

    // Lines of a panel in a set of the first-level cache: those that A and C take beside it, and what does not stay there by far.
    private const int OtherWays = 3, CrowdedWays = 16;

    // Bytes after which a set comes again, and from row to row by which too many rows of a tall tile are still in one.
    private const int PageBytes = 4096, SetBytes = 12;

    // Of each way of the first-level cache, bytes of A and B with which k is cut, and of each block of it then; and bytes of a C that may be passed over so often.
    private const int CrowdedBytes = 3584, NearBytes = 2560, PassedC = 98304;

    // Bytes of C from which it matters how it is written, and in which order at that, up to so many steps of k: fewer where its rows begin with whole vectors.
    private const int MiddleC = 3 << 19, LargeC = 6 << 20, WholeSteps = 16, MiddleSteps = 64, LargeSteps = 128;

    // Tiles of rows that are written side by side, and what is not worth it.
    private const int MiddleTiles = 4, FewTiles = 8;

    // What is read badly is copied from such a part of the bytes on.
    private const int Half = 2, Quarter = 4;

    internal static int TileColumns => TTile.Vectors * TTile.Lanes;

    // Few rows have wider tiles: they find their chains side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PanelColumns(int m) => TTile.WidestOf(m) * TTile.Lanes;

    // Of the full tile; narrower ones may be taller.
    internal static int TileRows => TTile.RowsOf(TTile.Vectors);

    // The transposed problem where it is better; Multiply takes what this gives.
    internal static GemmProblem<T> Oriented(in GemmProblem<T> problem) => Exchanges(problem) ? problem.Transposed : problem;

    // Both operands can be read where they are, in one block of k: no scratch, no packing, straight to the tiles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsInPlace(int m, int n, int k, nint aRow, nint bRow, nint bColumn, nint cRow, nint cColumn)
        => TTile.HasMasks && bColumn == 1 && cColumn == 1 && k <= TTile.DepthBlock && !FewColumns(m, n, k, aRow, cRow)
        && (n <= 4 * TileColumns || GemmBlocks.Of<T, TTile>().IsSmall<T>(m, k, Quarter)) && !CopiesRowsOfB(m, n, k, bRow, GemmBlocks.Of<T, TTile>()) && !StreamsB(m, n, k, bRow);

    private static bool IsSmall(int rows, int columns) => GemmBlocks.Of<T, TTile>().IsSmall<T>(rows, columns);

    // The transposed problem is better when only the columns of C are contiguous, when few of them meet an A that can be read in place along its columns
    // (transposing a deep A into panels first was measured: it costs more than it saves), or when few rows meet such a B.
    private static bool Exchanges(in GemmProblem<T> problem)
        => problem.CColumn != 1
            ? problem.CRow == 1
            : FewColumns(problem.M, problem.N, problem.K, problem.A.Row, problem.CRow)
                || TurnsC(problem.M, problem.N, problem.K, problem.A.Row, problem.B.Row, problem.B.Column, problem.CColumn);

    // A^T B whose columns leave most lanes of a vector idle. Unless one column of C is adjacent, its tiles are computed beside it, which a short k does not pay for.
    private static bool FewColumns(int m, int n, int k, nint aRow, nint cRow)
        => aRow == 1 && ((n < TTile.Lanes && m >= 2 * TTile.Lanes && (k >= 8 || (n == 1 && cRow == 1))) || PassesA(m, n, k));

    // Or whose columns fill vectors, but at each step of k a tile would read some elements of A in a page of their own: as the B of the transposed product, A is passed in whole rows.
    // Not in a cache where few tiles of whole vectors are wide enough to pass a copy of it (Zen 5, 1000 x 32 x 1000 float 1.14 -> 1.36 of the best peer, double 1.31 -> 1.54).
    private static bool PassesA(int m, int n, int k)
        => k >= StreamedSteps && m >= StreamedBytes / sizeof(T) && PassesB(n, m, k) && (IsFar(m, k) || !FillsWideTiles(n));

    private static bool FillsWideTiles(int n) => TTile.Vectors >= WideVectors && n >= TileColumns / 2 && n <= 2 * TileColumns && n % TTile.Lanes == 0;

    // Few rows read a B with adjacent k as it lies, as the rows of the transposed product, where to turn A and C for it and to leave lanes idle takes less than to turn B.
    private static bool TurnsC(int m, int n, int k, nint aRow, nint bRow, nint bColumn, nint cColumn)
    {
        if (bRow != 1 || bColumn == 1 || cColumn != 1 || m >= n)
        {
            return false;
        }

        long idle = (TTile.Lanes - m % TTile.Lanes) % TTile.Lanes, ofA = aRow == 1 ? 0 : (long)m * k;
        int turning = !MayBeDeep(n, m, k) ? TurningRows : IsFar(n, k) ? FarTurningRows : DeepTurningRows;
        return turning * (ofA + 2L * m * n) + idle * n * k < (long)turning * n * k;
    }

    // A small B whose columns are apart is transposed before everything else, so that a short product needs no record of itself; not where the transposed product
    // reads it in place.
    internal static bool TurnsB(int m, int n, int k, nint aRow, nint bRow, nint bColumn, nint cRow, nint cColumn)
        => bColumn != 1 && bRow == 1 && cColumn == 1 && m > 1 && n > 1 && GemmScaling<T>.IsSmall(n, k) && !FewColumns(m, n, k, aRow, cRow)
        && !TurnsC(m, n, k, aRow, bRow, bColumn, cColumn);

    // Steps of k at a time where tiles read B, and mostly A, as they lie: with more of them neither a panel of B nor the rows of A beside it are still in the first-level cache when the next tile
    // needs them, above all where their rows straddle lines (90 x 90 x 300 float with A transposed 0.87 -> 1.13 of BLIS).
    internal static int NearDepthOf(int m, int n, int k, nint aColumn, nint bRow)
    {
        if (TTile.PanelRows == 0 || m <= TileRows || n <= 2 * TileColumns || (long)m * n * sizeof(T) > PassedC)
        {
            return k;
        }

        int step = BytesOfLines(TileColumns, bRow) + (aColumn == 1 ? TileRows * sizeof(T) : BytesOfLines(TileRows, aColumn));
        return (long)step * k <= TTile.Ways * CrowdedBytes ? k : TTile.Ways * NearBytes / step;
    }

    // Of the lines that so many adjacent elements touch, one row after the other.
    private static int BytesOfLines(int elements, nint row) => (int)Math.Min(64 * LinesOf(elements, row), Math.Abs(row) * sizeof(T));

    private static int LinesOf(int elements, nint row) => Math.Max(1, elements * sizeof(T) / 64) + (row * sizeof(T) % 64 == 0 ? 0 : 1);

    // Few rows read a large B once: some steps of k at a time, so that C stays near. All of k at once, each step of a panel would touch a page of its own.
    internal static bool PassesB(int m, int n, int k) => MayPassB(m) && n > PanelColumns(m) && !IsSmall(n, k);

    internal static bool MayPassB(int m) => m <= Math.Max(StreamedRows, TTile.PanelRows);

    // As it lies; more rows read each panel from a copy in the first-level cache, which the first of their tiles leaves behind.
    internal static bool StreamsB(int m, int n, int k, nint bRow)
        => PassesB(m, n, k) && (m <= StreamedRows || (m <= MoreStreamedRows && !Collides(TTile.StreamDepth, bRow)));

    // C stays in the first cache with few rows, in the second with more; what is fetched ahead keeps up with more steps.
    internal static int DepthOfStream(int m, bool isFar)
        => m > NearRows ? TTile.StreamDepth : !isFar || TTile.PanelRows == 0 ? TTile.NearDepth : m <= WidestRows ? WidestDepth : FarDepth;

    internal static int ColumnsAhead(int m, bool isFar) => (isFar && m <= NearRows ? FarPanelsAhead : PanelsAhead) * PanelColumns(m);

    // What the whole decides for its parts too.
    internal static GemmProblem<T> Judged(in GemmProblem<T> problem)
        => problem with
        {
            IsFar = IsFar(problem.N, problem.K),
            IsDeep = problem.A.Column == 1 && !problem.A.IsScaled && MayBeDeep(problem.M, problem.N, problem.K),
        };

    private static bool IsFar(int n, int k) => (long)n * k * sizeof(T) > FarB;

    // Few columns meet a large A that is read along its rows: all of k at once, so that these come as long runs and C is passed over once.
    internal static bool MayBeDeep(int m, int n, int k) => TTile.PanelRows > 0 && n <= DeepColumns && !IsSmall(m, k) && !PassesB(m, n, k);

    internal static GemmBlocks BlocksOf(in GemmProblem<T> problem, in GemmBlocks blocks) => problem.IsDeep ? DeepBlocks(problem.M, problem.N, blocks) : blocks;

    // One panel is passed once; rows that meet several stay in the second-level cache beside them.
    internal static GemmBlocks DeepBlocks(int m, int n, in GemmBlocks blocks)
        => blocks with { Depth = DeepPanelBytes / (TileColumns * sizeof(T)), Rows = n <= PanelColumns(m) ? m : DeepTiles * TileRows };

    // Column by column of tiles, a large C is touched a line in each row, and a line that two columns share, where rows begin amid a vector, is gone before the
    // second one comes: half of the time of a short k. So few tiles of rows are written along the rows, and B comes from the second-level cache for each.
    internal static int RowsAtOnce(int m, int n, int k, nint cRow)
    {
        long bytes = (long)m * n * sizeof(T);
        bool isLarge = bytes >= LargeC;
        int steps = cRow % TTile.Lanes == 0 ? WholeSteps : isLarge ? LargeSteps : MiddleSteps;
        return m <= FewTiles * TileRows || bytes < MiddleC || k > steps ? m : (isLarge ? 1 : MiddleTiles) * TileRows;
    }

    // What alpha is rounded into is a copy. Otherwise one pays only for a large A with its rows apart at each step of k, a page for each; along
    // its rows A is read in place at every size (n = 512..2048: 1 to 4 % faster than from a copy).
    internal static bool PacksA(in GemmProblem<T> problem, in GemmBlocks blocks)
        => problem.A.IsScaled || (problem.A.Column != 1 && problem.N > 4 * TileColumns && !blocks.IsSmall<T>(problem.M, problem.K, Quarter));

    // A tile can leave a copy of B behind where it reads B and writes C without help.
    internal static bool PacksAlong(in GemmProblem<T> problem)
        => TTile.HasMasks && problem.B.Column == 1 && problem.CColumn == 1 && problem.M > TileRows;

    internal static bool CopiesOnlyB(in GemmProblem<T> problem)
    {
        var blocks = GemmBlocks.Of<T, TTile>();
        return (PacksB(problem, blocks) || problem.B.IsScaled) && !PacksA(problem, blocks);
    }

    // B must have adjacent columns to be read by vectors.
    internal static bool PacksB(in GemmProblem<T> problem, in GemmBlocks blocks)
        => problem.CopiesB || problem.B.Column != 1 || CopiesRowsOfB(problem.M, problem.N, problem.K, problem.B.Row, blocks);

    // A copy pays for a large B that is passed once but does not stream, or that enough rows use; for one half as large where its rows displace each other, and more rows use it; and for any that some tiles
    // use where its rows leave each other hardly a set: a block of a matrix with rows a power of two apart (100 x 100 of 1024 x 1024, float 0.6 of the best peer).
    private static bool CopiesRowsOfB(int m, int n, int k, nint bRow, in GemmBlocks blocks)
        => m > 2 * TileRows && !StreamsB(m, n, k, bRow)
        && (PassesB(m, n, k)
            || (m > 4 * TileRows && !blocks.IsSmall<T>(n, k))
            || (m > 16 * TileRows && !blocks.IsSmall<T>(n, k, Half) && Collides(Math.Min(k, blocks.Depth), bRow))
            || Collides(Math.Min(k, blocks.Depth), bRow, CrowdedWays));

    // Rows of A that are read along k, all in one set of the first-level cache, or in two, where the tallest tile has more of them than a set has lines.
    internal static bool SharesSet(nint aRow)
    {
        long bytes = Math.Abs(aRow) * sizeof(T), apart = bytes % PageBytes;
        return TTile.PanelRows > 0 && TTile.Ways < TTile.RowsOf(1) && bytes > PageBytes / 2 && Math.Min(apart, PageBytes - apart) < SetBytes;
    }

    // A panel touches a few lines of each row, which fall into so many of a first-level cache's 64 sets of 64 bytes.
    internal static bool Collides(int depth, nint bRow) => Collides(depth, bRow, TTile.Ways - OtherWays);

    private static bool Collides(int depth, nint bRow, int ways)
    {
        var (lines, rest) = Math.DivRem(bRow * sizeof(T), 64);
        int touched = LinesOf(TileColumns, bRow);
        int sets = rest == 0 ? Math.Min(64, touched * (64 >> Math.Min(6, BitOperations.TrailingZeroCount(lines)))) : 64;
        return depth * touched > ways * sets;
    }
}
