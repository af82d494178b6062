using System.Numerics;
using System.Runtime.CompilerServices;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Vectors;

namespace Kernels.Benchmarks.Compare;

/// <summary>Maps and reductions of vectors, ours against System.Numerics.Tensors and against loops by hand. One thread.</summary>
internal sealed class ProxComparison(ContestRules rules)
{
    private const string Copy = "copy";

    // Work of a few microseconds, on which code reaches its final tier before a large vector is measured.
    private const int Settling = 1 << 12;

    /// <summary>From sixteen elements, where a call is what counts, to far more than the last cache holds.</summary>
    internal static IReadOnlyList<int> Sizes(bool quick) => quick ? [16, 4096, 1 << 20] : [16, 256, 4096, 1 << 16, 1 << 20, 1 << 24];

    /// <summary>Measures one family at one size after another and reports each row as it is ready.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(VectorFamily family, IEnumerable<int> sizes, CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        IReadOnlyList<VectorContender<T>> contenders =
        [
            .. family.Contenders<T>(),
            .. family.Outputs == 0 ? [] : new[] { VectorContender<T>.Of<RuntimeCopy<T>>(Copy), VectorContender<T>.Of<VectorCopy<T>>(Copy) },
        ];
        if (rules.Settles)
        {
            using var few = new VectorCase<T>(Settling, family.Inputs, family.Outputs, family.Positive);
            Contest.Settle([.. contenders.Select(contender => Bind(contender, few))]);
        }

        foreach (int size in sizes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Measure(family, contenders, size);
        }
    }

    private static Action<int> Bind<T>(VectorContender<T> contender, VectorCase<T> problem)
        where T : unmanaged, IFloatingPointIeee754<T>
        => times => contender.Run(problem, times);

    private ComparisonRow Measure<T>(VectorFamily family, IReadOnlyList<VectorContender<T>> contenders, int size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var problem = new VectorCase<T>(size, family.Inputs, family.Outputs, family.Positive);
        foreach (var contender in contenders.Where(contender => contender.Name != Copy))
        {
            problem.Forget();
            contender.Run(problem, 1);
            family.Check(problem, contender.Name);
        }

        var row = ComparisonRow.Measure(
            ComparisonRow.Empty<T>(family.Name, size, 1, 0, 1, "Gelement/s"), size / 1e9,
            [.. contenders.Select(contender => (contender.Name, Bind(contender, problem)))], rules);
        return row with { Limit = Limit<T>(family, row), Peers = row.Peers.Where(peer => peer.Key != Copy).ToDictionary() };
    }

    // A map moves its vectors as fast as a copy moves its two, which runs in the same rounds. A reduction reads as fast as memory is read.
    private static double Limit<T>(VectorFamily family, ComparisonRow row)
    {
        double bytes = family.Inputs * (double)Unsafe.SizeOf<T>();
        return family.Outputs > 0 ? row.Peers[Copy] * 2 / (family.Inputs + family.Outputs)
            : Bandwidth.Measure(Bandwidth.SizeClass(bytes * row.M)).Read / bytes / 1e9;
    }
}
