using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

// Networks with an input: masks of units by sample or by batch, and masks of weights.
public class InputDropoutTests
{
    [Fact]
    public void TheClosedFormInDouble() => Judge<double>(1e-12);

    [Fact]
    public void TheClosedFormInFloat() => Judge<float>(2e-5);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int seed = 0; seed < 24; seed++)
        {
            int m = 1 + seed % 4, n = 2 + seed % 3, samples = 3 + seed % 6, r = 1 + seed % 5;
            double lambda = 0.1 + 0.4 * (seed % 4);

            // Every other input has rank one less than it could.
            double[,] x = Dense.Of((seed % 2 == 0 ? Dense.Random(n, samples, seed) : Dense.Random(n, 1, seed).Times(Dense.Random(1, samples, seed + 9))).As<T>());
            double[,] y = Dense.Of(Dense.Random(m, samples, seed + 1).As<T>());
            var result = InputDropout.Solve<T>(y.As<T>(), x.As<T>(), new() { Rank = r, Lambda = lambda });
            double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
            double squared = y.Inner(y);
            Assert.Equal(result.ClosedForm, Value(y, x, u, v, lambda), 20 * tolerance * squared);
            Assert.Equal(result.ClosedForm, result.Objective, 20 * tolerance * squared);
            for (int k = 0; k < 10; k++)
            {
                Assert.True(Value(y, x, u.Plus(Dense.Random(m, r, k), 0.02), v.Plus(Dense.Random(n, r, k + 50), 0.02), lambda) >= result.ClosedForm - 20 * tolerance * squared);
                Assert.True(Value(y, x, Dense.Random(m, r, k + seed), Dense.Random(n, r, k + seed + 50), lambda) >= result.ClosedForm - 1e-11 * squared);
            }
        }
    }

    [Fact]
    public void NoInputLeavesNothingToLearn()
    {
        double[,] y = Dense.Random(2, 4, 1);
        var result = InputDropout.Solve<double>(y, new double[3, 4], new() { Rank = 2, Lambda = 1 });
        Assert.Equal(y.Inner(y), result.Objective, 1e-14);
        Assert.Equal(0, Dense.Of(result.V).Max());
    }

    // Masks by sample and shared ones have the mean (1.3) and different variances: 2^(r N) and 2^r masks.
    [Fact]
    public void SampleMasksAndSharedMasksHaveOneMean()
    {
        const int R = 3, N = 3;
        const double Theta = 0.6;

        // All samples alike: shared masks then have N times the variance of masks by sample.
        double[,] ones = Dense.Build(1, N, (_, _) => 1), y = Dense.Random(2, 1, 1).Times(ones), x = Dense.Random(2, 1, 2).Times(ones);
        double[,] u = Dense.Random(2, R, 3), v = Dense.Random(2, R, 4), hidden = v.T().Times(x);
        (double perMean, double perSquare) = Enumerate(R * N, (mask, i, j) => (mask >> (j * R + i) & 1) == 1);
        (double sharedMean, double sharedSquare) = Enumerate(R, (mask, i, _) => (mask >> i & 1) == 1);
        double objective = InputDropout.Evaluate<double>(y, x, u, v, (1 - Theta) / Theta);
        Assert.Equal(perMean, objective, 1e-12 * objective);
        Assert.Equal(sharedMean, objective, 1e-12 * objective);
        double shared = sharedSquare - sharedMean * sharedMean, perSample = perSquare - perMean * perMean;
        Assert.Equal(N * perSample, shared, 1e-10 * (1 + shared));

        (double Mean, double Square) Enumerate(int decisions, Func<int, int, int, bool> kept)
        {
            double mean = 0, square = 0;
            for (int mask = 0; mask < 1 << decisions; mask++)
            {
                int ones = int.PopCount(mask), bits = mask;
                double p = Math.Pow(Theta, ones) * Math.Pow(1 - Theta, decisions - ones);
                double[,] residual = y.Minus(u.Times(Dense.Build(R, N, (i, j) => kept(bits, i, j) ? hidden[i, j] / Theta : 0)));
                double loss = residual.Inner(residual);
                mean += p * loss;
                square += p * loss * loss;
            }

            return (mean, square);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MinibatchStepsFollowThePlainLoop(bool shared)
    {
        const int M = 3, N = 7, Inputs = 4, R = 5, Batch = 3;
        double[,] y = Dense.Random(M, N, 1), x = Dense.Random(Inputs, N, 2), u = Dense.Random(M, R, 3), v = Dense.Random(Inputs, R, 4);
        var options = new MinibatchDropoutOptions { Rank = R, Theta = 0.7, BatchSize = Batch, SharedMask = shared, Iterations = 9, Step = 0.05, StepDecay = 4, Seed = Experiment.Seed, Layer = 2 };
        var result = MinibatchDropout.Solve<double>(y, x, options, (u, v));
        var single = MinibatchDropout.Solve<float>(y.As<float>(), x.As<float>(), options, (u.As<float>(), v.As<float>()));

        ulong threshold = KeepRate.Of(0.7).Threshold;
        double theta = threshold / Math.Pow(2, 32);
        for (int t = 0; t < 9; t++)
        {
            int[] samples = [.. Enumerable.Range(0, Batch).Select(j => (t * Batch + j) % N)];
            double[,] xb = Dense.Build(Inputs, Batch, (i, j) => x[i, samples[j]]), yb = Dense.Build(M, Batch, (i, j) => y[i, samples[j]]);
            double[,] z = Dense.Build(R, Batch, (i, j) => Experiment.Word(Experiment.Seed, (3UL << 48) | (uint)t, (shared ? 0 : (ulong)samples[j]) * R + (ulong)i) < threshold ? 1 / theta : 0);
            double[,] a = v.T().Times(xb), h = Dense.Build(R, Batch, (i, j) => z[i, j] * a[i, j]), e = yb.Minus(u.Times(h));
            double[,] ue = u.T().Times(e), g = Dense.Build(R, Batch, (i, j) => z[i, j] * ue[i, j]);
            double factor = 2 * 0.05 / (1 + t / 4.0) / Batch;
            (u, v) = (u.Plus(e.Times(h.T()), factor), v.Plus(xb.Times(g.T()), factor));
        }

        Assert.True(Dense.Of(result.U).Minus(u).Max() <= 1e-13);
        Assert.True(Dense.Of(result.V).Minus(v).Max() <= 1e-13);
        Assert.True(Dense.Of(single.V).Minus(v).Max() <= 1e-5);
    }

    [Fact]
    public void MinibatchDescentComesNearTheOptimum()
    {
        double[,] x = Dense.Random(5, 40, 1), y = Dense.Random(4, 5, 2).Times(x).Plus(Dense.Random(4, 40, 3), 0.1);
        var result = MinibatchDropout.Solve<double>(y, x, new() { Rank = 4, Theta = 0.8, BatchSize = 8, Seed = 5, StartScale = 0.1, Iterations = 20_000, ReportInterval = 5000 });
        Assert.InRange(result.RelativeGap, -1e-12, 0.05);
        Assert.Equal(InputDropout.Solve<double>(y, x, new() { Rank = 4, Lambda = result.Lambda }).ClosedForm, result.LowerBound, 1e-10);
    }

    [Fact]
    public void DropConnectByEnumeration()
    {
        const int N = 2, R = 3, M = 2;
        const double Theta = 0.7, Lambda = (1 - Theta) / Theta;
        double[,] y = Dense.Random(M, 4, 1), x = Dense.Random(N, 4, 2), u = Dense.Random(M, R, 3), v = Dense.Random(N, R, 4);
        double onV = 0, onU = 0;
        for (int mask = 0; mask < 1 << (N * R); mask++)
        {
            int ones = int.PopCount(mask), bits = mask;
            double p = Math.Pow(Theta, ones) * Math.Pow(1 - Theta, N * R - ones);
            onV += p * Loss(u, Dense.Build(N, R, (j, i) => (bits >> (j * R + i) & 1) == 1 ? v[j, i] / Theta : 0));
            onU += p * Loss(Dense.Build(M, R, (j, i) => (bits >> (j * R + i) & 1) == 1 ? u[j, i] / Theta : 0), v);
        }

        Assert.Equal(onV, DropConnect.Evaluate<double>(y, x, u, v, Lambda), 1e-12 * onV);
        Assert.Equal(onV, DropConnect.Evaluate<float>(y.As<float>(), x.As<float>(), u.As<float>(), v.As<float>(), Lambda), 2e-5 * onV);

        // Masks on U are plain dropout for every X; masks on V are not, unless X X^T is diagonal.
        Assert.Equal(onU, InputDropout.Evaluate<double>(y, x, u, v, Lambda), 1e-12 * onU);
        Assert.True(Math.Abs(onU - onV) > 1e-3);
        double[,] white = Dense.Build(N, 4, (i, j) => i == j / 2 ? 1 + i : 0);
        Assert.Equal(InputDropout.Evaluate<double>(y, white, u, v, Lambda), DropConnect.Evaluate<double>(y, white, u, v, Lambda), 1e-13);

        double Loss(double[,] a, double[,] b)
        {
            double[,] residual = y.Minus(a.Times(b.T()).Times(x));
            return residual.Inner(residual);
        }
    }

    [Fact]
    public void DropConnectStepsFollowThePlainLoop()
    {
        const int M = 3, N = 4, R = 2, Samples = 5;
        double[,] y = Dense.Random(M, Samples, 1), x = Dense.Random(N, Samples, 2), u = Dense.Random(M, R, 3), v = Dense.Random(N, R, 4);
        double[,] foundU = (double[,])u.Clone(), foundV = (double[,])v.Clone();
        DropConnect.Descend<double>(y, x, foundU, foundV, new() { Rank = R, Theta = 0.6, Iterations = 12, Step = 0.02, StepDecay = 6, Seed = Experiment.Seed, MaskStream = 9 });
        ulong threshold = KeepRate.Of(0.6).Threshold;
        double theta = threshold / Math.Pow(2, 32);
        for (int t = 0; t < 12; t++)
        {
            double[,] z = Dense.Build(N, R, (j, i) => Experiment.Word(Experiment.Seed, 9, (ulong)(t * N * R + j * R + i)) < threshold ? 1 : 0);
            double[,] zv = Dense.Build(N, R, (j, i) => z[j, i] * v[j, i]), residual = y.Minus(u.Times(zv.T()).Times(x).Times(1 / theta));
            double[,] back = x.Times(residual.T()).Times(u);
            double factor = 2 * 0.02 / (1 + t / 6.0) / theta;
            (u, v) = (u.Plus(residual.Times(x.T()).Times(zv), factor), v.Plus(Dense.Build(N, R, (j, i) => z[j, i] * back[j, i]), factor));
        }

        Assert.True(foundU.Minus(u).Max() <= 1e-14 * 10);
        Assert.True(foundV.Minus(v).Max() <= 1e-14 * 10);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = new double[2, 3], x = new double[4, 3];
        Assert.Throws<ArgumentException>("x", () => InputDropout.Solve<double>(y, new double[4, 2], new() { Rank = 1, Lambda = 1 }));
        Assert.Throws<ArgumentException>("x", () => MinibatchDropout.Solve<double>(y, new double[4, 2], new() { Rank = 1, Theta = 0.5, BatchSize = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => MinibatchDropout.Solve<double>(y, x, new() { Rank = 1, Theta = 0.5, BatchSize = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>("Layer", () => MinibatchDropout.Solve<double>(y, x, new() { Rank = 1, Theta = 0.5, Layer = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => DropConnect.Descend<double>(y, x, new double[2, 1], new double[4, 1], new() { Rank = 1, Theta = 0.5 }));
        Assert.Throws<ArgumentException>("v", () => DropConnect.Evaluate<double>(y, x, new double[2, 1], new double[3, 1], 1));
    }

    // ||Y - U V^T X||^2 + lambda sum ||u_i||^2 ||X^T v_i||^2
    private static double Value(double[,] y, double[,] x, double[,] u, double[,] v, double lambda) => Experiment.Objective(y, u, x.T().Times(v), lambda);
}
