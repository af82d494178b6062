using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class FixedWidthDropoutTests
{
    private static readonly double[] Sigma = [4, 3, 2, 1, 0.5];

    [Theory]
    [InlineData(2, 0.5, 2, 1.1666666667, 13.4166666667, 2.3333333333)]
    [InlineData(3, 0.5, 3, 1, 10.25, 2)]
    [InlineData(4, 2, 3, 1.8, 17.45, 0.9)]
    [InlineData(8, 2.4, 3, 1.4210526316, 14.0394736842, 0.5921052632)]
    [InlineData(5, 1.5, 3, 1.4210526316, 14.0394736842, 0.9473684211)]
    public void TheTableOfExamples(int r, double lambda, int rank, double tau, double optimum, double norm)
    {
        // Not diagonal: the singular vectors are those of two random orthogonal matrices.
        double[,] y = Dense.RandomOrthogonal(6, 1).Times(Dense.Diagonal(6, 5, Sigma)).Times(Dense.RandomOrthogonal(5, 2).T());
        var result = SolveAndJudge<double>(y, r, lambda);
        Assert.Equal(rank, result.Rank);
        Assert.Equal(tau, result.Tau, 1e-10);
        Assert.Equal(optimum, result.Objective, 1e-10);
        Assert.Equal(optimum, result.ClosedForm, 1e-10);
        Assert.All(Dense.Of(result.U).ColumnNorms().Zip(Dense.Of(result.V).ColumnNorms()), pair => Assert.Equal(norm, pair.First * pair.Second, 1e-10));

        // For r = 3 the fourth singular value equals tau: rounding decides whether the limit of r factors cuts it off.
        Assert.True(r == 3 || (r == 2) == (result.DualityGap is null));

        var single = SolveAndJudge<float>(y, r, lambda);
        Assert.Equal(rank, single.Rank);
        Assert.Equal(optimum, single.Objective, 2e-5 * 30.25);
    }

    [Fact]
    public void TheBalancedFactorsOfTheDiagonalExample()
    {
        // Entries are one of many choices; these are what equalization without a permutation gives, up to signs of the singular vectors.
        var result = SolveAndJudge<double>(Dense.Diagonal(5, 5, Sigma), 3, 0.5);
        double[,] expected = { { 1.2247448714, 0, -1.2247448714 }, { 0, 1.4142135624, 0 }, { 0.7071067812, 0, 0.7071067812 }, { 0, 0, 0 }, { 0, 0, 0 } };
        Assert.True(Dense.Build(5, 3, (i, j) => Math.Abs(result.U.Span[i, j]) - Math.Abs(expected[i, j])).Max() <= 1e-10);
        Assert.True(Dense.Of(result.U).Minus(Dense.Of(result.V)).Max() <= 1e-14);
    }

    [Theory]
    [InlineData(3865470566UL, 94, 0.0221216786, 0.7516520047550)]
    [InlineData(2147483648UL, 71, 0.1392900171, 4.6430597133729)]
    [InlineData(858993459UL, 46, 0.3098029934, 9.7081040841016)]
    public void TheFixedSizeExperiment(ulong threshold, int rank, double tau, double optimum)
        => JudgeExperiment(Experiment.FixedSizeData(), 160, Experiment.WeightOf(threshold), rank, tau, optimum);

    [Theory]
    [InlineData(5, 5 / 99.0, 5, double.NaN, 3.4159659916)]
    [InlineData(5, 10 / 99.0, 5, 0.1062226228, 3.7086522976)]
    [InlineData(10, 10 / 99.0, 10, 0.0882074877, 0.9783532052)]
    [InlineData(20, 20 / 99.0, 10, 0.0882074877, 0.9783532052)]
    [InlineData(20, 10 / 99.0, 20, 0.0471348653, 0.5708009483)]
    [InlineData(40, 10 / 99.0, 40, 0.0259058010, 0.3264868931)]
    [InlineData(80, 10 / 99.0, 78, 0.0142107052, 0.1771922621)]
    [InlineData(160, 160 / 99.0, 10, 0.0882074877, 0.9783532052)]
    [InlineData(160, 10 / 99.0, 89, 0.0074607750, 0.0933059270)]
    public void TheVariableSizeExperiment(int r, double lambda, int rank, double tau, double optimum)
        => JudgeExperiment(Experiment.VariableSizeData(), r, lambda, rank, tau, optimum);

    [Theory]
    [InlineData(20, 2147483648UL, 20, 0.4174047417, 18.3955315626)]
    [InlineData(20, 2863311531UL, 20, 0.2782698277, 16.0725086500)]
    [InlineData(20, 3904515724UL, 20, 0.0758917711, 12.6935662332)]
    [InlineData(80, 2147483648UL, 64, 0.2626369194, 10.5474035480)]
    [InlineData(80, 2863311531UL, 74, 0.1710468502, 6.9665326196)]
    [InlineData(80, 3904515724UL, 80, 0.0464385011, 1.8977502570)]
    public void TheSyntheticExperiment(int r, ulong threshold, int rank, double tau, double optimum)
        => JudgeExperiment(Experiment.SyntheticData(), r, Experiment.WeightOf(threshold), rank, tau, optimum);

    [SharedDataFact("digits.csv")]
    public void TheDigitsReachTheOptimum()
    {
        double[][] rows = [.. File.ReadLines(SharedData.Path("digits.csv")).Skip(1).Select(line => line.Split(',')[..^1].Select(Parse).ToArray())];
        double[,] y = Dense.Build(rows.Length, rows[0].Length, (i, j) => rows[i][j]);
        var result = FixedWidthDropout.Solve<double>(y, FixedWidthDropoutOptions.FromTheta(20, 0.9));
        Assert.True(Math.Abs(result.Objective - result.ClosedForm) <= 1e-10 * result.ClosedForm);
        Assert.True(result.NormSpread <= 1e-10);
        Assert.Equal(SolverStatus.Optimal, result.Status);
        Assert.Equal(Experiment.Objective(y, Dense.Of(result.U), Dense.Of(result.V), 0.1 / 0.9), result.Objective, 1e-10 * result.Objective);

        var single = FixedWidthDropout.Solve<float>(y.As<float>(), FixedWidthDropoutOptions.FromTheta(20, 0.9));
        Assert.True(Math.Abs(single.Objective - result.ClosedForm) <= 1e-4 * result.ClosedForm);
        Assert.True(single.NormSpread <= 1e-4);
        Assert.Equal(SolverStatus.Optimal, single.Status);

        static double Parse(string field) => double.Parse(field, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void LambdaZeroIsTheTruncatedSvd()
    {
        double[,] y = Dense.RandomOrthogonal(5, 3).Times(Dense.Diagonal(5, 5, Sigma)).Times(Dense.RandomOrthogonal(5, 4).T());
        var result = SolveAndJudge<double>(y, 2, 0);
        Assert.Equal(4 + 1 + 0.25, result.Objective, 1e-12);
        Assert.Null(result.DualityGap);
        Assert.Equal(SolverStatus.Optimal, SolveAndJudge<double>(y, 7, 0).Status);
    }

    [Theory]
    [InlineData(4, 7, 3)]
    [InlineData(7, 4, 9)]
    [InlineData(1, 4, 2)]
    [InlineData(4, 1, 1)]
    public void EveryShapeIsSolved(int m, int n, int r)
    {
        foreach (double lambda in new[] { 1e-6, 0.1, 1, 30, 1e9 })
        {
            SolveAndJudge<double>(Dense.Random(m, n, 5), r, lambda);
            SolveAndJudge<double>(Dense.Random(m, 1, 5).Times(Dense.Random(1, n, 6)), r, lambda);
            SolveAndJudge<float>(Dense.Random(m, n, 5), r, lambda);
        }

        SolveAndJudge<double>(new double[m, n], r, 1);
    }

    [Theory]
    [InlineData(0.5, 1.0)]
    [InlineData(0.8, 0.25)]
    [InlineData(1.0, 0.0)]
    public void ThetaMeansItsNominalLambda(double theta, double lambda)
        => Assert.Equal(lambda, FixedWidthDropoutOptions.FromTheta(3, theta).Lambda, 1e-15);

    [Fact]
    public void DataFarOutsideTheUsualRangeScaleExactly()
    {
        double[,] y = Dense.Random(6, 4, 8);
        var usual = FixedWidthDropout.Solve<double>(y, new() { Rank = 3, Lambda = 0.7 });
        var extreme = FixedWidthDropout.Solve<double>(y.Times(Math.ScaleB(1, -700)), new() { Rank = 3, Lambda = 0.7 });
        Assert.Equal((SolverStatus.Optimal, usual.Rank), (extreme.Status, extreme.Rank));
        Assert.Equal(usual.Tau, Math.ScaleB(extreme.Tau, 700), 1e-14);
        Assert.True(Dense.Of(extreme.U).Times(Math.ScaleB(1, 350)).Times(Dense.Of(extreme.V).Times(Math.ScaleB(1, 350)).T())
            .Minus(Dense.Of(usual.U).Times(Dense.Of(usual.V).T())).Max() <= 1e-14);
    }

    [Fact]
    public void NoNearbyFactorsAreBetter()
    {
        double[,] y = Dense.Random(6, 5, 11);
        foreach (int r in new[] { 2, 4, 7 })
        {
            var result = FixedWidthDropout.Solve<double>(y, new() { Rank = r, Lambda = 0.4 });
            double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
            for (int seed = 0; seed < 200; seed++)
            {
                double size = Math.Pow(10, -seed % 5);
                double other = Experiment.Objective(y, u.Plus(Dense.Random(6, r, seed), size), v.Plus(Dense.Random(5, r, seed + 1000), size), 0.4);
                Assert.True(other >= result.ClosedForm - 1e-11);
            }
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = { { 1, 2 }, { 3, 4 } };
        Assert.Throws<ArgumentOutOfRangeException>("Rank", () => FixedWidthDropout.Solve<double>(y, new() { Rank = 0, Lambda = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => FixedWidthDropout.Solve<double>(y, new() { Rank = 1, Lambda = -0.5 }));
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => FixedWidthDropout.Solve<double>(y, new() { Rank = 1, Lambda = double.NaN }));
        foreach (double theta in new[] { 0, -0.1, 1.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>("theta", () => FixedWidthDropoutOptions.FromTheta(1, theta));
        }

        y[1, 0] = double.NegativeInfinity;
        Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>("y", () => FixedWidthDropout.Solve<double>(y, new() { Rank = 1, Lambda = 1 })).Message);
    }

    private static void JudgeExperiment(double[,] y, int r, double lambda, int rank, double tau, double optimum)
    {
        var result = SolveAndJudge<double>(y, r, lambda);
        Assert.Equal(rank, result.Rank);
        if (!double.IsNaN(tau))
        {
            Assert.Equal(tau, result.Tau, 1e-10);
        }

        Assert.Equal(optimum, result.Objective, 1e-10);
        Assert.True(result.NormSpread <= 1e-10);
    }

    // The objective by definition, the gradient, the equal norms, and the claims of the result against them.
    private static FixedWidthDropoutResult<T> SolveAndJudge<T>(double[,] data, int r, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double value, double norms, double slope) = typeof(T) == typeof(float) ? (2e-5, 2e-5, 1e-4) : (1e-12, 1e-12, 1e-12);
        T[,] cast = data.As<T>();
        double[,] y = Dense.Of(cast);
        var result = FixedWidthDropout.Solve<T>(cast, new() { Rank = r, Lambda = lambda });
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
        Assert.Equal((y.Rows(), r, y.Columns(), r), (u.Rows(), u.Columns(), v.Rows(), v.Columns()));
        double size = y.Inner(y), f = Experiment.Objective(y, u, v, lambda);

        Assert.True(Math.Abs(f - result.Objective) <= value * size);
        Assert.True(Math.Abs(f - result.ClosedForm) <= value * size, $"objective {f}, closed form {result.ClosedForm}");
        Assert.True(f - result.LowerBound <= value * size, $"gap {f - result.LowerBound}");
        Assert.True(result.LowerBound <= f + value * size);
        Assert.Equal((SolverStatus.Optimal, StopReason.ClosedForm), (result.Status, result.Stop));

        double share = result.NuclearNorm / r;
        double spread = u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => Math.Abs(a * b - share)).Max();
        Assert.True(spread <= norms * share + norms * 1e-1 * u.Norm() * v.Norm(), $"spread {spread} of {share}");

        double[,] residual = y.Minus(u.Times(v.T()));
        double[,] gradient = residual.Times(v).Times(-2).Plus(
            Dense.Build(u.Rows(), r, (i, j) => u[i, j] * Math.Pow(v.ColumnNorms()[j], 2)), 2 * lambda);
        Assert.True(gradient.Norm() <= slope * Math.Pow(size, 0.75) * Math.Max(1, lambda * 1e-7), $"gradient {gradient.Norm()}");
        return result;
    }
}
