using System.Text.RegularExpressions;
using Kernels.Generators.Analysis;
using Kernels.Generators.Tiles;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators;

public partial class GemmTileGeneratorTests
{
    private const string Table = """
        using Kernels;

        namespace Stranger;

        [GemmTile(typeof(float), Width = 256, Rows = 2, Vectors = 1, DepthBlock = 256, RowBlock = 64, ColumnBlock = 512, PackingKiB = 256, Steps = 2, PanelRows = 64, ShallowDepth = 48)]
        [GemmTile(typeof(double), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 128, RowBlock = 96, ColumnBlock = 1024, PackingKiB = 1024)]
        internal static partial class Tiles;
        """;

    private const string Unrelated = "namespace Stranger; internal static class Other { internal static int One => 1; }";

    [Fact]
    public void EmittedTilesCompileWithoutAWarningInAStrangersProject()
        => Assert.Empty(new GeneratorHarness(new GemmTileGenerator(), Table, Unrelated).Problems);

    [Fact]
    public void AnEmittedTileIsTheSnapshot()
        => Snapshot.Verify(
            WithoutSizesBut("Multiply2x1 Multiply4x1Part Multiply3x2Part MultiplyFetching3x1 MultiplyAndPack2x1 MultiplyAndPack2x1Part Small1x8 Small4x2Part Short8x7 Short8x3Part Outer1x8 Outer4x2Part Stream2x4 Stream1x8Part Dots2x2 Dots3x4 Quads1x4 QuadSlices2x4 Slices1x2 Slices3x1Part"),
            "Tile2x1V256Single");

    [Fact]
    public void EmittedTextHasUnixLineEndsAndNoTrailingSpace()
    {
        foreach (var source in new GeneratorHarness(new GemmTileGenerator(), Table).Result.GeneratedSources)
        {
            string text = source.SourceText.ToString();
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotContain(" \n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnUnrelatedEditReRunsNothing()
    {
        var harness = new GeneratorHarness(new GemmTileGenerator(), Table, Unrelated);
        harness.Edit(1, text => text.Replace("=> 1", "=> 2 // edited", StringComparison.Ordinal));
        Assert.All(harness.Reasons(GemmTileTable.SpecsStep), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void ACommentInTheTableWritesNoFileAgain()
    {
        var harness = new GeneratorHarness(new GemmTileGenerator(), Table, Unrelated);
        harness.Edit(0, text => "// a comment\n" + text);
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void AnEditedRowWritesThatFileAgainAndNoOther()
    {
        var harness = new GeneratorHarness(new GemmTileGenerator(), Table, Unrelated);
        harness.Edit(0, text => text.Replace("DepthBlock = 128", "DepthBlock = 192", StringComparison.Ordinal));
        // The other row, and the contract of the tiles.
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], harness.OutputReasons().Order());
        Assert.Contains("DepthBlock => 192", harness.Emitted("Tile6x4V512Double.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("typeof(float), Width = 512, Rows = 7, Vectors = 4", "KRN001", "33 registers, but there are 32")]
    [InlineData("typeof(double), Width = 256, Rows = 4, Vectors = 3", null, "")]
    [InlineData("typeof(double), Width = 256, Rows = 7, Vectors = 2", "KRN001", "17 registers, but there are 16")]
    [InlineData("typeof(double), Width = 128, Rows = 7, Vectors = 2", "KRN001", "17 registers, but there are 16")]
    [InlineData("typeof(int), Width = 256, Rows = 2, Vectors = 2", "KRN002", "not for 'int'")]
    [InlineData("typeof(float), Width = 64, Rows = 2, Vectors = 2", "KRN003", "Width is 64")]
    [InlineData("typeof(float), Width = 128, Rows = 0, Vectors = 2", "KRN004", "Rows is 0")]
    public async Task ABadRowIsNamedWhereItStands(string row, string? id, string message)
    {
        string attribute = $"GemmTile({row}, DepthBlock = 8, RowBlock = 8, ColumnBlock = 8, PackingKiB = 8)";
        var harness = new GeneratorHarness(new GemmTileGenerator(), $"using Kernels;\n\n[{attribute}]\ninternal static partial class Tiles;");
        var found = await harness.Analyze(new GemmTileAnalyzer());
        int tiles = harness.Result.GeneratedSources.Count(source => source.HintName.StartsWith("Tiles.", StringComparison.Ordinal));
        if (id is null)
        {
            Assert.Empty(found);
            Assert.Equal(1, tiles);
            return;
        }

        var (foundId, line, at, text) = Assert.Single(found);
        Assert.Equal((id, 3, attribute), (foundId, line, at));
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Equal(0, tiles);
    }

    [Theory]
    [InlineData("internal static class Tiles { }")]
    [InlineData("internal partial class Tiles { }")]
    [InlineData("internal static partial class Tiles<T> { }")]
    [InlineData("internal static partial class Outer { [Row] internal static partial class Tiles { } }")]
    public async Task ATableThatIsNotATopLevelStaticPartialClassIsRefused(string declaration)
    {
        const string Row = "GemmTile(typeof(float), Width = 256, Rows = 2, Vectors = 2, DepthBlock = 8, RowBlock = 8, ColumnBlock = 8, PackingKiB = 8)";
        string source = "using Kernels;\n" + (declaration.Contains("[Row]", StringComparison.Ordinal) ? declaration.Replace("Row", Row, StringComparison.Ordinal) : $"[{Row}] {declaration}");
        var (id, line, at, message) = Assert.Single(await new GeneratorHarness(new GemmTileGenerator(), source).Analyze(new GemmTileAnalyzer()));
        Assert.Equal(("KRN005", 2, Row), (id, line, at));
        Assert.Contains("'Tiles' must be", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATileThatIsListedTwiceIsRefused()
    {
        const string Row = "GemmTile(typeof(float), Width = 256, Rows = 2, Vectors = 2, DepthBlock = 8, RowBlock = 8, ColumnBlock = 8, PackingKiB = 8)";
        var harness = new GeneratorHarness(new GemmTileGenerator(), $"using Kernels;\n[{Row}]\n[{Row}]\ninternal static partial class Tiles;");
        var (id, line, _, message) = Assert.Single(await harness.Analyze(new GemmTileAnalyzer()));
        Assert.Equal(("KRN006", 3), (id, line));
        Assert.Contains("Tile2x2V256Single", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATemplateRepeatsNestsAndChooses()
    {
        const string Template = "a\n@rows\n  @vectors x$r_$v;\n  @if odd\n  o$r\n  @end\n@end\n@if even\nno\n@end\n@whole w$v\n@part p$v\nK$Name\n@parts q$q";
        string text = TileTemplate.Expand(Template, new(2, 2, LastIsPart: true, Parts: 3), new Dictionary<string, string> { ["Name"] = "7" }, "odd");
        Assert.Equal("a\n  x0_0;\n  x0_1;\n  o0\n  x1_0;\n  x1_1;\n  o1\nw0\np1\nK7\nq0\nq1\nq2\n", text);
        Assert.Throws<FormatException>(() => TileTemplate.Expand("@rows\nx", new(1, 1), new Dictionary<string, string>()));
    }

    // The emitted file without most sizes of its kernels, which differ in their unrolled rows alone.
    private static string WithoutSizesBut(string kept)
        => string.Join("\n\n", Members().Split(new GeneratorHarness(new GemmTileGenerator(), Table).Emitted("Tile2x1V256Single.g.cs"))
            .Where(member => Kernel().Match(member) is not { Success: true } kernel || kept.Split(' ').Contains(kernel.Groups[1].Value)));

    // Members of the emitted struct are eight columns in, with an empty line between them.
    [GeneratedRegex(@"\n\n(?=        \S)")]
    private static partial Regex Members();

    [GeneratedRegex(@"private static void ([A-Z][a-z]+\d+x\d+\w*)\(")]
    private static partial Regex Kernel();
}
