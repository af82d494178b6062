using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>Products of several shapes, ours against every peer.</summary>
internal sealed class GemmComparison(IReadOnlyList<IGemmPeer> peers, int threads, ContestRules rules, Roofline roofline)
{
    private readonly KernelsGemm _ours = new();
    private readonly ContestRules _rules = threads > 1 ? rules with { RestMilliseconds = 5 } : rules;

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

    /// <summary>Measures shapes one after another and reports each row as it is ready.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(IReadOnlyList<GemmShape> shapes, CancellationToken cancellation = default)
        where T : unmanaged, INumber<T>
    {
        Settle<T>(shapes);
        foreach (var shape in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure<T>(shape);
        }
    }

    // One size for each path that a library may have for small and for blocked products, in each form that will be measured.
    private void Settle<T>(IReadOnlyList<GemmShape> shapes)
        where T : unmanaged, INumber<T>
    {
        var forms = shapes.Select(s => s with { M = Math.Min(s.M, 2), N = Math.Min(s.N, 2), K = Math.Min(s.K, 2) }).Distinct();
        var sizes = from form in forms
                    from n in new[] { 8, 40, 160 }
                    select form with { M = form.M == 1 ? 1 : n, N = form.N == 1 ? 1 : n, K = form.K == 1 ? 1 : n, LeadingDimension = form.HasGaps ? Math.Max(form.LeadingDimension, n) : 0 };
        GemmCase<T>[] problems = [.. sizes.Distinct().Select(shape => new GemmCase<T>(shape, threads))];
        Contest.Settle([.. problems.SelectMany(of => Contenders(of.Shape).SelectMany(c => c.Prepare(of)))]);
        Array.ForEach(problems, problem => problem.Dispose());
    }

    private ComparisonRow Measure<T>(GemmShape shape)
        where T : unmanaged, INumber<T>
    {
        using var problem = new GemmCase<T>(shape, threads);
        ProductCheck.Fill(problem);
        (IGemmPeer Contender, Action<int> Run)[] ways = [.. from contender in Contenders(shape) from run in contender.Prepare(problem) select (contender, run)];
        foreach (var (contender, run) in ways)
        {
            problem.C.Span.Fill(T.CreateChecked(ProductCheck.Before));
            run(1);
            contender.Deliver(problem);
            ProductCheck.Verify(problem, contender.Name);
        }

        var (limit, bound) = roofline.Of<T>(shape);
        return ComparisonRow.Measure(ComparisonRow.Empty<T>(shape, threads, limit / 1e9, bound), shape.Operations / 1e9, [.. ways.Select(way => (way.Contender.Name, way.Run))], _rules);
    }

    private IGemmPeer[] Contenders(GemmShape shape) => [_ours, .. peers.Where(peer => peer.Enters(shape))];
}
