using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

public class SingularValueThresholdingTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    private static double[,] Y6050
        => Dense.Build(60, 50, (i, j) => Math.Sin(0.1 + 0.37 * i + 0.11 * j) + Math.Cos(0.2 * i - 0.53 * j) + 0.5 * Math.Sin(1 + i + 2 * j + i * j));

    [Fact]
    public void TheTwoByTwoExampleInDouble() => TwoByTwo<double>(1e-10);

    [Fact]
    public void TheTwoByTwoExampleInFloat() => TwoByTwo<float>(2e-6);

    private static void TwoByTwo<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = SolveAndJudge<T>(new double[,] { { 3, 0 }, { 4, 5 } }, 1);
        double[,] x = { { 2.1055728090, 0.4472135955 }, { 3.5527864045, 4.1055728090 } };
        Assert.True(Dense.Of(result.X).Minus(x).Max() <= tolerance);
        Assert.Equal(4 * Math.Sqrt(5) - 1, result.Objective, tolerance);
        Assert.Equal(2, result.Rank);
        Assert.Equal(3 * Math.Sqrt(5), result.SingularValues[0], tolerance);
        Assert.Equal(Math.Sqrt(5), result.SingularValues[1], tolerance);
    }

    [Theory]
    [InlineData(0.5, 4, 3.4952409430, 0.5869569152, 0.2727949652)]
    [InlineData(1.0, 3, 5.9713438966, 0.4172082770, 0.1258217973)]
    public void TheSixByFiveExample(double lambda, int rank, double optimum, double first, double last)
    {
        var result = SolveAndJudge<double>(Y65, lambda);
        Assert.Equal(rank, result.Rank);
        Assert.Equal(optimum, result.Objective, 1e-10);
        Assert.Equal(first, result.X.Span[0, 0], 1e-10);
        Assert.Equal(last, result.X.Span[5, 4], 1e-10);
        double[] sigma = [2.4872017797, 2.3939927408, 2.2665129776, 0.7334489430, 0.3306439852];
        Assert.All(sigma.Zip(result.SingularValues), pair => Assert.Equal(pair.First, pair.Second, 1e-10));

        var single = SolveAndJudge<float>(Y65, lambda);
        Assert.Equal(rank, single.Rank);
        Assert.Equal(optimum, single.Objective, 1e-6 * optimum);
        Assert.Equal(first, single.X.Span[0, 0], 1e-6);
    }

    [Fact]
    public void TheSixtyByFiftyExample()
    {
        var result = SolveAndJudge<double>(Y6050, 5);
        Assert.Equal(4, result.Rank);
        Assert.Equal(667.6935944607, result.Objective, 1e-9);
        Assert.Equal(90.7445899969, result.NuclearNorm, 1e-9);
        Assert.Equal(0.9263789381, result.X.Span[0, 0], 1e-10);

        var single = SolveAndJudge<float>(Y6050, 5);
        Assert.Equal(4, single.Rank);
        Assert.Equal(667.6935944607, single.Objective, 1e-6 * 667);
        Assert.True(Dense.Of(single.X).Minus(Dense.Of(result.X)).Norm() <= 1e-6 * Dense.Of(result.X).Norm());
    }

    // From some size on only the vectors above lambda are computed: tall, wide, few and many of them, and values that coincide at lambda's two sides.
    [Theory]
    [InlineData(70, 60, 3)]
    [InlineData(60, 70, 10)]
    [InlineData(90, 40, 14)]
    [InlineData(80, 80, 17)]
    public void WhereOnlyTheVectorsAboveLambdaAreComputed(int m, int n, double lambda)
    {
        double[,] y = Dense.Random(m, n, 4);
        var result = SolveAndJudge<double>(y, lambda);
        SolveAndJudge<float>(y, lambda);
        double[] values = new double[Math.Min(m, n)];
        Svd.SingularValues<double>(y, values);
        Assert.Equal(values.Count(value => value > lambda), result.Rank);
        Assert.All(values.Zip(result.SingularValues), pair => Assert.Equal(pair.First, pair.Second, 1e-11));

        double[,] rotated = Dense.Diagonal(m, n, [.. Enumerable.Range(0, Math.Min(m, n)).Select(k => k < 9 ? 3.0 : k < 20 ? 1.0 : 0)]);
        rotated = Dense.RandomOrthogonal(m, 1).Times(rotated).Times(Dense.RandomOrthogonal(n, 2));
        Assert.Equal(9, SolveAndJudge<double>(rotated, 1.5).Rank);
        Assert.Equal(20, SolveAndJudge<double>(rotated, 0.999).Rank);
    }

    [Fact]
    public void LambdaZeroGivesTheDataBack()
    {
        var result = SolveAndJudge<double>(Y65, 0);
        Assert.Equal(Y65.Cast<double>(), Dense.Of(result.X).Cast<double>());
        Assert.Equal((0.0, 0.0, SolverStatus.Optimal, 5), (result.Objective, result.LowerBound, result.Status, result.Rank));
    }

    [Theory]
    [InlineData(1.0001)]
    [InlineData(3)]
    public void LambdaAboveTheSpectralNormGivesZero(double factor)
    {
        var result = SolveAndJudge<double>(Y65, factor * 2.4872017797);
        Assert.Equal(0, result.Rank);
        Assert.Equal(0, Dense.Of(result.X).Max());
        Assert.Equal(0, result.U.Width);
    }

    [Fact]
    public void ZeroDataAreSolved()
    {
        var result = SolveAndJudge<float>(new double[4, 3], 0.5);
        Assert.Equal((0, 0.0, 0.0), (result.Rank, result.Objective, result.RelativeGap));
    }

    [Theory]
    [InlineData(7, 3, 2)]
    [InlineData(3, 7, 2)]
    [InlineData(6, 6, 1)]
    [InlineData(1, 5, 1)]
    [InlineData(5, 1, 1)]
    public void RankDeficientTallAndWideDataAreSolved(int m, int n, int rank)
    {
        double[,] y = Dense.Random(m, rank, 1).Times(Dense.Random(rank, n, 2));
        SolveAndJudge<double>(y, 0.1);
        SolveAndJudge<float>(y, 0.5);
    }

    [Fact]
    public void ATransposedViewSolvesTheTransposedProblem()
    {
        ReadOnlyMatrixView<double> y = Y65;
        var options = new SingularValueThresholdingOptions { Lambda = 0.5 };
        double[,] x = Dense.Of(SingularValueThresholding.Solve(y, options).X), transposed = Dense.Of(SingularValueThresholding.Solve(y.Transposed, options).X);
        Assert.True(x.T().Minus(transposed).Max() <= 1e-14);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(-900)]
    public void DataFarOutsideTheUsualRangeScaleExactly(int exponent)
    {
        double scale = Math.ScaleB(1, exponent);
        var usual = SingularValueThresholding.Solve<double>(Y65, new() { Lambda = 0.5 });
        var extreme = SingularValueThresholding.Solve<double>(Y65.Times(scale), new() { Lambda = 0.5 * scale });
        Assert.Equal(SolverStatus.Optimal, extreme.Status);
        Assert.Equal(usual.Rank, extreme.Rank);
        Assert.True(Dense.Of(extreme.X).Times(1 / scale).Minus(Dense.Of(usual.X)).Max() <= 1e-14);
        Assert.True(Dense.Of(extreme.U).Times(1 / Math.Sqrt(scale)).Times(Dense.Of(extreme.V).Times(1 / Math.Sqrt(scale)).T()).Minus(Dense.Of(usual.X)).Max() <= 1e-14);
    }

    [Fact]
    public void FloatDataThatWouldOverflowWhenSquaredAreSolved()
    {
        var result = SingularValueThresholding.Solve<float>(Y65.Times(Math.ScaleB(1, 100)).As<float>(), new() { Lambda = Math.ScaleB(0.5, 100) });
        Assert.Equal(SolverStatus.Optimal, result.Status);
        Assert.Equal(3.4952409430, Math.ScaleB(result.Objective, -200), 1e-5);
    }

    [Fact]
    public void FloatIsProvedOptimalAlsoWhereLambdaIsSmallAgainstTheData()
    {
        // Rounding of the residual is a tenth of a percent of lambda here; the dual point is never multiplied out and does not see it.
        double[,] y = Dense.Random(60, 8, 1).Times(Dense.Random(8, 50, 2)).Plus(Dense.Random(60, 50, 3), 0.1);
        var result = SingularValueThresholding.Solve<float>(y.As<float>(), new() { Lambda = 0.01 });
        Assert.True(result.RelativeGap <= 1e-5, $"relative gap {result.RelativeGap}");
        Assert.Equal(SolverStatus.Optimal, result.Status);
    }

    [Fact]
    public void AGapToleranceThatRoundingCannotMeetIsNotOptimal()
        => Assert.Equal(SolverStatus.NotOptimal, SingularValueThresholding.Solve<float>(Y6050.As<float>(), new() { Lambda = 5, GapTolerance = 1e-30 }).Status);

    [Fact]
    public void ProgressNamesBothStagesAndCancellationThrows()
    {
        var options = new SingularValueThresholdingOptions { Lambda = 0.5 };
        var seen = new List<SolverProgress>();
        var result = SingularValueThresholding.Solve<double>(Y65, options, progress: new Recorder(seen));
        Assert.Equal([(1L, 2L), (2L, 2L)], seen.Select(point => (point.Iteration, point.Total)));
        Assert.True(double.IsNaN(seen[0].Objective));
        Assert.Equal((result.Objective, result.LowerBound), (seen[1].Objective, seen[1].LowerBound));
        Assert.Throws<OperationCanceledException>(() => SingularValueThresholding.Solve<double>(Y65, options, cancellationToken: new CancellationToken(true)));
    }

    private sealed class Recorder(List<SolverProgress> seen) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => seen.Add(value);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        var options = new SingularValueThresholdingOptions { Lambda = 1 };
        double[,] holed = Y65;
        holed[4, 2] = double.NaN;
        holed[5, 0] = double.PositiveInfinity;
        var error = Assert.Throws<ArgumentException>("y", () => SingularValueThresholding.Solve<double>(holed, options));
        Assert.Contains("NaN at row 4, column 2", error.Message);
        Assert.Throws<ArgumentException>("y", () => SingularValueThresholding.Solve<double>(new double[0, 3], options));
        Assert.Throws<ArgumentNullException>("options", () => SingularValueThresholding.Solve<double>(Y65, null!));
        foreach (double bad in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            var range = Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => SingularValueThresholding.Solve<double>(Y65, options with { Lambda = bad }));
            Assert.Equal(bad, range.ActualValue);
            Assert.Throws<ArgumentOutOfRangeException>("GapTolerance", () => SingularValueThresholding.Solve<double>(Y65, options with { GapTolerance = bad }));
        }
    }

    // Judged by formulas on the returned matrices alone: KKT conditions and the dual bound with the residual's own spectral norm.
    private static SingularValueThresholdingResult<T> SolveAndJudge<T>(double[,] data, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double tight, double value) = typeof(T) == typeof(float) ? (1e-5, 1e-6) : (1e-12, 1e-12);
        T[,] cast = data.As<T>();
        double[,] y = Dense.Of(cast);
        var result = SingularValueThresholding.Solve<T>(cast, new() { Lambda = lambda });
        double[,] x = Dense.Of(result.X), r = y.Minus(x), u = Dense.Of(result.U), v = Dense.Of(result.V);

        double nuclear = u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
        double f = r.Inner(r) / 2 + lambda * nuclear, spectral = r.SpectralNorm();
        Assert.True(u.Times(v.T()).Minus(x).Norm() <= tight * y.Norm());
        Assert.True(spectral <= lambda + tight * y.Norm(), $"s_1(R) = {spectral}");
        Assert.True(Math.Abs(r.Inner(x) - lambda * nuclear) <= tight * f + tight * 1e-3 * y.Inner(y), $"{r.Inner(x) - lambda * nuclear} of {f}");
        Assert.Equal(f, result.Objective, value * f + 1e-300);
        Assert.Equal(f, result.ClosedForm, value * f + 1e-300);

        double s = r.Inner(r) == 0 ? 0 : Math.Min(r.Inner(y) / r.Inner(r), spectral > 0 ? lambda / spectral : double.PositiveInfinity);
        double bound = s * r.Inner(y) - s * s / 2 * r.Inner(r);
        Assert.True(f - bound <= value * f, $"gap {f - bound} of {f}");
        Assert.True(result.LowerBound <= f * (1 + value), "a lower bound above an attained value");
        Assert.True(result.ResidualNormBound >= spectral * (1 - tight), "the bound of the spectral norm is below it");
        // The solver's own bound of the spectral norm adds up rounding where the oracle takes the norm.
        Assert.True(result.RelativeGap <= 20 * value, $"relative gap {result.RelativeGap}");
        Assert.Equal((SolverStatus.Optimal, StopReason.ClosedForm), (result.Status, result.Stop));
        return result;
    }
}
