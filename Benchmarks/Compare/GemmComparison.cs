using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>Square products of several sizes, ours against every peer.</summary>
internal sealed class GemmComparison(IReadOnlyList<IGemmPeer> peers, int threads, ContestRules rules)
{
    private readonly KernelsGemm _ours = new();
    private readonly ContestRules _rules = threads > 1 ? rules with { RestMilliseconds = 3 } : rules;

    internal static int[] QuickSizes => [16, 64, 128, 256, 512];

    internal static int[] FullSizes => [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

    /// <summary>What is there, and what is not and how to get it.</summary>
    internal static (IReadOnlyList<IGemmPeer> Present, IReadOnlyList<string> Absent) FindPeers()
    {
        var (openBlas, blis) = (NativeBlas.OpenBlas(), NativeBlas.Blis());
        IGemmPeer?[] all = [openBlas, blis, new MathNetGemm()];
        var absent = new List<string>();
        if (openBlas is null)
        {
            absent.Add("OpenBLAS is not installed (Debian: libopenblas0-pthread); compared without it.");
        }

        if (blis is null)
        {
            absent.Add("BLIS is not installed (Debian: libblis4-openmp); compared without it.");
        }

        return ([.. all.OfType<IGemmPeer>()], absent);
    }

    /// <summary>Measures sizes one after another and reports each row as it is ready.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(IEnumerable<int> sizes, CancellationToken cancellation = default)
        where T : unmanaged, INumber<T>
    {
        double limit = FmaPeak.Measure<T>(threads) / 1e9;
        Settle<T>();
        foreach (int n in sizes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure<T>(n, limit);
        }
    }

    // One size for each path that a library may have for small and for blocked products.
    private void Settle<T>()
        where T : unmanaged, INumber<T>
    {
        using GemmCase<T> tiny = new(8, 8, 8, threads), small = new(40, 40, 40, threads), blocked = new(160, 160, 160, threads);
        Contest.Settle([.. new[] { tiny, small, blocked }.SelectMany(of => Contenders(of.N).Select(c => c.Prepare(of)))]);
    }

    private ComparisonRow Measure<T>(int n, double limit)
        where T : unmanaged, INumber<T>
    {
        using var problem = new GemmCase<T>(n, n, n, threads);
        ProductCheck.Fill(problem);
        IGemmPeer[] contenders = Contenders(n);
        var runs = Array.ConvertAll(contenders, c => c.Prepare(problem));
        for (int c = 0; c < runs.Length; c++)
        {
            problem.C.Span.Fill(T.CreateChecked(-1));
            runs[c](1);
            contenders[c].Deliver(problem);
            ProductCheck.Verify(problem, contenders[c].Name);
        }

        return ComparisonRow.Measure(
            ComparisonRow.Empty<T>("gemm", n, n, n, threads, "GFLOP/s", limit), problem.Operations / 1e9, [.. contenders.Zip(runs, (c, run) => (c.Name, run))], _rules);
    }

    private IGemmPeer[] Contenders(int n) => [_ours, .. peers.Where(peer => peer.Enters(n, n, n))];
}
