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
        var family = new Option<string>("--family") { Description = "What to measure.", DefaultValueFactory = _ => SvdFamily.Square.Name };
        family.AcceptOnlyFromAmong([.. SvdFamily.All.Select(one => one.Name), SvdFamily.AllFamilies]);
        var sizes = NumberOption.Wholes("--sizes", "Orders n of n x n matrices, separated by commas, instead of those of a family.", "N,N,...", LargestSize);
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var threads = NumberOption.Whole("--threads", "Threads that each contender may use; 1 unless given. Batches use one.", "N");
        var quick = new Option<bool>("--quick") { Description = "Few shapes, small batches and few rounds." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var page = new Option<string?>("--page") { Description = "Also write a Markdown page of machine, rows and plots to this file; the plots go to the folder NAME beside it.", HelpName = "NAME.md" };
        var keep = new Option<bool>("--keep-environment") { Description = "Leave OPENBLAS_* variables as they are, instead of choosing the fastest kernels." };
        var command = new Command("svd", """
            Singular values and vectors against divide and conquer (gesdd) and both Jacobi methods (gesvj, gejsv) of OpenBLAS's LAPACK and
            MathNet: in one process, alternating, medians. Families: square and tall matrices, batches of small ones (batch), the leading 20
            terms of a matrix whose spectrum falls (rank), starts from the vectors of a near matrix (warm), or all.
            Ratio is ours over the best peer (above 1 ours is faster).

            Example: compare svd --sizes 16,64,256 --type double --json svd.json
            Example: compare svd --family all --page svd.md
            """) { family, sizes, type, threads, quick, json, page, keep };
        command.SetAction(parsed =>
        {
            var request = new SvdRequest(
                parsed.GetValue(family)!, parsed.GetValue(sizes), parsed.GetValue(type)!, parsed.GetValue(threads) ?? 1, parsed.GetValue(quick),
                parsed.GetValue(json), parsed.GetValue(page), string.Join(' ', parsed.Tokens.Select(token => token.Value)));
            request.Check();
            return (parsed.GetValue(keep) ? null : relaunch()) ?? Run(request, request.Quick ? ContestRules.Quick : ContestRules.Full, NativeLapack.Find(), screen, cancellation);
        });
        return command;
    }

    internal static int Run(SvdRequest request, ContestRules rules, NativeLapack? lapack, Screen screen, CancellationToken cancellation)
    {
        using var json = request.Json is null ? null : new OutputFile(request.Json);
        using var page = request.Page is null ? null : new PageFiles(request.Page);
        var comparison = new SvdComparison(lapack, request.Threads, rules);
        var plan = request.Plan;
        double total = plan.Sum(part => part.Shapes.Count) * (request.Type is "both" ? 2.0 : 1.0);
        int before = 0;
        var results = screen.Progress("Decomposing", progress => plan.Select(part =>
        {
            var all = (request.Type is not "double" ? comparison.Run<float>(part.Family, part.Shapes, cancellation) : [])
                .Concat(request.Type is not "float" ? comparison.Run<double>(part.Family, part.Shapes, cancellation) : []);
            int done = before;
            var rows = ComparisonRow.Collect(all, 1, new Progress(count => progress.Report((done + count) / total)));
            before += rows.Count;
            return (part.Family, Rows: (IReadOnlyList<ComparisonRow>)rows);
        }).ToArray(), still: true);
        Print(screen, lapack, request.Threads, results);
        json?.Write(ComparisonRow.ToJson(results.SelectMany(result => result.Rows)) + "\n");
        if (page is not null)
        {
            var (text, drawings) = SvdPage.Write(request.CommandLine, page.Folder, lapack, request.Threads, results);
            page.Write(text, drawings);
            screen.Line($"  Page with plots: {Path.GetFullPath(request.Page!)}");
        }

        return Program.Success;
    }

    private static void Print(Screen screen, NativeLapack? lapack, int threads, IReadOnlyList<(SvdFamily Family, IReadOnlyList<ComparisonRow> Rows)> results)
    {
        screen.Title("Singular value decompositions");
        screen.Line($"  Kernels: {KernelInfo.Description}");
        if (lapack is null)
        {
            screen.Note("  OpenBLAS is not installed (Debian: libopenblas0-pthread); compared without it.");
        }
        else
        {
            screen.Line($"  gesdd, gesvj, gejsv: {lapack.Description}");
        }

        foreach (var (family, rows) in results)
        {
            foreach (var table in rows.GroupBy(row => row.Type))
            {
                screen.Line();
                screen.Line($"  {family.Title}: {table.Key}, {rows[0].Unit}, {threads} thread{(threads == 1 ? "" : "s")}");
                ComparisonTable.Print(screen, [.. table], "m x n");
            }

            foreach (string remark in rows.Select(row => row.Remark).OfType<string>().Distinct())
            {
                screen.Line($"  {remark}");
            }
        }
    }

    private sealed class Progress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
