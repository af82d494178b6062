using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class GemmFamilyTests
{
    private static ComparisonRow Row(GemmShape shape)
        => ComparisonRow.Empty<float>(shape, 1, 100);

    private static Dictionary<string, int> Parts(GemmFamily family)
        => family.Tables(family.Full.Select(Row)).ToDictionary(table => table.Part, table => table.Rows.Count);

    private static GemmShape[] Shapes(string family, bool quick = false)
        => [.. new GemmRequest(family, [], true, true, 1, quick, null).Plan.SelectMany(part => part.Shapes)];

    [Fact]
    public void SquaresAreAroundEveryBlockAndVector()
    {
        Assert.Equal(
            [
                1, 2, 3, 4, 7, 8, 13, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 100, 127, 128, 129, 144, 192, 240, 255, 256, 257, 288, 336, 384, 432, 480,
                500, 512, 528, 576, 1000, 1023, 1024, 2048,
            ],
            Shapes("square").Select(shape => shape.N));
        Assert.All(Shapes("square"), shape => Assert.Equal(GemmShape.Square(shape.N), shape));
        Assert.Equal([5, 6], new GemmRequest("square", [GemmShape.Square(5), GemmShape.Square(6)], true, true, 1, false, null).Plan.Single().Shapes.Select(shape => shape.N));
    }

    [Theory]
    [InlineData("64", 64, 64, 64, "NN")]
    [InlineData("64TN", 64, 64, 64, "TN")]
    [InlineData("8x4x1000", 8, 4, 1000, "NN")]
    [InlineData("1x8192x7NT", 1, 8192, 7, "NT")]
    [InlineData("2x3x5TT", 2, 3, 5, "TT")]
    public void AShapeIsReadAsItIsWritten(string text, int m, int n, int k, string stored)
        => Assert.Equal(new GemmShape(m, n, k, stored[0] == 'T', stored[1] == 'T'), GemmShape.Parse(text, 8192));

    [Fact]
    public void ListedShapesAreShownWithAllTheirSizesUnlessTheyAreSquares()
    {
        Assert.Equal("n", GemmFamily.Of([GemmShape.Square(5), GemmShape.Square(6)]).SizeTitle);
        Assert.Equal("m x n x k", GemmFamily.Of([GemmShape.Square(5), new(5, 5, 6)]).SizeTitle);
        Assert.Equal("m x n x k", GemmFamily.Of([new(5, 5, 5, TransposedA: true)]).SizeTitle);
    }

    [Fact]
    public void ThinShapesAreAllOfThemInThreeTables()
    {
        Assert.Equal(12 + 48 + 64, Shapes("thin").Distinct().Count());
        Assert.All(Shapes("thin"), shape => Assert.All(new[] { shape.M, shape.N, shape.K }, d => Assert.Contains(d, new[] { 1, 4, 16, 64, 1000 })));
        Assert.DoesNotContain(GemmShape.Square(1000), Shapes("thin"));
        Assert.Equal(new() { ["one small"] = 12, ["two small"] = 48, ["all small"] = 64 }, Parts(GemmFamily.Thin));
    }

    [Fact]
    public void EveryMatrixMeetsAVectorFromBothSidesAndInBothStorages()
    {
        (int, int)[] matrices = [(64, 64), (256, 256), (1000, 1000), (1000, 64), (64, 1000), (4000, 4000)];
        Assert.Equal(new() { ["A x"] = 6, ["A^T x"] = 6, ["x^T A"] = 6, ["x^T A^T"] = 6 }, Parts(GemmFamily.Gemv));
        foreach (var form in Shapes("gemv").Select(shape => MatrixVector.Of(shape)!).GroupBy(vector => (vector.MatrixIsA, vector.Transposed)))
        {
            Assert.Equal(matrices, form.Select(vector => (vector.Rows, vector.Columns)));
        }
    }

    [Fact]
    public void SquaresComeInAllFourStorages()
        => Assert.Equal(
            from n in new[] { 4, 16, 64, 256, 1000 } from stored in new[] { "NN", "NT", "TN", "TT" } select $"{n} {stored}",
            Shapes("transposes").Select(shape => $"{shape.N} {shape.Transposes}"));

    [Fact]
    public void ALayerHasItsProductAndBothGradients()
    {
        Assert.Equal(new() { ["X W^T"] = 9, ["G^T X"] = 9, ["G W"] = 9 }, Parts(GemmFamily.Layers));
        // A batch of 32 through 784 inputs and 300 outputs.
        Assert.Contains(new GemmShape(32, 300, 784, TransposedB: true), Shapes("layers"));
        Assert.Contains(new GemmShape(300, 784, 32, TransposedA: true), Shapes("layers"));
        Assert.Contains(new GemmShape(32, 784, 300), Shapes("layers"));
    }

    [Fact]
    public void ProductsOfLowRankAreWrittenOrSubtracted()
    {
        Assert.Equal(new() { ["A B"] = 20, ["C - A B"] = 20 }, Parts(GemmFamily.LowRank));
        Assert.All(Shapes("lowrank"), shape => Assert.True(shape.M == shape.N && shape.K <= 64 && shape.N >= 500, $"{shape}"));
    }

    [Fact]
    public void UpdatesAreAddedSubtractedOrScaled()
    {
        Assert.Equal(new() { ["C + A B"] = 9, ["C - A B"] = 9, ["0.5 C + 1.5 A B"] = 9 }, Parts(GemmFamily.Updates));
        Assert.All(Shapes("updates"), shape => Assert.False(shape.IsPlain));
        var request = new GemmRequest("square", [GemmShape.Square(5)], true, true, 1, false, Alpha: -2, Beta: 0);
        Assert.Equal(GemmShape.Square(5) with { Alpha = -2 }, Assert.Single(Assert.Single(request.Plan).Shapes));
        Assert.Equal("-2 A B", Assert.Single(request.Plan[0].Family.Tables(request.Plan[0].Shapes.Select(Row))).Part);
    }

    [Fact]
    public void BlocksAreOfMatricesWithColumnsBesideAndAtAPowerOfTwo()
    {
        Assert.Equal(new() { ["rows 1000 apart"] = 10, ["rows 1024 apart"] = 10 }, Parts(GemmFamily.Blocks));
        Assert.All(Shapes("blocks"), shape => Assert.Equal(GemmShape.Square(shape.N) with { LeadingDimension = shape.LeadingA }, shape));
        var request = new GemmRequest("square", [GemmShape.Square(5)], true, true, 1, false, Beta: 1, LeadingDimension: 7);
        Assert.Equal("C + A B, rows 7 apart", Assert.Single(request.Plan[0].Family.Tables(request.Plan[0].Shapes.Select(Row))).Part);
    }

    [Fact]
    public void AllIsEveryFamilyInTurnAndQuickIsAPartOfEach()
    {
        Assert.Equal(["square", "thin", "gemv", "transposes", "updates", "blocks", "layers", "lowrank"], new GemmRequest("all", [], true, true, 1, false, null).Plan.Select(part => part.Family.Name));
        foreach (var family in GemmFamily.All)
        {
            Assert.Subset(family.Full.ToHashSet(), family.Quick.ToHashSet());
            Assert.True(family.Quick.Count < family.Full.Count);
        }
    }

    [Fact]
    public void ATableSaysWhatDiffersBetweenItsRows()
    {
        ComparisonRow[] plain = [Row(new(2, 3, 4))], mixed = [Row(GemmShape.Square(8)), Row(new(8, 8, 8, TransposedB: true)) with { Bound = Bound.Memory }];
        Assert.Equal(["size", "Kernels", "ratio", "share"], ComparisonTable.Header(plain, "size"));
        Assert.Equal(["2 x 3 x 4", "0.00", "-", "0 %"], ComparisonTable.Cells(plain[0], plain));
        Assert.Equal(["size", "stored", "Kernels", "ratio", "share", "bound"], ComparisonTable.Header(mixed, "size"));
        Assert.Equal(["8", "NT", "0.00", "-", "0 %", "memory"], ComparisonTable.Cells(mixed[1], mixed));
    }
}
