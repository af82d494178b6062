using System.Diagnostics;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>How long and how often a contest measures.</summary>
/// <param name="Rounds">Samples of each contender.</param>
/// <param name="SampleMilliseconds">Small work is repeated until a sample lasts this long.</param>
/// <param name="WarmUpMilliseconds">Each contender first runs this long.</param>
/// <param name="RestMilliseconds">Pause before each sample, in which the waiting threads of the last contender go to sleep; the next one then runs as long unmeasured.</param>
/// <param name="Settles">Code is brought to its final tier first, which takes a second.</param>
internal readonly record struct ContestRules(int Rounds, double SampleMilliseconds = 1, double WarmUpMilliseconds = 20, int RestMilliseconds = 0, bool Settles = true)
{
    internal static ContestRules Quick => new(5);

    internal static ContestRules Full => new(11, SampleMilliseconds: 2, WarmUpMilliseconds: 50);
}

/// <summary>
/// Fair timing of several ways to do one piece of work: all are warm, each round runs every one of them unmeasured and then timed, forwards and
/// backwards and then from another one on, and the median decides. So a drift of the clock hits all alike, and nobody always follows the same one.
/// </summary>
internal static class Contest
{
    /// <summary>The rules, for a reader of the results.</summary>
    internal const string Method =
        "All contenders work on the same memory, at 64 bytes and within one page where it fits, are checked before they are timed, and have their arguments at hand. After a warm-up they take turns, "
        + "forwards and backwards and then from another one on; each runs unmeasured as long as a sample before it, a sample lasts at least a millisecond, and the median of the rounds counts. "
        + "Ratios hold from run to run better than absolute speeds do.";

    // A method is compiled again, with instruments and then for good, each time after 30 calls and a quiet 100 ms, or a second on one core.
    private const int TierCalls = 40;
    private const int TierRounds = 12;
    private const int CalmRounds = 4;

    private static readonly int TierMilliseconds = Environment.ProcessorCount == 1 ? 1050 : 110;

    /// <summary>Brings code to its final tier: call once with every contender's every path, on work of a few microseconds.</summary>
    internal static void Settle(IReadOnlyList<Action<int>> contenders)
    {
        double[] best = new double[contenders.Count];
        Array.Fill(best, double.PositiveInfinity);
        for (int round = 0, calm = 0; round < TierRounds && calm < CalmRounds; round++)
        {
            bool faster = false;
            for (int c = 0; c < contenders.Count; c++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < TierCalls; i++)
                {
                    contenders[c](1);
                }

                double seconds = SecondsSince(start);
                faster |= seconds < 0.9 * best[c];
                best[c] = Math.Min(best[c], seconds);
            }

            calm = faster ? 0 : calm + 1;
            Thread.Sleep(TierMilliseconds);
        }
    }

    // By the clock's own ticks, and never none: a time span counts 100 ns, in which a small product is done four times.
    private static double SecondsSince(long start) => Math.Max(Stopwatch.GetTimestamp() - start, 1) / (double)Stopwatch.Frequency;

    /// <summary>Median seconds of one execution for each contender; a contender takes the number of executions to run.</summary>
    internal static double[] Run(IReadOnlyList<Action<int>> contenders, ContestRules rules) => Array.ConvertAll(Samples(contenders, rules), Median);

    /// <summary>Seconds of one execution, all rounds of each contender.</summary>
    internal static double[][] Samples(IReadOnlyList<Action<int>> contenders, ContestRules rules)
    {
        int[] repeats = new int[contenders.Count];
        var samples = new double[contenders.Count][];
        for (int c = 0; c < contenders.Count; c++)
        {
            double seconds = WarmUp(contenders[c], rules.WarmUpMilliseconds / 1000);
            repeats[c] = (int)Math.Clamp(Math.Ceiling(rules.SampleMilliseconds / 1000 / seconds), 1, 1_000_000);
            samples[c] = new double[rules.Rounds];
        }

        for (int round = 0; round < rules.Rounds; round++)
        {
            foreach (int c in Order(round, contenders.Count))
            {
                if (rules.RestMilliseconds > 0)
                {
                    Thread.Sleep(rules.RestMilliseconds);
                    // Its own threads are awake, and on processors of their own, only after as long.
                    WarmUp(contenders[c], rules.RestMilliseconds / 1000.0);
                }
                else
                {
                    // One that sweeps the caches (MathNet allocates at each call) took a fifth of the speed from the next call of whoever came after it, and 2 to
                    // 5 % from the next four.
                    contenders[c](repeats[c]);
                }

                long start = Stopwatch.GetTimestamp();
                contenders[c](repeats[c]);
                samples[c][round] = SecondsSince(start) / repeats[c];
            }
        }

        return samples;
    }

    private static IEnumerable<int> Order(int round, int count)
    {
        var forwards = Enumerable.Range(0, count).Select(turn => (round / 2 + turn) % count);
        return round % 2 == 0 ? forwards : forwards.Reverse();
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    // Doubles the work until the time is up; returns the seconds of one execution as last seen.
    private static double WarmUp(Action<int> contender, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        for (int times = 1; ; times = Math.Min(times * 2, 1 << 20))
        {
            long from = Stopwatch.GetTimestamp();
            contender(times);
            double one = SecondsSince(from) / times;
            if (SecondsSince(start) >= seconds)
            {
                return Math.Max(one, 1e-10);
            }
        }
    }
}
