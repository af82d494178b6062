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
    // Of C beside it: whole tiles of every height.
    private const int TilesOfEdge = 8;

    internal static int EdgeRows => TilesOfEdge * TileRows;

    private static int TileRows => GemmPath<T, TTile>.TileRows;

    private static int TileColumns => GemmPath<T, TTile>.TileColumns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PanelColumns(int m) => GemmPath<T, TTile>.PanelColumns(m);

    // Without the record that the other path needs: a small product lasts no longer than filling it in.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void MultiplyInPlace(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        int depth = GemmPath<T, TTile>.NearDepthOf(m, n, k, aColumn, bRow);
        if (k <= depth)
        {
            BlockInPlace(m, n, k, a, aRow, aColumn, b, bRow, beta, c, cRow);
        }
        else
        {
            BlocksInPlace(m, n, k, EvenBlock(k, depth), a, aRow, aColumn, b, bRow, beta, c, cRow);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BlocksInPlace(int m, int n, int k, int depth, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        for (int p = 0; p < k; p += depth)
        {
            BlockInPlace(m, n, Math.Min(depth, k - p), a + p * aColumn, aRow, aColumn, b + p * bRow, bRow, p == 0 ? beta : T.One, c, cRow);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BlockInPlace(int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        int panel = PanelColumns(m);
        arguments.Panels = 1;
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.ADepth = aColumn;
        arguments.ATile = 0;
        arguments.B = b;
        arguments.BDepth = bRow;
        arguments.BPanel = panel;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        long bytesOfC = (long)m * n * sizeof(T);
        arguments.Late = GemmFetching.StepsInPlace(k, beta != T.Zero, bytesOfC);
        arguments.LateBy = GemmFetching.Tiles(k, bytesOfC);
        if (n <= panel)
        {
            GemmWalk<T, TTile>.TileColumn(&arguments, m, n);
        }
        else
        {
            int block = Math.Min(m, GemmPath<T, TTile>.RowsAtOnce(m, n, k, cRow));
            for (int i = 0, rows; i < m; i += rows)
            {
                rows = Math.Min(block, m - i);
                arguments.A = a + i * aRow;
                arguments.B = b;
                arguments.C = c + i * cRow;
                Panels(&arguments, rows, n, panel);
            }
        }
    }

    private static void Panels(GemmTileArguments<T>* arguments, int m, int n, int panel)
    {
        int panels = n / panel, rest = n - panels * panel;
        T* a = arguments->A, c = arguments->C;
        arguments->Panels = (nuint)panels;
        GemmWalk<T, TTile>.TileColumn(arguments, m, panel);
        if (rest > 0)
        {
            arguments->Panels = 1;
            arguments->A = a;
            arguments->B += panels * panel;
            arguments->C = c + panels * panel;
            GemmWalk<T, TTile>.TileColumn(arguments, m, rest);
        }
    }

    internal static void Multiply(in GemmProblem<T> problem, T* scratch, in GemmBlocks tuned)
    {
        var blocks = GemmPath<T, TTile>.BlocksOf(problem, tuned);
        var layout = GemmScratch<T, TTile>.Of(problem.M, problem.N, problem.K, problem.IsDeep, blocks);
        T* packedA = scratch, packedB = packedA + layout.A, edge = packedB + layout.B, scaled = scratch + layout.Total;
        // The path is that of a product without alpha: what B is once it is scaled decides it.
        var seen = problem.B.IsScaled ? problem with { B = GemmScaling<T>.Layout(problem.B, Math.Min(problem.K, blocks.Depth), Math.Min(problem.N, blocks.Columns), problem.B.Origin) } : problem;
        bool packsA = GemmPath<T, TTile>.PacksA(seen, blocks), packsB = GemmPath<T, TTile>.PacksB(seen, blocks);
        bool packsAlong = packsB && GemmPath<T, TTile>.PacksAlong(seen);
        bool streams = !packsB && GemmPath<T, TTile>.StreamsB(seen.M, seen.N, seen.K, seen.B.Row);
        // One panel after the other is copied to the same place.
        bool passes = packsAlong && GemmPath<T, TTile>.PassesB(seen.M, seen.N, seen.K);
        int depth = passes ? PanelDepthOf(problem.K, blocks) : streams ? StreamDepthOf(problem.M, problem.K, problem.IsFar, blocks) : DepthOf(problem.K, blocks);
        int rowBlock = passes ? problem.M : RowBlock(problem.M, depth, blocks);
        if (!streams && !packsB)
        {
            depth = EvenBlock(problem.K, Math.Min(depth, GemmPath<T, TTile>.NearDepthOf(problem.M, problem.N, problem.K, packsA ? 1 : problem.A.Column, seen.B.Row)));
        }

        int panel = PanelColumns(problem.M), ahead = GemmPath<T, TTile>.ColumnsAhead(problem.M, problem.IsFar);
        if (!streams && !passes)
        {
            rowBlock = Math.Min(rowBlock, GemmPath<T, TTile>.RowsAtOnce(problem.M, problem.N, depth, problem.CRow));
        }

        bool packsPanels = packsB && !packsAlong && !packsA && problem.M <= rowBlock;
        for (int j = 0; j < problem.N; j += blocks.Columns)
        {
            int n = Math.Min(blocks.Columns, problem.N - j);
            for (int p = 0, k; p < problem.K; p += k)
            {
                k = Math.Min(depth, problem.K - p);
                // Without masks the last columns are packed all the same, and filled up with zeros.
                int firstPacked = packsB ? 0 : TTile.HasMasks ? n : n / panel * panel;
                T beta = p == 0 ? problem.Beta : T.One;
                nuint late = GemmFetching.Steps(k, beta != T.Zero, (long)problem.M * problem.N * sizeof(T));
                var b = problem.B.From(p, j);
                GemmScaling<T>.MakeReady(ref b, copies: false, k, n, scaled);
                if (packsPanels)
                {
                    PanelTiles(problem.A.From(0, p), b, problem.M, n, k, panel, beta, late, problem.C + j * problem.CColumn, problem.CRow, problem.CColumn, packedB, edge);
                    continue;
                }

                var right = packsAlong ? new(b, packedB, 0, k) : GemmPacking<T>.Columns(b, k, n, panel, TTile.Lanes, firstPacked, packedB);
                for (int i = 0; i < problem.M; i += rowBlock)
                {
                    int m = Math.Min(rowBlock, problem.M - i);
                    var left = packsA ? GemmPacking<T>.Rows(problem.A.From(i, p), m, k, TileRows, packedA) : problem.A.From(i, p);
                    T* c = problem.C + i * problem.CRow + j * problem.CColumn;
                    if (packsAlong && i == 0)
                    {
                        PackingTiles(left, b, m, n, k, panel, ahead, beta, late, c, problem.CRow, packedB, passes ? 0 : k);
                    }
                    else
                    {
                        Tiles(left, right, m, n, k, panel, streams ? ahead : 0, beta, late, c, problem.CRow, problem.CColumn, edge);
                    }
                }
            }
        }
    }

    // All rows use a panel before the next one is copied to where it was, in the first-level cache.
    private static void PanelTiles(
        in GemmOperand<T> left, in GemmOperand<T> b, int m, int n, int k, int width, T beta, nuint late, T* c, nint cRow, nint cColumn, T* packed, T* edge)
    {
        for (int j = 0; j < n; j += width)
        {
            int columns = Math.Min(width, n - j);
            var right = GemmPacking<T>.Columns(b.From(0, j), k, columns, width, TTile.Lanes, 0, packed);
            Tiles(left, right, m, columns, k, width, 0, beta, late, c + j * cColumn, cRow, cColumn, edge);
        }
    }

    // The first tile of each panel reads B where it lies and copies it; those below read the copy. A column of B has so many elements of the copies.
    private static void PackingTiles(
        in GemmOperand<T> left, in GemmOperand<T> b, int m, int n, int k, int width, int ahead, T beta, nuint late, T* c, nint cRow, T* packed, int columnOfCopy)
    {
        for (int j = 0; j < n; j += width)
        {
            int columns = Math.Min(width, n - j), vectors = GemmWalk<T, TTile>.VectorsOf(columns), padded = vectors * TTile.Lanes;
            T* copy = packed + (nint)j * columnOfCopy;
            var arguments = Arguments(left, k, new(b.Origin + j, b.Row, width), beta, late, c + j, cRow);
            arguments.Tiles = 1;
            arguments.BAhead = ahead;
            arguments.Packed = copy;
            TTile.MultiplyAndPack(vectors, GemmWalk<T, TTile>.LanesOf(columns, vectors), &arguments);
            if (m > TileRows)
            {
                arguments.A += left.Tile == 0 ? TileRows * left.Row : left.Tile;
                arguments.B = copy;
                arguments.BDepth = padded;
                arguments.C += TileRows * cRow;
                GemmWalk<T, TTile>.TileColumn(&arguments, m - TileRows, columns);
            }
        }
    }

    private static void Tiles(
        in GemmOperand<T> left, in GemmColumnPanels<T> right, int m, int n, int k, int width, int ahead, T beta, nuint late, T* c, nint cRow, nint cColumn, T* edge)
    {
        // Whole panels in one call, then the columns that are left, as a narrower tile.
        int panels = cColumn == 1 ? n / width : 0;
        if (panels > 0)
        {
            var arguments = Arguments(left, k, right.From(0, width, TTile.Lanes), beta, late, c, cRow);
            arguments.Panels = (nuint)panels;
            if (ahead == 0)
            {
                GemmWalk<T, TTile>.TileColumn(&arguments, m, width);
            }
            else
            {
                arguments.BAhead = ahead;
                GemmWalk<T, TTile>.FetchingPanels(&arguments, m, width);
            }
        }

        for (int j = panels * width, columns; j < n; j += columns)
        {
            columns = Math.Min(width, n - j);
            var panel = right.From(j, columns, TTile.Lanes);
            if (cColumn == 1 && (TTile.HasMasks || columns % TTile.Lanes == 0))
            {
                var arguments = Arguments(left, k, panel, beta, late, c + j, cRow);
                GemmWalk<T, TTile>.TileColumn(&arguments, m, columns);
            }
            else
            {
                EdgeColumn(left, m, k, panel, columns, beta, c + j * cColumn, cRow, cColumn, edge);
            }
        }
    }

    private static GemmTileArguments<T> Arguments(in GemmOperand<T> left, int k, in GemmPanel<T> right, T beta, nuint late, T* c, nint cRow)
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
            Beta = beta,
            C = c,
            CRow = cRow,
            Late = late,
            LateBy = GemmFetching.Tiles(k),
        };

    // Where C has its columns apart, or no room for a vector that the host cannot mask, some tiles are computed beside it and copied.
    private static void EdgeColumn(
        in GemmOperand<T> left, int m, int k, in GemmPanel<T> right, int columns, T beta, T* c, nint cRow, nint cColumn, T* edge)
    {
        int width = GemmWalk<T, TTile>.VectorsOf(columns) * TTile.Lanes;
        for (int i = 0, rows; i < m; i += rows)
        {
            rows = Math.Min(EdgeRows, m - i);
            T* corner = c + i * cRow;
            if (beta != T.Zero)
            {
                GemmPacking<T>.Copy(corner, cRow, cColumn, rows, columns, edge, width, 1);
            }

            var tile = left.Tile == 0 ? left.From(i, 0) : new(left.Origin + i / TileRows * left.Tile, left.Row, left.Column, T.One, left.Tile);
            var arguments = Arguments(tile, k, right, beta, GemmFetching.Steps(k, beta != T.Zero, 0), edge, width);
            GemmWalk<T, TTile>.TileColumn(&arguments, rows, columns);
            GemmPacking<T>.Copy(edge, width, 1, rows, columns, corner, cRow, cColumn);
        }
    }

    // The block that divides the length evenly: a short last block would pay for a pass over C and do little.
    private static int EvenBlock(int length, int block)
    {
        int count = (length + block - 1) / block;
        return (length + count - 1) / count;
    }

    internal static int DepthOf(int k, in GemmBlocks blocks) => EvenBlock(k, blocks.Depth);

    internal static int StreamDepthOf(int m, int k, bool isFar, in GemmBlocks blocks) => EvenBlock(k, Math.Min(GemmPath<T, TTile>.DepthOfStream(m, isFar), blocks.Depth));

    internal static int PanelDepthOf(int k, in GemmBlocks blocks) => EvenBlock(k, Math.Min(GemmPath<T, TTile>.PanelDepth, blocks.Depth));

    // Whole tiles, and all blocks alike.
    internal static int RowBlock(int m, int depth, in GemmBlocks blocks)
    {
        int tiles = Math.Max(1, blocks.RowsAt(depth) / TileRows);
        return EvenBlock((m + TileRows - 1) / TileRows, tiles) * TileRows;
    }
}
