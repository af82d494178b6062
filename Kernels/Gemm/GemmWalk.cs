using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The innermost two loops: which heights of tiles the rows of a block have, and in which order the tiles come. The loops themselves are inside the kernel, so a walk is
// as many calls as there are heights.
internal static unsafe class GemmWalk<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Two multiply-adds a cycle of a latency of four.
    private const int LeastChains = 8;

    // Panels of B that stay in the second-level cache, beside all else, from one walk to the next.
    private const int NearPanels = 8;

    // Straight into C.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void TileColumn(GemmTileArguments<T>* arguments, int m, int columns)
    {
        int strip = GemmStrips<T, TTile>.ColumnsOf(m, columns, arguments->ADepth);
        if (strip == 0)
        {
            WholeColumn(arguments, m, columns);
            return;
        }

        T* a = arguments->A, c = arguments->C;
        if (columns > strip)
        {
            WholeColumn(arguments, m, columns - strip);
        }

        arguments->A = a;
        arguments->B += columns - strip;
        arguments->C = c + columns - strip;
        GemmStrips<T, TTile>.Multiply(arguments, m, strip);
    }

    // As if no columns were a strip.
    internal static void WholeColumn(GemmTileArguments<T>* arguments, int m, int columns)
    {
        int vectors = VectorsOf(columns), lanes = LanesOf(columns, vectors);
        if (m <= (arguments->ATile == 0 ? TTile.RowsOf(vectors) : GemmPath<T, TTile>.TileRows))
        {
            arguments->Tiles = 1;
            TTile.Multiply(m, vectors, lanes, arguments);
        }
        else
        {
            TileRowByRow(arguments, m, vectors, lanes, fetches: false);
        }
    }

    // Whole panels of a B that streams past. Tiles of two heights are two walks: where rows of B leave the second-level cache in between, a few panels at a time
    // (16 x 3000 x 3000 float 0.73 -> 0.92 of BLIS).
    internal static void FetchingPanels(GemmTileArguments<T>* arguments, int m, int width)
    {
        int panels = (int)arguments->Panels;
        int together = GemmBlocks.Of<T, TTile>().IsSmall<T>((int)arguments->Depth, panels * width) ? panels : NearPanels;
        T* a = arguments->A, c = arguments->C;
        for (int j = 0; j < panels; j += together)
        {
            arguments->Panels = (nuint)Math.Min(together, panels - j);
            arguments->A = a;
            arguments->C = c + j * width;
            TileRowByRow(arguments, m, VectorsOf(width), TTile.Lanes, fetches: true);
            arguments->B += together * arguments->BPanel;
        }
    }

    private static void TileRowByRow(GemmTileArguments<T>* arguments, int m, int vectors, int lanes, bool fetches)
    {
        if (arguments->ATile == 0)
        {
            TilesInPlace(arguments, m, vectors, lanes, fetches);
        }
        else
        {
            TilesOfCopy(arguments, m, vectors, lanes, fetches);
        }
    }

    // Equal tiles, then those of a row less: a last tile of one or two rows would be two or four chains, which take as long as eight.
    private static void TilesInPlace(GemmTileArguments<T>* arguments, int m, int vectors, int lanes, bool fetches)
    {
        int tiles = EvenTiles(arguments, m, vectors, fetches), rows = (m + tiles - 1) / tiles, smaller = tiles * rows - m;
        arguments->ATile = rows * arguments->ARow;
        TilesBelow(arguments, tiles - smaller, rows, vectors, lanes, fetches);
        arguments->ATile = (rows - 1) * arguments->ARow;
        TilesBelow(arguments, smaller, rows - 1, vectors, lanes, fetches);
        arguments->ATile = 0;
    }

    // A copy has tiles of all rows, and one of those that are left.
    private static void TilesOfCopy(GemmTileArguments<T>* arguments, int m, int vectors, int lanes, bool fetches)
    {
        var (whole, rest) = Math.DivRem(m, GemmPath<T, TTile>.TileRows);
        TilesBelow(arguments, whole, GemmPath<T, TTile>.TileRows, vectors, lanes, fetches);
        TilesBelow(arguments, rest > 0 ? 1 : 0, rest, vectors, lanes, fetches);
    }

    // Tiles one below the other; A and C go on behind them.
    private static void TilesBelow(GemmTileArguments<T>* arguments, int tiles, int rows, int vectors, int lanes, bool fetches)
    {
        if (tiles == 0)
        {
            return;
        }

        arguments->Tiles = (nuint)tiles;
        Tile(arguments, rows, vectors, lanes, fetches);
        arguments->A += tiles * arguments->ATile;
        arguments->C += tiles * rows * arguments->CRow;
    }

    // As few as can be; of a short k, as many as still have the chains they need: a taller tile ends later (docs/contracts/gemm-tile.md). Not where the panel of B
    // would not stay in the first-level cache, and each tile reads it again; nor where B streams past, because tiles that fetch it have enough to load. A set of that
    // cache holds eight lines, not the twelve that rows of the tallest tile have in it where they are a power of two apart (1024 x 8 x 1024 float 0.50 -> 1.07 of BLIS).
    private static int EvenTiles(GemmTileArguments<T>* arguments, int m, int vectors, bool fetches)
    {
        int most = GemmPath<T, TTile>.SharesSet(arguments->ARow) ? Math.Min(TTile.RowsOf(vectors), GemmPath<T, TTile>.TileRows) : TTile.RowsOf(vectors);
        int fewest = (m + most - 1) / most;
        return !fetches && arguments->Depth <= (nuint)TTile.ShallowDepth && vectors == TTile.Vectors && !GemmPath<T, TTile>.Collides((int)arguments->Depth, arguments->BDepth)
            ? Math.Max(fewest, m * vectors / LeastChains)
            : fewest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(GemmTileArguments<T>* arguments, int rows, int vectors, int lanes, bool fetches)
    {
        if (fetches)
        {
            TTile.MultiplyFetching(rows, vectors, arguments);
        }
        else
        {
            TTile.Multiply(rows, vectors, lanes, arguments);
        }
    }

    internal static int VectorsOf(int columns) => (int)((uint)(columns + TTile.Lanes - 1) / (uint)TTile.Lanes);

    // Without masks the last vector is whole all the same: B was packed with zeros behind its columns, and C is scratch.
    internal static int LanesOf(int columns, int vectors) => TTile.HasMasks ? columns - (vectors - 1) * TTile.Lanes : TTile.Lanes;
}
