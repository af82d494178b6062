using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Reports;
using Kernels.Benchmarks.Tour;

namespace Kernels.PropertyTests.Benchmarks;

public class ReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(0.0, 1.0, false)]
    [InlineData(-3.7, 12.9, false)]
    [InlineData(5.0, 5.0, false)]
    [InlineData(0.0, 0.0, false)]
    [InlineData(1e-9, 3e-9, false)]
    [InlineData(1e9, 1.00001e9, false)]
    [InlineData(0.03, 7.0, true)]
    [InlineData(1e-300, 1e300, true)]
    [InlineData(2.0, 2.0, true)]
    [InlineData(100.0, 1000.0, true)]
    public void TicksEncloseTheValuesAndHaveDistinctLabels(double min, double max, bool logarithmic)
    {
        var scale = new Scale([min, max], logarithmic, 100, 500);
        Assert.InRange(scale.Ticks.Count, 2, 16);
        Assert.True(scale.Ticks[0].Value <= min * (1 + 1e-9) + 1e-300 && scale.Ticks[^1].Value >= max * (1 - 1e-9));
        Assert.Equal(scale.Ticks.Count, scale.Ticks.Select(t => t.Label).Distinct().Count());
        Assert.Equal(100, scale.At(scale.Ticks[0].Value), 1e-6);
        Assert.Equal(500, scale.At(scale.Ticks[^1].Value), 1e-6);
        Assert.InRange(scale.At(max), 100, 500 + 1e-6);
    }

    [Fact]
    public void LinearTicksAreRoundNumbers()
        => Assert.Equal(["0", "50", "100", "150", "200", "250", "300"], new Scale([0, 259], false, 0, 1).Ticks.Select(t => t.Label));

    [Fact]
    public void LogarithmicTicksArePowersOrOneTwoFive()
    {
        Assert.Equal(["0.5", "1.0", "2.0", "5.0"], new Scale([0.6, 4], true, 0, 1).Ticks.Select(t => t.Label).Select(l => l.Contains('.') ? l : l + ".0"));
        Assert.Equal(["10⁻⁶", "10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"], new Scale([1e-6, 1], true, 0, 1).Ticks.Select(t => t.Label));
    }

    [Fact]
    public void TicksOfBaseTwoArePowersOfTwo()
        => Assert.Equal(["1", "2", "4", "8", "16", "32", "64"], new Scale([1, 60], true, 0, 1, logBase: 2).Ticks.Select(t => t.Label));

    [Fact]
    public void ALogarithmicScaleRefusesZero() => Assert.Throws<ArgumentException>(() => new Scale([0, 1], true, 0, 1));

    [Fact]
    public void DrawingsAreWellFormedAndInsideTheirFrame()
    {
        var plot = new LinePlot(
            "a < b & \"c\"", "x", "y",
            [new("curve & more", [(0, 0), (1, 10), (2, -1)]), new("dots", [(1, 1), (3, 1e-5)], Mark.Dots), Series.Level("level", 4, 0, 3)],
            LogY: true).ToSvg();
        var bars = new BarChart("bars", "unit", ["8", "16"], [("ours", [1, 2]), ("theirs", [3, double.NaN])], ("limit", 4)).ToSvg();
        var ratios = new RatioChart("ratios", "ratio", [("a", 0.01), ("b", 1), ("c", 30)]).ToSvg();
        foreach (var svg in new[] { plot, bars, ratios })
        {
            var parsed = XElement.Parse(svg.ToString());
            Assert.Equal(Svg + "svg", parsed.Name);
            double[] frame = [.. parsed.Attribute("viewBox")!.Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            foreach (var (name, limit) in new[] { ("x", frame[2]), ("cx", frame[2]), ("x1", frame[2]), ("x2", frame[2]), ("y", frame[3]), ("cy", frame[3]), ("y1", frame[3]), ("y2", frame[3]) })
            {
                Assert.All(parsed.Descendants().Attributes(name), a => Assert.InRange(double.Parse(a.Value, CultureInfo.InvariantCulture), 0, limit));
            }

            Assert.All(parsed.Descendants(Svg + "rect"), r => Assert.True(double.Parse(r.Attribute("height")!.Value, CultureInfo.InvariantCulture) > 0));
        }

        // The points at 0 and below have no place on a logarithmic axis; a bar that was not measured has no height.
        Assert.Single(plot.Elements(Svg + "polyline").First().Attribute("points")!.Value.Split(' '));
        Assert.Equal(3 + 2, bars.Elements(Svg + "rect").Count());
    }

    [Fact]
    public void AnEmptyPlotIsStillDrawn() => Assert.NotNull(new LinePlot("none", "x", "y", [new("nothing", [])], LogY: true).ToSvg());

    [Fact]
    public void TheTourReportIsWellFormedWithAndWithoutPeers()
    {
        ComparisonRow[] rows =
        [
            new("gemm", "float", 64, 64, 64, 1, 100, "GFLOP/s", new Dictionary<string, double> { ["A"] = 50, ["B"] = 200 }, 250),
            new("mask", "boolean", 1 << 18, 1, 0, 1, 2, "Gdecision/s", new Dictionary<string, double>(), 0),
        ];
        var outcome = SyntheticProblem.Solve(new Progress<double>(), default);
        Assert.InRange(outcome.RelativeGap, 0, 1e-10);
        Assert.InRange(outcome.Spread, 0, 1e-10);
        string text = TourReport.Write(new Machine(1e9, 1e9, 1e9, 1e9), ([], ["OpenBLAS is not installed."]), rows, outcome);
        var page = XElement.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal(4, page.Descendants(Svg + "svg").Count());
        Assert.Contains(page.Descendants("td"), td => td.Value == "0.50");
        Assert.Contains(page.Descendants("td"), td => td.Value == "40 %");
        Assert.Contains(page.Descendants("p"), p => p.Value == "OpenBLAS is not installed.");
    }
}
