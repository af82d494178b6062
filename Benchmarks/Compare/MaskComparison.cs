using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>Random keep-or-drop decisions as truth values: ours, each a pure function of its index, against System.Random.</summary>
internal static class MaskComparison
{
    private const double Theta = 0.8;

    internal static int[] Sizes => [1 << 18];

    internal static ComparisonRow Run(int size, ContestRules rules)
    {
        bool[] kept = new bool[size];
        var rate = KeepRate.Of(Theta);
        var random = new Random();
        (string Name, Action<int> Run)[] contenders =
        [
            ("Kernels", times => Ours(times, rate, kept)),
            ("System.Random", times => Draw(times, random, kept)),
        ];
        Check(contenders, kept);
        Contest.Settle([.. contenders.Select(c => c.Run)]);
        return ComparisonRow.Measure(ComparisonRow.Empty<bool>("mask", size, 1, 0, 1, "Gdecision/s"), size / 1e9, contenders, rules);
    }

    private static void Ours(int times, KeepRate rate, bool[] kept)
    {
        for (int t = 0; t < times; t++)
        {
            BernoulliMask.Kept(seed: 1, stream: 1, start: (ulong)t * (ulong)kept.Length, rate, kept);
        }
    }

    private static void Draw(int times, Random random, bool[] kept)
    {
        for (int t = 0; t < times; t++)
        {
            for (int i = 0; i < kept.Length; i++)
            {
                kept[i] = random.NextSingle() < (float)Theta;
            }
        }
    }

    // Seven standard deviations: one false alarm in 4e11.
    private static void Check((string Name, Action<int> Run)[] contenders, bool[] kept)
    {
        double room = 7 * Math.Sqrt(kept.Length * Theta * (1 - Theta));
        foreach (var (name, run) in contenders)
        {
            run(1);
            int count = kept.Count(k => k);
            if (Math.Abs(count - Theta * kept.Length) > room)
            {
                throw new InvalidOperationException($"{name} kept {count} of {kept.Length} with probability {Theta}.");
            }
        }
    }
}
