using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

public class AbsoluteFactorizationTests
{
    private static readonly double Optimum = 10 + 6 * Math.Sqrt(3);

    private static double[,] OneOutlier => Dense.Build(3, 3, (i, j) => (i, j) == (0, 2) ? 12 : 2);

    private static readonly AbsoluteFactorizationOptions Tight = new()
    {
        Lambda = Math.Sqrt(3),
        FirstGamma = 1,
        GammaFactor = 10,
        Accuracy = 2e-5,
        InnerTolerance = 1e-11,
        PolarTolerance = 1e-9,
        GapTolerance = 1e-11,
        InnerIterations = 100_000,
    };

    // The gaps of the stages fall like one over the curvature.
    [Fact]
    public void OneOutlierIsTakenOutStageByStage()
    {
        var result = AbsoluteFactorization.Solve<double>(OneOutlier, Tight);
        double[] gaps = [1.9125, 0.18087, 0.017957, 0.0017944, 0.00017943];
        Assert.Equal(gaps.Length, result.Trace.Count);
        Assert.All(gaps.Zip(result.Trace), pair => Assert.Equal(pair.First, pair.Second.Objective - pair.Second.LowerBound, 2e-4 * pair.First));
        Assert.Equal(SolverStatus.Optimal, result.Status);
        Assert.InRange(Optimum, result.LowerBound - 1e-9, result.Objective + 1e-9);
        Assert.Equal(Optimum, result.Objective, 2e-4);

        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
        double f = OneOutlier.Minus(u.Times(v.T())).Cast<double>().Sum(Math.Abs) + Math.Sqrt(3) * u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
        Assert.Equal(f, result.Objective, 1e-10);
        Assert.Equal(Optimum, AbsoluteFactorization.Solve<float>(OneOutlier.As<float>(), new() { Lambda = Math.Sqrt(3) }).Objective, 1e-3 * Optimum);
    }

    // In this scaling the optimum of pursuit is lambda times that with mu = 1 / lambda.
    [Fact]
    public void ItAgreesWithPursuit()
    {
        double[,] y = Dense.Random(9, 7, 3).Plus(Dense.Build(9, 7, (i, j) => (i + 2 * j) % 11 == 0 ? 6 : 0));
        double lambda = 3;
        var pursuit = PrincipalComponentPursuit.Solve<double>(y, new() { Mu = 1 / lambda, GapTolerance = 1e-7 });
        var result = AbsoluteFactorization.Solve<double>(y, new() { Lambda = lambda });
        Assert.Equal(SolverStatus.Optimal, result.Status);
        Assert.InRange(lambda * pursuit.Objective, result.LowerBound * (1 - 1e-6), result.Objective * (1 + 1e-6));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(-700)]
    public void DataFarOutsideTheUsualRangeScale(int exponent)
    {
        double scale = Math.ScaleB(1, exponent);
        Assert.Equal(Optimum, AbsoluteFactorization.Solve<double>(OneOutlier.Times(scale), new() { Lambda = Math.Sqrt(3) }).Objective / scale, 1e-3 * Optimum);
    }

    [Fact]
    public void ZeroIsItsOwnFactorization()
    {
        var result = AbsoluteFactorization.Solve<double>(new double[3, 2], new() { Lambda = 1 });
        Assert.Equal((0, 0.0, SolverStatus.Optimal), (result.Rank, result.Objective, result.Status));
    }

    [Fact]
    public void BadOptionsAreNamed()
    {
        foreach (var (options, name) in new (AbsoluteFactorizationOptions, string)[]
        {
            (Tight with { FirstGamma = 0 }, "FirstGamma"), (Tight with { GammaFactor = 1 }, "GammaFactor"), (Tight with { Accuracy = double.NaN }, "Accuracy"),
            (Tight with { Stages = 0 }, "Stages"), (Tight with { Rank = 1 }, "Rank"), (Tight with { Lambda = 0 }, "Lambda"),
        })
        {
            Assert.Contains(name, Assert.Throws<ArgumentOutOfRangeException>(() => AbsoluteFactorization.Solve<double>(OneOutlier, options)).Message);
        }
    }
}
