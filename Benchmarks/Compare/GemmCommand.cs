using System.CommandLine;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare gemm</c>.</summary>
internal static class GemmCommand
{
    internal static Command Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var family = new Option<string>("--family") { Description = "Shapes to measure.", DefaultValueFactory = _ => GemmFamily.Square.Name };
        family.AcceptOnlyFromAmong([.. GemmFamily.All.Select(one => one.Name), GemmRequest.AllFamilies]);
        var sizes = NumberOption.List(
            "--sizes",
            "Products instead of those of --family square, separated by commas: n for n x n, or m x n x k, with NT, TN or TT behind it where B, A or both are stored transposed.",
            "N,MxNxK,...",
            text => GemmShape.Parse(text, GemmRequest.Largest),
            $"n or m x n x k, each from 1 to {GemmRequest.Largest}");
        var alpha = NumberOption.Real("--alpha", "With --sizes, factor of the product; 1 unless given.", "A");
        var beta = NumberOption.Real("--beta", "With --sizes, factor of what C was before; 0 unless given.", "B");
        var leading = NumberOption.Whole("--leading-dimension", "With --sizes, elements from one stored row to the next: blocks of larger matrices; without gaps unless given.", "L");
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var threads = NumberOption.Whole("--threads", "Threads that each contender may use; 1 unless given.", "N");
        var quick = new Option<bool>("--quick") { Description = "Few sizes and few rounds: well under half a minute a family." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };
        var page = new Option<string?>("--page")
        {
            Description = "Also write a Markdown page of machine, rows and plots to this file; the plots go to the folder NAME beside it.",
            HelpName = "NAME.md",
        };
        var keep = new Option<bool>("--keep-environment")
        {
            Description = "Leave OPENBLAS_* and BLIS_* variables as they are, instead of choosing each library's fastest kernels.",
        };

        var gemm = new Command("gemm", """
            Matrix products against every BLAS found (OpenBLAS, BLIS) and MathNet: in one process, alternating, medians.
            Ratio is ours over the best peer (above 1 ours is faster), share is ours over the limit of this machine: the
            measured FMA peak, or the operands and the result at the measured bandwidth of the cache that holds them.

            Example: compare gemm --sizes 64,256,1024 --type double --threads 2 --json gemm.json
            Example: compare gemm --sizes 8x4x64,1x8x1000,1000x1x1000TN
            Example: compare gemm --sizes 16,100 --alpha -1 --beta 1 --leading-dimension 1024
            Example: compare gemm --family all --page docs/performance.md
            """) { family, sizes, alpha, beta, leading, type, threads, quick, json, page, keep };
        gemm.SetAction(parsed =>
        {
            var request = new GemmRequest(
                parsed.GetValue(family)!,
                parsed.GetValue(sizes) ?? [],
                parsed.GetValue(type) is not "double",
                parsed.GetValue(type) is not "float",
                parsed.GetValue(threads) ?? 1,
                parsed.GetValue(quick),
                parsed.GetValue(json),
                parsed.GetValue(page),
                string.Join(' ', parsed.Tokens.Select(token => token.Value)),
                parsed.GetValue(alpha),
                parsed.GetValue(beta),
                parsed.GetValue(leading));
            request.Check();
            return (parsed.GetValue(keep) ? null : relaunch()) ?? Run(request, GemmComparison.FindPeers(), screen, cancellation);
        });
        return gemm;
    }

    internal static int Run(
        GemmRequest request, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers, Screen screen, CancellationToken cancellation)
    {
        using var json = request.Json is null ? null : new OutputFile(request.Json);
        using var page = request.Page is null ? null : new PageFiles(request.Page);
        var roofline = Roofline.OfThisMachine(request.Threads);
        var comparison = new GemmComparison(peers.Present, request.Threads, request.Quick ? ContestRules.Quick : ContestRules.Full, roofline);
        var results = screen.Progress("Multiplying", progress => Measure(comparison, request, progress, cancellation), still: true);

        PrintPeers(screen, peers);
        foreach (var (family, rows) in results)
        {
            Print(screen, family, rows, roofline);
        }

        json?.Write(ComparisonRow.ToJson(results.SelectMany(result => result.Rows)) + "\n");
        if (page is not null)
        {
            var (text, drawings) = GemmPage.Write(request.CommandLine, page.Folder, peers, results, roofline);
            page.Write(text, drawings);
            screen.Line($"  Page with plots: {Path.GetFullPath(request.Page!)}");
        }

        return Program.Success;
    }

    private static List<(GemmFamily Family, IReadOnlyList<ComparisonRow> Rows)> Measure(
        GemmComparison comparison, GemmRequest request, IProgress<double> progress, CancellationToken cancellation)
    {
        var plan = request.Plan;
        double total = plan.Sum(part => part.Shapes.Count) * ((request.Single ? 1 : 0) + (request.Double ? 1 : 0)), done = 0;
        var results = new List<(GemmFamily, IReadOnlyList<ComparisonRow>)>();
        foreach (var (family, shapes) in plan)
        {
            var rows = new List<ComparisonRow>();
            results.Add((family, rows));
            foreach (var row in (request.Single ? comparison.Run<float>(shapes, cancellation) : []).Concat(request.Double ? comparison.Run<double>(shapes, cancellation) : []))
            {
                rows.Add(row);
                progress.Report(++done / total);
            }
        }

        return results;
    }

    private static void PrintPeers(Screen screen, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers)
    {
        screen.Line();
        screen.Line($"  Kernels: {KernelInfo.Description}");
        foreach (var peer in peers.Present)
        {
            screen.Line($"  {peer.Name}: {peer.Description}");
        }

        foreach (string absent in peers.Absent)
        {
            screen.Note($"  {absent}");
        }

        if (Relaunch.Replaced.Count > 0)
        {
            screen.Note($"  Replaced by each library's best: {string.Join(", ", Relaunch.Replaced)} (--keep-environment keeps them).");
        }
    }

    private static void Print(Screen screen, GemmFamily family, IReadOnlyList<ComparisonRow> rows, Roofline roofline)
    {
        screen.Title(family.Title);
        foreach (var ofType in rows.GroupBy(row => row.Type))
        {
            var first = ofType.First();
            double peak = (first.Type == "float" ? roofline.Peak<float>() : roofline.Peak<double>()) / 1e9;
            screen.Line();
            string memory = ofType.Any(row => row.Bound is Bound.Memory) ? ", or of what the caches deliver where the bound is memory" : "";
            screen.Line(FormattableString.Invariant(
                $"  {first.Type}, {first.Unit}, {first.Threads} thread{(first.Threads == 1 ? "" : "s")}; share of the FMA peak, {peak:0}{memory}"));
            foreach (var (part, table) in family.Tables(ofType))
            {
                if (part.Length > 0)
                {
                    screen.Line();
                    screen.Line($"  {part}");
                }

                ComparisonTable.Print(screen, table, family.SizeTitle, family.Size);
            }
        }
    }
}
