using System.CommandLine;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare fixed</c>.</summary>
internal static class FixedCommand
{
    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var quick = new Option<bool>("--quick") { Description = "Few shapes and few rounds." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var command = new Command("fixed", """
            Products of shapes known at compile time against libxsmm and Eigen: in one process, alternating, medians, one thread.
            Then batches: our batched form against the peers' kernels in a native loop.
            Ratio is ours over the best peer (above 1 ours is faster), share is ours over the measured FMA peak.

            Example: compare fixed --type float --json fixed.json
            """) { type, quick, json };
        command.SetAction(parsed => Run(
            parsed.GetValue(type)!, FixedComparison.Shapes(parsed.GetValue(quick)), FixedBatch.All, parsed.GetValue(quick) ? ContestRules.Quick : ContestRules.Full,
            parsed.GetValue(json), FixedShapePeer.Find, screen, cancellation));
        return command;
    }

    internal static int Run(
        string type, IReadOnlyList<FixedContender> shapes, IReadOnlyList<FixedBatch> batches, ContestRules rules, string? jsonPath,
        Func<(IReadOnlyList<FixedShapePeer> Present, IReadOnlyList<string> Absent)> find, Screen screen, CancellationToken cancellation)
    {
        using var json = jsonPath is null ? null : new OutputFile(jsonPath);
        var peers = find();
        var comparison = new FixedComparison(peers.Present, rules);
        var all = (type is not "double" ? comparison.Run<float>(shapes, batches, cancellation) : []).Concat(type is not "float" ? comparison.Run<double>(shapes, batches, cancellation) : []);
        var rows = screen.Progress("Multiplying", progress => ComparisonRow.Collect(all, (shapes.Count + batches.Count) * (type is "both" ? 2.0 : 1.0), progress), still: true);
        Print(screen, peers, rows);
        json?.Write(ComparisonRow.ToJson(rows) + "\n");
        return Program.Success;
    }

    private static void Print(Screen screen, (IReadOnlyList<FixedShapePeer> Present, IReadOnlyList<string> Absent) peers, List<ComparisonRow> rows)
    {
        screen.Title("Matrix products of a fixed shape, C = A B");
        screen.Line("  Kernels: [FixedGemm] methods, called with spans");
        foreach (var peer in peers.Present)
        {
            screen.Line($"  {peer.Name}: {peer.Description}");
        }

        foreach (string absent in peers.Absent)
        {
            screen.Note($"  {absent}");
        }

        foreach (var table in rows.GroupBy(row => (row.Family, row.Type)).OrderBy(table => table.Key.Family == "fixed-batch"))
        {
            var first = table.First();
            string batch = first.Family == "fixed-batch" ? $", {FixedBatch.Count} products one after another in memory" : "";
            screen.Line();
            screen.Line(FormattableString.Invariant($"  {first.Type}{batch}, {first.Unit}, 1 thread; share of the FMA peak, {first.Limit:0}"));
            ComparisonTable.Print(screen, [.. table], "m n k");
        }
    }
}
