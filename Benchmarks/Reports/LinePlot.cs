using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>How a series is drawn.</summary>
[Flags]
internal enum Mark
{
    Line = 1,
    Dots = 2,
    Dashed = 4,
    Rings = 8,
}

/// <summary>Points under one name.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">In the order they are joined.</param>
/// <param name="Mark">How they are drawn.</param>
/// <param name="Color">Number of a colour, for series that belong together; that of the series unless given.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, Mark Mark = Mark.Line, int? Color = null)
{
    /// <summary>A level over the whole width.</summary>
    internal static Series Level(string name, double value, double from, double to, int? color = null) => new(name, [(from, value), (to, value)], Mark.Line | Mark.Dashed, color);
}

/// <summary>Curves over two axes. On a logarithmic axis points that are not positive are left out.</summary>
/// <param name="Title">For readers who do not see the drawing.</param>
/// <param name="XLabel">What is to the right.</param>
/// <param name="YLabel">What is up.</param>
/// <param name="Series">The curves.</param>
/// <param name="LogX">Equal factors of x take equal room.</param>
/// <param name="LogY">Equal factors of y take equal room.</param>
/// <param name="LogBase">The ticks of a logarithmic x axis are powers of this.</param>
/// <param name="CountsX">x are whole numbers from a count: ticks are whole, and there is room on both sides.</param>
internal sealed record LinePlot(string Title, string XLabel, string YLabel, IReadOnlyList<Series> Series, bool LogX = false, bool LogY = false, int LogBase = 10, bool CountsX = false)
{
    private const double Width = 760, Height = 380, Left = 78, Right = 24, Top = 40, Bottom = 52;

    internal XElement ToSvg()
    {
        var series = Series.Select(s => s with { Points = [.. s.Points.Where(p => (!LogX || p.X > 0) && (!LogY || p.Y > 0))] }).ToArray();
        var points = series.SelectMany(s => s.Points).ToArray();
        if (points.Length == 0)
        {
            points = [(1, 1)];
        }

        // Counts have a place to the left and one to the right of them.
        IEnumerable<double> room = CountsX ? [points.Min(p => p.X) - 1, points.Max(p => p.X) + 1] : [];
        var x = new Scale([.. points.Select(p => p.X), .. room], LogX, Left, Width - Right, 8, LogBase, CountsX);
        var y = new Scale(points.Select(p => p.Y), LogY, Height - Bottom, Top);
        var svg = Svg.Root(Width, Height, Title);
        svg.Add(Axes(x, y));
        svg.Add(series.SelectMany((s, index) => Curve(s, Legend.Style(s.Color ?? index), x, y)));
        svg.Add(Legend.Draw([.. series.Select(s => (s.Name, s.Mark))], Left, 16, Width - Right, i => series[i].Color ?? i));
        return svg;
    }

    private IEnumerable<XElement> Axes(Scale x, Scale y)
    {
        foreach (var (value, label) in y.Ticks)
        {
            yield return Svg.Line(Left, y.At(value), Width - Right, y.At(value), "grid");
            yield return Svg.Text(Left - 8, y.At(value) + 4, label, "tick", Svg.Anchor.End);
        }

        foreach (var (value, label) in x.Ticks)
        {
            yield return Svg.Line(x.At(value), Height - Bottom, x.At(value), Height - Bottom + 5, "axis");
            yield return Svg.Text(x.At(value), Height - Bottom + 19, label, "tick", Svg.Anchor.Middle);
        }

        yield return Svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, "axis");
        yield return Svg.Text((Left + Width - Right) / 2, Height - 10, XLabel, "label", Svg.Anchor.Middle);
        yield return Svg.Text(16, (Top + Height - Bottom) / 2, YLabel, "label", Svg.Anchor.Middle, turn: -90);
    }

    private static IEnumerable<XElement> Curve(Series series, string style, Scale x, Scale y)
    {
        var pixels = series.Points.Select(p => (X: x.At(p.X), Y: y.At(p.Y))).ToArray();
        if (series.Mark.HasFlag(Mark.Line) && pixels.Length > 0)
        {
            yield return Svg.Polyline(pixels, $"curve {style}{(series.Mark.HasFlag(Mark.Dashed) ? " dashed" : "")}");
        }

        if (series.Mark.HasFlag(Mark.Dots) || series.Mark.HasFlag(Mark.Rings))
        {
            bool ring = series.Mark.HasFlag(Mark.Rings);
            foreach (var (px, py) in pixels)
            {
                yield return Svg.Circle(px, py, (pixels.Length > 100 ? 1.8 : 3) + (ring ? 1 : 0), $"{(ring ? "ring" : "dot")} {style}");
            }
        }
    }
}
