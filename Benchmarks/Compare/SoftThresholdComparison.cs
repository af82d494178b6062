using System.Numerics.Tensors;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>The soft-threshold of a vector: ours in one pass, System.Numerics.Tensors in the four calls it takes, and a plain loop.</summary>
internal static class SoftThresholdComparison
{
    private const float Threshold = 0.4f;
    private const string Copy = "copy";

    /// <summary>One vector that stays in the first cache and one far larger than the last.</summary>
    internal static int[] Sizes => [4096, 1 << 24];

    /// <summary>The limit is a copy of the vector, measured in the same rounds.</summary>
    internal static ComparisonRow Run(int size, ContestRules rules)
    {
        const int FewElements = 1 << 16;
        using var x = new AlignedBuffer<float>(size);
        using var y = new AlignedBuffer<float>(size);
        IrwinHall.Fill(seed: 1, stream: 1, start: 0, scale: 1, x.Span);
        (string Name, Action<int> Run)[] contenders =
        [
            ("Kernels", times => Repeat(times, () => Prox.SoftThreshold(x.Span, Threshold, y.Span))),
            ("TensorPrimitives", times => Repeat(times, () => Composed(x.Span, y.Span))),
            ("scalar loop", times => Repeat(times, () => Scalar(x.Span, y.Span))),
        ];
        Check(contenders, x, y);
        if (size <= FewElements)
        {
            Contest.Settle([.. contenders.Select(c => c.Run)]);
        }

        var row = ComparisonRow.Measure(
            ComparisonRow.Empty<float>("soft-threshold", size, 1, 0, 1, "Gelement/s"),
            size / 1e9,
            [.. contenders, (Copy, times => Repeat(times, () => x.Span.CopyTo(y.Span)))],
            rules);
        return row with { Limit = row.Peers[Copy], Peers = row.Peers.Where(peer => peer.Key != Copy).ToDictionary() };
    }

    private static void Composed(ReadOnlySpan<float> x, Span<float> y)
    {
        TensorPrimitives.Abs(x, y);
        TensorPrimitives.Subtract(y, Threshold, y);
        TensorPrimitives.Max(y, 0, y);
        TensorPrimitives.CopySign(y, x, y);
    }

    private static void Scalar(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] - Math.Clamp(x[i], -Threshold, Threshold);
        }
    }

    private static void Repeat(int times, Action once)
    {
        for (int t = 0; t < times; t++)
        {
            once();
        }
    }

    private static void Check((string Name, Action<int> Run)[] contenders, AlignedBuffer<float> x, AlignedBuffer<float> y)
    {
        foreach (var (name, run) in contenders)
        {
            y.Span.Fill(float.NaN);
            run(1);
            for (int i = 0; i < x.Span.Length; i++)
            {
                float expected = Math.Sign(x.Span[i]) * Math.Max(Math.Abs(x.Span[i]) - Threshold, 0);
                if (expected != y.Span[i])
                {
                    throw new InvalidOperationException($"{name} computed a wrong soft-threshold at {i}: {y.Span[i]} instead of {expected}.");
                }
            }
        }
    }
}
