using System.CommandLine;
using System.Globalization;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Vectors;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare prox</c>.</summary>
internal static class ProxCommand
{
    private const string AllFamilies = "all";

    // Where nanoseconds say more than a rate.
    private const int Few = 256;

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var family = new Option<string>("--family") { Description = "Work to measure.", DefaultValueFactory = _ => AllFamilies };
        family.AcceptOnlyFromAmong([.. VectorFamily.All.Select(one => one.Name), AllFamilies]);
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var quick = new Option<bool>("--quick") { Description = "Few sizes and few rounds." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var command = new Command("prox", """
            Proximal maps and reductions of vectors against System.Numerics.Tensors, a Vector512 loop by hand and a scalar loop:
            in one process, alternating, medians, one thread, sizes from 16 elements to 16 million.
            Ratio is ours over the best peer (above 1 ours is faster). Share is ours over a copy that moves as many bytes, or,
            for reductions, over the measured bandwidth of reading.

            Example: compare prox --family soft-threshold --type float --json prox.json
            """) { family, type, quick, json };
        command.SetAction(parsed =>
        {
            bool few = parsed.GetValue(quick);
            string wanted = parsed.GetValue(family)!;
            return Run(
                [.. VectorFamily.All.Where(one => wanted is AllFamilies || one.Name == wanted)], ProxComparison.Sizes(few), parsed.GetValue(type)!,
                few ? ContestRules.Quick : ContestRules.Full, parsed.GetValue(json), screen, cancellation);
        });
        return command;
    }

    internal static int Run(
        IReadOnlyList<VectorFamily> families, IReadOnlyList<int> sizes, string type, ContestRules rules, string? jsonPath, Screen screen, CancellationToken cancellation)
    {
        using var json = jsonPath is null ? null : new OutputFile(jsonPath);
        var comparison = new ProxComparison(rules);
        var all = families.SelectMany(family =>
            (type is not "double" ? comparison.Run<float>(family, sizes, cancellation) : [])
            .Concat(type is not "float" ? comparison.Run<double>(family, sizes, cancellation) : []));
        double total = families.Count * sizes.Count * (type is "both" ? 2.0 : 1.0);
        var rows = screen.Progress("Measuring", progress => ComparisonRow.Collect(all, total, progress), still: true);
        Print(screen, families, rows);
        json?.Write(ComparisonRow.ToJson(rows) + "\n");
        return Program.Success;
    }

    private static void Print(Screen screen, IReadOnlyList<VectorFamily> families, List<ComparisonRow> rows)
    {
        screen.Title("Maps and reductions of vectors");
        screen.Line($"  {KernelInfo.Description}");
        screen.Line("  Tensors: System.Numerics.Tensors, in as many calls as it takes");
        foreach (var table in rows.GroupBy(row => (row.Family, row.Type)))
        {
            var family = families.First(one => one.Name == table.Key.Family);
            screen.Line();
            screen.Line($"  {family.Title}, {table.Key.Type}, {table.First().Unit}, 1 thread; share of {(family.Outputs > 0 ? "a copy of as many bytes" : "the bandwidth of reading")}");
            ComparisonTable.Print(screen, [.. table], "elements");
            foreach (var row in table.Where(row => row.M <= Few))
            {
                screen.Line($"  {row.M} elements take {string.Join(", ", row.Peers.Prepend(new("Kernels", row.Ours)).Select(rate => Nanoseconds(rate.Key, row.M / rate.Value)))}");
            }
        }
    }

    private static string Nanoseconds(string name, double time) => string.Create(CultureInfo.InvariantCulture, $"{name} {time:0.0} ns");
}
