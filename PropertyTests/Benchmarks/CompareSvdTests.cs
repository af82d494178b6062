using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class CompareSvdTests : ProgramRun
{
    private static readonly ContestRules Short = new(2, SampleMilliseconds: 0.1, WarmUpMilliseconds: 0.1, Settles: false);

    [Fact]
    public void EveryShapeIsCheckedAndMeasured()
    {
        using var output = new StringWriter();
        string json = PathOf("svd.json");
        Assert.Equal(0, SvdCommand.Run(new(Sizes: [4, 20], Json: json), Short, NativeLapack.Find(), new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.Equal(["float 4 4", "float 20 20", "double 4 4", "double 20 20"], rows.Select(row => $"{row.GetProperty("type")} {row.GetProperty("m")} {row.GetProperty("n")}"));
        Assert.All(rows, row => Assert.True(row.GetProperty("ours").GetDouble() > 0));
        Assert.All(rows.Skip(2), row => Assert.True(row.GetProperty("peers").GetProperty("MathNet").GetDouble() > 0));
        Assert.Contains("20 x 20", output.ToString());
    }

    // Batches, rank and warm starts are checked before they are timed: against LAPACK's values, the plain sum of the error, and a start from nothing.
    [Theory]
    [InlineData("tall", "svd", "2000 x 32")]
    [InlineData("batch", "svd-batch", "100 matrices of 16 x 16")]
    [InlineData("rank", "svd-rank", "the error is at most")]
    [InlineData("warm", "svd-warm", "24 x 24")]
    public void EveryFamilyIsMeasuredAndWritten(string family, string name, string text)
    {
        using var output = new StringWriter();
        (string json, string page) = (PathOf($"{family}.json"), PathOf($"{family}.md"));
        Assert.Equal(0, SvdCommand.Run(new(family, Quick: true, Json: json, Page: page, CommandLine: $"compare svd --family {family}"), Short, NativeLapack.Find(), new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.All(rows, row => Assert.Equal(name, row.GetProperty("family").GetString()));
        Assert.All(rows, row => Assert.True(row.GetProperty("ours").GetDouble() > 0));
        Assert.Contains(text, output.ToString());
        Assert.Contains($"compare svd --family {family}", File.ReadAllText(page));
        Assert.Contains(text, File.ReadAllText(page));
        if (NativeLapack.Find() is not null)
        {
            Assert.All(rows, row => Assert.True(row.GetProperty("peers").GetProperty("gesdd").GetDouble() > 0));
        }
    }

    [Fact]
    public void WithoutLapackItSaysSo()
    {
        using var output = new StringWriter();
        Assert.Equal(0, SvdCommand.Run(new(Sizes: [3], Type: "double", Threads: 2), Short, null, new Screen(output), default));
        Assert.Contains("OpenBLAS is not installed", output.ToString());
    }

    [Fact]
    public void SizesBelongToFamiliesOfSquares()
    {
        Refuses("--sizes: belongs to --family square, batch or warm; --family rank has shapes of its own.", "compare", "svd", "--family", "rank", "--sizes", "20");
        Refuses("--sizes: batched matrices have at most 32 columns; 40 was asked for.", "compare", "svd", "--family", "batch", "--sizes", "40");
    }

    [Fact]
    public void ABadSizeIsOneLine() => Refuses("--sizes: '0' is not a whole number from 1 to 4096.", "compare", "svd", "--sizes", "4,0");
}
