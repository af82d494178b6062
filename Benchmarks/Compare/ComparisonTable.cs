using System.Globalization;

namespace Kernels.Benchmarks.Compare;

/// <summary>Rows of one family and type as a table, narrow enough for a terminal of 80 columns.</summary>
internal static class ComparisonTable
{
    /// <summary>The column titles: size, ours, each peer, ratio, and share where there is a limit.</summary>
    internal static string[] Header(IReadOnlyList<ComparisonRow> rows, string size)
        => [size, "Kernels", .. Peers(rows), "ratio", .. HaveLimit(rows) ? (string[])["share"] : []];

    /// <summary>The cells of a row, unadorned.</summary>
    internal static string[] Cells(ComparisonRow row, IReadOnlyList<ComparisonRow> rows)
        =>
        [
            row.Size,
            Rate(row.Ours),
            .. Peers(rows).Select(peer => row.Peers.TryGetValue(peer, out double rate) ? Rate(rate) : "-"),
            row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-",
            .. HaveLimit(rows) ? (string[])[row.Share is { } share ? share.ToString("0 %", CultureInfo.InvariantCulture) : "-"] : [],
        ];

    internal static void Print(Screen screen, IReadOnlyList<ComparisonRow> rows, string size)
        => screen.Table(Header(rows, size), rows.Select(row => Colored(row, Cells(row, rows), 2 + Peers(rows).Length)));

    private static string[] Colored(ComparisonRow row, string[] cells, int at)
    {
        if (row.Ratio is { } ratio)
        {
            cells[at] = $"[{(ratio >= 1 ? "green" : ratio >= 0.75 ? "yellow" : "red")}]{cells[at]}[/]";
        }

        return cells;
    }

    private static string[] Peers(IReadOnlyList<ComparisonRow> rows) => [.. rows.SelectMany(row => row.Peers.Keys).Distinct()];

    private static bool HaveLimit(IReadOnlyList<ComparisonRow> rows) => rows.Any(row => row.Share is not null);

    private static string Rate(double rate)
        => rate.ToString(rate >= 100 ? "0" : rate >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
