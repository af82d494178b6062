using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class SquaredNuclearShrinkageTests
{
    [Fact]
    public void TheWorkedExample()
    {
        double[] x = new double[5];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([4, 3, 2, 1, 0.5], 0.3, 5, x);
        Assert.Equal(3, s.Survivors);
        Assert.Equal(27.0 / 19, s.Tau, 1e-14);
        Assert.Equal(4.7368421053, s.Sum, 1e-10);
        Assert.Equal(14.0394736842, s.Objective, 1e-10);
        double[] expected = [2.5789473684, 1.5789473684, 0.5789473684, 0, 0];
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }

    [Fact]
    public void EqualValuesShrinkTogether()
    {
        double[] x = new double[4];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([2, 2, 2, 2], 0.7, 4, x);
        Assert.Equal(4, s.Survivors);
        Assert.All(x, value => Assert.Equal(2 / (1 + 0.7 * 4), value, 1e-15));
    }

    [Fact]
    public void AHeavyWeightLeavesOneSurvivorWithAllItsDigits()
    {
        double[] x = new double[2];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([3, 1], 1e16, 2, x);
        Assert.Equal(1, s.Survivors);
        Assert.Equal(3 / (1 + 1e16), x[0], 1e-30);
        Assert.Equal(3 * 1e16 / (1 + 1e16), s.Tau, 1e-15);
    }

    [Fact]
    public void NearlyEqualValuesUnderAHeavyWeightKeepTheirDifference()
    {
        // sigma = (1, 1 - d), weight w with w d < 1 - d: x_2 = ((1 - d) - w d) / (1 + 2 w), x_1 = x_2 + d, in exact powers of two.
        double d = Math.ScaleB(1, -30), w = Math.ScaleB(1, 29);
        double[] x = new double[2];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([1, 1 - d], w, 2, x);
        Assert.Equal(2, s.Survivors);
        double expected = (1 - d - w * d) / (1 + 2 * w);
        Assert.Equal(expected, x[1], 1e-15 * expected);
        Assert.Equal(expected + d, x[0], 1e-15 * (expected + d));
    }

    [Fact]
    public void AValueAtTheThresholdDoesNotSurvive()
    {
        // weight 1, sigma = (2, 1): 1 > 1 * (2 - 1) fails.
        double[] x = new double[2];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([2, 1], 1, 2, x);
        Assert.Equal((1, 1.0, 1.0, 0.0, 3.0), (s.Survivors, s.Tau, x[0], x[1], s.Objective));
    }

    [Fact]
    public void WeightZeroKeepsEverythingUpToTheLimit()
    {
        double[] x = new double[3];
        SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply([3, 2, 1], 0, 2, x);
        Assert.Equal((2, 0.0, 1.0), (s.Survivors, s.Tau, s.Objective));
        Assert.Equal([3, 2, 0], x);
    }

    [Fact]
    public void ZeroAndEmptyDataHaveNoSurvivor()
    {
        Assert.Equal(0, SquaredNuclearShrinkage.Apply([0, 0], 1, 2, new double[2]).Survivors);
        Assert.Equal(0, SquaredNuclearShrinkage.Apply([], 1, 2, []).Survivors);
    }

    [Fact]
    public void TheOptimumIsBelowEveryPerturbation()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 200; trial++)
        {
            int d = random.Next(1, 8);
            double[] sigma = [.. Enumerable.Range(0, d).Select(_ => random.NextDouble()).OrderDescending()], x = new double[d];
            double weight = Math.Pow(10, random.Next(-3, 4));
            SquaredNuclearShrinkage s = SquaredNuclearShrinkage.Apply(sigma, weight, d, x);
            double Objective(double[] at) => sigma.Zip(at, (a, b) => (a - b) * (a - b)).Sum() + weight * at.Sum() * at.Sum();
            Assert.Equal(s.Objective, Objective(x), 1e-13);
            for (int step = 0; step < 20; step++)
            {
                double[] other = [.. x.Select(value => Math.Max(0, value + 0.1 * (random.NextDouble() - 0.5)))];
                Assert.True(Objective(other) >= s.Objective - 1e-13);
            }
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => SquaredNuclearShrinkage.Apply([1], -1, 1, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => SquaredNuclearShrinkage.Apply([1], 1, 0, new double[1]));
        Assert.Throws<ArgumentException>("destination", () => SquaredNuclearShrinkage.Apply([1], 1, 1, new double[2]));
    }
}
