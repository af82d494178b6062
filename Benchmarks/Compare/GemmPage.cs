using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Compare;

/// <summary>The rows of <c>compare gemm</c> as a Markdown page, with a drawing for each family and type.</summary>
internal static class GemmPage
{
    /// <summary>The page and the files that it shows.</summary>
    /// <param name="commandLine">What made it.</param>
    /// <param name="folder">Where the page looks for its drawings.</param>
    /// <param name="peers">What was compared with, and what was not found.</param>
    /// <param name="results">Rows of each family; at least one row in each.</param>
    /// <param name="roofline">Limits of the machine.</param>
    internal static (string Text, IReadOnlyList<(string File, XElement Drawing)> Drawings) Write(
        string commandLine,
        string folder,
        (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers,
        IReadOnlyList<(GemmFamily Family, IReadOnlyList<ComparisonRow> Rows)> results,
        Roofline roofline)
    {
        var report = new MarkdownReport("Performance of matrix products");
        report.Paragraph("This page is written by a command:");
        report.Code($"dotnet run -c Release --project Benchmarks -- {commandLine}");
        AddMachine(report, peers, roofline);
        AddMethod(report, results[0].Rows[0].Threads);

        var drawings = new List<(string, XElement)>();
        foreach (var (family, rows) in results)
        {
            report.Section(family.Title);
            report.Paragraph(family.Explanation);
            foreach (var ofType in rows.GroupBy(row => row.Type))
            {
                AddType(report, folder, family, [.. ofType], drawings);
            }
        }

        return (report.ToString(), drawings);
    }

    private static void AddMachine(MarkdownReport report, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers, Roofline roofline)
    {
        report.Section("Machine");
        report.Facts(
        [
            ("date", DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            .. Host.Facts,
            .. peers.Present.Select(peer => (peer.Name, peer.Description)),
            ("FMA peak", FormattableString.Invariant($"{roofline.Peak<float>() / 1e9:0} GFLOP/s float, {roofline.Peak<double>() / 1e9:0} GFLOP/s double")),
        ]);
        foreach (string absent in peers.Absent)
        {
            report.Paragraph(absent);
        }

        if (roofline.Bandwidths.Count > 0)
        {
            report.Paragraph("Bandwidth of one core, by the size of the buffer that it reads or writes again and again:");
            report.Table(["buffer", "read, GB/s", "written, GB/s"], roofline.Bandwidths.Select(of => (string[])[Bytes(of.Key), Rate(of.Value.Read), Rate(of.Value.Write)]));
        }
    }

    private static void AddMethod(MarkdownReport report, int threads)
    {
        report.Section("How it was measured");
        report.Paragraph(
            $"Each contender may use {threads} thread{(threads == 1 ? "" : "s")}. {Contest.Method} \"ratio\" is our speed over that of the best peer; above 1 ours is faster. "
            + "\"share\" is our speed over the limit. " + (threads == 1
                ? "The limit is the FMA peak or, where that takes longer, reading A and B and writing C once at the bandwidth measured for a buffer of about their size together; "
                    + "\"bound\" says which."
                : "The limit is the FMA peak of all threads."));
    }

    private static void AddType(
        MarkdownReport report, string folder, GemmFamily family, IReadOnlyList<ComparisonRow> rows, List<(string File, XElement Drawing)> drawings)
    {
        string title = $"{family.Title}: {rows[0].Type}";
        report.Subsection(title);
        if (Summary(rows, family) is { } summary)
        {
            report.Paragraph(summary);
        }

        if (family.Plot(title, family, rows) is { } drawing)
        {
            string file = $"{family.Name}-{rows[0].Type}.svg";
            drawings.Add((file, drawing));
            report.Figure(title, $"{folder}/{file}");
        }

        foreach (var (part, table) in family.Tables(rows))
        {
            report.Paragraph($"{(part.Length > 0 ? $"{part}, " : "")}{rows[0].Type}, {rows[0].Unit}:");
            report.Table(ComparisonTable.Header(table, family.SizeTitle), table.Select(row => ComparisonTable.Cells(row, table, family.Size(row))));
        }
    }

    private static string? Summary(IReadOnlyList<ComparisonRow> rows, GemmFamily family)
    {
        ComparisonRow[] compared = [.. rows.Where(row => row.Ratio is not null).OrderBy(row => row.Ratio)];
        return compared.Length == 0 ? null : FormattableString.Invariant(
            $"{compared.Count(row => row.Ratio >= 1)} of {compared.Length} at or above the best peer; median ratio {Contest.Median([.. compared.Select(row => row.Ratio!.Value)]):0.00}, ")
            + $"lowest {At(compared[0])}, highest {At(compared[^1])}.";

        string At(ComparisonRow row) => FormattableString.Invariant($"{row.Ratio:0.00} at {family.SizeTitle} = {family.Size(row)}{(row.Transposes is "NN" or null ? "" : $" {row.Transposes}")}");
    }

    private static string Bytes(int bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";

    private static string Rate(double bytesPerSecond) => (bytesPerSecond / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
