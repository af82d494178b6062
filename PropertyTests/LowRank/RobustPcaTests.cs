using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

/// <summary>Principal component pursuit and its factored Huber form.</summary>
public class RobustPcaTests
{
    private static double[,] OneOutlier => Dense.Build(3, 3, (i, j) => (i, j) == (0, 2) ? 12 : 2);

    private static double[,] Planted
    {
        get
        {
            double[,] y = Dense.Build(8, 6, (i, j) => (1 + 0.25 * i) * (1 - 0.3 * j));
            y[1, 4] += 5;
            y[6, 0] -= 4;
            y[3, 2] += 3;
            return y;
        }
    }

    [Fact]
    public void OneOutlierIsTakenOut()
    {
        var result = PrincipalComponentPursuit.Solve<double>(OneOutlier, new() { GapTolerance = 1e-8, Tolerance = 1e-12 });
        Assert.Equal(6 + 10 / Math.Sqrt(3), result.Objective, 1e-7);
        Assert.Equal(1 / Math.Sqrt(3), result.Mu, 1e-15);
        Assert.True(Dense.Of(result.LowRank).Minus(Dense.Build(3, 3, (_, _) => 2)).Max() <= 1e-6);
        Assert.True(Dense.Of(result.Sparse).Plus(Dense.Of(result.LowRank)).Minus(OneOutlier).Max() <= 1e-12);
        Assert.True(Dense.Of(result.U).Times(Dense.Of(result.V).T()).Minus(Dense.Of(result.LowRank)).Max() <= 1e-12);
        Assert.Equal((1, SolverStatus.Optimal), (result.Rank, result.Status));
        Judge(OneOutlier, result, 1e-12);

        var single = PrincipalComponentPursuit.Solve<float>(OneOutlier.As<float>());
        Assert.Equal(6 + 10 / Math.Sqrt(3), single.Objective, 2e-3);
        Assert.Equal(SolverStatus.Optimal, single.Status);
    }

    [Fact]
    public void TheOptimumAndNotThePlantedPairIsFound()
    {
        var result = PrincipalComponentPursuit.Solve<double>(Planted, new() { GapTolerance = 1e-9 });
        Assert.Equal(11.7682453990, result.Objective, 1e-6);
        Assert.Equal(1, result.Rank);
        Assert.Equal(7.0986957063, Dense.Of(result.LowRank).SpectralNorm(), 1e-5);
        Judge(Planted, result, 1e-12);
    }

    private static void Judge(double[,] y, PrincipalComponentPursuitResult<double> result, double tolerance)
    {
        double[,] z = Dense.Of(result.Dual);
        double over = Math.Max(1, Math.Max(z.SpectralNorm(), z.Max() / result.Mu));
        Assert.True(result.LowerBound >= y.Inner(z) / over - tolerance * result.Objective);
        Assert.True(result.LowerBound <= result.Objective * (1 + tolerance));
        double magnitudes = Dense.Of(result.Sparse).Cast<double>().Sum(Math.Abs), nuclear = Dense.Of(result.U).ColumnNorms().Zip(Dense.Of(result.V).ColumnNorms(), (a, b) => a * b).Sum();
        Assert.Equal(nuclear + result.Mu * magnitudes, result.Objective, tolerance * result.Objective);
    }

    [Theory]
    [InlineData(1, 18.7262736208, 4.5649476560)]
    [InlineData(10, 20.2225754360, 5.8584023657)]
    [InlineData(100, 20.3752989034, double.NaN)]
    public void TheHuberFormOfOneOutlier(double gamma, double optimum, double norm)
    {
        var result = HuberFactorization.Solve<double>(
            OneOutlier, new() { Lambda = Math.Sqrt(3), Gamma = gamma, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-11 });
        Assert.Equal(optimum, result.Objective, 1e-8 * optimum);
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), x = u.Times(v.T()), e = Dense.Of(result.Outliers), rest = OneOutlier.Minus(x).Minus(e);
        double withOutliers = e.Cast<double>().Sum(Math.Abs) + Math.Sqrt(3) * u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum() + gamma / 2 * rest.Inner(rest);
        Assert.Equal(withOutliers, result.Objective, 1e-10 * optimum);
        Assert.True(result.LowerBound <= optimum * (1 + 1e-10));
        if (!double.IsNaN(norm))
        {
            Assert.Equal(norm, x.SpectralNorm(), 1e-6);
        }

        if (gamma == 10)
        {
            Assert.Equal(1.9628190032, x[0, 0], 1e-6);
            Assert.Equal(1.9938388515, x[0, 2], 1e-6);
            Assert.Equal(1.9322817571, x[1, 0], 1e-6);
        }

        Assert.Equal(optimum, HuberFactorization.Solve<float>(OneOutlier.As<float>(), new() { Lambda = Math.Sqrt(3), Gamma = gamma }).Objective, 1e-4 * optimum * 5);
    }

    [Fact]
    public void TheHuberFormOfThePlantedMatrix()
    {
        var result = HuberFactorization.Solve<double>(Planted, new() { Lambda = Math.Sqrt(8), Gamma = 10, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Assert.Equal(32.4737293796, result.Objective, 1e-6);
        // F_gamma <= PCP in the deck's scaling <= F_gamma + m n / (2 gamma).
        double pursuit = 11.7682453990 * Math.Sqrt(8);
        Assert.True(result.Objective <= pursuit && pursuit <= result.Objective + 48 / 20.0);
    }

    [Fact]
    public void AWeightThatNoMatrixIsWorthGivesZero()
    {
        var result = HuberFactorization.Solve<double>(OneOutlier, new() { Lambda = 3, Gamma = 5 });
        Assert.Equal((0, SolverStatus.Optimal), (result.Rank, result.Status));
        var zero = PrincipalComponentPursuit.Solve<double>(new double[4, 3]);
        Assert.Equal((0.0, 0, SolverStatus.Optimal), (zero.Objective, zero.Rank, zero.Status));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(-700)]
    public void DataFarOutsideTheUsualRangeScale(int exponent)
    {
        double scale = Math.ScaleB(1, exponent);
        Assert.Equal(
            20.2225754360,
            HuberFactorization.Solve<double>(OneOutlier.Times(scale), new() { Lambda = Math.Sqrt(3), Gamma = 10 / scale }).Objective / scale,
            1e-5);
        Assert.Equal(6 + 10 / Math.Sqrt(3), PrincipalComponentPursuit.Solve<double>(OneOutlier.Times(scale)).Objective / scale, 1e-4);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Mu", () => PrincipalComponentPursuit.Solve<double>(OneOutlier, new() { Mu = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => PrincipalComponentPursuit.Solve<double>(OneOutlier, new() { Tolerance = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => PrincipalComponentPursuit.Solve<double>(OneOutlier, new() { Iterations = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Gamma", () => HuberFactorization.Solve<double>(OneOutlier, new() { Lambda = 1, Gamma = 0 }));
        Assert.Throws<ArgumentException>("y", () => PrincipalComponentPursuit.Solve<double>(new double[,] { { double.NaN } }));
    }
}
