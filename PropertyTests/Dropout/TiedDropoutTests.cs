using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class TiedDropoutTests
{
    [Fact]
    public void TheMeanOverMasksIsTheObjective()
    {
        double[,] m = Symmetric(4, 1), w = Dense.Random(4, 5, 2);
        const double Theta = 0.7;
        double mean = 0;
        for (int mask = 0; mask < 1 << 5; mask++)
        {
            int kept = int.PopCount(mask), bits = mask;
            mean += Math.Pow(Theta, kept) * Math.Pow(1 - Theta, 5 - kept) * Experiment.Loss(m, w, w, Theta, i => (bits >> i & 1) == 1);
        }

        Assert.Equal(mean, TiedDropout.Evaluate<double>(m, w, (1 - Theta) / Theta), 1e-12 * mean);
        Assert.Equal(mean, TiedDropout.Evaluate<float>(m.As<float>(), w.As<float>(), (1 - Theta) / Theta), 2e-5 * mean);
    }

    [Fact]
    public void TheClosedFormInDouble() => Judge<double>(1e-12);

    [Fact]
    public void TheClosedFormInFloat() => Judge<float>(2e-5);

    // No perturbation and no descent from elsewhere is below; indefinite data keep their negative part in the residual.
    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int seed = 0; seed < 30; seed++)
        {
            int n = 1 + seed % 6, r = 1 + seed % 7;
            double lambda = 0.1 + 0.3 * (seed % 5);
            double[,] m = Dense.Of((seed % 3 == 0 ? Gram(n, seed) : Symmetric(n, seed)).As<T>());
            var result = TiedDropout.Solve<T>(m.As<T>(), new() { Rank = r, Lambda = lambda });
            double[,] w = Dense.Of(result.U);
            double squared = m.Inner(m), value = Value(m, w, lambda);
            Assert.Equal(result.ClosedForm, value, tolerance * squared);
            Assert.Equal(result.Objective, value, tolerance * squared);
            Assert.True(result.NormSpread <= 50 * tolerance);
            for (int k = 0; k < 20; k++)
            {
                Assert.True(Value(m, w.Plus(Dense.Random(n, r, 1000 * seed + k), 0.01), lambda) >= result.ClosedForm - 1e-11 * squared - tolerance * squared);
                Assert.True(Value(m, Dense.Random(n, r, 77 * seed + k), lambda) >= result.ClosedForm - 1e-11 * squared);
            }
        }

        static double Value(double[,] m, double[,] w, double lambda)
        {
            double[,] residual = m.Minus(w.Times(w.T()));
            return residual.Inner(residual) + lambda * w.ColumnNorms().Sum(value => Math.Pow(value, 4));
        }
    }

    [Theory]
    [InlineData(3, 0.5, 10.25, 1, 2)]
    [InlineData(2, 0.5, 13.4166666667, 1.1666666667, 2.3333333333)]
    [InlineData(4, 2, 17.45, 1.8, 0.9)]
    public void DiagonalDataGiveTheTable(int r, double lambda, double optimum, double tau, double share)
    {
        var result = TiedDropout.Solve<double>(Dense.Diagonal(5, 5, 4, 3, 2, 1, 0.5), new() { Rank = r, Lambda = lambda });
        Assert.Equal(optimum, result.Objective, 1e-10);
        Assert.Equal(tau, result.Tau, 1e-10);
        Assert.All(Dense.Of(result.U).ColumnNorms(), norm => Assert.Equal(share, norm * norm, 1e-10));
    }

    [Fact]
    public void NegativeDataHaveTheZeroSolution()
    {
        var result = TiedDropout.Solve<double>(Dense.Diagonal(2, 2, -1, -2), new() { Rank = 2, Lambda = 1 });
        Assert.Equal((0, 5.0, 0.0), (result.Rank, result.Objective, Dense.Of(result.U).Max()));
    }

    // 6.4: one input, two hidden units. Minima, saddles and the grid of the landscape.
    [Theory]
    [InlineData(0.1, 0.6900655593, 0.0476190476)]
    [InlineData(0.5, 0.6324555320, 0.2)]
    [InlineData(1, 0.5773502692, 0.3333333333)]
    [InlineData(2, 0.5, 0.5)]
    [InlineData(4, 0.4082482905, 0.6666666667)]
    public void TheMinimaOfTheAutoencoder(double lambda, double weight, double optimum)
    {
        var result = TiedDropout.Solve<double>(new double[,] { { 1 } }, new() { Rank = 2, Lambda = lambda });
        Assert.Equal(weight, Math.Abs(result.U.Span[0, 0]), 1e-10);
        Assert.Equal(weight, Math.Abs(result.U.Span[0, 1]), 1e-10);
        Assert.Equal(optimum, result.Objective, 1e-10);
        double saddle = Math.Sqrt(1 / (1 + lambda));
        Assert.Equal(lambda / (1 + lambda), At(lambda, saddle, 0), 1e-14);
        const double H = 1e-4;
        double curvature = (At(lambda, saddle, H) - 2 * At(lambda, saddle, 0) + At(lambda, saddle, -H)) / (H * H);
        Assert.Equal(-4 * lambda / (1 + lambda), curvature, 1e-5);
    }

    [Fact]
    public void TheGridOfTheLandscapeIsExact()
    {
        (double, double)[] points = [(0, 0), (0.5, 0.5), (1, 0), (1, 0.5), (1, 1), (1.5, 1.5)];
        Assert.Equal([1, 0.25, 0, 0.0625, 1, 12.25], points.Select(p => At(0, p.Item1, p.Item2)));
        Assert.Equal([1, 0.3125, 0.5, 0.59375, 2, 17.3125], points.Select(p => At(0.5, p.Item1, p.Item2)));
        Assert.Equal([1, 0.5, 2, 2.1875, 5, 32.5], points.Select(p => At(2, p.Item1, p.Item2)));
        Assert.Equal(17.3125, TiedDropout.Evaluate<float>(new float[,] { { 1 } }, new float[,] { { 1.5f, 1.5f } }, 0.5));
    }

    private static double At(double lambda, double first, double second) => TiedDropout.Evaluate<double>(new double[,] { { 1 } }, new double[,] { { first, second } }, lambda);

    [Theory]
    [InlineData(0.1, 1, 0.1, 0.6967952893, 0.6810342539)]
    [InlineData(0.5, 1, 0.1, 0.6460672434, 0.6265772463)]
    [InlineData(1, 1, 0.1, 0.5913519397, 0.5746565379)]
    [InlineData(0.1, -0.2, 1.2, -0.6967922891, 0.6810373373)]
    public void TheAutoencoderDescentReplays(double lambda, double first, double second, double endFirst, double endSecond)
    {
        var options = new DropoutFactorizationOptions
        {
            Rank = 2,
            Theta = 1 / (1 + lambda),
            Iterations = 20_000,
            Step = 0.02,
            StepDecay = 500,
            Seed = Experiment.Seed,
            MaskStream = 30,
            ReportInterval = 5000,
        };
        var result = TiedDropout.Descend<double>(new double[,] { { 1 } }, new[,] { { first, second } }, options);
        Assert.Equal(endFirst, result.U.Span[0, 0], 1e-9);
        Assert.Equal(endSecond, result.U.Span[0, 1], 1e-9);
        Assert.True(Math.Abs(Math.Abs(endFirst) - Math.Sqrt(1 / (2 + lambda))) <= 0.03);
    }

    [Fact]
    public void DescentComesNearTheOptimum()
    {
        double[,] m = Gram(8, 3);
        var result = TiedDropout.Descend<double>(m, null, new() { Rank = 6, Theta = 0.8, Seed = 4, StartScale = 0.1, ReportInterval = 1000 });
        Assert.InRange(result.RelativeGap, -1e-12, 0.05);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("m", () => TiedDropout.Solve<double>(new double[,] { { 1, 2 }, { 3, 4 } }, new() { Rank = 1, Lambda = 1 }));
        Assert.Throws<ArgumentException>("m", () => TiedDropout.Solve<double>(new double[2, 3], new() { Rank = 1, Lambda = 1 }));
        Assert.Throws<ArgumentException>("w", () => TiedDropout.Descend(new double[,] { { 1 } }, new double[2, 2], new() { Rank = 2, Theta = 0.5 }));
        Assert.Throws<SolverDivergedException>(() => TiedDropout.Descend<double>(Gram(4, 1), null, new() { Rank = 2, Theta = 0.5, Step = 50 }));
    }

    private static double[,] Symmetric(int n, int seed)
    {
        double[,] a = Dense.Random(n, n, seed);
        return Dense.Build(n, n, (i, j) => (a[i, j] + a[j, i]) / 2);
    }

    private static double[,] Gram(int n, int seed)
    {
        double[,] a = Dense.Random(n, n, seed), g = a.Times(a.T());
        return Dense.Build(n, n, (i, j) => (g[i, j] + g[j, i]) / 2);
    }
}
