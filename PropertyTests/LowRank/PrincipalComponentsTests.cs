using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

public class PrincipalComponentsTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    [Fact]
    public void TheSixByFiveExample()
    {
        var result = PrincipalComponents.Solve<double>(Y65, new() { Rank = 2 });
        double[,] u = Dense.Of(result.U), residual = Y65.Minus(u.Times(Dense.Of(result.V).T()));
        Assert.Equal(5.7843538747, result.Objective, 1e-10);
        Assert.Equal(5.7843538747, residual.Inner(residual), 1e-10);
        Assert.True(u.T().Times(u).Minus(Dense.Identity(2)).Max() <= 1e-14);
        Assert.Equal((SolverStatus.Optimal, StopReason.ClosedForm), (result.Status, result.Stop));
        Assert.Empty(result.ColumnMeans);
        Assert.Equal(5.7843538747, PrincipalComponents.Solve<float>(Y65.As<float>(), new() { Rank = 2 }).Objective, 1e-5);
    }

    [Fact]
    public void CentringSubtractsTheColumnMeans()
    {
        double[,] y = Dense.Build(4, 3, (i, j) => Y65[i, j] + 100 * (j + 1));
        double[] means = [.. Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, 4).Average(i => y[i, j]))];
        var centred = PrincipalComponents.Solve<double>(y, new() { Rank = 1, Center = true });
        var byHand = PrincipalComponents.Solve<double>(Dense.Build(4, 3, (i, j) => y[i, j] - means[j]), new() { Rank = 1 });
        Assert.All(means.Zip(centred.ColumnMeans), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(byHand.Objective, centred.Objective, 1e-12);
    }

    [Fact]
    public void FullRankLeavesNothingAndIsOptimal()
        => Assert.Equal(SolverStatus.Optimal, PrincipalComponents.Solve<double>(Y65, new() { Rank = 5 }).Status);

    [Fact]
    public void ExtremeDataScaleExactly()
    {
        var result = PrincipalComponents.Solve<double>(Y65.Times(Math.ScaleB(1, -600)), new() { Rank = 2, Center = true });
        var usual = PrincipalComponents.Solve<double>(Y65, new() { Rank = 2, Center = true });
        Assert.Equal(usual.SingularValues[0], Math.ScaleB(result.SingularValues[0], 600), 1e-14);
        Assert.Equal(usual.ColumnMeans[2], Math.ScaleB(result.ColumnMeans[2], 600), 1e-15);
        Assert.True(Dense.Of(result.U).Times(Dense.Of(result.V).Times(Math.ScaleB(1, 600)).T()).Minus(Dense.Of(usual.U).Times(Dense.Of(usual.V).T())).Max() <= 1e-14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void ARankThatDoesNotFitIsNamed(int rank)
        => Assert.Contains("between 1 and 5 for a 6 x 5", Assert.Throws<ArgumentOutOfRangeException>("Rank", () => PrincipalComponents.Solve<double>(Y65, new() { Rank = rank })).Message);
}
