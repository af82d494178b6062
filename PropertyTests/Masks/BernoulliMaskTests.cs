using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Kernels.PropertyTests.Masks;

[Trait("Category", "Dispatch")]
public class BernoulliMaskTests
{
    private const ulong Seed = 0x0123456789ABCDEF;
    private const int Million = 1 << 20;
    private const string HashAt08 = "ff09f47f0c66514f6ac9461690362ef47f2c17aa1a68220915dac173c6f0728c";

    [Theory]
    [InlineData(0.5, 524930, "0011011000110110")]
    [InlineData(0.8, 839388, "1111111101111110")]
    [InlineData(0.9, 944361, "1111111101111110")]
    [InlineData(0.1, 104968, "0010000000000010")]
    public void TheFirstMillionDecisionsAreTheCheckValues(double theta, int expected, string first)
    {
        bool[] mask = new bool[Million];
        Assert.Equal(expected, BernoulliMask.Kept(Seed, 0, 0, KeepRate.Of(theta), mask));
        Assert.Equal(expected, mask.Count(keeps => keeps));
        Assert.Equal(first, string.Concat(mask.Take(16).Select(keeps => keeps ? '1' : '0')));
    }

    [Fact]
    public void ThePackedMillionHasTheHashOfTheSpecification()
    {
        byte[] packed = new byte[Million / 8];
        Assert.Equal(839388, BernoulliMask.Packed(Seed, 0, 0, KeepRate.Of(0.8), packed, Million));
        Assert.Equal("ff7e5dbddaf7b3fb", Convert.ToHexStringLower(packed.AsSpan(0, 8)));
        Assert.Equal(HashAt08, Convert.ToHexStringLower(SHA256.HashData(packed)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(1000)]
    public void HowARangeIsCutDoesNotChangeADecision(int chunk)
    {
        byte[] packed = new byte[Million / 8];
        bool[] mask = new bool[Million];
        var rate = KeepRate.Of(0.8);
        int kept = 0;
        for (int start = 0; start < Million; start += chunk)
        {
            kept += BernoulliMask.Kept(Seed, 0, (ulong)start, rate, mask.AsSpan(start, Math.Min(chunk, Million - start)));
        }

        for (int i = 0; i < Million; i++)
        {
            packed[i / 8] |= (byte)(mask[i] ? 1 << (i % 8) : 0);
        }

        Assert.Equal(839388, kept);
        Assert.Equal(HashAt08, Convert.ToHexStringLower(SHA256.HashData(packed)));
    }

    // Every form against the definition: word < T, decision by decision, at any offset and length.
    [Fact]
    public void EveryFormShowsTheSameDecisions()
        => Prop.ForAll(
            Gen.Choose(0, 700).SelectMany(count => Gen.Choose(0, 40).SelectMany(shift => Gen.Choose(1, 1000).Select(permille => (count, shift, permille)))).ToArbitrary(),
            sample =>
            {
                (int count, int shift, int permille) = sample;
                ulong stream = (ulong)permille * 0x1_0000_0001, start = (1UL << 34) - 20 + (ulong)shift;
                var rate = KeepRate.Of(permille / 1000.0);
                bool[] expected = [.. Enumerable.Range(0, count).Select(i => Philox4x32.Word(Seed, stream, start + (ulong)i) < rate.Threshold)];
                int kept = expected.Count(keeps => keeps);

                bool[] bits = new bool[count];
                Assert.Equal(kept, BernoulliMask.Kept(Seed, stream, start, rate, bits));
                Assert.Equal(expected, bits);

                byte[] packed = [.. Enumerable.Repeat((byte)0xA5, (count + 7) / 8 + 1)];
                Assert.Equal(kept, BernoulliMask.Packed(Seed, stream, start, rate, packed, count));
                Assert.Equal(0xA5, packed[^1]);
                for (int i = 0; i < (packed.Length - 1) * 8; i++)
                {
                    Assert.Equal(i < count && expected[i], ((packed[i / 8] >> (i % 8)) & 1) == 1);
                }

                CheckScalars<double>(expected, stream, start, rate, rate.Scale);
                CheckScalars<float>(expected, stream, start, rate, (float)rate.Scale);
            }).QuickCheckThrowOnFailure();

    private static void CheckScalars<T>(bool[] expected, ulong stream, ulong start, KeepRate rate, T scale)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int kept = expected.Count(keeps => keeps);
        T[] filled = [.. expected.Select(_ => T.NaN)];
        Assert.Equal(kept, BernoulliMask.Fill<T>(Seed, stream, start, rate, filled));
        Assert.Equal(expected.Select(keeps => keeps ? scale : T.Zero), filled);

        T[] x = [.. expected.Select((keeps, i) => keeps ? T.CreateChecked(i - 3.5) : (i % 3) switch { 0 => T.NaN, 1 => T.NegativeInfinity, _ => -T.One })];
        T[] applied = new T[x.Length];
        Assert.Equal(kept, BernoulliMask.Apply<T>(x, Seed, stream, start, rate, applied));
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(expected[i] ? x[i] * scale : T.Zero, applied[i]);
            Assert.True(expected[i] || T.IsPositive(applied[i]), "a dropped element is +0");
        }

        Assert.Equal(kept, BernoulliMask.Apply<T>(x, Seed, stream, start, rate, x));
        Assert.Equal(applied, x);
    }

    [Fact]
    public void WhatALowerRateKeepsAHigherRateKeepsToo()
    {
        bool[] low = new bool[5000], high = new bool[5000];
        double[] thetas = [0.01, 0.1, 0.4999999, 0.5, 0.50001, 0.8, 0.999, 1];
        BernoulliMask.Kept(7, 9, 3, KeepRate.Of(thetas[0]), low);
        for (int k = 1; k < thetas.Length; k++)
        {
            BernoulliMask.Kept(7, 9, 3, KeepRate.Of(thetas[k]), high);
            Assert.DoesNotContain(true, low.Zip(high, (l, h) => l && !h));
            (low, high) = (high, low);
        }

        Assert.DoesNotContain(false, low);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0xFFFFFFFF)]
    [InlineData(0xDEADBEEFCAFEF00D)]
    public void OtherSeedsAndStreamsLookIndependent(ulong seed)
    {
        const int Count = 1 << 18;
        foreach (double theta in (double[])[0.5, 0.8, 0.05])
        {
            var rate = KeepRate.Of(theta);
            bool[] mask = new bool[Count], other = new bool[Count];
            int kept = BernoulliMask.Kept(seed, 5, 0, rate, mask);
            BernoulliMask.Kept(seed, 6, 0, rate, other);
            double variance = rate.Value * (1 - rate.Value);
            Assert.InRange(kept - Count * rate.Value, -5 * Math.Sqrt(Count * variance), 5 * Math.Sqrt(Count * variance));
            foreach (int lag in (int[])[1, 2, 4, 8, 32])
            {
                Assert.InRange(Correlation(mask.AsSpan(lag), mask, rate.Value), -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
            }

            Assert.InRange(Correlation(other, mask, rate.Value), -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
        }
    }

    private static double Correlation(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, double mean)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += ((x[i] ? 1 : 0) - mean) * ((y[i] ? 1 : 0) - mean);
        }

        return sum / (x.Length * mean * (1 - mean));
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        var rate = KeepRate.Of(0.5);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => BernoulliMask.Packed(1, 2, 3, rate, new byte[4], -1));
        Assert.Contains("33 decisions need 5 bytes; the span has 4", Assert.Throws<ArgumentException>("destination", () => BernoulliMask.Packed(1, 2, 3, rate, new byte[4], 33)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("start", () => BernoulliMask.Packed(1, 2, ulong.MaxValue, rate, new byte[4], 2));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => BernoulliMask.Kept(1, 2, ulong.MaxValue, rate, new bool[2]));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => BernoulliMask.Fill(1, 2, ulong.MaxValue - 3, rate, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => BernoulliMask.Apply(new double[5], 1, 2, ulong.MaxValue - 3, rate, new double[5]));
        Assert.Contains("5, but is 4", Assert.Throws<ArgumentException>("destination", () => BernoulliMask.Apply(new double[5], 1, 2, 3, rate, new double[4])).Message);
        double[] memory = new double[10];
        Assert.Throws<ArgumentException>("destination", () => BernoulliMask.Apply(memory.AsSpan(0, 6), 1, 2, 3, rate, memory.AsSpan(2, 6)));
        Assert.Throws<NotSupportedException>(() => BernoulliMask.Fill(1, 2, 3, rate, new int[4]));
        Assert.Throws<NotSupportedException>(() => BernoulliMask.Apply<int>(new int[4], 1, 2, 3, rate, new int[4]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        double[] values = new double[1000];
        byte[] packed = new byte[125];
        var rate = KeepRate.Of(0.3);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            BernoulliMask.Fill(1, 2, 3, rate, values);
            BernoulliMask.Apply(values, 1, 2, 5, rate, values);
            BernoulliMask.Packed(1, 2, 7, rate, packed, 1000);
        }
    }
}
