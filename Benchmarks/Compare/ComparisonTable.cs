using System.Globalization;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>Rows of one family and type as a table, narrow enough for a terminal of 80 columns.</summary>
internal static class ComparisonTable
{
    /// <summary>
    /// The column titles: size, ours, each peer, ratio; how the operands are stored where that differs, share where there is a limit,
    /// and what bounds it where that is not always the arithmetic.
    /// </summary>
    internal static string[] Header(IReadOnlyList<ComparisonRow> rows, string size)
        => [size, .. If(AreMixed(rows), "stored"), "Kernels", .. Peers(rows), "ratio", .. If(HaveLimit(rows), "share"), .. If(AreMemoryBound(rows), "bound")];

    /// <summary>The cells of a row, unadorned; the size as given, or as a person writes it.</summary>
    internal static string[] Cells(ComparisonRow row, IReadOnlyList<ComparisonRow> rows, string? size = null)
        =>
        [
            size ?? row.Size,
            .. If(AreMixed(rows), row.Transposes ?? "-"),
            Rate(row.Ours),
            .. Peers(rows).Select(peer => row.Peers.TryGetValue(peer, out double rate) ? Rate(rate) : "-"),
            row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-",
            .. If(HaveLimit(rows), row.Share is { } share ? share.ToString("0 %", CultureInfo.InvariantCulture) : "-"),
            .. If(AreMemoryBound(rows), row.Bound is Bound.Memory ? "memory" : "compute"),
        ];

    internal static void Print(Screen screen, IReadOnlyList<ComparisonRow> rows, string size, Func<ComparisonRow, string>? sizeOf = null)
    {
        string[] header = Header(rows, size);
        screen.Table(header, rows.Select(row => Colored(row, Cells(row, rows, sizeOf?.Invoke(row)), Array.IndexOf(header, "ratio"))));
    }

    private static string[] Colored(ComparisonRow row, string[] cells, int at)
    {
        if (row.Ratio is { } ratio)
        {
            cells[at] = $"[{(ratio >= 1 ? "green" : ratio >= 0.75 ? "yellow" : "red")}]{cells[at]}[/]";
        }

        return cells;
    }

    /// <summary>Names of all peers that any of the rows has.</summary>
    internal static string[] Peers(IReadOnlyList<ComparisonRow> rows) => [.. rows.SelectMany(row => row.Peers.Keys).Distinct()];

    private static string[] If(bool present, string cell) => present ? [cell] : [];

    private static bool AreMixed(IReadOnlyList<ComparisonRow> rows) => rows.Any(row => row.Transposes != rows[0].Transposes);

    private static bool AreMemoryBound(IReadOnlyList<ComparisonRow> rows) => rows.Any(row => row.Bound is Bound.Memory);

    private static bool HaveLimit(IReadOnlyList<ComparisonRow> rows) => rows.Any(row => row.Share is not null);

    private static string Rate(double rate)
        => rate.ToString(rate >= 100 ? "0" : rate >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
