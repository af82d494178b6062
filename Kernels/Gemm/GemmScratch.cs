using System.Numerics;

namespace Kernels;

// The memory that the loops of GemmDriver copy operands to, in elements: a block of A, a block of B, and behind them a strip beside C.
internal readonly record struct GemmScratch<T, TTile>(nuint A, nuint B, nuint Total)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // At most, for a problem of this shape: either side may become the rows.
    internal static nuint Required(int m, int n, int k)
    {
        var blocks = GemmBlocks.Of<T, TTile>();
        return Math.Max(OfOriented(m, n, k, blocks), OfOriented(n, m, k, blocks));
    }

    private static nuint OfOriented(int m, int n, int k, in GemmBlocks blocks)
    {
        // Of the operand that alpha is rounded into, the smaller one.
        int scaled = GemmScaling<T>.IsWhole(m, n, k) ? 0 : Math.Min(m, n);
        nuint required = OfBlocks(m, n, k, scaled, isDeep: false, blocks);
        return GemmPath<T, TTile>.MayBeDeep(m, n, k) ? Math.Max(required, OfBlocks(m, n, k, scaled, isDeep: true, GemmPath<T, TTile>.DeepBlocks(m, n, blocks))) : required;
    }

    internal static nuint Required(in GemmProblem<T> problem, in GemmBlocks blocks)
        => OfBlocks(problem.M, problem.N, problem.K, problem.B.IsScaled ? problem.N : 0, problem.IsDeep, GemmPath<T, TTile>.BlocksOf(problem, blocks));

    private static nuint OfBlocks(int m, int n, int k, int scaled, bool isDeep, in GemmBlocks blocks)
        => Of(m, n, k, isDeep, blocks).Total + (scaled > 0 ? ScaledB(scaled, k, blocks) : 0);

    internal static GemmScratch<T, TTile> Of(int m, int n, int k, bool isDeep, in GemmBlocks blocks)
    {
        int depth = GemmDriver<T, TTile>.DepthOf(k, blocks);
        // All of k at once is for an A that is read where it lies.
        nuint a = isDeep ? 0 : RoundUp64(BlockOfA(m, k, depth, blocks));
        nuint b = RoundUp64((nuint)depth * (nuint)(GemmWalk<T, TTile>.VectorsOf(Math.Min(n, blocks.Columns)) * TTile.Lanes));
        return new(a, b, a + b + (nuint)(GemmDriver<T, TTile>.EdgeRows * GemmPath<T, TTile>.TileColumns));
    }

    // Beside a B that streams, blocks of A are less deep and taller; beside copies of its panels they have all rows.
    private static nuint BlockOfA(int m, int k, int depth, in GemmBlocks blocks)
    {
        int streamDepth = GemmDriver<T, TTile>.StreamDepthOf(m, k, isFar: false, blocks);
        nuint a = Math.Max(CopyOfA(RowBlock(m, depth, blocks), depth), CopyOfA(RowBlock(m, streamDepth, blocks), streamDepth));
        return GemmPath<T, TTile>.MayPassB(m) ? Math.Max(a, CopyOfA(m, GemmDriver<T, TTile>.PanelDepthOf(k, blocks))) : a;
    }

    // Of a block of columns and of k.
    private static nuint ScaledB(int n, int k, in GemmBlocks blocks) => RoundUp64(GemmScaling<T>.Length(Math.Min(k, blocks.Depth), Math.Min(n, blocks.Columns)));

    private static int RowBlock(int m, int depth, in GemmBlocks blocks) => Math.Min(m, GemmDriver<T, TTile>.RowBlock(m, depth, blocks));

    // By rows or tile by tile.
    private static nuint CopyOfA(int rows, int depth)
    {
        int tall = GemmPath<T, TTile>.TileRows;
        return Math.Max((nuint)rows * GemmPacking<T>.Padded((nuint)depth), (nuint)depth * (nuint)((rows + tall - 1) / tall * tall));
    }

    private static nuint RoundUp64(nuint value) => (value + 63) & ~(nuint)63;
}
