using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class VariableDropBlockTests
{
    // Y = diag(y) with (1 + weight)-scaled head and tau-shifted tail such that x = (3, 1, 0.8, 0.2).
    [Fact]
    public void TheWorkedSplitting()
    {
        // s = 2, rho = 2, p = 1: ridge on the first value, shrinkage tau = lambda T on the tail, T = 2.
        const double Lambda = 0.1;
        double[,] y = Dense.Diagonal(4, 4, 3 * (1 + Lambda), 1 + 2 * Lambda, 0.8 + 2 * Lambda, 0.2 + 2 * Lambda);
        var result = VariableDropBlock.Solve<double>(y, new() { BlockSize = 2, Lambda = Lambda });
        Assert.Equal((4, 4, 1), (result.Blocks, result.Rank, result.Full));
        Assert.Equal(0.9013878189, result.BlockNorm, 1e-10);
        Assert.True(result.NormSpread <= 1e-14);
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
        Assert.True(u.Times(v.T()).Minus(Dense.Diagonal(4, 4, 3, 1, 0.8, 0.2)).Max() <= 1e-14);
        double[] head = [0.8660254038, 0, 0, 0], tail = [0, 0.5, 0.4472135955, 0.2236067977];
        for (int k = 0; k < 4; k++)
        {
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(head[i], Math.Abs(u[i, 2 * k]), 1e-10);
                Assert.Equal(tail[i], Math.Abs(u[i, 2 * k + 1]), 1e-10);
            }
        }

        Assert.Equal(SolverStatus.Optimal, result.Status);
    }

    [Fact]
    public void EveryShapeInDouble() => Judge<double>(1e-12);

    [Fact]
    public void EveryShapeInFloat() => Judge<float>(2e-5);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int seed = 0; seed < 60; seed++)
        {
            int m = 1 + seed % 6, n = 1 + seed / 3 % 7, s = 1 + seed % 4;
            double lambda = new[] { 0.01, 0.1, 0.5, 3, 0 }[seed % 5];
            double[,] y = Dense.Of(Dense.Random(m, n, seed).As<T>());
            var result = VariableDropBlock.Solve<T>(y.As<T>(), new() { BlockSize = s, Lambda = lambda });
            double squared = y.Inner(y);
            double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
            double objective = y.Minus(u.Times(v.T())).Inner(y.Minus(u.Times(v.T())));
            for (int k = 0; k < result.Blocks; k++)
            {
                double[,] block = Columns(u, k * s, s).Times(Columns(v, k * s, s).T());
                objective += result.Blocks * lambda * block.Inner(block);
            }

            Assert.Equal(objective, result.Objective, tolerance * squared);
            Assert.Equal(result.ClosedForm, result.Objective, tolerance * squared);
            Assert.InRange(result.Gap, -tolerance * squared, lambda == 0 ? double.PositiveInfinity : tolerance * squared);
            Assert.True(result.NormSpread <= 50 * tolerance, $"spread {result.NormSpread}");
        }
    }

    // Blocks doubled: the same optimum, since lambda_K = K lambda_1 follows.
    [Fact]
    public void MoreBlocksChangeNothing()
    {
        double[,] y = Dense.Random(6, 5, 3);
        var least = VariableDropBlock.Solve<double>(y, new() { BlockSize = 2, Lambda = 0.2 });
        var more = VariableDropBlock.Solve<double>(y, new() { BlockSize = 2, Lambda = 0.2, Blocks = 4 * least.Blocks });
        Assert.Equal(least.Objective, more.Objective, 1e-13);
        Assert.Equal(4 * least.Blocks * 2, more.U.Width);
    }

    // E9: with the product of Frobenius norms the penalty would be the squared nuclear norm, and the mean over masks would be missed.
    [Fact]
    public void TheRegularizerIsTheNormOfTheProductNotTheProductOfTheNorms()
    {
        double[,] y = Dense.Random(4, 3, 1), u = Dense.Random(4, 4, 2), v = Dense.Random(3, 4, 3);
        const double Theta = 0.6, Lambda = (1 - Theta) / Theta;
        double mean = 0;
        for (int mask = 0; mask < 4; mask++)
        {
            int kept = int.PopCount(mask), bits = mask;
            mean += Math.Pow(Theta, kept) * Math.Pow(1 - Theta, 2 - kept) * Experiment.Loss(y, u, v, Theta, i => (bits >> i / 2 & 1) == 1);
        }

        double ours = DropBlockObjective.Evaluate<double>(y, u, v, 2, Lambda);
        double[,] residual = y.Minus(u.Times(v.T()));
        double slide = residual.Inner(residual) + Lambda * Enumerable.Range(0, 2).Sum(k => Math.Pow(Columns(u, 2 * k, 2).Norm() * Columns(v, 2 * k, 2).Norm(), 2));
        Assert.Equal(mean, ours, 1e-12 * mean);
        Assert.True(Math.Abs(slide - mean) > 0.05);
        Assert.Equal(ours, DropBlockObjective.Evaluate<float>(y.As<float>(), u.As<float>(), v.As<float>(), 2, Lambda), 2e-5 * ours);
    }

    [Theory]
    [InlineData(0.05, 3067833783UL, 0, 8, 0.0499524128, 0.2195814319, 0.2497620640, 0.2208840382, 0.036)]
    [InlineData(0.1, 2386092942UL, 0, 8, 0.0915794235, 0.4025659587, 0.2289485587, 0.4050780371, 0.036)]
    [InlineData(0.25, 1431655765UL, 1, 8, 0.1787269646, 0.8069232296, 0.1842755977, 0.8089642521, 0.024)]
    public void TheDropBlockExperimentReplays(double first, ulong threshold, int p, int q, double tau, double optimum, double blockNorm, double final, double variation)
    {
        double[,] y = Experiment.DropBlockData();
        KeepRate rate = KeepRate.Of(threshold / Math.Pow(2, 32));
        Assert.Equal(threshold, rate.Threshold);
        Assert.Equal(threshold, KeepRate.Of(1 / (1 + 8 * first)).Threshold);
        var closed = VariableDropBlock.Solve<double>(y, new() { BlockSize = 4, Lambda = rate.DropoutWeight / 8, Blocks = 8 });
        Assert.Equal((p, q), (closed.Full, closed.Rank));
        Assert.Equal(tau, closed.Tau, 1e-10);
        Assert.Equal(optimum, closed.Objective, 1e-10);
        Assert.Equal(blockNorm, closed.BlockNorm, 1e-10);
        Assert.True(closed.NormSpread <= 1e-14);

        var options = new DropoutFactorizationOptions
        {
            Rank = 32,
            BlockSize = 4,
            Theta = rate.Value,
            Step = 0.1 * rate.Value,
            StartScale = 0.1,
            Seed = Experiment.Seed,
            MaskStream = 43,
            ReportInterval = 1000,
        };
        var run = DropoutFactorization.Solve<double>(y, options);
        Assert.Equal(final, run.Objective, 1e-9 * final);
        Assert.Equal(optimum, run.LowerBound, 1e-10);
        double[] norms = new double[8];
        DropBlockObjective.BlockNorms<double>(run.U.AsView(), run.V.AsView(), 4, norms);
        double mean = norms.Average(), spread = Math.Sqrt(norms.Average(value => (value - mean) * (value - mean))) / mean;
        Assert.Equal(variation, spread, 0.0006);
        Assert.Equal(final, DropoutFactorization.Solve<float>(y.As<float>(), options).Objective, 1e-5 * final);
    }

    // The bound of a fixed number of blocks is not always attained (two rank-2 projections have a spectrum symmetric about 1), and sometimes is.
    [Fact]
    public void AFixedNumberOfBlocksCanMissTheBound()
    {
        double[,] y = Dense.Diagonal(4, 4, 1.5, 1, 0.9, 0.6);
        double two = Best(y, 2, 20_000);
        Assert.Equal(4.0 / 11, SpectralKSupport.Shrink([1.5, 1, 0.9, 0.6], 0.05, 2, new double[4]).Objective, 1e-14);
        Assert.InRange(two, 401.0 / 1100 - 1e-9, 401.0 / 1100 + 1e-6);
        double three = Best(y, 3, 6000);
        Assert.Equal(SpectralKSupport.Shrink([1.5, 1, 0.9, 0.6], 0.05, 2, new double[4]).Objective, three, 1e-7);

        // ALS with lambda = K lambda_1, lambda_1 = 0.05, best of three starts.
        static double Best(double[,] y, int blocks, int sweeps)
            => Enumerable.Range(0, 3).Min(seed => AlternatingDropout.Solve<double>(
                y,
                new() { Masks = MaskCovariance.DropBlock(2 * blocks, 2, KeepRate.Of(1 / (1 + 0.05 * blocks))), Sweeps = sweeps, Tolerance = 1e-15, Seed = (ulong)seed }).Objective);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = Dense.Random(4, 4, 1);
        Assert.Throws<ArgumentOutOfRangeException>("BlockSize", () => VariableDropBlock.Solve<double>(y, new() { BlockSize = 0, Lambda = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => VariableDropBlock.Solve<double>(y, new() { BlockSize = 1, Lambda = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Blocks", () => VariableDropBlock.Solve<double>(y, new() { BlockSize = 1, Lambda = 1, Blocks = 3 }));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => VariableDropBlock.Solve<double>(y, new() { BlockSize = 1, Lambda = 0.01, Blocks = 1 }));
        Assert.Throws<ArgumentException>("y", () => VariableDropBlock.Solve<double>(new double[0, 3], new() { BlockSize = 1, Lambda = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("BlockSize", () => DropoutFactorization.Solve<double>(y, new() { Rank = 5, Theta = 0.5, BlockSize = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>("StepRule", () => DropoutFactorization.Solve<double>(y, new() { Rank = 5, Theta = 0.5, StepRule = (StepRule)9 }));
    }

    private static double[,] Columns(double[,] a, int first, int count) => Dense.Build(a.Rows(), count, (i, j) => a[i, first + j]);
}
