using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Codegen;

/// <summary>Reads what the JIT makes of each tile: the planned number of fused multiply-adds, and no vector on the stack.</summary>
public partial class TileCodegenTests
{
    [Avx2Fact]
    public void TheDepthLoopOfEveryTileIsItsMultiplyAddsAndNothingSpilled()
    {
        Check(Vector512.IsHardwareAccelerated ? 512 : 256, ("DOTNET_TieredCompilation", "1"));
    }

    [Avx2Fact]
    public void WithSixteenRegistersTheNarrowTilesStillFit()
    {
        Check(256, ("DOTNET_EnableAVX512", "0"));
    }

    private static void Check(int widest, params (string Name, string Value)[] environment)
    {
        var tiles = TileListing.Read(environment).Where(tile => tile.Width <= widest).ToList();
        // Rows by vectors: 12 + 12 + 9 + 6 at 512 bits, 12 + 6 below; float and double; the last vector whole, in part, and at 512 bits a half.
        Assert.Equal(2 * ((widest == 512 ? 3 * 39 : 0) + 2 * (18 + 18)), tiles.Count);
        foreach (var tile in tiles)
        {
            string name = $"{tile.Tile}.Multiply{tile.Rows}x{tile.Vectors}{tile.Last}";
            string loop = Assert.Single(tile.Blocks, block => block.Contains("vfmadd", StringComparison.Ordinal));
            Assert.True(tile.Rows * tile.Vectors == Fused().Count(loop), $"{name} has {Fused().Count(loop)} accumulating multiply-adds:\n{loop}");
            Assert.False(loop.Contains("vfmadd132", StringComparison.Ordinal) || loop.Contains("vfmadd213", StringComparison.Ordinal), $"{name} moves accumulators:\n{loop}");
            Assert.False(VectorOnStack().IsMatch(loop), $"{name} spills:\n{loop}");
        }
    }

    [GeneratedRegex(@"vfmadd231p[sd]")]
    private static partial Regex Fused();

    [GeneratedRegex(@"mmword ptr \[r[bs]p")]
    private static partial Regex VectorOnStack();
}
