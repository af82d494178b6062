using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>Products whose shape is known at compile time, ours against libraries that specialise for the shape too. One thread.</summary>
internal sealed class FixedComparison(IReadOnlyList<FixedShapePeer> peers, ContestRules rules)
{
    private static readonly int[] QuickSquares = [2, 3, 4, 6, 8, 13, 16, 24, 32];

    /// <summary>All shapes that were compiled in, or a few of them.</summary>
    internal static IReadOnlyList<FixedContender> Shapes(bool quick)
        => quick ? [.. FixedProducts.All.Where(shape => shape.M != shape.K || QuickSquares.Contains(shape.M))] : FixedProducts.All;

    /// <summary>Measures shapes one after another and reports each row as it is ready.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(IEnumerable<FixedContender> shapes, CancellationToken cancellation = default)
        where T : unmanaged, INumber<T>
    {
        double limit = FmaPeak.Measure<T>(threads: 1) / 1e9;
        foreach (var shape in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure<T>(shape, limit);
        }
    }

    private ComparisonRow Measure<T>(FixedContender shape, double limit)
        where T : unmanaged, INumber<T>
    {
        using var problem = new GemmCase<T>(shape.M, shape.N, shape.K, threads: 1);
        ProductCheck.Fill(problem);
        var contenders = new List<(string Name, Action<int> Run)> { ("Kernels", shape.Prepare(problem)) };
        foreach (var peer in peers)
        {
            if (peer.Prepare(problem) is { } run)
            {
                contenders.Add((peer.Name, run));
            }
        }

        foreach (var (name, run) in contenders)
        {
            problem.C.Span.Fill(T.CreateChecked(-1));
            run(1);
            ProductCheck.Verify(problem, name);
        }

        return ComparisonRow.Measure(ComparisonRow.Empty<T>("fixed", shape.M, shape.N, shape.K, 1, "GFLOP/s", limit), problem.Operations / 1e9, contenders, rules);
    }
}
