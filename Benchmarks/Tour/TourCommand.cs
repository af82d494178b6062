using System.CommandLine;
using System.Text;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Compare.Vectors;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Tour;

/// <summary>The program without arguments.</summary>
internal static class TourCommand
{
    private const string DefaultFolder = "kernels-tour";

    // One vector that stays in the first cache and one far larger than the last.
    private static readonly int[] SoftThresholdSizes = [4096, 1 << 24];

    internal static RootCommand Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var output = new Option<string>("--out") { Description = "Folder for the tour's report.html.", HelpName = "DIR", DefaultValueFactory = _ => DefaultFolder };
        var root = new RootCommand("""
            Dense kernels for .NET and solvers that end with a proof.
            Without a command: the tour. What this machine offers, each kernel family against the other libraries found here,
            one factorization with its certificate, and a report with pictures; under a minute.

            Example: dotnet run -c Release --project Benchmarks -- --out tour
            """) { output };
        root.SetAction(parsed => relaunch() ?? Run(parsed.GetRequiredValue(output), screen, cancellation));
        return root;
    }

    private static int Run(string output, Screen screen, CancellationToken cancellation)
    {
        using var folder = new OutputFolder(output);
        var peers = GemmComparison.FindPeers();
        screen.Title("This machine");
        var machine = screen.Progress("Measuring its limits", _ => Machine.Measure(), still: true);
        screen.Facts(machine.Facts);
        foreach (string absent in peers.Absent)
        {
            screen.Note($"  {absent}");
        }

        var rows = screen.Progress("Kernels and their peers", progress => Compare(peers.Present, progress, cancellation), still: true);
        foreach (var group in rows.GroupBy(TourReport.Heading))
        {
            screen.Title(group.Key);
            ComparisonTable.Print(screen, [.. group], "size");
        }

        var outcome = screen.Progress("A factorization", progress => SyntheticProblem.Solve(progress, cancellation));
        screen.Title("A factorization with its certificate");
        screen.Line($"  {SyntheticProblem.Description}");
        screen.Facts(outcome.Facts);

        folder.Write("report.html", stream => stream.Write(Encoding.UTF8.GetBytes(TourReport.Write(machine, peers, rows, outcome))));
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        screen.Title($"Report with pictures: {Path.GetFullPath(Path.Combine(output, "report.html"))}");
        return Program.Success;
    }

    private static List<ComparisonRow> Compare(IReadOnlyList<IGemmPeer> peers, IProgress<double> progress, CancellationToken cancellation)
    {
        var gemm = new GemmComparison(peers, threads: 1, ContestRules.Quick, Roofline.OfThisMachine(threads: 1));
        var shapes = GemmFamily.Square.Quick;
        var all = gemm.Run<float>(shapes, cancellation)
            .Concat(gemm.Run<double>(shapes, cancellation))
            .Concat(new ProxComparison(ContestRules.Quick).Run<float>(VectorFamily.SoftThreshold, SoftThresholdSizes, cancellation))
            .Concat(new[] { MaskWork.Tour }.Select(work => MaskComparison.Run(work, ContestRules.Quick)))
            .Concat(new SvdComparison(NativeLapack.Find(), threads: 1, ContestRules.Quick).Run<double>(SvdFamily.Square, SvdFamily.Squares(SvdComparison.TourSizes)));
        double total = 2 * shapes.Count + SoftThresholdSizes.Length + 1 + SvdComparison.TourSizes.Length;
        var rows = new List<ComparisonRow>();
        foreach (var row in all)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(row);
            progress.Report(rows.Count / total);
        }

        return rows;
    }
}
