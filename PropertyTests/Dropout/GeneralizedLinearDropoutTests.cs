using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class GeneralizedLinearDropoutTests
{
    private const GeneralizedLinearFamily Linear = GeneralizedLinearFamily.Linear, Logistic = GeneralizedLinearFamily.Logistic, Poisson = GeneralizedLinearFamily.Poisson;
    private static readonly double[,] X = { { 1, 2 }, { 0, 1 }, { -1, 0.5 } };
    private static readonly double[] Beta = [0.5, -0.25];

    [Theory]
    [InlineData(Linear, 0.4140625, 0.4140625)]
    [InlineData(Logistic, 0.0975985800, 0.1003523071)]
    [InlineData(Poisson, 0.3690396909, 0.3454269329)]
    public void TheWorkedPenalties(GeneralizedLinearFamily family, double exact, double quadratic)
    {
        Assert.Equal(exact, GeneralizedLinearDropout.ExactPenalty<double>(family, X, Beta, 0.5), 1e-10);
        Assert.Equal(quadratic, GeneralizedLinearDropout.QuadraticPenalty<double>(family, X, Beta, 0.5), 1e-10);
        float[] beta = [0.5f, -0.25f];
        Assert.Equal(exact, GeneralizedLinearDropout.ExactPenalty<float>(family, X.As<float>(), beta, 0.5), 1e-4 * exact * 10);
        Assert.Equal(quadratic, GeneralizedLinearDropout.QuadraticPenalty<float>(family, X.As<float>(), beta, 0.5), 1e-6);
        Assert.Equal(Enumerated(family, X, Beta, 0.5), GeneralizedLinearDropout.ExactPenalty<double>(family, X, Beta, 0.5), 1e-13);
    }

    [Theory]
    [InlineData(Linear, 0.0421875, 0.0421875)]
    [InlineData(Logistic, 0.0101385117, 0.0101703626)]
    [InlineData(Poisson, 0.0327713836, 0.0325414999)]
    public void TheWorkedAdditivePenalties(GeneralizedLinearFamily family, double exact, double quadratic)
    {
        Assert.Equal(exact, GeneralizedLinearDropout.AdditiveExactPenalty<double>(family, X, Beta, 0.09), 1e-10);
        Assert.Equal(quadratic, GeneralizedLinearDropout.AdditiveQuadraticPenalty<double>(family, X, Beta, 0.09), 1e-10);
    }

    // E19: without the factor (1/2) delta / (1 - delta) the form is twice too large at delta = 1/2.
    [Fact]
    public void TheSlidesFisherFormMissesItsFactor()
    {
        double slide = 0;
        for (int i = 0; i < 3; i++)
        {
            double z = X[i, 0] * Beta[0] + X[i, 1] * Beta[1], p = 1 / (1 + Math.Exp(-z));
            slide += p * (1 - p) * (X[i, 0] * X[i, 0] * Beta[0] * Beta[0] + X[i, 1] * X[i, 1] * Beta[1] * Beta[1]);
        }

        Assert.Equal(0.2007046143, slide, 1e-10);
        Assert.Equal(slide / 2, GeneralizedLinearDropout.QuadraticPenalty<double>(Logistic, X, Beta, 0.5), 1e-13);
        Assert.True(Math.Abs(slide - Enumerated(Logistic, X, Beta, 0.5)) > 0.1);
    }

    [Fact]
    public void TheWorkedGradientAndDifferences()
    {
        double[] gradient = new double[2];
        GeneralizedLinearDropout.QuadraticPenalty<double>(Logistic, X, Beta, 0.5, gradient);
        Assert.Equal(0.2294159402, gradient[0], 1e-10);
        Assert.Equal(-0.3202053114, gradient[1], 1e-10);
        double[,] x = Dense.Random(7, 5, 1);
        double[] beta = [.. Enumerable.Range(0, 5).Select(j => 0.3 * j - 0.5)], slope = new double[5];
        foreach (GeneralizedLinearFamily family in Enum.GetValues<GeneralizedLinearFamily>())
        {
            GeneralizedLinearDropout.QuadraticPenalty<double>(family, x, beta, 0.3, slope);
            for (int j = 0; j < 5; j++)
            {
                double[] up = [.. beta], down = [.. beta];
                up[j] += 1e-6;
                down[j] -= 1e-6;
                double difference = (GeneralizedLinearDropout.QuadraticPenalty<double>(family, x, up, 0.3) - GeneralizedLinearDropout.QuadraticPenalty<double>(family, x, down, 0.3)) / 2e-6;
                Assert.Equal(difference, slope[j], 1e-8);
            }
        }
    }

    [Fact]
    public void ExactPenaltiesAreTheMeanOverAllMasksInDouble() => Judge<double>(1e-12);

    [Fact]
    public void ExactPenaltiesAreTheMeanOverAllMasksInFloat() => Judge<float>(1e-4);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int seed = 0; seed < 12; seed++)
        {
            int d = 1 + seed % 8;
            double[,] x = Dense.Of(Dense.Random(6, d, seed).Times(2).As<T>());
            double[,] b = Dense.Of(Dense.Random(1, d, seed + 50).As<T>());
            double[] beta = [.. b.Cast<double>()];
            T[] tb = [.. beta.Select(T.CreateChecked)];
            foreach (GeneralizedLinearFamily family in Enum.GetValues<GeneralizedLinearFamily>())
            {
                foreach (double delta in (double[])[0, 0.1, 0.5, 0.7])
                {
                    double mean = Enumerated(family, x, beta, delta), scale = mean + Enumerable.Range(0, 6).Sum(i => Math.Abs(Partition(family, Dot(x, beta, i))));
                    double found = GeneralizedLinearDropout.ExactPenalty<T>(family, x.As<T>(), tb, delta);
                    Assert.Equal(mean, found, tolerance * scale);
                    Assert.True(found >= -tolerance * scale);
                }
            }
        }
    }

    // exact - quadratic falls by 16 with every halving of beta for logistic, and for Poisson at delta = 1/2; by 8 for Poisson elsewhere.
    [Theory]
    [InlineData(Logistic, 0.3, 16)]
    [InlineData(Logistic, 0.5, 16)]
    [InlineData(Poisson, 0.5, 16)]
    [InlineData(Poisson, 0.3, 8)]
    public void TheApproximationHasItsOrder(GeneralizedLinearFamily family, double delta, double ratio)
    {
        double Error(double h)
        {
            double[] beta = [.. Beta.Select(value => h * value)];
            return Math.Abs(Enumerated(family, X, beta, delta) - GeneralizedLinearDropout.QuadraticPenalty<double>(family, X, beta, delta));
        }

        Assert.Equal(ratio, Error(1.0 / 8) / Error(1.0 / 16), 0.12 * ratio);
    }

    [Fact]
    public void ThePoissonErrorHasItsLeadingTerm()
    {
        const double Delta = 0.3, H = 1.0 / 32;
        double[] beta = [.. Beta.Select(value => H * value)];
        double error = GeneralizedLinearDropout.ExactPenalty<double>(Poisson, X, beta, Delta) - GeneralizedLinearDropout.QuadraticPenalty<double>(Poisson, X, beta, Delta);
        double term = 0;
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                term += Math.Exp(Dot(X, beta, i)) * Math.Pow(X[i, j] * beta[j], 3);
            }
        }

        term *= Delta * (2 * Delta - 1) / ((1 - Delta) * (1 - Delta)) / 6;
        Assert.Equal(1.031, error / term, 0.002);
    }

    // The remainder (E20 in ErrataTests) does not vanish at fixed beta as delta does.
    [Fact]
    public void TheApproximationDoesNotBecomeExactForSmallRates()
    {
        const double Delta = 1e-5;
        double limit = 0;
        for (int i = 0; i < 3; i++)
        {
            double z = Dot(X, Beta, i), p = 1 / (1 + Math.Exp(-z));
            for (int j = 0; j < 2; j++)
            {
                limit += Partition(Logistic, z - X[i, j] * Beta[j]) - Partition(Logistic, z) + X[i, j] * Beta[j] * p;
            }
        }

        Assert.Equal(1.00001, GeneralizedLinearDropout.ExactPenalty<double>(Logistic, X, Beta, Delta) / Delta / limit, 2e-5);
        Assert.True(Math.Abs(GeneralizedLinearDropout.QuadraticPenalty<double>(Logistic, X, Beta, Delta) / Delta / limit - 1) > 1e-3);
    }

    [Fact]
    public void TheLogisticApproximationIsNotConvex()
    {
        double[,] x = { { 1 } };
        double[] quadratic = [.. new double[] { 0, 2, 4, 6 }.Select(b => GeneralizedLinearDropout.QuadraticPenalty<double>(Logistic, x, [b], 0.5))];
        double[] exact = [.. new double[] { 2, 4, 6 }.Select(b => GeneralizedLinearDropout.ExactPenalty<double>(Logistic, x, [b], 0.5))];
        Assert.All(quadratic.Zip([0, 0.2099871708, 0.1413016497, 0.0443971672]), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
        Assert.All(exact.Zip([0.2287205432, 0.3285913655, 0.3441009772]), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
        Assert.Equal(0.3465735903, GeneralizedLinearDropout.ExactPenalty<double>(Logistic, x, [60], 0.5), 1e-10);
    }

    [Fact]
    public void DrawnMasksAgreeWithTheExactPenalty()
    {
        double[,] x = Dense.Random(9, 6, 3);
        double[] beta = [1, -0.5, 0.7, 0.2, -1, 0.4];
        foreach (GeneralizedLinearFamily family in Enum.GetValues<GeneralizedLinearFamily>())
        {
            (double mean, double band) = GeneralizedLinearDropout.MonteCarloPenalty<double>(family, x, beta, KeepRate.Of(0.6), 4000, Experiment.Seed, 3);
            Assert.True(Math.Abs(mean - GeneralizedLinearDropout.ExactPenalty<double>(family, x, beta, 0.4)) <= 3 * band);
            Assert.True(band < 0.1 * mean);
        }

        // The first replicate by definition.
        (double pair, _) = GeneralizedLinearDropout.MonteCarloPenalty<double>(Linear, x, beta, KeepRate.Of(0.6), 2, Experiment.Seed, 3);
        ulong threshold = KeepRate.Of(0.6).Threshold;
        double expected = Enumerable.Range(0, 2).Average(k => Enumerable.Range(0, 9).Sum(i =>
        {
            double noisy = Enumerable.Range(0, 6).Sum(j => Experiment.Word(Experiment.Seed, 3, (ulong)((k * 9 + i) * 6 + j)) < threshold ? x[i, j] * beta[j] * Math.Pow(2, 32) / threshold : 0);
            return (noisy * noisy - Math.Pow(Dot(x, beta, i), 2)) / 2;
        }));
        Assert.Equal(expected, pair, 1e-12);
    }

    [Fact]
    public void LeastSquaresUnderDropoutIsAWeightedRidge()
    {
        double[,] x = Dense.Random(8, 4, 1);
        double[] y = [.. Dense.Random(1, 8, 2).Cast<double>()];
        double[] beta = GeneralizedLinearFit.SolveLinear<double>(x, y, 0.3);
        for (int j = 0; j < 4; j++)
        {
            double[] up = [.. beta], down = [.. beta];
            up[j] += 1e-5;
            down[j] -= 1e-5;
            Assert.Equal(0, (MeanLoss(up) - MeanLoss(down)) / 2e-5, 1e-8);
        }

        foreach (bool exact in (bool[])[true, false])
        {
            var fit = GeneralizedLinearFit.Solve<double>(Linear, x, y, 0.3, exact);
            Assert.True(fit.Converged);
            Assert.All(fit.Beta.Zip(beta), pair => Assert.Equal(pair.Second, pair.First, 1e-7));
        }

        double MeanLoss(double[] b) => Enumerated(Linear, x, b, 0.3) + Enumerable.Range(0, 8).Sum(i => Math.Pow(y[i] - Dot(x, b, i), 2)) / 2;
    }

    [Theory]
    [InlineData(Logistic)]
    [InlineData(Poisson)]
    public void FitsAreStationary(GeneralizedLinearFamily family)
    {
        double[,] x = Dense.Random(20, 4, 5);
        double[] y = [.. Enumerable.Range(0, 20).Select(i => family == Logistic ? (x[i, 0] + 0.3 * x[i, 1] > 0.1 != (i % 4 == 0) ? 1.0 : 0) : i % 4)];
        var fit = GeneralizedLinearFit.Solve<double>(family, x, y, 0.4, exact: true);
        Assert.True(fit.Converged);
        double Mean(double[] b) => Enumerated(family, x, b, 0.4) + Enumerable.Range(0, 20).Sum(i => Partition(family, Dot(x, b, i)) - y[i] * Dot(x, b, i));
        Assert.Equal(Mean(fit.Beta), fit.Objective, 1e-10 * (1 + Math.Abs(fit.Objective)));
        for (int k = 0; k < 50; k++)
        {
            double[,] step = Dense.Random(1, 4, k);
            Assert.True(Mean([.. fit.Beta.Select((b, j) => b + 0.05 * step[0, j])]) >= fit.Objective - 1e-10);
        }

        var quadratic = GeneralizedLinearFit.Solve<double>(family, x, y, 0.05, exact: false);
        var close = GeneralizedLinearFit.Solve<double>(family, x, y, 0.05, exact: true);
        Assert.All(quadratic.Beta.Zip(close.Beta), pair => Assert.Equal(pair.Second, pair.First, 0.2));
        Assert.Equal(close.Objective, GeneralizedLinearFit.Solve<float>(family, x.As<float>(), [.. y.Select(v => (float)v)], 0.05, exact: true).Objective, 1e-3 * Math.Abs(close.Objective));
    }

    // E18: noise of covariance lambda I on the features is ridge with N lambda beside the sum, or lambda beside the mean.
    [Fact]
    public void RidgeIsNoiseOnTheFeatures()
    {
        const double Lambda = 0.3;
        double[,] x = Dense.Random(5, 3, 1);
        double[] y = [.. Dense.Random(1, 5, 2).Cast<double>()], beta = [0.4, -0.2, 0.9];
        double noisy = 0;
        for (int signs = 0; signs < 8; signs++)
        {
            double shift = Enumerable.Range(0, 3).Sum(j => ((signs >> j & 1) == 1 ? 1 : -1) * Math.Sqrt(Lambda) * beta[j]);
            noisy += Enumerable.Range(0, 5).Sum(i => Math.Pow(y[i] - Dot(x, beta, i) - shift, 2)) / 8 / 5;
        }

        double clean = Enumerable.Range(0, 5).Sum(i => Math.Pow(y[i] - Dot(x, beta, i), 2)), ridge = Lambda * beta.Sum(b => b * b);
        Assert.Equal(clean / 5 + ridge, noisy, 1e-14);
        Assert.True(Math.Abs(clean + ridge - noisy) > 0.1);
        double penalty = GeneralizedLinearDropout.AdditiveExactPenalty<double>(Linear, x, beta, Lambda);
        Assert.Equal((noisy - clean / 5) * 5 / 2, penalty, 1e-14);
    }

    [Fact]
    public void ExtremePredictorsNeitherOverflowNorCancel()
    {
        double[] z = [-800, -40, -1, 0, 1, 40, 800], value = new double[7], mean = new double[7], variance = new double[7], skew = new double[7];
        LogPartition.Logistic<double>(z, value);
        LogPartition.LogisticDerivatives<double>(z, mean, variance, skew);
        for (int i = 0; i < 7; i++)
        {
            double expected = z[i] < -36 ? Math.Exp(z[i]) : z[i] > 36 ? z[i] + Math.Exp(-z[i]) : Math.Log(1 + Math.Exp(z[i]));
            Assert.Equal(expected, value[i], 4e-16 * (Math.Abs(expected) + 1e-290) + (Math.Abs(z[i]) <= 1 ? 2e-16 : 0));
            Assert.Equal(1 / (1 + Math.Exp(-z[i])), mean[i], 1e-15);
            double p = 1 / (1 + Math.Exp(-z[i]));
            Assert.Equal(p * (1 - p), variance[i], 1e-15);
            Assert.Equal(p * (1 - p) * (1 - 2 * p), skew[i], 1e-15);
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("delta", () => GeneralizedLinearDropout.QuadraticPenalty<double>(Linear, X, Beta, 1));
        Assert.Throws<ArgumentOutOfRangeException>("delta", () => GeneralizedLinearDropout.ExactPenalty<double>(Poisson, X, Beta, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("variance", () => GeneralizedLinearDropout.AdditiveExactPenalty<double>(Linear, X, Beta, -1));
        Assert.Throws<ArgumentException>("beta", () => GeneralizedLinearDropout.QuadraticPenalty<double>(Linear, X, [1], 0.5));
        Assert.Throws<ArgumentException>("beta", () => GeneralizedLinearDropout.ExactPenalty<double>(Poisson, X, [800, 0], 0.5));
        Assert.Throws<ArgumentException>("beta", () => GeneralizedLinearDropout.ExactPenalty<float>(Poisson, X.As<float>(), [80, 0], 0.5));
        Assert.Throws<ArgumentException>("y", () => GeneralizedLinearDropout.Loss<double>(Logistic, X, [0, 1, 0.5], Beta));
        Assert.Throws<ArgumentException>("y", () => GeneralizedLinearDropout.Loss<double>(Poisson, X, [0, 1, -1], Beta));
        Assert.Throws<ArgumentException>("y", () => GeneralizedLinearFit.Solve<double>(Linear, X, [0], 0.5, true));
        Assert.Throws<ArgumentException>("x", () => GeneralizedLinearDropout.ExactPenalty<double>(Logistic, new double[1, 17], new double[17], 0.5));
    }

    private static double Dot(double[,] x, double[] beta, int i) => beta.Select((b, j) => b * x[i, j]).Sum();

    private static double Partition(GeneralizedLinearFamily family, double z)
        => family switch { Linear => z * z / 2, Poisson => Math.Exp(z), _ => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) };

    private static double Enumerated(GeneralizedLinearFamily family, double[,] x, double[] beta, double delta)
    {
        double sum = 0;
        int d = beta.Length;
        for (int i = 0; i < x.Rows(); i++)
        {
            double mean = 0;
            for (int mask = 0; mask < 1 << d; mask++)
            {
                int kept = int.PopCount(mask), bits = mask, row = i;
                mean += Math.Pow(1 - delta, kept) * Math.Pow(delta, d - kept) * Partition(family, beta.Select((b, j) => (bits >> j & 1) == 1 ? b * x[row, j] / (1 - delta) : 0).Sum());
            }

            sum += mean - Partition(family, Dot(x, beta, i));
        }

        return sum;
    }
}
