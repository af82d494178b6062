using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The five loops around the tile (Goto and van de Geijn, 2008): columns by NC, depth by KC, rows by MC, tile columns, tile rows (inside
// the tile). An operand is packed only when reading it in place would cost more. Every choice depends on shapes and strides and none of
// them on the result: each element of C is one chain of fused multiply-adds over ascending k, whatever the blocks.
internal static unsafe class GemmDriver<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Rows of C that pass a large B a few steps of k at a time.
    private const int StreamedRows = 16;

    // Steps of k that more rows take, up to FetchedRows: three panels of so many fill three quarters of a first-level cache of 32 KiB.
    private const int FetchedDepth = 128;

    // From a panel on to the one that is fetched beside it: the next one comes too late when B lies in memory (20 x 3000 x 3000 float 0.54 of the best peer, 0.88 so).
    private const int FetchedPanels = 2;

    private static int TileColumns => TTile.Vectors * TTile.Lanes;

    // Few rows have wider tiles: they find their chains side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PanelColumns(int m) => TTile.WidestOf(m) * TTile.Lanes;

    // Of the full tile; narrower ones may be taller.
    private static int TileRows => TTile.RowsOf(TTile.Vectors);

    // Scratch elements that Multiply needs at most for a problem of this shape: either side may become the rows.
    internal static nuint RequiredScratch(int m, int n, int k)
    {
        var blocks = GemmBlocks.Of<T, TTile>();
        return Math.Max(Scratch.Of(m, n, k, blocks).Total, Scratch.Of(n, m, k, blocks).Total);
    }

    internal static nuint RequiredScratch(in GemmProblem<T> problem, in GemmBlocks blocks) => Scratch.Of(problem.M, problem.N, problem.K, blocks).Total;

    // The transposed problem where it is better; Multiply takes what this gives.
    internal static GemmProblem<T> Oriented(in GemmProblem<T> problem) => Exchanges(problem) ? problem.Transposed : problem;

    // Both operands can be read where they are, in one block of k: no scratch, no packing, straight to the tiles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsInPlace(int m, int n, int k, nint aRow, nint bRow, nint bColumn, nint cRow, nint cColumn)
        => TTile.HasMasks && bColumn == 1 && cColumn == 1 && k <= TTile.DepthBlock && !FewColumns(m, n, k, aRow, cRow)
        && (n <= 4 * TileColumns || GemmBlocks.Of<T, TTile>().IsHalf<T>(m, k)) && !CopiesRowsOfB(m, n, k, bRow, GemmBlocks.Of<T, TTile>()) && !StreamsB(m, n, k, bRow);

    private static bool IsSmall(int rows, int columns) => GemmBlocks.Of<T, TTile>().IsSmall<T>(rows, columns);

    // Without the record that the other path needs: a small product lasts no longer than filling it in.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void MultiplyInPlace(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Panels = 1;
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.ADepth = aColumn;
        arguments.ATile = 0;
        arguments.B = b;
        arguments.BDepth = bRow;
        arguments.BPanel = PanelColumns(m);
        arguments.BAhead = 0;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        if (n <= PanelColumns(m))
        {
            TileColumn(&arguments, m, n);
        }
        else
        {
            Panels(&arguments, m, n);
        }
    }

    private static void Panels(GemmTileArguments<T>* arguments, int m, int n)
    {
        int panel = PanelColumns(m), panels = n / panel, rest = n - panels * panel;
        T* a = arguments->A, c = arguments->C;
        arguments->Panels = (nuint)panels;
        TileColumn(arguments, m, panel);
        if (rest > 0)
        {
            arguments->Panels = 1;
            arguments->A = a;
            arguments->B += panels * panel;
            arguments->C = c + panels * panel;
            TileColumn(arguments, m, rest);
        }
    }

    // The transposed problem is better when only the columns of C are contiguous, or when C has so few that most lanes of its vectors are
    // idle and A can be read in place along its columns (transposing a deep A into panels first was measured: it costs more than it saves).
    private static bool Exchanges(in GemmProblem<T> problem)
        => problem.CColumn != 1
            ? problem.CRow == 1
            : FewColumns(problem.M, problem.N, problem.K, problem.A.Row, problem.CRow) && !problem.A.IsScaled;

    // Unless one column of C is adjacent, its tiles are computed beside it, which a short k does not pay for.
    private static bool FewColumns(int m, int n, int k, nint aRow, nint cRow)
        => n < TTile.Lanes && aRow == 1 && m >= 2 * TTile.Lanes && (k >= 8 || (n == 1 && cRow == 1));

    internal static void Multiply(in GemmProblem<T> problem, T* scratch, in GemmBlocks blocks)
    {
        var layout = Scratch.Of(problem.M, problem.N, problem.K, blocks);
        T* packedA = scratch, packedB = packedA + layout.A, edge = packedB + layout.B;
        bool packA = PacksA(problem, blocks), packB = PacksB(problem, blocks);
        bool streams = !packB && StreamsB(problem.M, problem.N, problem.K, problem.B.Row);
        int depth = EvenBlock(problem.K, streams ? Math.Min(DepthOfStream(problem.M), blocks.Depth) : blocks.Depth);
        int rowBlock = RowBlock(problem.M, depth, blocks), panel = PanelColumns(problem.M), ahead = streams ? FetchedPanels * panel : 0;
        for (int j = 0; j < problem.N; j += blocks.Columns)
        {
            int n = Math.Min(blocks.Columns, problem.N - j);
            for (int p = 0, k; p < problem.K; p += k)
            {
                k = Math.Min(depth, problem.K - p);
                // Without masks the last columns are packed all the same, and filled up with zeros.
                int firstPacked = packB ? 0 : TTile.HasMasks ? n : n / panel * panel;
                var right = GemmPacking<T>.Columns(problem.B.From(p, j), k, n, panel, TTile.Lanes, firstPacked, packedB);
                T beta = p == 0 ? problem.Beta : T.One;
                for (int i = 0; i < problem.M; i += rowBlock)
                {
                    int m = Math.Min(rowBlock, problem.M - i);
                    var left = packA ? GemmPacking<T>.Rows(problem.A.From(i, p), m, k, TileRows, packedA) : problem.A.From(i, p);
                    Tiles(left, right, m, n, k, panel, ahead, beta, problem.C + i * problem.CRow + j * problem.CColumn, problem.CRow, problem.CColumn, edge);
                }
            }
        }
    }

    private static void Tiles(
        in GemmOperand<T> left, in GemmColumnPanels<T> right, int m, int n, int k, int width, int ahead, T beta, T* c, nint cRow, nint cColumn, T* edge)
    {
        // Whole panels in one call, then the columns that are left, as a narrower tile.
        int panels = cColumn == 1 ? n / width : 0;
        if (panels > 0)
        {
            var arguments = Arguments(left, k, right.From(0, width, TTile.Lanes), beta, c, cRow);
            arguments.Panels = (nuint)panels;
            arguments.BAhead = ahead;
            TileColumn(&arguments, m, width);
        }

        for (int j = panels * width, columns; j < n; j += columns)
        {
            columns = Math.Min(width, n - j);
            var panel = right.From(j, columns, TTile.Lanes);
            if (cColumn == 1 && (TTile.HasMasks || columns % TTile.Lanes == 0))
            {
                var arguments = Arguments(left, k, panel, beta, c + j, cRow);
                TileColumn(&arguments, m, columns);
            }
            else
            {
                EdgeColumn(left, m, k, panel, columns, beta, c + j * cColumn, cRow, cColumn, edge);
            }
        }
    }

    private static GemmTileArguments<T> Arguments(in GemmOperand<T> left, int k, in GemmPanel<T> right, T beta, T* c, nint cRow)
        => new()
        {
            Panels = 1,
            Depth = (nuint)k,
            A = left.Origin,
            ARow = left.Row,
            ADepth = left.Column,
            ATile = left.Tile,
            B = right.Origin,
            BDepth = right.Depth,
            BPanel = right.Next,
            BAhead = 0,
            Beta = beta,
            C = c,
            CRow = cRow,
        };

    // Straight into C.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TileColumn(GemmTileArguments<T>* arguments, int m, int columns)
    {
        int vectors = VectorsOf(columns), lanes = LanesOf(columns, vectors);
        if (m <= (arguments->ATile == 0 ? TTile.RowsOf(vectors) : TileRows))
        {
            arguments->Tiles = 1;
            TTile.Multiply(m, vectors, lanes, arguments);
        }
        else
        {
            TileRowByRow(arguments, m, vectors, lanes);
        }
    }

    // Equal tiles one below the other, then the rows that are left, as a smaller one.
    private static void TileRowByRow(GemmTileArguments<T>* arguments, int m, int vectors, int lanes)
    {
        bool isInPlace = arguments->ATile == 0;
        int rows = isInPlace ? EvenBlock(m, TTile.RowsOf(vectors)) : TileRows;
        int tiles = m / rows, rest = m - tiles * rows;
        if (isInPlace)
        {
            arguments->ATile = rows * arguments->ARow;
        }

        arguments->Tiles = (nuint)tiles;
        TTile.Multiply(rows, vectors, lanes, arguments);
        if (rest > 0)
        {
            arguments->Tiles = 1;
            arguments->A += tiles * arguments->ATile;
            arguments->C += (m - rest) * arguments->CRow;
            TTile.Multiply(rest, vectors, lanes, arguments);
        }

        if (isInPlace)
        {
            arguments->ATile = 0;
        }
    }

    private static int VectorsOf(int columns) => (int)((uint)(columns + TTile.Lanes - 1) / (uint)TTile.Lanes);

    // Without masks the last vector is whole all the same: B was packed with zeros behind its columns, and C is scratch.
    private static int LanesOf(int columns, int vectors) => TTile.HasMasks ? columns - (vectors - 1) * TTile.Lanes : TTile.Lanes;

    // Where C has its columns apart, or no room for a vector that the host cannot mask, the tile is computed beside it and copied.
    private static void EdgeColumn(
        in GemmOperand<T> left, int m, int k, in GemmPanel<T> right, int columns, T beta, T* c, nint cRow, nint cColumn, T* edge)
    {
        int width = VectorsOf(columns) * TTile.Lanes;
        for (int i = 0, rows; i < m; i += rows)
        {
            rows = Math.Min(TileRows, m - i);
            T* corner = c + i * cRow;
            if (beta != T.Zero)
            {
                GemmPacking<T>.Copy(corner, cRow, cColumn, rows, columns, edge, width, 1);
            }

            var tile = left.Tile == 0 ? left.From(i, 0) : new(left.Origin + i / TileRows * left.Tile, left.Row, left.Column, T.One);
            var arguments = Arguments(tile, k, right, beta, edge, width);
            TileColumn(&arguments, rows, columns);
            GemmPacking<T>.Copy(edge, width, 1, rows, columns, corner, cRow, cColumn);
        }
    }

    // The block that divides the length evenly: a short last block would pay for a pass over C and do little.
    private static int EvenBlock(int length, int block)
    {
        int count = (length + block - 1) / block;
        return (length + count - 1) / count;
    }

    // Few rows read a large B once or a few times: then some steps of k at a time, so that it streams past as it lies and C stays in the first cache, or the
    // second where there are more rows. Panel by panel each step would touch a page of its own. Rows of B that displace each other are better copied, but for a few.
    private static bool StreamsB(int m, int n, int k, nint bRow)
        => n > PanelColumns(m) && !IsSmall(n, k) && (m <= StreamedRows || (m <= TTile.FetchedRows && !Collides(FetchedDepth, bRow)));

    // What is fetched ahead keeps up with more steps.
    private static int DepthOfStream(int m) => m > StreamedRows ? FetchedDepth : TTile.FetchedRows > 0 ? 36 : 24;

    // Whole tiles, and all blocks alike.
    private static int RowBlock(int m, int depth, in GemmBlocks blocks)
    {
        int tiles = Math.Max(1, blocks.RowsAt(depth) / TileRows);
        return EvenBlock((m + TileRows - 1) / TileRows, tiles) * TileRows;
    }

    // alpha must be rounded into A. Otherwise a copy pays only for a large A with its rows apart at each step of k, a page for each; along
    // its rows A is read in place at every size (n = 512..2048: 1 to 4 % faster than from a copy).
    private static bool PacksA(in GemmProblem<T> problem, in GemmBlocks blocks)
        => problem.A.IsScaled || (problem.A.Column != 1 && problem.N > 4 * TileColumns && !blocks.IsHalf<T>(problem.M, problem.K));

    internal static bool CopiesOnlyB(in GemmProblem<T> problem)
    {
        var blocks = GemmBlocks.Of<T, TTile>();
        return PacksB(problem, blocks) && !PacksA(problem, blocks);
    }

    // B must have adjacent columns to be read by vectors.
    private static bool PacksB(in GemmProblem<T> problem, in GemmBlocks blocks)
        => problem.B.IsScaled || problem.B.Column != 1 || CopiesRowsOfB(problem.M, problem.N, problem.K, problem.B.Row, blocks);

    // A copy pays for a large B that enough rows use; for one half as large where its rows displace each other, and more rows use it.
    private static bool CopiesRowsOfB(int m, int n, int k, nint bRow, in GemmBlocks blocks)
        => m > 4 * TileRows && !StreamsB(m, n, k, bRow) && (!blocks.IsSmall<T>(n, k) || (m > 16 * TileRows && !blocks.IsHalf<T>(n, k) && Collides(Math.Min(k, blocks.Depth), bRow)));

    // A panel touches a few lines of each row, which fall into so many of a first-level cache's 64 sets of 64 bytes; six of eight ways are for them.
    private static bool Collides(int depth, nint bRow)
    {
        var (lines, rest) = Math.DivRem(bRow * sizeof(T), 64);
        int touched = TileColumns * sizeof(T) / 64 + (rest == 0 ? 0 : 1);
        int sets = rest == 0 ? Math.Min(64, touched * (64 >> Math.Min(6, BitOperations.TrailingZeroCount(lines)))) : 64;
        return depth * touched > 6 * sets;
    }

    private readonly record struct Scratch(nuint A, nuint B, nuint Total)
    {
        internal static Scratch Of(int m, int n, int k, in GemmBlocks blocks)
        {
            int evenDepth = EvenBlock(k, blocks.Depth), rows = Math.Min(m, RowBlock(m, evenDepth, blocks));
            nuint depth = (nuint)evenDepth;
            nuint a = (nuint)rows * GemmPacking<T>.Padded(depth), transposedA = depth * (nuint)((rows + TileRows - 1) / TileRows * TileRows);
            nuint b = depth * (nuint)(VectorsOf(Math.Min(n, blocks.Columns)) * TTile.Lanes);
            a = RoundUp64(Math.Max(a, transposedA));
            b = RoundUp64(b);
            return new(a, b, a + b + (nuint)(TileRows * TileColumns));
        }

        private static nuint RoundUp64(nuint value) => (value + 63) & ~(nuint)63;
    }
}
