using System.CommandLine;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare svd</c>.</summary>
internal static class SvdCommand
{
    private const int LargestSize = 4096;

    internal static Command Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var family = new Option<string>("--family") { Description = "Shapes to measure.", DefaultValueFactory = _ => "square" };
        family.AcceptOnlyFromAmong("square", "tall", "all");
        var sizes = NumberOption.Wholes("--sizes", "Orders n of the n x n matrices, separated by commas, instead of a family.", "N,N,...", LargestSize);
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var threads = NumberOption.Whole("--threads", "Threads that each contender may use; 1 unless given.", "N");
        var quick = new Option<bool>("--quick") { Description = "Few shapes and few rounds." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var keep = new Option<bool>("--keep-environment") { Description = "Leave OPENBLAS_* variables as they are, instead of choosing the fastest kernels." };
        var command = new Command("svd", """
            Singular values and thin vectors of random normal matrices against divide and conquer (gesdd) and both Jacobi methods (gesvj,
            gejsv) of OpenBLAS's LAPACK and MathNet: in one process, alternating, medians.
            Ratio is ours over the best peer (above 1 ours is faster).

            Example: compare svd --sizes 16,64,256 --type double --json svd.json
            """) { family, sizes, type, threads, quick, json, keep };
        command.SetAction(parsed => (parsed.GetValue(keep) ? null : relaunch())
            ?? Run(
                Shapes(parsed.GetValue(family)!, parsed.GetValue(sizes) ?? [], parsed.GetValue(quick)), parsed.GetValue(type)!, parsed.GetValue(threads) ?? 1,
                parsed.GetValue(quick) ? ContestRules.Quick : ContestRules.Full, parsed.GetValue(json), NativeLapack.Find(), screen, cancellation));
        return command;
    }

    internal static int Run(
        IReadOnlyList<(int M, int N)> shapes, string type, int threads, ContestRules rules, string? jsonPath, NativeLapack? lapack, Screen screen, CancellationToken cancellation)
    {
        using var json = jsonPath is null ? null : new OutputFile(jsonPath);
        var comparison = new SvdComparison(lapack, threads, rules);
        var all = (type is not "double" ? comparison.Run<float>(shapes, cancellation) : []).Concat(type is not "float" ? comparison.Run<double>(shapes, cancellation) : []);
        var rows = screen.Progress("Decomposing", progress => ComparisonRow.Collect(all, shapes.Count * (type is "both" ? 2.0 : 1.0), progress), still: true);
        Print(screen, lapack, threads, rows);
        json?.Write(ComparisonRow.ToJson(rows) + "\n");
        return Program.Success;
    }

    private static IReadOnlyList<(int M, int N)> Shapes(string family, int[] sizes, bool quick)
        => sizes.Length > 0 ? [.. sizes.Select(n => (n, n))]
            : quick ? SvdComparison.QuickShapes
            : family switch { "square" => SvdComparison.Square, "tall" => SvdComparison.Tall, _ => [.. SvdComparison.Square, .. SvdComparison.Tall] };

    private static void Print(Screen screen, NativeLapack? lapack, int threads, List<ComparisonRow> rows)
    {
        screen.Title("Singular value decompositions, values and thin vectors");
        screen.Line($"  Kernels: {KernelInfo.Description}");
        if (lapack is null)
        {
            screen.Note("  OpenBLAS is not installed (Debian: libopenblas0-pthread); compared without it.");
        }
        else
        {
            screen.Line($"  gesdd, gesvj, gejsv: {lapack.Description}");
        }

        foreach (var table in rows.GroupBy(row => row.Type))
        {
            screen.Line();
            screen.Line($"  {table.Key}, SVD/s, {threads} thread{(threads == 1 ? "" : "s")}");
            ComparisonTable.Print(screen, [.. table], "m x n");
        }
    }
}
