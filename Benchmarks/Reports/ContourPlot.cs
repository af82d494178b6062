using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>Points that a contour plot marks.</summary>
internal sealed record Landmarks(string Name, IReadOnlyList<(double X, double Y)> Points, Mark Mark);

/// <summary>Filled contours of a function on a square, the same scale on both axes.</summary>
/// <param name="Title">Over the drawing.</param>
/// <param name="XLabel">What is to the right.</param>
/// <param name="YLabel">What is up.</param>
/// <param name="From">Least value of both variables.</param>
/// <param name="To">Largest value of both variables.</param>
/// <param name="Function">What is drawn.</param>
/// <param name="Levels">Ascending; between two of them lies one colour.</param>
/// <param name="Landmarks">Marked points.</param>
internal sealed record ContourPlot(
    string Title, string XLabel, string YLabel, double From, double To, Func<double, double, double> Function, IReadOnlyList<double> Levels, IReadOnlyList<Landmarks> Landmarks)
{
    internal const double Width = 400, Height = 440;
    private const double Left = 52, Right = 16, Top = 56, Bottom = 52;
    private const int Cells = 64;

    // Dark to bright at equal steps of lightness, between which colours are mixed.
    private static readonly (int R, int G, int B)[] Ramp = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    internal XElement ToSvg()
    {
        var x = new Scale([From, To], false, Left, Width - Right);
        var y = new Scale([From, To], false, Height - Bottom, Top);
        var svg = Svg.Root(Width, Height, Title);
        svg.Add(Svg.Rectangle(x.At(From), y.At(To), x.At(To) - x.At(From), y.At(From) - y.At(To), ""));
        svg.Elements().Last().SetAttributeValue("style", $"fill:{Color(0)}");
        double[,] values = Sample();
        for (int level = 0; level < Levels.Count; level++)
        {
            string path = Above(values, Levels[level], x, y);
            if (path.Length > 0)
            {
                svg.Add(new XElement(Svg.Namespace + "path", new XAttribute("d", path), new XAttribute("style", $"fill:{Color((level + 1.0) / Levels.Count)}")));
            }
        }

        foreach (var (value, label) in x.Ticks)
        {
            svg.Add(Svg.Line(x.At(value), Height - Bottom, x.At(value), Height - Bottom + 5, "axis"));
            svg.Add(Svg.Text(x.At(value), Height - Bottom + 19, label, "tick", Svg.Anchor.Middle));
        }

        foreach (var (value, label) in y.Ticks)
        {
            svg.Add(Svg.Text(Left - 8, y.At(value) + 4, label, "tick", Svg.Anchor.End));
        }

        svg.Add(Svg.Text((Left + Width - Right) / 2, Height - 12, XLabel, "label", Svg.Anchor.Middle));
        svg.Add(Svg.Text(16, (Top + Height - Bottom) / 2, YLabel, "label", Svg.Anchor.Middle, turn: -90));
        svg.Add(Svg.Text(Left, 16, Title, "label"));
        double at = Left;
        foreach (var landmarks in Landmarks)
        {
            svg.Add(Sign(at + 6, 36, landmarks.Mark));
            svg.Add(Svg.Text(at + 18, 40, landmarks.Name, "label"));
            at += 34 + Svg.WidthOf(landmarks.Name);
            svg.Add(landmarks.Points.Select(p => Sign(x.At(p.X), y.At(p.Y), landmarks.Mark)));
        }

        return svg;
    }

    // White with a dark rim, to be seen on every colour.
    private static XElement Sign(double x, double y, Mark mark)
    {
        var sign = Svg.Circle(x, y, mark.HasFlag(Mark.Dots) ? 5 : 4, "");
        sign.SetAttributeValue("style", mark.HasFlag(Mark.Dots) ? "fill:#ffffff;stroke:#1b1f24;stroke-width:1.5" : "fill:none;stroke:#ff7f91;stroke-width:2.5");
        return sign;
    }

    private double[,] Sample()
    {
        double[,] values = new double[Cells + 1, Cells + 1];
        for (int i = 0; i <= Cells; i++)
        {
            for (int j = 0; j <= Cells; j++)
            {
                values[i, j] = Function(At(i), At(j));
            }
        }

        return values;
    }

    private double At(int index) => From + (To - From) * index / Cells;

    // The part of each cell where the function is at least the level: whole cells in runs, the others cut along straight lines between their corners.
    private string Above(double[,] values, double level, Scale x, Scale y)
    {
        var path = new StringBuilder();
        for (int j = 0; j < Cells; j++)
        {
            int run = -1;
            for (int i = 0; i <= Cells; i++)
            {
                bool whole = i < Cells && values[i, j] >= level && values[i + 1, j] >= level && values[i, j + 1] >= level && values[i + 1, j + 1] >= level;
                if (whole)
                {
                    run = run < 0 ? i : run;
                    continue;
                }

                if (run >= 0)
                {
                    Append(path, [(At(run), At(j)), (At(i), At(j)), (At(i), At(j + 1)), (At(run), At(j + 1))], x, y);
                    run = -1;
                }

                if (i < Cells)
                {
                    Append(path, Cut(values, i, j, level), x, y);
                }
            }
        }

        return path.ToString();
    }

    private List<(double X, double Y)> Cut(double[,] values, int i, int j, double level)
    {
        (int I, int J)[] corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
        var polygon = new List<(double, double)>();
        for (int k = 0; k < 4; k++)
        {
            var (a, b) = (corners[k], corners[(k + 1) % 4]);
            double fa = values[a.I, a.J], fb = values[b.I, b.J];
            if (fa >= level)
            {
                polygon.Add((At(a.I), At(a.J)));
            }

            if (fa >= level != fb >= level)
            {
                double share = (level - fa) / (fb - fa);
                polygon.Add((At(a.I) + share * (At(b.I) - At(a.I)), At(a.J) + share * (At(b.J) - At(a.J))));
            }
        }

        return polygon;
    }

    private static void Append(StringBuilder path, List<(double X, double Y)> polygon, Scale x, Scale y)
    {
        for (int k = 0; k < polygon.Count; k++)
        {
            path.Append(CultureInfo.InvariantCulture, $"{(k == 0 ? 'M' : 'L')}{Math.Round(x.At(polygon[k].X), 1)} {Math.Round(y.At(polygon[k].Y), 1)}");
        }

        path.Append(polygon.Count > 0 ? "Z" : "");
    }

    private static string Color(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (Ramp.Length - 1);
        int low = Math.Min((int)place, Ramp.Length - 2);
        double t = place - low;
        int Mix(int a, int b) => (int)Math.Round(a + t * (b - a));
        return $"#{Mix(Ramp[low].R, Ramp[low + 1].R):x2}{Mix(Ramp[low].G, Ramp[low + 1].G):x2}{Mix(Ramp[low].B, Ramp[low + 1].B):x2}";
    }
}
