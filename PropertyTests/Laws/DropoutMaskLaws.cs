using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// The mean loss of structured masks by enumeration of every outcome: blocks, ragged blocks, sliding windows on lines and maps.
public class DropoutMaskLaws
{
    public sealed record Case(int Seed, int M, int N, int Units, int Size, int Percent);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 4)
         from n in Gen.Choose(1, 4)
         from units in Gen.Choose(1, 8)
         from size in Gen.Choose(1, 8)
         from percent in Gen.Choose(5, 95)
         select new Case(seed, m, n, units, Math.Min(size, units), percent)).ToArbitrary();

    [Fact]
    public void BlocksInDouble() => Blocks<double>(1e-12);

    [Fact]
    public void BlocksInFloat() => Blocks<float>(2e-5);

    private static void Blocks<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            KeepRate rate = KeepRate.Of(c.Percent / 100.0);
            int blocks = (c.Units - 1) / c.Size + 1;
            (double[,] y, double[,] u, double[,] v) = Factors<T>(c);
            double[] means = [.. Enumerable.Repeat(rate.Value, c.Units)];
            double mean = Enumerate(blocks, rate.Value, kept => Loss(y, u, v, means, i => (kept >> i / c.Size & 1) == 1));
            double general = MaskedObjective.Evaluate<T>(y.As<T>(), u.As<T>(), v.As<T>(), MaskCovariance.DropBlock(c.Units, c.Size, rate));
            double special = DropBlockObjective.Evaluate<T>(y.As<T>(), u.As<T>(), v.As<T>(), c.Size, rate.DropoutWeight);
            return Math.Abs(general - mean) <= tolerance * mean && Math.Abs(special - mean) <= tolerance * mean;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SlidingWindowsInDouble() => Sliding<double>(1e-12);

    [Fact]
    public void SlidingWindowsInFloat() => Sliding<float>(2e-5);

    private static void Sliding<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            KeepRate gamma = KeepRate.Of(c.Percent / 200.0);
            MaskCovariance masks = MaskCovariance.Sliding(1, c.Units, 1, c.Size, gamma);
            (double[,] y, double[,] u, double[,] v) = Factors<T>(c);
            int seeds = c.Units - c.Size + 1;
            double[] means = masks.Means.ToArray();
            double mean = Enumerate(
                seeds, gamma.Value, seeded => Loss(y, u, v, means, i => !Enumerable.Range(0, seeds).Any(s => (seeded >> s & 1) == 1 && s <= i && i < s + c.Size)));
            return Math.Abs(MaskedObjective.Evaluate<T>(y.As<T>(), u.As<T>(), v.As<T>(), masks) - mean) <= tolerance * mean;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SlidingWindowsOnAMap()
    {
        KeepRate gamma = KeepRate.Of(0.15);
        MaskCovariance masks = MaskCovariance.Sliding(3, 4, 2, 3, gamma);
        double[,] y = Dense.Random(3, 2, 1), u = Dense.Random(3, 12, 2), v = Dense.Random(2, 12, 3);
        double[] means = masks.Means.ToArray();
        double mean = Enumerate(4, gamma.Value, seeded => Loss(y, u, v, means, i => !Enumerable.Range(0, 4).Any(s =>
            (seeded >> s & 1) == 1 && s / 2 <= i / 4 && i / 4 < s / 2 + 2 && s % 2 <= i % 4 && i % 4 < s % 2 + 3)));
        Assert.Equal(mean, MaskedObjective.Evaluate<double>(y, u, v, masks), 1e-12 * mean);
    }

    [Fact]
    public void TheWorkedSlidingLaw()
    {
        KeepRate gamma = MatrixMask.SeedRate(0.9, 1, 6, 1, 3);
        Assert.Equal(0.05, gamma.Value, 1e-9);
        MaskCovariance masks = MaskCovariance.Sliding(1, 6, 1, 3, gamma);
        double[] expected = [0.95, 0.9025, 0.857375, 0.857375, 0.9025, 0.95];
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(expected[i], masks.Means[i], 1e-9);
        }

        Assert.Equal(0.0526315789, masks.Weights[0, 0], 1e-9);
        Assert.Equal(0.1080332410, masks.Weights[1, 1], 1e-9);
        Assert.Equal(0.1663507800, masks.Weights[2, 2], 1e-9);
        Assert.Equal(0.0526315789, masks.Weights[0, 2], 1e-9);
        Assert.Equal(0, masks.Weights[0, 3], 1e-15);
    }

    [Fact]
    public void TheGradientIsTheSlope()
    {
        const double H = 1e-5;
        double[,] y = Dense.Random(4, 3, 1), u = Dense.Random(4, 6, 2), v = Dense.Random(3, 6, 3), gu = new double[4, 6], gv = new double[3, 6];
        MaskCovariance masks = MaskCovariance.Sliding(1, 6, 1, 3, KeepRate.Of(0.2));
        MaskedObjective.Gradient<double>(y, u, v, masks, gu, gv);
        for (int j = 0; j < 6; j++)
        {
            for (int i = 0; i < 4; i++)
            {
                double[,] e = Dense.Build(4, 6, (a, b) => a == i && b == j ? H : 0);
                Assert.Equal((MaskedObjective.Evaluate<double>(y, u.Plus(e), v, masks) - MaskedObjective.Evaluate<double>(y, u.Minus(e), v, masks)) / (2 * H), gu[i, j], 1e-8);
            }

            for (int i = 0; i < 3; i++)
            {
                double[,] e = Dense.Build(3, 6, (a, b) => a == i && b == j ? H : 0);
                Assert.Equal((MaskedObjective.Evaluate<double>(y, u, v.Plus(e), masks) - MaskedObjective.Evaluate<double>(y, u, v.Minus(e), masks)) / (2 * H), gv[i, j], 1e-8);
            }
        }
    }

    [Fact]
    public void AlternatingSolvesEveryLawMonotonically()
    {
        double[,] y = Dense.Random(5, 4, 2);
        foreach (MaskCovariance masks in (MaskCovariance[])[MaskCovariance.Dropout(6, KeepRate.Of(0.7)), MaskCovariance.DropBlock(6, 2, KeepRate.Of(0.7)), MaskCovariance.Sliding(1, 6, 1, 3, KeepRate.Of(0.1))])
        {
            var result = AlternatingDropout.Solve<double>(y, new() { Masks = masks, Seed = 3 });
            Assert.All(result.Trace.Zip(result.Trace.Skip(1)), pair => Assert.True(pair.Second.Objective <= pair.First.Objective * (1 + 1e-14)));
            Assert.True(result.Gap >= -1e-11);
            var single = AlternatingDropout.Solve<float>(y.As<float>(), new() { Masks = masks, Seed = 3, Tolerance = 1e-6 });
            Assert.Equal(result.Objective, single.Objective, 1e-3 * result.Objective);
        }

        var dropout = AlternatingDropout.Solve<double>(y, new() { Masks = MaskCovariance.Dropout(6, KeepRate.Of(0.7)), Seed = 3 });
        Assert.Equal(SolverStatus.Optimal, dropout.Status);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("units", () => MaskCovariance.Dropout(0, KeepRate.Of(0.5)));
        Assert.Throws<ArgumentOutOfRangeException>("blockSize", () => MaskCovariance.DropBlock(3, 0, KeepRate.Of(0.5)));
        Assert.Throws<ArgumentOutOfRangeException>("windowColumns", () => MaskCovariance.Sliding(1, 3, 1, 4, KeepRate.Of(0.5)));
        Assert.Throws<ArgumentOutOfRangeException>("gamma", () => MaskCovariance.Sliding(1, 3, 1, 2, KeepRate.Of(1)));
        Assert.Throws<ArgumentException>("u", () => MaskedObjective.Evaluate<double>(new double[2, 2], new double[2, 3], new double[2, 2], MaskCovariance.Dropout(2, KeepRate.Of(0.5))));
    }

    private static (double[,] Y, double[,] U, double[,] V) Factors<T>(Case c)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (Dense.Of(Dense.Random(c.M, c.N, c.Seed).As<T>()), Dense.Of(Dense.Random(c.M, c.Units, c.Seed + 1).As<T>()), Dense.Of(Dense.Random(c.N, c.Units, c.Seed + 2).As<T>()));

    private static double Enumerate(int decisions, double probability, Func<int, double> loss)
    {
        double mean = 0;
        for (int outcome = 0; outcome < 1 << decisions; outcome++)
        {
            int ones = int.PopCount(outcome);
            mean += Math.Pow(probability, ones) * Math.Pow(1 - probability, decisions - ones) * loss(outcome);
        }

        return mean;
    }

    private static double Loss(double[,] y, double[,] u, double[,] v, double[] means, Func<int, bool> kept)
    {
        double[,] residual = y.Minus(Dense.Build(u.Rows(), u.Columns(), (i, j) => kept(j) ? u[i, j] / means[j] : 0).Times(v.T()));
        return residual.Inner(residual);
    }
}
