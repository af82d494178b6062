using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class CompareSvdTests : ProgramRun
{
    [Fact]
    public void EveryShapeIsCheckedAndMeasured()
    {
        using var output = new StringWriter();
        string json = PathOf("svd.json");
        Assert.Equal(0, SvdCommand.Run([(4, 4), (20, 7)], "both", 1, new ContestRules(2, SampleMilliseconds: 0.1, WarmUpMilliseconds: 0.1, Settles: false), json, NativeLapack.Find(), new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.Equal(["float 4 4", "float 20 7", "double 4 4", "double 20 7"], rows.Select(row => $"{row.GetProperty("type")} {row.GetProperty("m")} {row.GetProperty("n")}"));
        Assert.All(rows, row => Assert.True(row.GetProperty("ours").GetDouble() > 0));
        Assert.All(rows.Skip(2), row => Assert.True(row.GetProperty("peers").GetProperty("MathNet").GetDouble() > 0));
        Assert.Contains("20 x 7", output.ToString());
    }

    [Fact]
    public void WithoutLapackItSaysSo()
    {
        using var output = new StringWriter();
        Assert.Equal(0, SvdCommand.Run([(3, 3)], "double", 2, new ContestRules(1, SampleMilliseconds: 0.1, WarmUpMilliseconds: 0.1, Settles: false), null, null, new Screen(output), default));
        Assert.Contains("OpenBLAS is not installed", output.ToString());
    }

    [Fact]
    public void ABadSizeIsOneLine() => Refuses("--sizes: '0' is not a whole number from 1 to 4096.", "compare", "svd", "--sizes", "4,0");
}
