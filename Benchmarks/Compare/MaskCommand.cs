using System.CommandLine;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare mask</c>.</summary>
internal static class MaskCommand
{
    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var quick = new Option<bool>("--quick") { Description = "Few rows and few rounds." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var command = new Command("mask", """
            Bernoulli masks, dropout and random numbers against System.Random: in one process, alternating, medians, one thread.
            Rates are 1e9 decisions or elements a second. Ratio is ours over System.Random; share, for arrays in memory,
            is ours over a copy of the array.

            Example: compare mask --json mask.json
            """) { quick, json };
        command.SetAction(parsed => Run(
            [.. MaskWork.All(parsed.GetValue(quick))], parsed.GetValue(quick) ? ContestRules.Quick : ContestRules.Full, parsed.GetValue(json), screen, cancellation));
        return command;
    }

    internal static int Run(IReadOnlyList<MaskWork> all, ContestRules rules, string? jsonPath, Screen screen, CancellationToken cancellation)
    {
        using var json = jsonPath is null ? null : new OutputFile(jsonPath);
        var rows = screen.Progress("Drawing", progress => Measure(all, rules, progress, cancellation), still: true);
        screen.Title("Masks and random numbers");
        screen.Line($"  Kernels: {KernelInfo.Description}");
        screen.Line();
        screen.Line("  G/s, 1 thread; share of a copy of the same array");
        ComparisonTable.Print(screen, rows, "work", row => $"{row.Family}, {row.Size} {row.Type}s");
        json?.Write(ComparisonRow.ToJson(rows) + "\n");
        return Program.Success;
    }

    private static List<ComparisonRow> Measure(IReadOnlyList<MaskWork> all, ContestRules rules, IProgress<double> progress, CancellationToken cancellation)
    {
        var rows = new List<ComparisonRow>();
        foreach (MaskWork work in all)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(MaskComparison.Run(work, rules));
            progress.Report(rows.Count / (double)all.Count);
        }

        return rows;
    }
}
