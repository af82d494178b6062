using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Reports;
using Kernels.Benchmarks.Solve;

namespace Kernels.Benchmarks.Tour;

/// <summary>The page of the tour.</summary>
internal static class TourReport
{
    internal static string Write(
        Machine machine,
        (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers,
        IReadOnlyList<ComparisonRow> rows,
        SolveOutcome<double> outcome)
    {
        var report = new HtmlReport("Kernels: the tour", $"Measured on {DateTime.Now:yyyy-MM-dd HH:mm} in one process, on one thread.");
        report.Section("This machine");
        report.Facts(machine.Facts);
        AddRatios(report, rows);
        foreach (var group in rows.GroupBy(Heading))
        {
            AddFamily(report, group.Key, [.. group]);
        }

        report.Section("A factorization with its certificate");
        report.Paragraph(SyntheticProblem.Description);
        SolveReport.AddTo(report, outcome);
        AddMethod(report, peers);
        return report.ToString();
    }

    /// <summary>Title of the table that a row belongs to, with the unit of its rates.</summary>
    internal static string Heading(ComparisonRow row)
    {
        string family = row.Family switch
        {
            "gemm" => $"Matrix products n x n, {row.Type}",
            "soft-threshold" => $"Soft-threshold of a vector, {row.Type}",
            "mask" => "Bernoulli masks",
            "svd" => $"Singular value decomposition, {row.Type}",
            var other => other,
        };
        return $"{family}, {row.Unit}";
    }

    private static void AddRatios(HtmlReport report, IReadOnlyList<ComparisonRow> rows)
    {
        (string, double)[] ratios = [.. rows.Where(row => row.Ratio is not null).Select(row => ($"{row.Family} {(row.Family == "mask" ? "" : row.Type + " ")}{row.Size}", row.Ratio!.Value))];
        if (ratios.Length == 0)
        {
            return;
        }

        report.Section("Against the best of the others");
        report.Figure(
            new RatioChart("Ratio to the best peer", "our speed / speed of the best peer (logarithmic)", ratios).ToSvg(),
            "Each kernel against the fastest library found on this machine for the same work: to the right of 1 ours is faster. In the tables below "
            + "this is the ratio; the share is that of the machine's limit, the multiply-add peak or a plain copy.");
    }

    private static void AddFamily(HtmlReport report, string title, IReadOnlyList<ComparisonRow> rows)
    {
        report.Section(title);
        if (rows[0].Family == "gemm")
        {
            string[] peers = [.. rows.SelectMany(row => row.Peers.Keys).Distinct()];
            (string, double[])[] bars =
            [
                ("Kernels", [.. rows.Select(row => row.Ours)]),
                .. peers.Select(peer => (peer, rows.Select(row => row.Peers.GetValueOrDefault(peer, double.NaN)).ToArray())),
            ];
            report.Figure(
                new BarChart(title, rows[0].Unit, [.. rows.Select(row => row.Size)], bars, ("FMA peak", rows.Max(row => row.Limit))).ToSvg(),
                "Speed by size; the dashed line is the most that the processor's multiply-add units can do.");
        }

        report.Table(ComparisonTable.Header(rows, "size"), rows.Select(row => ComparisonTable.Cells(row, rows)));
    }

    private static void AddMethod(HtmlReport report, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers)
    {
        report.Section("How it was measured");
        report.Paragraph(Contest.Method);
        report.Table(["library", "version and kernels"], peers.Present.Select(peer => (string[])[peer.Name, peer.Description]));
        foreach (string absent in peers.Absent)
        {
            report.Paragraph(absent);
        }
    }
}
