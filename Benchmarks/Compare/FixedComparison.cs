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

    /// <summary>Measures shapes one after another and reports each row as it is ready: first single products, then batches.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(IEnumerable<FixedContender> shapes, IEnumerable<FixedBatch> batches, CancellationToken cancellation = default)
        where T : unmanaged, INumber<T>
    {
        double limit = FmaPeak.Measure<T>(threads: 1) / 1e9;
        foreach (var shape in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure<T>(shape, limit);
        }

        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure<T>(batch, limit);
        }
    }

    private ComparisonRow Measure<T>(FixedContender shape, double limit)
        where T : unmanaged, INumber<T>
    {
        using var problem = new GemmCase<T>(shape.M, shape.N, shape.K, threads: 1);
        ProductCheck.Fill(problem);
        return Measure(
            ComparisonRow.Empty<T>("fixed", shape.M, shape.N, shape.K, 1, "GFLOP/s", limit), problem.Operations, shape.Prepare(problem),
            peer => peer.Prepare(problem), () => problem.C.Span.Fill(T.CreateChecked(ProductCheck.Before)), name => ProductCheck.Verify(problem, name));
    }

    private ComparisonRow Measure<T>(FixedBatch batch, double limit)
        where T : unmanaged, INumber<T>
    {
        using var problem = new FixedBatchCase<T>(batch.M, batch.N, batch.K, FixedBatch.Count);
        problem.Fill();
        return Measure(
            ComparisonRow.Empty<T>("fixed-batch", batch.M, batch.N, batch.K, 1, "GFLOP/s", limit), problem.Operations, batch.Prepare(problem),
            peer => peer.Prepare(problem), () => problem.C.Span.Fill(T.CreateChecked(ProductCheck.Before)), problem.Verify);
    }

    // Ours and each peer that has such a product; every result is checked before anything is timed.
    private ComparisonRow Measure(
        ComparisonRow row, double operations, Action<int> ours, Func<FixedShapePeer, Action<int>?> prepare, Action forget, Action<string> verify)
    {
        var contenders = new List<(string Name, Action<int> Run)> { ("Kernels", ours) };
        foreach (var peer in peers)
        {
            if (prepare(peer) is { } run)
            {
                contenders.Add((peer.Name, run));
            }
        }

        foreach (var (name, run) in contenders)
        {
            forget();
            run(1);
            verify(name);
        }

        return ComparisonRow.Measure(row, operations / 1e9, contenders, rules);
    }
}
