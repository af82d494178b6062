using System.Globalization;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>The few SVG elements that the charts need. Colours come from the page's style sheet by class, so that one drawing serves light and dark.</summary>
internal static class Svg
{
    internal static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    internal enum Anchor
    {
        Start,
        Middle,
        End,
    }

    internal static XElement Root(double width, double height, string title)
        => Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            new XAttribute("role", "img"),
            Element("title", title));

    internal static XElement Line(double x1, double y1, double x2, double y2, string style)
        => Element("line", At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2), Class(style));

    internal static XElement Rectangle(double x, double y, double width, double height, string style)
        => Element("rect", At("x", x), At("y", y), At("width", width), At("height", height), Class(style));

    internal static XElement Circle(double x, double y, double radius, string style)
        => Element("circle", At("cx", x), At("cy", y), At("r", radius), Class(style));

    internal static XElement Polyline(IEnumerable<(double X, double Y)> points, string style)
        => Element("polyline", new XAttribute("points", string.Join(' ', points.Select(p => $"{Number(p.X)},{Number(p.Y)}"))), Class(style));

    internal static XElement Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start, double turn = 0)
    {
        var element = Element("text", At("x", x), At("y", y), new XAttribute("text-anchor", anchor.ToString().ToLowerInvariant()), Class(style), text);
        if (turn != 0)
        {
            element.Add(new XAttribute("transform", $"rotate({Number(turn)} {Number(x)} {Number(y)})"));
        }

        return element;
    }

    /// <summary>Width of a text of the charts' 12-pixel type, a little on the safe side.</summary>
    internal static double WidthOf(string text) => 6.7 * text.Length;

    private static XElement Element(string name, params object[] content) => new(Namespace + name, content);

    private static XAttribute At(string name, double value) => new(name, Number(value));

    private static XAttribute Class(string style) => new("class", style);

    private static string Number(double value)
        => double.IsFinite(value) ? Math.Round(value, 2).ToString(CultureInfo.InvariantCulture) : throw new ArgumentOutOfRangeException(nameof(value), value, "A drawing has finite coordinates.");
}
