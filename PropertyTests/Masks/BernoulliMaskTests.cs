using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Masks;

[Trait("Category", "Dispatch")]
public class BernoulliMaskTests
{
    private const ulong Seed = 0x0123456789ABCDEF;

    // Every form against the definition: random bits < T, decision by decision, at any offset and length.
    [Theory]
    [InlineData(MaskMapping.BytePlanes, (1UL << 36) - 20)]
    [InlineData(MaskMapping.Words, (1UL << 34) - 20)]
    public void EveryFormShowsTheSameDecisions(MaskMapping mapping, ulong carry)
        => Prop.ForAll(
            Gen.Choose(0, 700).SelectMany(count => Gen.Choose(0, 40).SelectMany(shift => Gen.Choose(1, 1000).Select(permille => (count, shift, permille)))).ToArbitrary(),
            sample =>
            {
                (int count, int shift, int permille) = sample;
                ulong stream = (ulong)permille * 0x1_0000_0001, start = carry + (ulong)shift;
                var rate = KeepRate.Of(permille / 1000.0);
                bool[] expected = MaskReference.Decisions(mapping, Seed, stream, start, rate, count);
                int kept = expected.Count(keeps => keeps);

                bool[] bits = new bool[count];
                Assert.Equal(kept, BernoulliMask.Kept(Seed, stream, start, rate, bits, mapping));
                Assert.Equal(expected, bits);

                byte[] packed = [.. Enumerable.Repeat((byte)0xA5, (count + 7) / 8 + 1)];
                Assert.Equal(kept, BernoulliMask.Packed(Seed, stream, start, rate, packed, count, mapping));
                Assert.Equal(0xA5, packed[^1]);
                for (int i = 0; i < (packed.Length - 1) * 8; i++)
                {
                    Assert.Equal(i < count && expected[i], ((packed[i / 8] >> (i % 8)) & 1) == 1);
                }

                CheckScalars<double>(expected, stream, start, rate, rate.Scale, mapping);
                CheckScalars<float>(expected, stream, start, rate, (float)rate.Scale, mapping);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void ByDefaultBytePlanesDecide()
    {
        bool[] mask = new bool[1000];
        BernoulliMask.Kept(Seed, 0, 0, KeepRate.Of(0.8), mask);
        Assert.Equal(MaskReference.Decisions(MaskMapping.BytePlanes, Seed, 0, 0, KeepRate.Of(0.8), 1000), mask);
        float[] ones = new float[1000];
        double[] onesToo = new double[1000];
        Assert.Equal(mask.Count(keeps => keeps), BernoulliMask.Ones(Seed, 0, 0, KeepRate.Of(0.8), ones.AsSpan()));
        Assert.Equal(mask.Select(keeps => keeps ? 1f : 0f), ones);
        BernoulliMask.Ones(Seed, 0, 0, KeepRate.Of(0.8), onesToo.AsSpan());
        Assert.Equal(mask.Select(keeps => keeps ? 1.0 : 0.0), onesToo);
    }

    private static void CheckScalars<T>(bool[] expected, ulong stream, ulong start, KeepRate rate, T scale, MaskMapping mapping)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int kept = expected.Count(keeps => keeps);
        T[] filled = [.. expected.Select(_ => T.NaN)];
        Assert.Equal(kept, BernoulliMask.Fill<T>(Seed, stream, start, rate, filled, mapping));
        Assert.Equal(expected.Select(keeps => keeps ? scale : T.Zero), filled);

        T[] x = [.. expected.Select((keeps, i) => keeps ? T.CreateChecked(i - 3.5) : (i % 3) switch { 0 => T.NaN, 1 => T.NegativeInfinity, _ => -T.One })];
        T[] applied = new T[x.Length];
        Assert.Equal(kept, BernoulliMask.Apply<T>(x, Seed, stream, start, rate, applied, mapping));
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(expected[i] ? x[i] * scale : T.Zero, applied[i]);
            Assert.True(expected[i] || T.IsPositive(applied[i]), "a dropped element is +0");
        }

        Assert.Equal(kept, BernoulliMask.Apply<T>(x, Seed, stream, start, rate, x, mapping));
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
        Assert.Throws<ArgumentOutOfRangeException>("mapping", () => BernoulliMask.Fill(1, 2, 3, rate, new float[4], (MaskMapping)2));
        Assert.Throws<NotSupportedException>(() => BernoulliMask.Fill(1, 2, 3, rate, new int[4]));
        Assert.Throws<NotSupportedException>(() => BernoulliMask.Apply<int>(new int[4], 1, 2, 3, rate, new int[4]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        double[] values = new double[1000];
        byte[] packed = new byte[125];
        var rate = KeepRate.Of(0.3);
        Assert.Equal(0, Allocated.Again(Run));

        void Run()
        {
            BernoulliMask.Fill(1, 2, 3, rate, values);
            BernoulliMask.Apply(values, 1, 2, 5, rate, values);
            BernoulliMask.Packed(1, 2, 7, rate, packed, 1000);
        }
    }
}
