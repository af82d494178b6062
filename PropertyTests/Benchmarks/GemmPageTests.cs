using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Reports;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class GemmPageTests : ProgramRun
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Roofline Limits = new(single: 250e9, @double: 125e9, _ => new Bandwidth(Read: 64e9, Write: 32e9));

    // Rates that grow with the work towards the limit; B has no product of two transposes.
    private static ComparisonRow Row<T>(GemmShape shape, bool withPeers)
        where T : unmanaged
    {
        var (limit, bound) = Limits.Of<T>(shape);
        double rate = limit / 1e9 * shape.Operations / (shape.Operations + 5000);
        var peers = new Dictionary<string, double>();
        if (withPeers)
        {
            peers["A"] = rate * (0.6 + shape.M * 7 % 10 / 8.0);
            if (shape.Transposes != "TT")
            {
                peers["B"] = rate / 2;
            }
        }

        return ComparisonRow.Empty<T>(shape, 1, limit / 1e9, bound) with { Ours = rate, Peers = peers };
    }

    private static (string Text, IReadOnlyList<(string File, XElement Drawing)> Drawings) Page(bool withPeers)
        => GemmPage.Write(
            "compare gemm --family all --page docs/performance.md",
            "performance",
            ([new MathNetGemm()], ["BLIS is not installed."]),
            [.. GemmFamily.All.Select(family => (family, Rows(family, withPeers)))],
            Limits);

    private static IReadOnlyList<ComparisonRow> Rows(GemmFamily family, bool withPeers)
        => [.. family.Full.Select(shape => Row<float>(shape, withPeers)), .. family.Full.Select(shape => Row<double>(shape, withPeers))];

    [Fact]
    public void ThePageSaysWhatMadeItWhereAndWhatItMeasured()
    {
        string[] lines = Page(withPeers: true).Text.Split('\n');
        Assert.Equal(["# Performance of matrix products", "", "This page is written by a command:", "", "```"], lines[..5]);
        Assert.Equal("dotnet run -c Release --project Benchmarks -- compare gemm --family all --page docs/performance.md", lines[5]);
        Assert.Contains($"- date: {DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", lines);
        Assert.Contains($"- live kernels: {KernelInfo.Description}", lines);
        Assert.Contains("- FMA peak: 250 GFLOP/s float, 125 GFLOP/s double", lines);
        Assert.Contains("BLIS is not installed.", lines);
        Assert.Contains("| 16 KiB | 64.0 | 32.0 |", lines);
        Assert.Contains("| 64 MiB | 64.0 | 32.0 |", lines);
        Assert.All(GemmFamily.All, family => Assert.Contains(family.Explanation, lines));
        Assert.Equal(2, lines.Count(line => line is "one small, float, GFLOP/s:" or "one small, double, GFLOP/s:"));
        Assert.Contains("16 of 41 at or above the best peer; median ratio 0.91, lowest 0.58 at n = 7, highest 1.67 at n = 100.", lines);
        Assert.Contains(lines, line => line.StartsWith("| 16 x 16 x 16 | ", StringComparison.Ordinal));
        Assert.Contains("| 64 | NT | 248 | 396 | 124 | 0.63 | 99 % | compute |", lines);
        Assert.Contains(lines, line => line.StartsWith("| 4000 x 1 x 4000 | ", StringComparison.Ordinal) && line.EndsWith(" | memory |", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFamilyAndTypeHasItsDrawing()
    {
        var (text, drawings) = Page(withPeers: true);
        Assert.Equal(
            [
                "square-float.svg", "square-double.svg", "thin-float.svg", "thin-double.svg", "gemv-float.svg", "gemv-double.svg", "transposes-float.svg", "transposes-double.svg",
                "updates-float.svg", "updates-double.svg", "blocks-float.svg", "blocks-double.svg", "layers-float.svg", "layers-double.svg",
                "lowrank-float.svg", "lowrank-double.svg",
            ],
            drawings.Select(drawing => drawing.File));
        foreach (var (file, drawing) in drawings)
        {
            Assert.Contains($"](performance/{file})", text);
            var alone = XElement.Parse(DrawingStyle.Standalone(drawing));
            Assert.DoesNotContain("var(", alone.Element(Svg + "style")!.Value);
            Assert.Contains(alone.Attribute("width")!.Value, alone.Attribute("viewBox")!.Value);
        }
    }

    [Fact]
    public void TheCurvesAreEveryContenderAndTheLimit()
    {
        var labels = Page(withPeers: true).Drawings[0].Drawing.Elements(Svg + "text").Where(text => text.Attribute("class")!.Value == "label");
        Assert.Equal(["Kernels", "A", "B", "limit"], labels.Select(text => text.Value).TakeLast(4));
    }

    [Fact]
    public void WithoutPeersThereAreNoRatiosToDraw()
        => Assert.Equal(
            ["square-float.svg", "square-double.svg", "transposes-float.svg", "transposes-double.svg"], Page(withPeers: false).Drawings.Select(drawing => drawing.File));

    [Fact]
    public void ThePageAndItsFolderAppearTogether()
    {
        using var output = new StringWriter();
        var request = new GemmRequest("square", [GemmShape.Square(3)], Single: true, Double: false, Threads: 1, Quick: true, Page: PathOf("speed.md"), CommandLine: "compare gemm");
        Assert.Equal(0, GemmCommand.Run(request, ([], []), new Screen(output), default));
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        Assert.Equal(
            ["speed", "speed.md", Path.Combine("speed", "square-float.svg")],
            Directory.GetFileSystemEntries(Folder, "*", everything).Select(entry => Path.GetRelativePath(Folder, entry)).Order(StringComparer.Ordinal));
        Assert.Contains("](speed/square-float.svg)", File.ReadAllText(PathOf("speed.md")));
    }

    [Theory]
    [InlineData("speed.txt")]
    [InlineData("speed")]
    [InlineData(".md")]
    public void APageWithoutANameForItsFolderIsRefused(string name)
        => Refuses($"--page: '{PathOf(name)}' does not end in NAME.md; the plots go to the folder NAME beside it.", "compare", "gemm", "--page", PathOf(name));

    [Fact]
    public void AnUnwritablePlaceIsFoundBeforeTheWorkAndLeavesNothing()
    {
        string occupied = Write("speed", "a file where the folder should be");
        var (exitCode, output, error) = Run("compare", "gemm", "--sizes", "4", "--page", PathOf("speed.md"));
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"error: The output folder '{occupied}' cannot be written:", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Equal([occupied], Directory.GetFileSystemEntries(Folder, "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }
}
