using System.Xml.Linq;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Compare;

/// <summary>Drawings of rows of one family and one type. Null where the rows hold nothing to draw.</summary>
internal static class GemmPlots
{
    private const string Ours = "Kernels", RatioLabel = "our speed / best peer's (logarithmic)";

    /// <summary>Speed over n: every contender and the limit.</summary>
    internal static XElement? RatesOverSize(string title, GemmFamily family, IReadOnlyList<ComparisonRow> rows)
    {
        var series = Contenders(rows).Select(c => new Series(c.Name, [.. rows.Zip(c.Rates, (row, rate) => ((double)row.N, rate)).Where(p => double.IsFinite(p.rate))]));
        var limit = new Series("limit", [.. rows.Select(row => ((double)row.N, row.Limit))], Mark.Line | Mark.Dashed);
        return new LinePlot(title, "n (logarithmic)", rows[0].Unit, [.. series, limit], LogX: true, LogBase: 2).ToSvg();
    }

    /// <summary>Every ratio as a dot, from the lowest to the highest, in a colour for each table of the family.</summary>
    internal static XElement? SortedRatios(string title, GemmFamily family, IReadOnlyList<ComparisonRow> rows)
    {
        var sorted = rows.Where(row => row.Ratio is not null).OrderBy(row => row.Ratio).Select((row, i) => (Row: row, Rank: i + 1.0)).ToArray();
        var series = family.Tables(rows)
            .Select(table => new Series(table.Part, [.. sorted.Where(r => family.Part(r.Row) == table.Part).Select(r => (r.Rank, r.Row.Ratio!.Value))], Mark.Dots))
            .Append(Series.Level("as fast as the best peer", 1, 1, sorted.Length));
        return sorted.Length == 0 ? null : new LinePlot(title, "shapes, from the lowest ratio to the highest", RatioLabel, [.. series], LogY: true).ToSvg();
    }

    /// <summary>Every ratio as a named bar.</summary>
    internal static XElement? NamedRatios(string title, GemmFamily family, IReadOnlyList<ComparisonRow> rows)
    {
        (string, double)[] ratios = [.. rows.Where(row => row.Ratio is not null).Select(row => ($"{family.Part(row)},  {family.Size(row)}", row.Ratio!.Value))];
        return ratios.Length == 0 ? null : new RatioChart(title, RatioLabel, ratios).ToSvg();
    }

    /// <summary>Speed as bars, a group a row.</summary>
    internal static XElement? Bars(string title, GemmFamily family, IReadOnlyList<ComparisonRow> rows)
        => new BarChart(title, rows[0].Unit, [.. rows.Select(row => $"{family.Size(row)} {row.Transposes}")], Contenders(rows), ("limit", rows.Max(row => row.Limit))).ToSvg();

    private static IReadOnlyList<(string Name, double[] Rates)> Contenders(IReadOnlyList<ComparisonRow> rows)
        =>
        [
            (Ours, [.. rows.Select(row => row.Ours)]),
            .. ComparisonTable.Peers(rows).Select(peer => (peer, rows.Select(row => row.Peers.GetValueOrDefault(peer, double.NaN)).ToArray())),
        ];
}
