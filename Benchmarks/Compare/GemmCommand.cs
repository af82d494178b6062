using System.CommandLine;
using System.CommandLine.Parsing;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare</c>, and <c>compare gemm</c>.</summary>
internal static class CompareCommand
{
    private const int LargestSize = 8192;

    /// <summary>What <c>compare gemm</c> was asked for.</summary>
    internal sealed record GemmRequest(int[] Sizes, bool Single, bool Double, int Threads, bool Quick, string? Json)
    {
        internal void Check()
        {
            if (Threads < 1 || Threads > Environment.ProcessorCount)
            {
                throw new BadInputException($"--threads: {Threads} threads; this machine has 1 to {Environment.ProcessorCount}.");
            }
        }
    }

    internal static Command Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Sizes n of the n x n products, separated by commas.",
            HelpName = "N,N,...",
            CustomParser = ParseSizes,
        };
        var type = new Option<string>("--type") { Description = "Scalar type.", DefaultValueFactory = _ => "both" };
        type.AcceptOnlyFromAmong("float", "double", "both");
        var threads = NumberOption.Whole("--threads", "Threads that each contender may use; 1 unless given.", "N");
        var quick = new Option<bool>("--quick") { Description = "Few sizes and few rounds: well under half a minute." };
        var json = new Option<string?>("--json") { Description = "Also write the rows to this file.", HelpName = "FILE" };

        var keep = new Option<bool>("--keep-environment")
        {
            Description = "Leave OPENBLAS_* and BLIS_* variables as they are, instead of choosing each library's fastest kernels.",
        };

        var gemm = new Command("gemm", """
            Matrix products against every BLAS found (OpenBLAS, BLIS) and MathNet: in one process, alternating, medians.
            Ratio is ours over the best peer (above 1 ours is faster), share is ours over the measured FMA peak.

            Example: compare gemm --sizes 64,256,1024 --type double --threads 2 --json gemm.json
            """) { sizes, type, threads, quick, json, keep };
        gemm.SetAction(parsed =>
        {
            var request = new GemmRequest(
                parsed.GetValue(sizes) ?? [],
                parsed.GetValue(type) is not "double",
                parsed.GetValue(type) is not "float",
                parsed.GetValue(threads) ?? 1,
                parsed.GetValue(quick),
                parsed.GetValue(json));
            request.Check();
            return (parsed.GetValue(keep) ? null : relaunch()) ?? RunGemm(request, GemmComparison.FindPeers(), screen, cancellation);
        });
        return new Command("compare", "Measure a kernel family against the other libraries on this machine.") { gemm, FixedCommand.Create(screen, cancellation) };
    }

    internal static int RunGemm(
        GemmRequest request, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers, Screen screen, CancellationToken cancellation)
    {
        using var json = request.Json is null ? null : new OutputFile(request.Json);
        int[] sizes = request.Sizes.Length > 0 ? request.Sizes : request.Quick ? GemmComparison.QuickSizes : GemmComparison.FullSizes;
        var comparison = new GemmComparison(peers.Present, request.Threads, request.Quick ? ContestRules.Quick : ContestRules.Full);
        var rows = screen.Progress("Multiplying", progress => Measure(comparison, request, sizes, progress, cancellation), still: true);

        Print(screen, peers, rows);
        json?.Write(ComparisonRow.ToJson(rows) + "\n");
        return Program.Success;
    }

    private static List<ComparisonRow> Measure(
        GemmComparison comparison, GemmRequest request, int[] sizes, IProgress<double> progress, CancellationToken cancellation)
    {
        double total = sizes.Length * ((request.Single ? 1 : 0) + (request.Double ? 1 : 0));
        var rows = new List<ComparisonRow>();
        var all = (request.Single ? comparison.Run<float>(sizes, cancellation) : []).Concat(request.Double ? comparison.Run<double>(sizes, cancellation) : []);
        foreach (var row in all)
        {
            rows.Add(row);
            progress.Report(rows.Count / total);
        }

        return rows;
    }

    private static void Print(Screen screen, (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) peers, List<ComparisonRow> rows)
    {
        screen.Title("Matrix products C = A B, n x n");
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

        foreach (var ofType in rows.GroupBy(row => row.Type))
        {
            var first = ofType.First();
            screen.Line();
            screen.Line(FormattableString.Invariant(
                $"  {first.Type}, {first.Unit}, {first.Threads} thread{(first.Threads == 1 ? "" : "s")}; share of the FMA peak, {first.Limit:0}"));
            ComparisonTable.Print(screen, [.. ofType], "n");
        }
    }

    private static int[]? ParseSizes(ArgumentResult result)
    {
        var sizes = new List<int>();
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(text, out int size) || size is < 1 or > LargestSize)
            {
                result.AddError($"--sizes: '{text}' is not a whole number from 1 to {LargestSize}.");
                return null;
            }

            sizes.Add(size);
        }

        return [.. sizes];
    }
}
