using System.Text.RegularExpressions;

namespace Kernels.PropertyTests.Codegen;

/// <summary>Reads what the code generator makes of each tile: the planned number of fused multiply-adds, and no vector on the stack.</summary>
public partial class TileCodegenTests
{
    [Theory]
    [MemberData(nameof(Listing.Widths), MemberType = typeof(Listing))]
    public void TheDepthLoopOfEveryTileIsItsMultiplyAddsAndNothingSpilled(int widest)
    {
        // Those that such a machine may run: of 512 bits, or of 256 and, with fewer instructions, 128.
        bool isWide = widest == 512;
        var methods = TileListing.Read(widest).Where(tile => tile.Width == 512 == isWide).ToLookup(method => method.Kind);
        // Rows by vectors: 12 + 12 + 9 + 6 and four wide ones of one row at 512 bits, 12 + 6 and wide ones of three, two and four times one row below; float
        // and double; the last vector whole, in part, and at 512 bits a half.
        Assert.Equal(2 * (isWide ? 3 * 43 : 2 * 2 * 27), methods["Multiply"].Count());
        // One or two vectors, 12 + 12 at 512 bits and 12 + 6 below, and wider ones of few rows: 3 + 3 (below 3 + 2) and four times one.
        Assert.Equal(2 * (isWide ? 3 * 34 : 2 * 2 * 27), methods["Small"].Count());
        // From three rows on: three to six of four vectors at 512 bits, 3 x 3 and three to six rows of two at 256.
        Assert.Equal(2 * (isWide ? 4 : 5), methods["MultiplyFetching"].Count());
        // Of six rows, each number of vectors, the last one whole, in part, and at 512 bits a half.
        Assert.Equal(2 * (isWide ? 3 * 4 : 2 * 2 * 2), methods["MultiplyAndPack"].Count());
        foreach (var tile in methods["Multiply"].Concat(methods["Small"]).Concat(methods["MultiplyFetching"]).Concat(methods["MultiplyAndPack"]))
        {
            CheckDepthLoops(tile);
        }

        // At 512 bits two vectors of sixteen floats or three of eight doubles of each of one to four columns; at 256, of floats, up to six vectors of two rows of four columns or fewer. Four steps of k at a time, and one.
        Assert.Equal(isWide ? (2 + 3) * 4 : 2 * 6, methods["Strip"].Count());
        foreach (var strip in methods["Strip"])
        {
            // Either loop may have more instructions than a block of the listing has.
            string[] blocks = [.. strip.Blocks.Where(IsFused)];
            int chains = strip.Rows * (isWide ? strip.Vectors : 1);
            Assert.Equal((4 + 1) * chains, blocks.Sum(block => AnyFused().Count(block)));
            Assert.All(blocks, block => Assert.False(VectorOnStack().IsMatch(block), $"{strip.Name} spills:\n{block}"));
        }

        // Lanes by one to seven steps; one row by one to eight and two by one to four. The last vector whole or in part.
        Assert.Equal(2 * (isWide ? 1 : 2) * 2 * 7, methods["Short"].Count());
        Assert.Equal(2 * (isWide ? 1 : 2) * 2 * 12, methods["Stream"].Count());
        foreach (var kernel in methods["Short"].Concat(methods["Stream"]))
        {
            CheckSteps(kernel);
        }

        // Steps by vectors of columns: 8 + 8 + 5 + 4 at 512 bits, 8 + 5 + 3 + 2 below; the last vector whole or in part. One loop for a new C, and one for what is added to C.
        Assert.Equal(2 * 2 * (isWide ? 25 : 2 * 18), methods["Outer"].Count());
        foreach (var outer in methods["Outer"])
        {
            string[] blocks = [.. outer.Blocks.Where(IsFused)];
            Assert.Equal(2 * outer.Rows * outer.Vectors, blocks.Sum(block => AnyFused().Count(block)));
            Assert.All(blocks, block => Assert.False(VectorOnStack().IsMatch(block), $"{outer.Name} spills:\n{block}"));
        }

        // Rows by columns: 8 + 4 + 4 + 4 at 512 bits, 7 + 2 + 2 + 3 at 256, 2 at 128. A loop, and once more for the depth that is left.
        Assert.Equal(2 * (isWide ? 20 : 14 + 2), methods["Dots"].Count());
        // Of floats, up to 4 rows at 512 bits, one at 256.
        Assert.Equal(isWide ? 4 : 1, methods["Quads"].Count());
        // Up to 32 floats or 16 doubles in up to four rows: 2 + 1 + 1 + 1 vectors at 512 bits, 4 + 2 + 2 + 1 at 256, 8 + 4 + 3 + 2 at 128; the last one whole or in part.
        Assert.Equal(2 * 2 * (isWide ? 5 : 9 + 17), methods["Slices"].Count());
        foreach (var slices in methods["Slices"])
        {
            CheckSlices(slices);
        }

        // Of both scalars at 512 bits, of floats at 256: eight slices of four columns, four or two rows. A loop, and once more for the last stretch of k.
        Assert.Equal(isWide ? 2 * 4 : 2, methods["QuadSlices"].Count());
        foreach (var slices in methods["QuadSlices"])
        {
            int planned = slices.Rows * (slices.Tile.EndsWith("Single", StringComparison.Ordinal) && isWide ? 2 : 4);
            string[] blocks = [.. slices.Blocks.Where(IsFused)];
            CheckBlock(slices, Assert.Single(blocks, block => block.Contains(" jl ", StringComparison.Ordinal)), planned);
            Assert.Equal(2 * planned, blocks.Sum(block => Fused().Count(block)));
        }

        // Sixteen vectors of lanes at 128 bits are more than there are registers. One row of four chains or one, at 256 bits of eight: a turn of k, and once more, whole or in part, for what is left.
        Assert.Equal(2 * 2, methods["DotColumn"].Count());
        foreach (var column in methods["DotColumn"].Where(of => of.Width > 128))
        {
            int parts = 4 * 512 / column.Width;
            string[] blocks = [.. column.Blocks.Where(IsFused)];
            CheckBlock(column, Assert.Single(blocks, block => Fused().Count(block) == parts), parts);
            Assert.Equal(3 * parts, blocks.Sum(block => AnyFused().Count(block)));
        }

        foreach (var dots in methods["Dots"].Concat(methods["Quads"]))
        {
            string[] blocks = [.. dots.Blocks.Where(IsFused)];
            // Four columns at 256 bits take half of the lanes at a time, and the full block fetches the next one.
            bool isHalved = dots.Kind == "Dots" && dots.Width == 256 && dots.Vectors == 4;
            int planned = dots.Rows * dots.Vectors * (isHalved ? 1 : 512 / dots.Width);
            string? loop = Array.Find(blocks, block => block.Contains(" jl ", StringComparison.Ordinal));
            Assert.True(loop is not null, $"{dots.Name} has no loop of one block:\n{string.Join("\n", dots.Blocks)}");
            CheckBlock(dots, loop, planned);
            Assert.Equal(isHalved && dots.Rows == 3 ? 2 : 0, Prefetch().Count(loop));
            Assert.Equal(2 * planned, blocks.Sum(block => Fused().Count(block)));
        }
    }

    // A loop over the slices that run side by side, and once more, each by itself, for the last stretch of k.
    private static void CheckSlices(TileListing.Method tile)
    {
        int sums = tile.Rows * tile.Vectors, most = tile.Tile.Contains("V512", StringComparison.Ordinal) ? 24 : 12, slices = new[] { 8, 4, 2, 1 }.First(count => count * sums <= most);
        string[] blocks = [.. tile.Blocks.Where(IsFused)];
        CheckBlock(tile, blocks.MaxBy(block => Fused().Count(block))!, slices * sums);
        Assert.Equal(2 * slices * sums, blocks.Sum(block => Fused().Count(block)));
    }

    // One step of k, and before it four where tall tiles have them written out at 256 bits.
    private static void CheckDepthLoops(TileListing.Method tile)
    {
        string[] loops = [.. tile.Blocks.Where(IsFused)];
        int fused = tile.Rows * tile.Vectors;
        if (tile is { Kind: "Multiply", Width: 256, Rows: > 3, Vectors: 2 } or { Kind: "Multiply", Width: 256, Rows: > 6, Vectors: 1 })
        {
            // More instructions than a block of the listing has.
            CheckBlock(tile, string.Concat(loops[..^1]), 4 * fused);
            loops = loops[^1..];
        }

        string loop = Assert.Single(loops);
        CheckBlock(tile, loop, fused);
        // The lines of a row of B that are fetched two panels ahead, and its vectors that are copied.
        int lines = tile is { Kind: "MultiplyFetching" or "MultiplyAndPack", Width: > 128 } ? ((tile.Vectors * tile.Width) + 511) / 512 : 0;
        int copies = tile.Kind == "MultiplyAndPack" ? tile.Vectors : 0;
        Assert.True(lines == Prefetch().Count(loop), $"{tile.Name} fetches {Prefetch().Count(loop)} lines:\n{loop}");
        Assert.True(copies == Stored().Count(loop), $"{tile.Name} stores {Stored().Count(loop)} vectors:\n{loop}");
    }

    private static void CheckBlock(TileListing.Method method, string block, int fused)
    {
        Assert.True(fused == Fused().Count(block), $"{method.Name} has {Fused().Count(block)} accumulating multiply-adds:\n{block}");
        Assert.False(block.Contains("vfmadd132", StringComparison.Ordinal) || block.Contains("vfmadd213", StringComparison.Ordinal), $"{method.Name} moves accumulators:\n{block}");
        Assert.False(VectorOnStack().IsMatch(block), $"{method.Name} spills:\n{block}");
    }

    // One or two chains: whichever operand is overwritten, as many multiply-adds as steps, and nothing on the stack.
    private static void CheckSteps(TileListing.Method method)
    {
        string[] blocks = [.. method.Blocks.Where(IsFused)];
        if (method.Kind == "Short")
        {
            // The listing cuts one with many loads in two.
            blocks = [string.Concat(blocks)];
        }

        // A streamed row has a loop of whole vectors for a C that is fetched ahead, one for a new C, one for what is added to C, and the last vector in part behind them; a single row of B has one of two vectors.
        if (method is { Kind: "Stream", Rows: 1, Vectors: 1 })
        {
            string single = Assert.Single(blocks, block => AnyFused().Count(block) == 2);
            Assert.False(VectorOnStack().IsMatch(single), $"{method.Name} spills:\n{single}");
            blocks = [.. blocks.Where(block => block != single)];
        }

        Assert.Equal(method.Kind == "Stream" ? method.Last == "Part" ? 4 : 3 : 1, blocks.Length);
        foreach (string block in blocks)
        {
            Assert.True((method.Kind == "Short" ? 1 : method.Rows) * method.Vectors == AnyFused().Count(block), $"{method.Name} has {AnyFused().Count(block)} multiply-adds:\n{block}");
            Assert.False(VectorOnStack().IsMatch(block), $"{method.Name} spills:\n{block}");
        }
    }

    private static bool IsFused(string block) => block.Contains("vfmadd", StringComparison.Ordinal);

    [GeneratedRegex(@"vfmadd(132|213|231)p[sd]")]
    private static partial Regex AnyFused();

    [GeneratedRegex(@"vmovup[sd] +[xyz]mmword ptr")]
    private static partial Regex Stored();

    [GeneratedRegex("prefetcht0")]
    private static partial Regex Prefetch();

    [GeneratedRegex(@"vfmadd231p[sd]")]
    private static partial Regex Fused();

    [GeneratedRegex(@"mmword ptr \[r[bs]p")]
    private static partial Regex VectorOnStack();
}
