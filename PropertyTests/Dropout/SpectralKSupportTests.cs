using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class SpectralKSupportTests
{
    [Theory]
    [InlineData(new double[] { 1, 1, 1, 1 }, 2, 8, 1)]
    [InlineData(new double[] { 4, 3, 2, 1 }, 2, 50, 1)]
    [InlineData(new double[] { 4, 3, 2, 1 }, 3, 34, 2)]
    [InlineData(new double[] { 10, 0.1 }, 2, 100.01, 2)]
    [InlineData(new double[] { 5, 1, 1, 1, 1 }, 3, 33, 2)]
    public void WorkedNorms(double[] values, int k, double squared, int rho)
    {
        Assert.Equal(squared, SpectralKSupport.SquaredNormOf(values, k), 1e-13 * squared);
        Assert.Equal(rho, SpectralKSupport.Index(values, k, out _));
    }

    [Theory]
    [InlineData(2, 0.5, new[] { 2.6666666667, 1.75, 0.75, 0 }, 1, 3, 1.25, 13.3611111111, 12.5833333333)]
    [InlineData(3, 0.5, new[] { 2.6666666667, 2, 1.25, 0.25 }, 2, 4, 0.75, 13.3611111111, 10.5833333333)]
    [InlineData(2, 0.05, new[] { 3.7727272727, 2.7727272727, 1.7727272727, 0.7727272727 }, 0, 4, 0.2272727273, 41.3223140496, 2.2727272727)]
    public void WorkedShrinkages(int k, double weight, double[] expected, int p, int q, double tau, double norm, double optimum)
    {
        double[] x = new double[4];
        SpectralKSupport s = SpectralKSupport.Shrink([4, 3, 2, 1], weight, k, x);
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        Assert.Equal((p, q), (s.Full, s.Positive));
        Assert.Equal(tau, s.Tau, 1e-10);
        Assert.Equal(norm, s.SquaredNorm, 1e-10);
        Assert.Equal(optimum, s.Objective, 1e-10);
    }

    [Theory]
    [InlineData(new double[] { 4, 3, 2, 1 }, 2, 2, new[] { 1.3333333333, 1, 0, 0 })]
    [InlineData(new[] { 10, 9, 0.1 }, 2, 0.5, new[] { 6.6666666667, 6, 0 })]
    [InlineData(new double[] { 3, 3, 3 }, 2, 1, new[] { 1.2, 1.2, 1.2 })]
    [InlineData(new double[] { 5, 4 }, 3, 0.5, new[] { 3.3333333333, 2.6666666667 })]
    [InlineData(new double[] { 2, 0, 0 }, 2, 1, new double[] { 1, 0, 0 })]
    [InlineData(new double[] { 0, 0 }, 1, 1, new double[] { 0, 0 })]
    [InlineData(new double[] { }, 1, 1, new double[] { })]
    public void KinksTiesAndZeros(double[] sigma, int k, double weight, double[] expected)
    {
        double[] x = new double[sigma.Length];
        SpectralKSupport.Shrink(sigma, weight, k, x);
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }

    [Fact]
    public void TheKinkHasTheOptimumOfTheTable()
    {
        double[] x = new double[4];
        SpectralKSupport s = SpectralKSupport.Shrink([4, 3, 2, 1], 2, 2, x);
        Assert.Equal(21.6666666667, s.Objective, 1e-10);
        Assert.Equal(2.7777777778, s.SquaredNorm, 1e-10);
    }

    [Fact]
    public void TheNormIsTheVariationalMinimum()
    {
        // min over eta in [0, 1]^d, sum eta at most k, of sum x_i^2 / eta_i: eta_i = min(1, a x_i) with a by bisection.
        foreach ((double[] x, int k) in Spectra(400))
        {
            if (x[0] == 0)
            {
                continue;
            }

            int positive = x.Count(value => value > 0);
            double variational;
            if (positive <= k)
            {
                variational = x.Sum(value => value * value);
            }
            else
            {
                double low = 0, high = 1 / x[positive - 1];
                for (int i = 0; i < 200; i++)
                {
                    double middle = (low + high) / 2;
                    (low, high) = x.Sum(value => Math.Min(1, middle * value)) < k ? (middle, high) : (low, middle);
                }

                variational = x.Where(value => value > 0).Sum(value => value * value / Math.Min(1, high * value));
            }

            Assert.Equal(variational, SpectralKSupport.SquaredNormOf(x, k), 1e-12 * variational);
        }
    }

    // E10: the slide's maximum over the index is not the norm, and the sum of the tail runs to the last value.
    [Fact]
    public void TheMaximumOfTheSlideIsNotTheNorm()
    {
        double[] ones = [1, 1, 1, 1];
        Assert.Equal(10, SlideMaximum(ones, 2, 4), 1e-13);
        Assert.Equal(8, SpectralKSupport.SquaredNormOf(ones, 2), 1e-13);
        int wrong = Spectra(400).Count(c => Math.Abs(SlideMaximum(c.X, c.K, c.X.Length) - SpectralKSupport.SquaredNormOf(c.X, c.K)) > 1e-9 * SpectralKSupport.SquaredNormOf(c.X, c.K));
        Assert.InRange(wrong, 20, 399);

        // The slide's limit r = k of the tail is too short: the unit ball would no longer be a norm's.
        Assert.NotEqual(50, F([4, 3, 2, 1], 2, 1, 2), 1);
        Assert.Equal(50, F([4, 3, 2, 1], 2, 1, 4), 1e-13);
        static double SlideMaximum(double[] x, int k, int last) => Enumerable.Range(1, Math.Min(k, x.Length)).Max(rho => F(x, Math.Min(k, x.Length), rho, last));
        static double F(double[] x, int k, int rho, int last) => x.Take(rho - 1).Sum(value => value * value) + Math.Pow(x.Take(last).Skip(rho - 1).Sum(), 2) / (k - rho + 1);
    }

    [Fact]
    public void ShrinkingIsTheBestOfAllIndexPairs()
    {
        foreach ((double[] sigma, int k) in Spectra(300))
        {
            foreach (double weight in (double[])[0.01, 0.3, 1, 7, 1e4])
            {
                double[] x = new double[sigma.Length];
                SpectralKSupport s = SpectralKSupport.Shrink(sigma, weight, k, x);
                double best = sigma.Sum(value => value * value);
                for (int p = 0; p <= sigma.Length; p++)
                {
                    for (int q = p; q <= sigma.Length; q++)
                    {
                        // (4.3) at this pair, feasible or not: any point is an upper bound of the optimum.
                        double sum = sigma.Take(q).Skip(p).Sum(), tau = q > p && k >= p ? weight * sum / (k - p + weight * (q - p)) : 0;
                        double[] at = [.. sigma.Select((value, i) => i < p ? value / (1 + weight) : i < q ? Math.Max(value - tau, 0) : 0)];
                        best = Math.Min(best, sigma.Zip(at, (a, b) => (a - b) * (a - b)).Sum() + weight * SpectralKSupport.SquaredNormOf([.. at.OrderDescending()], k));
                    }
                }

                Assert.Equal(best, s.Objective, 1e-12 * sigma.Sum(value => value * value));
            }
        }
    }

    [Fact]
    public void TheDualityGapIsRounding()
    {
        foreach ((double[] sigma, int k) in Spectra(400))
        {
            foreach (double weight in (double[])[1e-3, 0.3, 2, 1e6])
            {
                double[] x = new double[sigma.Length];
                double objective = SpectralKSupport.Shrink(sigma, weight, k, x).Objective;
                double[] z = [.. sigma.Zip(x, (a, b) => a - b)];
                double dual = z.OrderDescending().Take(k).Sum(value => value * value);
                double bound = 2 * sigma.Zip(z, (a, b) => a * b).Sum() - z.Sum(value => value * value) - dual / weight;
                Assert.InRange(objective - bound, -1e-13 * (1 + sigma.Sum(value => value * value)), 1e-12 * (1e-300 + sigma.Sum(value => value * value)));
            }
        }
    }

    [Fact]
    public void OneIsDropoutAndTheRankIsRidge()
    {
        foreach ((double[] sigma, _) in Spectra(200))
        {
            double[] x = new double[sigma.Length], other = new double[sigma.Length];
            double one = SpectralKSupport.Shrink(sigma, 0.7, 1, x).Objective, dropout = SquaredNuclearShrinkage.Apply(sigma, 0.7, sigma.Length, other).Objective;
            Assert.Equal(dropout, one, 1e-13 * (1 + dropout));
            Assert.All(x.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-14 * (1 + sigma[0])));
            SpectralKSupport.Shrink(sigma, 0.7, sigma.Length, x);
            Assert.All(x.Zip(sigma), pair => Assert.Equal(pair.Second / 1.7, pair.First, 1e-14));
            double previous = double.PositiveInfinity;
            for (int k = 1; k <= sigma.Length; k++)
            {
                double value = SpectralKSupport.Shrink(sigma, 0.7, k, x).Objective;
                Assert.True(value <= previous + 1e-13);
                previous = value;
            }
        }
    }

    [Fact]
    public void NearTiesUnderAHeavyWeightKeepTheirDifference()
    {
        double d = Math.ScaleB(1, -40);
        double[] x = new double[3];
        SpectralKSupport.Shrink([1, 1 - d, 1 - 2 * d], Math.ScaleB(1, 30), 2, x);
        Assert.Equal(d, x[0] - x[1], 1e-20);
        Assert.True(x[2] > 0);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => SpectralKSupport.Shrink([1], -1, 1, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => SpectralKSupport.Shrink([1], 1, 0, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => SpectralKSupport.SquaredNormOf([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => SpectralKSupport.DualNormOf([1], 0));
        Assert.Throws<ArgumentException>("destination", () => SpectralKSupport.Shrink([1], 1, 1, new double[2]));
    }

    private static IEnumerable<(double[] X, int K)> Spectra(int count)
    {
        var random = new Random(11);
        for (int i = 0; i < count; i++)
        {
            int d = random.Next(1, 9);
            double power = random.Next(0, 4);
            double[] x = [.. Enumerable.Range(0, d).Select(_ => Math.Pow(random.NextDouble(), power)).OrderDescending()];
            if (i % 7 == 0)
            {
                x[^1] = 0;
            }

            if (i % 5 == 0 && d > 1)
            {
                x[1] = x[0];
            }

            yield return (x, random.Next(1, d + 2));
        }
    }
}
