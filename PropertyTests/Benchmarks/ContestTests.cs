using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.PropertyTests.Benchmarks;

/// <summary>The order of <see cref="Contest"/>, which no clock decides.</summary>
public class ContestTests
{
    private const int Rounds = 8;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void NobodyAlwaysFollowsTheSameContender(int contenders)
    {
        var turns = Turns(contenders);
        for (int c = 0; c < contenders; c++)
        {
            var before = Enumerable.Range(1, turns.Count - 1).Where(at => turns[at].Contender == c).Select(at => turns[at - 1].Contender);
            Assert.True(before.Distinct().Count() > 1, $"contender {c} of {contenders} always follows the same one");
        }
    }

    [Fact]
    public void EachSampleFollowsAsMuchUnmeasuredWorkOfItsOwn()
    {
        var turns = Turns(3);
        Assert.Equal(3 * Rounds, turns.Count);
        Assert.All(turns, turn => Assert.Equal(turn.Unmeasured, turn.Measured));
    }

    // Who ran in which order, and how often, after the warm-up: calls of two as one turn.
    private static List<(int Contender, int Unmeasured, int Measured)> Turns(int contenders)
    {
        var calls = new List<(int Contender, int Times)>();
        var ways = Enumerable.Range(0, contenders).Select(c => (Action<int>)(times =>
        {
            calls.Add((c, times));
            Thread.SpinWait(20 * times);
        }));
        Contest.Samples([.. ways], new ContestRules(Rounds, SampleMilliseconds: 0.05, WarmUpMilliseconds: 0.2));
        calls.RemoveRange(0, calls.Count - 2 * contenders * Rounds);
        return [.. calls.Chunk(2).Select(pair => (pair[0].Contender, pair[0].Times, pair[1].Times))];
    }
}
