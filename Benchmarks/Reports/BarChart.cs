using System.Globalization;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>Rates of several contenders, a group of upright bars for each size.</summary>
/// <param name="Title">For readers who do not see the drawing.</param>
/// <param name="YLabel">What the height is.</param>
/// <param name="Groups">Name of each group under the axis.</param>
/// <param name="Bars">Name and heights of each contender, one height a group; NaN where it did not run.</param>
/// <param name="Limit">A level drawn across, or none.</param>
internal sealed record BarChart(
    string Title, string YLabel, IReadOnlyList<string> Groups, IReadOnlyList<(string Name, double[] Heights)> Bars, (string Name, double Value)? Limit = null)
{
    private const double Width = 760, Height = 340, Left = 64, Right = 24, Top = 40, Bottom = 36;

    internal XElement ToSvg()
    {
        var heights = Bars.SelectMany(bar => bar.Heights).Where(double.IsFinite).Append(Limit?.Value ?? 0).Append(0);
        var y = new Scale(heights, logarithmic: false, Height - Bottom, Top);
        var svg = Svg.Root(Width, Height, Title);
        foreach (var (value, label) in y.Ticks)
        {
            svg.Add(Svg.Line(Left, y.At(value), Width - Right, y.At(value), "grid"), Svg.Text(Left - 8, y.At(value) + 4, label, "tick", Svg.Anchor.End));
        }

        double group = (Width - Right - Left) / Groups.Count, bar = Math.Min(group * 0.8 / Bars.Count, 42);
        for (int g = 0; g < Groups.Count; g++)
        {
            double middle = Left + (g + 0.5) * group, start = middle - bar * Bars.Count / 2;
            svg.Add(Bars.SelectMany((b, i) => Bar(b.Heights[g], y, start + i * bar, bar, Legend.Style(i))));
            svg.Add(Svg.Text(middle, Height - Bottom + 19, Groups[g], "tick", Svg.Anchor.Middle));
        }

        svg.Add(Svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, "axis"), Svg.Text(16, (Top + Height - Bottom) / 2, YLabel, "label", Svg.Anchor.Middle, turn: -90));
        var names = Bars.Select(b => (b.Name, default(Mark))).ToList();
        if (Limit is { } limit)
        {
            svg.Add(Svg.Line(Left, y.At(limit.Value), Width - Right, y.At(limit.Value), $"curve dashed {Legend.Style(names.Count)}"));
            names.Add((limit.Name, Mark.Line | Mark.Dashed));
        }

        svg.Add(Legend.Draw(names, Left, 16, Width - Right));
        return svg;
    }

    private static IEnumerable<XElement> Bar(double height, Scale y, double x, double width, string style)
    {
        if (double.IsFinite(height))
        {
            yield return Svg.Rectangle(x + 1, y.At(height), width - 2, y.At(0) - y.At(height), $"bar {style}");
        }
    }
}

/// <summary>Ratios as bars to the left or the right of 1, on a logarithmic axis: twice as fast is as long as twice as slow.</summary>
internal sealed record RatioChart(string Title, string XLabel, IReadOnlyList<(string Name, double Ratio)> Rows)
{
    private const double Width = 760, Right = 60, Top = 12, Bottom = 48, RowHeight = 26;

    internal XElement ToSvg()
    {
        double height = Top + RowHeight * Rows.Count + Bottom, left = 24 + Rows.Max(row => Svg.WidthOf(row.Name));
        var x = new Scale(Rows.Select(row => row.Ratio).Append(0.8).Append(1.25), logarithmic: true, left, Width - Right);
        var svg = Svg.Root(Width, height, Title);
        foreach (var (value, label) in x.Ticks)
        {
            svg.Add(Svg.Line(x.At(value), Top, x.At(value), height - Bottom, "grid"), Svg.Text(x.At(value), height - Bottom + 17, label, "tick", Svg.Anchor.Middle));
        }

        for (int i = 0; i < Rows.Count; i++)
        {
            var (name, ratio) = Rows[i];
            double y = Top + i * RowHeight, end = x.At(ratio), start = Math.Min(x.At(1), end), width = Math.Max(Math.Abs(end - x.At(1)), 1);
            svg.Add(
                Svg.Rectangle(start, y + 5, width, RowHeight - 10, ratio >= 1 ? "bar good" : "bar bad"),
                Svg.Text(left - 10, y + RowHeight / 2 + 4, name, "label", Svg.Anchor.End),
                Svg.Text(Math.Max(end, x.At(1)) + 6, y + RowHeight / 2 + 4, ratio.ToString(ratio < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture), "value"));
        }

        svg.Add(Svg.Line(x.At(1), Top, x.At(1), height - Bottom, "axis"), Svg.Text((left + Width - Right) / 2, height - 10, XLabel, "label", Svg.Anchor.Middle));
        return svg;
    }
}
