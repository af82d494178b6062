using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class CompareFixedTests : ProgramRun
{
    [Fact]
    public void RowsFollowTheSchemaAndAbsentPeersAreNamed()
    {
        using var output = new StringWriter();
        string json = PathOf("fixed.json");
        var shapes = FixedComparison.Shapes(quick: true).Where(shape => shape.N == 3).ToArray();
        var batches = FixedBatch.All.Where(batch => batch.N == 4).ToArray();
        var rules = new ContestRules(2, SampleMilliseconds: 0.1, WarmUpMilliseconds: 0.1);
        Assert.Equal(0, FixedCommand.Run("both", shapes, batches, rules, json, () => ([], ["No native library in tests."]), new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.Equal(
            ["fixed float 3x3x3", "fixed float 8x3x3", "fixed-batch float 4x4x4", "fixed double 3x3x3", "fixed double 8x3x3", "fixed-batch double 4x4x4"],
            rows.Select(row => $"{row.GetProperty("family")} {row.GetProperty("type")} {row.GetProperty("m")}x{row.GetProperty("n")}x{row.GetProperty("k")}"));
        Assert.All(rows, row =>
        {
            Assert.Equal(
                ["family", "type", "m", "n", "k", "threads", "ours", "unit", "peers", "ratio", "limit", "share", "transposes", "bound"],
                row.EnumerateObject().Select(property => property.Name));
            Assert.True(row.GetProperty("ours").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, row.GetProperty("ratio").ValueKind);
        });
        Assert.Contains("No native library in tests.", output.ToString());
        Assert.Contains("8 x 3 x 3", output.ToString());
        Assert.Contains("float, 1000 products one after another in memory", output.ToString());
    }

    [Fact]
    public void ABadTypeIsOneLine()
        => Refuses("Argument 'half' not recognized. Must be one of: 'float' 'double' 'both'", "compare", "fixed", "--type", "half");
}
