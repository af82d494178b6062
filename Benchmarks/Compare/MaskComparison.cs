using System.Globalization;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>Random decisions and numbers: ours, each a pure function of its index, against System.Random; what memory bounds, against a copy.</summary>
internal static class MaskComparison
{
    private const string Peer = "System.Random";
    private const string Copy = "copy";

    internal static ComparisonRow Run(MaskWork work, ContestRules rules)
    {
        using var buffers = new MaskBuffers(work.Size, work.Type == "float");
        buffers.X.Fill(1.5f);
        var random = new Random(1);
        var rate = work.Theta > 0 ? KeepRate.Of(work.Theta) : default;
        ulong drawn = 0;
        (string Name, Action<int> Run)[] contenders =
        [
            ("Kernels", times => Repeat(times, () => work.Ours(drawn += (ulong)work.Size, rate, buffers))),
            .. work.Theirs is { } theirs ? [(Peer, (Action<int>)(times => Repeat(times, () => theirs(random, work.Theta, buffers))))] : Array.Empty<(string, Action<int>)>(),
        ];
        Check(work, rate, random, buffers);
        if (!work.IsBoundByMemory)
        {
            Contest.Settle([.. contenders.Select(c => c.Run)]);
        }

        string name = work.Theta > 0 && work.Name != "mask" ? string.Create(CultureInfo.InvariantCulture, $"{work.Name}, {work.Theta:0.##}") : work.Name;
        var row = ComparisonRow.Measure(
            ComparisonRow.Empty<float>(name, work.Size, 1, 0, 1, "G/s") with { Type = work.Type },
            work.Size / 1e9,
            [.. contenders, .. work.IsBoundByMemory ? [(Copy, (Action<int>)(times => Repeat(times, () => Copied(buffers))))] : Array.Empty<(string, Action<int>)>()],
            rules);
        return row with { Limit = row.Peers.GetValueOrDefault(Copy), Peers = row.Peers.Where(peer => peer.Key != Copy).ToDictionary() };
    }

    private static int Copied(MaskBuffers buffers)
    {
        buffers.X.CopyTo(buffers.Y);
        return 0;
    }

    private static void Repeat(int times, Func<int> once)
    {
        for (int t = 0; t < times; t++)
        {
            once();
        }
    }

    // Seven standard deviations: one false alarm in 4e11.
    private static void Check(MaskWork work, KeepRate rate, Random random, MaskBuffers buffers)
    {
        double room = 7 * Math.Sqrt(work.Size * work.Theta * (1 - work.Theta));
        Verify("Kernels", work.Ours(0, rate, buffers));
        if (work.Theirs is { } theirs)
        {
            Verify(Peer, theirs(random, work.Theta, buffers));
        }

        void Verify(string name, int kept)
        {
            if (Math.Abs(kept - work.Theta * work.Size) > room)
            {
                throw new InvalidOperationException($"{name} kept {kept} of {work.Size} with probability {work.Theta}.");
            }
        }
    }
}
