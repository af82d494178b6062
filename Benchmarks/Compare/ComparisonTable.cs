using System.Globalization;

namespace Kernels.Benchmarks.Compare;

/// <summary>Rows of one family and type as a console table.</summary>
internal static class ComparisonTable
{
    /// <summary>The column titles: size, ours, each peer, ratio, share.</summary>
    internal static string[] Header(IReadOnlyList<ComparisonRow> rows, string size)
        => [size, $"Kernels, {rows[0].Unit}", .. Peers(rows), "ratio to best", "share of limit"];

    /// <summary>The cells of a row, unadorned.</summary>
    internal static string[] Cells(ComparisonRow row, IReadOnlyList<ComparisonRow> rows)
        =>
        [
            row.Size,
            Rate(row.Ours),
            .. Peers(rows).Select(peer => row.Peers.TryGetValue(peer, out double rate) ? Rate(rate) : "-"),
            row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-",
            row.Share is { } share ? share.ToString("0 %", CultureInfo.InvariantCulture) : "-",
        ];

    internal static void Print(Screen screen, IReadOnlyList<ComparisonRow> rows, string size)
        => screen.Table(Header(rows, size), rows.Select(row => Colored(row, Cells(row, rows))));

    private static string[] Colored(ComparisonRow row, string[] cells)
    {
        if (row.Ratio is { } ratio)
        {
            cells[^2] = $"[{(ratio >= 1 ? "green" : ratio >= 0.75 ? "yellow" : "red")}]{cells[^2]}[/]";
        }

        return cells;
    }

    private static string[] Peers(IReadOnlyList<ComparisonRow> rows) => [.. rows.SelectMany(row => row.Peers.Keys).Distinct()];

    private static string Rate(double rate)
        => rate.ToString(rate >= 100 ? "0" : rate >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
