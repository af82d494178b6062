using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>Names of the series in a row above the drawing; a second row when one is too short.</summary>
internal static class Legend
{
    private const int Styles = 6;
    private const double Swatch = 22, Gap = 22, RowHeight = 16;

    /// <summary>The style-sheet class of the series with this number.</summary>
    internal static string Style(int index) => $"s{index % Styles}";

    /// <param name="entries">Names and marks, in the order of the series.</param>
    /// <param name="left">Where the row begins.</param>
    /// <param name="top">Where the first row is.</param>
    /// <param name="right">Where it ends.</param>
    /// <param name="color">The colour of a series; its number unless given.</param>
    internal static IEnumerable<XElement> Draw(IReadOnlyList<(string Name, Mark Mark)> entries, double left, double top, double right, Func<int, int>? color = null)
    {
        double x = left, y = top;
        for (int i = 0; i < entries.Count; i++)
        {
            var (name, mark) = entries[i];
            string style = Style(color?.Invoke(i) ?? i);
            double width = Swatch + 6 + Svg.WidthOf(name);
            if (x > left && x + width > right)
            {
                (x, y) = (left, y + RowHeight);
            }

            if (mark.HasFlag(Mark.Line))
            {
                yield return Svg.Line(x, y, x + Swatch, y, $"curve {style}{(mark.HasFlag(Mark.Dashed) ? " dashed" : "")}");
            }

            if (mark.HasFlag(Mark.Dots))
            {
                yield return Svg.Circle(x + Swatch / 2, y, 3.5, $"dot {style}");
            }

            if (mark.HasFlag(Mark.Rings))
            {
                yield return Svg.Circle(x + Swatch / 2, y, 4, $"ring {style}");
            }

            if (mark == 0)
            {
                yield return Svg.Rectangle(x + 6, y - 6, 12, 12, $"bar {style}");
            }

            yield return Svg.Text(x + Swatch + 6, y + 4, name, "label");
            x += width + Gap;
        }
    }
}
