using System.Globalization;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>Several drawings as one.</summary>
internal static class Panels
{
    /// <summary>Drawings of one size in rows of the given number.</summary>
    internal static XElement Compose(string title, IReadOnlyList<XElement> drawings, int columns)
    {
        string[] frame = drawings[0].Attribute("viewBox")!.Value.Split(' ');
        double width = double.Parse(frame[2], CultureInfo.InvariantCulture), height = double.Parse(frame[3], CultureInfo.InvariantCulture);
        int rows = (drawings.Count + columns - 1) / columns;
        var svg = Svg.Root(columns * width, rows * height, title);
        for (int i = 0; i < drawings.Count; i++)
        {
            var panel = new XElement(drawings[i]);
            panel.SetAttributeValue("x", (i % columns * width).ToString(CultureInfo.InvariantCulture));
            panel.SetAttributeValue("y", (i / columns * height).ToString(CultureInfo.InvariantCulture));
            panel.SetAttributeValue("width", frame[2]);
            panel.SetAttributeValue("height", frame[3]);
            svg.Add(panel);
        }

        return svg;
    }
}
