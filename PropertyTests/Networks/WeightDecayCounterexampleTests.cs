using Kernels.Runtime;

namespace Kernels.PropertyTests.Networks;

public class WeightDecayCounterexampleTests
{
    [Fact]
    public void TheOriginIsAStrictLocalMinimumThatIsNotGlobal()
    {
        Assert.Equal(32, WeightDecayCounterexample.Objective(8, 1, [0, 0, 0]));
        double radius = WeightDecayCounterexample.RadiusOfTheTrap(8, 1);
        Assert.Equal(0.3247595264, radius, 1e-9);
        var random = new Random(4);
        for (int trial = 0; trial < 1000; trial++)
        {
            double[] w = [random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5];
            double length = Math.Sqrt(w.Sum(x => x * x)), scale = radius * (0.01 + 0.98 * random.NextDouble()) / length;
            Assert.True(WeightDecayCounterexample.Objective(8, 1, [.. w.Select(x => scale * x)]) > 32);
        }

        double t = 1.9564654278;
        Assert.Equal(1, t * (8 - t * t * t), 1e-8);
        Assert.Equal(5.8722602581, WeightDecayCounterexample.Objective(8, 1, [t, t, t]), 1e-9);
    }

    [Fact]
    public void DescentEndsInTheTrapOrOutOfItByWhereItStarts()
    {
        Assert.All(WeightDecayCounterexample.Descend(8, 1, [0.12, 0.12, 0.12], 0.01, 20_000), x => Assert.Equal(0, x, 1e-12));
        Assert.All(WeightDecayCounterexample.Descend(8, 1, [0.13, 0.13, 0.13], 0.01, 20_000), x => Assert.Equal(1.9564654278, x, 1e-9));
    }

    [Fact]
    public void ThePriceOfTheRightDegreeHasNoTrap()
    {
        foreach (double e in new[] { 1e-3, 0.1, 1, 2.4 })
        {
            Assert.True((8 - e * e * e) * (8 - e * e * e) / 2 + 0.5 * e * e * e < 32);
        }

        var result = CpDecomposition.Solve<double>([8], [1, 1, 1], new() { Lambda = 0.5 });
        Assert.Equal(3.875, result.Objective, 1e-9);
        Assert.True(result.Status >= SolverStatus.PolarCertified);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("weights", () => WeightDecayCounterexample.Objective(8, 1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("step", () => WeightDecayCounterexample.Descend(8, 1, [1, 1, 1], 0, 10));
        Assert.Throws<SolverDivergedException>(() => WeightDecayCounterexample.Descend(8, 1, [9, 9, 9], 10, 100));
    }
}
