using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

// A rate that follows the width, theta_r = theta_1 / (r - (r - 1) theta_1), against a fixed one.
public class VariableRateTests
{
    private const double First = 1.0 / 99;

    [Fact]
    public void DoublingHalvesTheRegularizerAtAFixedRateOnly()
    {
        double[,] y = new double[3, 2], u = { { 1, 0 }, { 1, 1 }, { 0, 2 } }, v = { { 1, 1 }, { 2, -1 } };
        double[,] twiceU = Dense.Build(3, 4, (i, j) => u[i, j % 2] / Math.Sqrt(2)), twiceV = Dense.Build(2, 4, (i, j) => v[i, j % 2] / Math.Sqrt(2));
        double product = DropoutObjective.Evaluate<double>(y, u, v, 0);
        Assert.Equal(product, DropoutObjective.Evaluate<double>(y, twiceU, twiceV, 0), 1e-13);
        Assert.Equal(20, DropoutObjective.Evaluate<double>(y, u, v, 1) - product, 1e-13);
        Assert.Equal(10, DropoutObjective.Evaluate<double>(y, twiceU, twiceV, 1) - product, 1e-13);
        FixedWidthDropoutOptions two = FixedWidthDropoutOptions.Variable(2, 0.9), four = FixedWidthDropoutOptions.Variable(4, 0.9);
        Assert.Equal(
            DropoutObjective.Evaluate<double>(y, u, v, two.Lambda), DropoutObjective.Evaluate<double>(y, twiceU, twiceV, four.Lambda), 1e-12);
        Assert.Equal(0.9 / (4 - 3 * 0.9), 1 / (1 + four.Lambda), 1e-15);
    }

    [Theory]
    [InlineData(5, 0.9519230769, 3.4159659916, 5, 5, 0.1062226228, 3.7086522976)]
    [InlineData(10, 0.9082568807, 0.9783532052, 10, 10, 0.0882074877, 0.9783532052)]
    [InlineData(20, 0.8319327731, 0.9783532052, 10, 20, 0.0471348653, 0.5708009483)]
    [InlineData(40, 0.7122302158, 0.9783532052, 10, 40, 0.0259058010, 0.3264868931)]
    [InlineData(80, 0.5530726256, 0.9783532052, 10, 78, 0.0142107052, 0.1771922621)]
    [InlineData(160, 0.3822393822, 0.9783532052, 10, 89, 0.0074607750, 0.0933059270)]
    public void TheAdaptiveRateKeepsTheRankAndTheFixedOneDoesNot(int r, double theta, double adaptive, int rank, int fixedRank, double fixedTau, double fixedOptimum)
    {
        double[,] y = Experiment.VariableSizeData();
        FixedWidthDropoutOptions options = FixedWidthDropoutOptions.Variable(r, 0.99);
        Assert.Equal(theta, 1 / (1 + options.Lambda), 1e-10);
        var variable = FixedWidthDropout.Solve<double>(y, options);
        var constant = FixedWidthDropout.Solve<double>(y, new() { Rank = r, Lambda = 10 * First });
        Assert.Equal(rank, variable.Rank);
        Assert.Equal(adaptive, variable.Objective, 1e-9);
        Assert.Equal(fixedRank, constant.Rank);
        Assert.Equal(fixedTau, constant.Tau, 1e-9);
        Assert.Equal(fixedOptimum, constant.Objective, 1e-9);
        if (r == 10)
        {
            Assert.Equal(1.3210721567, variable.SingularValues[0], 1e-9);
            Assert.Equal(0.0728236158, variable.SingularValues[10], 1e-9);
            Assert.Equal(0.0882074877, variable.Tau, 1e-9);
            Assert.Equal(8.7325412789, variable.NuclearNorm, 1e-9);
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(20, true, 3573124053UL, 0.9858153520)]
    [InlineData(20, false, 3900933599UL, 0.5764019614)]
    [InlineData(80, true, 2375428840UL, 0.9871355983)]
    [InlineData(80, false, 3900933599UL, 0.1788573146)]
    public void TheVariableSizeExperimentReplays(int r, bool adaptive, ulong threshold, double objective)
    {
        double theta = adaptive ? 1 / (1 + r * First) : 1 / (1 + 10 * First);
        Assert.Equal(threshold, KeepRate.Of(theta).Threshold);
        var options = new DropoutFactorizationOptions { Rank = r, Theta = theta, Step = 0.1 * theta, StartScale = 0.1, Seed = Experiment.Seed, ReportInterval = 1000 };
        var run = DropoutFactorization.Solve<double>(Experiment.VariableSizeData(), options);
        Assert.Equal(objective, run.Objective, 1e-9 * objective);
        Assert.Equal(objective, DropoutFactorization.Solve<float>(Experiment.VariableSizeData().As<float>(), options).Objective, 1e-5 * objective);
        Assert.InRange(run.RelativeGap, -1e-12, 3e-2);
        double[] values = new double[100];
        double[,] product = Dense.Of(run.U).Times(Dense.Of(run.V).T());
        Svd.SingularValues<double>(product, values);
        if (adaptive)
        {
            Assert.True(values[10] < 1e-2 * values[9]);
        }
        else
        {
            Assert.True(values[10] > 0.2 * 0.0728236158);
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(20, 1, 20, 18.3955315626, 18.3976132576, 1.6e-5, 0.41740, 49)]
    [InlineData(20, 0.5, 20, 16.0725086500, 16.0740535201, 4.8e-5, 0.55654, 62)]
    [InlineData(20, 0.1, 20, 12.6935662332, 12.6947953989, 2.4e-4, 0.75892, 80)]
    [InlineData(80, 1, 64, 10.5474035480, 10.5663604907, 4.6e-5, 0.26264, 64)]
    [InlineData(80, 0.5, 74, 6.9665326196, 6.9805962568, 8.7e-5, 0.34209, 74)]
    [InlineData(80, 0.1, 80, 1.8977502570, 1.9018456289, 2.4e-4, 0.46439, 80)]
    public void TheSyntheticExperimentReplays(int r, double lambda, int rank, double optimum, double objective, double variance, double mean, int thresholdedRank)
    {
        double theta = 1 / (1 + lambda);
        double[,] y = Experiment.SyntheticData();
        var options = new DropoutFactorizationOptions { Rank = r, Theta = theta, Step = 0.1 * theta, StartScale = 0.1, Seed = Experiment.Seed, ReportInterval = 1000 };
        var run = DropoutFactorization.Solve<double>(y, options);
        Assert.Equal(objective, run.Objective, 1e-9 * objective);
        Assert.Equal(objective, DropoutFactorization.Solve<float>(y.As<float>(), options).Objective, 1e-5 * objective);
        Assert.Equal(optimum, run.LowerBound, 1e-9);
        double[] a = [.. Dense.Of(run.U).ColumnNorms().Zip(Dense.Of(run.V).ColumnNorms(), (p, q) => p * q)];
        double average = a.Average();
        Assert.Equal(variance, a.Average(value => (value - average) * (value - average)), 0.05 * variance);
        Assert.Equal(mean, average, 0.01 * mean);

        // E4: thresholding alone leaves a rank above r; the top rho must be kept besides.
        var closed = FixedWidthDropout.Solve<double>(y, new() { Rank = r, Lambda = run.Lambda });
        Assert.Equal(rank, closed.Rank);
        Assert.Equal(thresholdedRank, closed.SingularValues.Count(value => value > closed.Tau));
    }

    [Fact]
    public void OtherStepRulesDescendToo()
    {
        double[,] y = Dense.Random(10, 8, 1);
        foreach (StepRule rule in Enum.GetValues<StepRule>())
        {
            var run = DropoutFactorization.Solve<double>(y, new() { Rank = 6, Theta = 0.8, Iterations = 3000, StepRule = rule, Seed = 2, ReportInterval = 100 });
            Assert.InRange(run.RelativeGap, -1e-12, rule == StepRule.Constant ? 0.2 : 0.1);
        }

        Assert.Equal(0.1, StepRule.Constant.At(0.1, 50, 150));
        Assert.Equal(0.025, StepRule.Harmonic.At(0.1, 50, 150), 1e-15);
        Assert.Equal(0.05, StepRule.InverseSquareRoot.At(0.1, 50, 150), 1e-15);
    }
}
