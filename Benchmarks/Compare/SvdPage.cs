using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Compare;

/// <summary>The rows of <c>compare svd</c> as a Markdown page, with a drawing of the ratios of each family.</summary>
internal static class SvdPage
{
    /// <summary>The page and the files that it shows.</summary>
    /// <param name="commandLine">What made it.</param>
    /// <param name="folder">Where the page looks for its drawings.</param>
    /// <param name="lapack">What was compared with, or null.</param>
    /// <param name="threads">That each contender might use.</param>
    /// <param name="results">Rows of each family.</param>
    internal static (string Text, IReadOnlyList<(string File, XElement Drawing)> Drawings) Write(
        string commandLine, string folder, NativeLapack? lapack, int threads, IReadOnlyList<(SvdFamily Family, IReadOnlyList<ComparisonRow> Rows)> results)
    {
        var report = new MarkdownReport("Speed of singular value decompositions");
        report.Paragraph("This page is written by a command:");
        report.Code($"dotnet run -c Release --project Benchmarks -- {commandLine}");
        report.Section("Machine");
        report.Facts([("date", DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), .. Host.Facts, ("LAPACK", lapack?.Description ?? "not found")]);
        report.Section("How it was measured");
        report.Paragraph($"Each contender may use {threads} thread{(threads == 1 ? "" : "s")}. {Contest.Method} \"ratio\" is our speed over that of the best peer; above 1 ours is faster.");
        var drawings = new List<(string, XElement)>();
        foreach (var (family, rows) in results)
        {
            report.Section(family.Title);
            report.Paragraph(family.Explanation);
            if (Plot(family, rows) is { } drawing)
            {
                drawings.Add(($"{family.Name}.svg", drawing));
                report.Figure(family.Title, $"{folder}/{family.Name}.svg");
            }

            foreach (var table in rows.GroupBy(row => row.Type).Select(group => group.ToArray()))
            {
                report.Paragraph($"{table[0].Type}, {table[0].Unit}:");
                report.Table(ComparisonTable.Header(table, "m x n"), table.Select(row => ComparisonTable.Cells(row, table)));
            }

            foreach (string remark in rows.Select(row => row.Remark).OfType<string>().Distinct())
            {
                report.Paragraph($"{remark}.");
            }
        }

        return (report.ToString(), drawings);
    }

    // Null where there is nothing to compare, or one shape only.
    private static XElement? Plot(SvdFamily family, IReadOnlyList<ComparisonRow> rows)
    {
        ComparisonRow[] compared = [.. rows.Where(row => row.Ratio is not null)];
        if (compared.Select(row => row.N).Distinct().Count() < 2)
        {
            return null;
        }

        var series = compared.GroupBy(row => row.Type).Select(group => new Series(group.Key, [.. group.OrderBy(row => row.N).Select(row => ((double)row.N, row.Ratio!.Value))], Mark.Line | Mark.Dots));
        return new LinePlot(
            $"{family.Title}: ratio to the best peer", "columns n", "ratio to the best peer", [.. series, Series.Level("as fast as the best peer", 1, compared.Min(row => row.N), compared.Max(row => row.N))],
            LogX: true, LogY: true, LogBase: 2).ToSvg();
    }
}
