using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Figures;

/// <summary>One experiment as a drawing, its numbers, and a sentence with the number that proves it.</summary>
/// <param name="Name">File name without an extension.</param>
/// <param name="Sentence">What it shows.</param>
/// <param name="Drawing">The picture.</param>
/// <param name="Points">Everything that is drawn: series, x, y.</param>
internal sealed record Figure(string Name, string Sentence, XElement Drawing, IReadOnlyList<(string Series, double X, double Y)> Points)
{
    /// <summary>The numbers, one point a line, with all their digits.</summary>
    internal string Csv
    {
        get
        {
            var text = new StringBuilder("series,x,y\n");
            foreach (var (series, x, y) in Points)
            {
                text.Append(CultureInfo.InvariantCulture, $"\"{series}\",{x:R},{y:R}\n");
            }

            return text.ToString();
        }
    }

    /// <summary>All points of line plots, with the plot's name before the series' when there are several.</summary>
    internal static IReadOnlyList<(string Series, double X, double Y)> PointsOf(params IReadOnlyList<(string Plot, IReadOnlyList<Reports.Series> Series)> plots)
        => [.. plots.SelectMany(plot => plot.Series.SelectMany(series => series.Points.Select(p => (plot.Plot.Length > 0 ? $"{plot.Plot}: {series.Name}" : series.Name, p.X, p.Y))))];

    internal static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    internal static string Small(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
