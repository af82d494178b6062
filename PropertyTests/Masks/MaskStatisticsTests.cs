using System.Numerics;

namespace Kernels.PropertyTests.Masks;

/// <summary>
/// Statistics that would catch a mistake in addresses, lanes or thresholds. Seeds are fixed, so a test passes or fails for good; the bounds are
/// those of the exact law, at about one false alarm in a million each.
/// </summary>
public class MaskStatisticsTests
{
    private const int Count = 1 << 20;
    private static readonly double[] Rates = [0.5, 0.8, 0.1, 1 / 3.0];

    public static readonly TheoryData<MaskMapping> Mappings = [.. Enum.GetValues<MaskMapping>()];

    private static ulong[] Bits(MaskMapping mapping, ulong seed, ulong stream, ulong start, double theta, int count = Count)
    {
        ulong[] words = new ulong[count / 64];
        BernoulliMask.Packed(seed, stream, start, KeepRate.Of(theta), System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()), count, mapping);
        return words;
    }

    // Chi-square of the counts in blocks of 256: sum (c - n p)^2 / (n p q) over 4096 blocks is normal enough with mean 4096 and variance
    // 2 * 4096, up to the kurtosis of a binomial count.
    [Theory]
    [MemberData(nameof(Mappings))]
    public void CountsOfBlocksScatterLikeBinomialOnes(MaskMapping mapping)
    {
        foreach (double theta in Rates)
        {
            for (ulong seed = 0; seed < 4; seed++)
            {
                ulong[] bits = Bits(mapping, seed, seed / 2, 0, theta);
                double chi = bits.Chunk(4).Sum(block => Math.Pow(block.Sum(BitOperations.PopCount) - 256 * theta, 2)) / (256 * theta * (1 - theta));
                int blocks = bits.Length / 4;
                double variance = blocks * (2 + (1 - 6 * theta * (1 - theta)) / (256 * theta * (1 - theta)));
                Assert.InRange(chi - blocks, -5 * Math.Sqrt(variance), 5 * Math.Sqrt(variance));
            }
        }
    }

    // Lags inside a block, from block to block, from vector to vector, and from row to row of a matrix.
    [Theory]
    [MemberData(nameof(Mappings))]
    public void NoLagCorrelates(MaskMapping mapping)
    {
        foreach (double theta in Rates)
        {
            ulong[] bits = Bits(mapping, 1, 0, 0, theta, Count + 4096);
            foreach (int lag in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 64, 100, 128, 256, 512, 1000, 1024, 2048, 4096])
            {
                AssertIndependent(bits, lag, bits, theta);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Mappings))]
    public void NeighbouringStreamsAndSeedsDoNotCorrelate(MaskMapping mapping)
    {
        foreach (double theta in Rates)
        {
            ulong[] first = Bits(mapping, 0, 0, 0, theta);
            foreach (var (seed, stream) in new (ulong, ulong)[] { (0, 1), (0, 2), (0, 1UL << 32), (0, 1UL << 63), (1, 0), (2, 0), (3, 0), (1UL << 32, 0), (1UL << 63, 0), (1, 1), (ulong.MaxValue, 0) })
            {
                AssertIndependent(first, 0, Bits(mapping, seed, stream, 0, theta), theta);
            }

            AssertIndependent(first, 0, Bits(mapping, 0, 0, 1UL << 36, theta), theta);
            AssertIndependent(first, 0, Bits(mapping, 0, 0, 1UL << 60, theta), theta);
        }
    }

    // The two mappings share no random bits.
    [Fact]
    public void TheMappingsDoNotCorrelate()
        => Array.ForEach(Rates, theta => AssertIndependent(Bits(MaskMapping.Words, 5, 6, 0, theta), 0, Bits(MaskMapping.BytePlanes, 5, 6, 0, theta), theta));

    // Of N independent pairs the number that both keep is binomial with theta^2; the centred product has variance (theta (1 - theta))^2.
    private static void AssertIndependent(ulong[] x, int lag, ulong[] y, double theta)
    {
        long both = 0, firsts = 0, seconds = 0;
        for (int w = 0; w < Count / 64; w++)
        {
            ulong shifted = lag % 64 == 0 ? x[w + lag / 64] : (x[w + lag / 64] >> (lag % 64)) | (x[w + lag / 64 + 1] << (64 - lag % 64));
            both += BitOperations.PopCount(shifted & y[w]);
            firsts += BitOperations.PopCount(shifted);
            seconds += BitOperations.PopCount(y[w]);
        }

        double covariance = both - theta * (firsts + seconds) + Count * theta * theta;
        Assert.InRange(covariance / (theta * (1 - theta) * Math.Sqrt(Count)), -5, 5);
    }

    // p = 2^-20 needs the third byte; 2^26 decisions keep 64 of them, Poisson, and their gaps are exponential.
    [Theory]
    [MemberData(nameof(Mappings))]
    public void RareDecisionsAreAsRareAsTheyShouldBe(MaskMapping mapping)
    {
        const int Chunk = 1 << 22, Chunks = 16;
        int kept = 0;
        for (ulong chunk = 0; chunk < Chunks; chunk++)
        {
            byte[] packed = new byte[Chunk / 8];
            kept += BernoulliMask.Packed(3, 1, chunk * Chunk, KeepRate.Of(1 / 1048576.0), packed, Chunk, mapping);
        }

        Assert.InRange(kept, 64 - 5 * 8, 64 + 5 * 8);
        // 1 - 2^-20: as many dropped.
        int dropped = 0;
        for (ulong chunk = 0; chunk < Chunks; chunk++)
        {
            byte[] packed = new byte[Chunk / 8];
            dropped += Chunk - BernoulliMask.Packed(4, 1, chunk * Chunk, KeepRate.Of(1 - 1 / 1048576.0), packed, Chunk, mapping);
        }

        Assert.InRange(dropped, 64 - 5 * 8, 64 + 5 * 8);
    }

    // Each of the 32 bits of a word, each of the positions 0..63 of a word of decisions, and each pair of neighbouring bit positions.
    [Fact]
    public void EveryBitPositionIsFair()
    {
        foreach (int rounds in (int[])[10, 7])
        {
            uint[] words = new uint[Count];
            Philox4x32.Words(0, 0, 0, words, rounds);
            for (int bit = 0; bit < 32; bit++)
            {
                Assert.InRange(words.Sum(word => (long)((word >> bit) & 1)) - Count / 2, -5 * Math.Sqrt(Count) / 2, 5 * Math.Sqrt(Count) / 2);
                long equal = words.Sum(word => (long)(~((word >> bit) ^ BitOperations.RotateRight(word, bit + 1)) & 1));
                Assert.InRange(equal - Count / 2, -5 * Math.Sqrt(Count) / 2, 5 * Math.Sqrt(Count) / 2);
            }
        }

        foreach (MaskMapping mapping in Enum.GetValues<MaskMapping>())
        {
            foreach (double theta in Rates)
            {
                ulong[] bits = Bits(mapping, 2, 0, 0, theta);
                double room = 5 * Math.Sqrt(bits.Length * theta * (1 - theta));
                for (int bit = 0; bit < 64; bit++)
                {
                    Assert.InRange(bits.Count(word => ((word >> bit) & 1) != 0) - bits.Length * theta, -room, room);
                }
            }
        }
    }

    // 256 bins of the top byte and of the low byte of the numbers' mantissas.
    [Fact]
    public void UniformNumbersFillTheirBinsEvenly()
    {
        float[] singles = new float[Count];
        double[] doubles = new double[Count];
        for (ulong seed = 0; seed < 3; seed++)
        {
            RandomNumbers.Uniform(seed, 1, 0, singles.AsSpan());
            RandomNumbers.Uniform(seed, 1, 0, doubles.AsSpan());
            AssertEven(singles.Select(u => (int)(u * 256)));
            AssertEven(singles.Select(u => (int)(u * (1 << 24)) & 255));
            AssertEven(doubles.Select(u => (int)(u * 256)));
            AssertEven(doubles.Select(u => (int)((long)(u * (1L << 53)) & 255)));
        }
    }

    // Chi-square with 255 degrees of freedom: mean 255, variance 510, and 5.5 deviations for its skewness.
    private static void AssertEven(IEnumerable<int> bins)
    {
        int[] counts = new int[256];
        foreach (int bin in bins)
        {
            counts[bin]++;
        }

        double expected = Count / 256.0, chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 255 - 5 * Math.Sqrt(510), 255 + 5.5 * Math.Sqrt(510));
    }
}
