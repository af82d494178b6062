using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

public class MatrixCompletionTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    private static readonly FactorizationOptions Tight = new() { Lambda = 0.5, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-11 };

    private static bool[,] Seen(int rows, int columns, Func<int, int, bool> seen)
    {
        var mask = new bool[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                mask[i, j] = seen(i, j);
            }
        }

        return mask;
    }

    [Fact]
    public void TheTwoByTwoExample()
    {
        double[,] y = { { 2, 1 }, { 1, double.NaN } };
        bool[,] seen = { { true, true }, { true, false } };
        double[,] x = { { 1.6120849355, 0.7632670961 }, { 0.7632670961, 0.3613808722 } };
        foreach (var result in new[] { MatrixCompletion.Solve<double>(y, seen, Tight), SoftImpute.Solve<double>(y, seen, new() { Lambda = 0.5, GapTolerance = 1e-13 }) })
        {
            Assert.Equal(1.1180144203, result.Objective, 1e-9);
            Assert.True(Product(result).Minus(x).Max() <= 1e-6);
            Assert.Equal(0.5, result.PolarUpper, 1e-6);
            Assert.Equal((1, SolverStatus.Optimal, false), (result.Rank, result.Status, result.HasHiddenLines));
        }

        var single = MatrixCompletion.Solve<float>(y.As<float>(), seen, new() { Lambda = 0.5 });
        Assert.Equal(1.1180144203, single.Objective, 1e-4);
    }

    [Fact]
    public void TheSixByFiveExample()
    {
        bool[,] seen = Seen(6, 5, (i, j) => (3 * i + 2 * j) % 7 != 0);
        double[,] y = Dense.Build(6, 5, (i, j) => seen[i, j] ? Y65[i, j] : double.NaN);
        var result = MatrixCompletion.Solve<double>(y, seen, Tight);
        Judge(y, seen, 0.5, result, 1e-12);
        Assert.Equal(3.0593594641, result.Objective, 1e-8);
        double[,] x = Product(result);
        Assert.Equal(0.3301741384, x[0, 0], 1e-5);
        Assert.Equal(-0.0795943905, x[1, 2], 1e-5);
        Assert.Equal(1.9264315188, x.SpectralNorm(), 1e-6);
        double[] polar = [2.3762101471, 1.8876742988, 1.3332842188, 0.6467987426];
        Assert.All(polar.Zip(result.Trace), pair => Assert.Equal(pair.First, pair.Second.PolarLower, 1e-6));

        var convex = SoftImpute.Solve<double>(y, seen, new() { Lambda = 0.5, GapTolerance = 1e-11 });
        Assert.Equal(3.0593594641, convex.Objective, 1e-8);
        Assert.True(Product(convex).Minus(x).Max() <= 1e-4);
        Assert.Equal(4, convex.Rank);
        Assert.Equal(3.0593594641, SoftImpute.Solve<float>(y.As<float>(), seen, new() { Lambda = 0.5 }).Objective, 3e-4);
        Assert.Equal(3.0593594641, MatrixCompletion.Solve<float>(y.As<float>(), seen, new() { Lambda = 0.5 }).Objective, 3e-4);
        Assert.Equal(3.0593594641, MatrixCompletion.Solve<double>(y, seen, new() { Lambda = 0.5, Growth = 5 }).Objective, 1e-5);
    }

    [Fact]
    public void WithEverythingSeenItIsSingularValueThresholding()
    {
        var result = MatrixCompletion.Solve<double>(Y65, Seen(6, 5, (_, _) => true), Tight);
        Assert.Equal(3.4952409430, result.Objective, 1e-9);
    }

    [Fact]
    public void WhatIsHiddenIsNeverRead()
    {
        bool[,] seen = Seen(6, 5, (i, j) => i != 2 && j != 4);
        foreach (double hidden in new[] { double.NaN, double.PositiveInfinity, 1e300, 0 })
        {
            double[,] y = Dense.Build(6, 5, (i, j) => seen[i, j] ? Y65[i, j] : hidden);
            var result = MatrixCompletion.Solve<double>(y, seen, Tight);
            Assert.True(result.HasHiddenLines);
            Assert.Equal(result.Objective, MatrixCompletion.Solve<double>(Y65, seen, Tight).Objective);
            double[,] x = Product(result);
            Assert.All(Enumerable.Range(0, 5), j => Assert.Equal(0, x[2, j], 1e-12));
            Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(0, x[i, 4], 1e-12));
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        bool[,] seen = Seen(6, 5, (_, _) => true);
        Assert.Contains("at least one element", Assert.Throws<ArgumentException>("seen", () => MatrixCompletion.Solve<double>(Y65, new bool[6, 5], Tight)).Message, StringComparison.Ordinal);
        Assert.Contains("Must be 6 x 5, but is 5 x 6", Assert.Throws<ArgumentException>("seen", () => MatrixCompletion.Solve<double>(Y65, new bool[5, 6], Tight)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("y", () => SoftImpute.Solve<double>(new double[3, 0], new bool[3, 0], new() { Lambda = 1 }));
        double[,] y = Y65;
        y[4, 1] = double.NegativeInfinity;
        Assert.Contains("row 4, column 1", Assert.Throws<ArgumentException>("y", () => SoftImpute.Solve<double>(y, seen, new() { Lambda = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => SoftImpute.Solve<double>(Y65, seen, new() { Lambda = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => SoftImpute.Solve<double>(Y65, seen, new() { Lambda = 1, Iterations = 0 }));
    }

    private static double[,] Product<T>(FactorizationResult<T> result)
        where T : unmanaged
        => Dense.Of(result.U).Times(Dense.Of(result.V).T());

    private static void Judge(double[,] y, bool[,] seen, double lambda, FactorizationResult<double> result, double tolerance)
    {
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), x = u.Times(v.T());
        double[,] r = Dense.Build(y.Rows(), y.Columns(), (i, j) => seen[i, j] ? y[i, j] - x[i, j] : 0), known = Dense.Build(y.Rows(), y.Columns(), (i, j) => seen[i, j] ? y[i, j] : 0);
        double objective = r.Inner(r) / 2 + lambda * u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
        Assert.Equal(objective, result.Objective, tolerance * objective);
        double s = Math.Min(r.Inner(known) / r.Inner(r), lambda / r.SpectralNorm());
        Assert.True(result.LowerBound >= s * r.Inner(known) - s * s / 2 * r.Inner(r) - 10 * tolerance);
        Assert.True(r.SpectralNorm() <= lambda * (1 + 1e-7));
    }

    // Each answer is that of a solve of its own; the optimal value is concave and does not fall with lambda, the price does not rise.
    [Fact]
    public void APathOfWeightsIsSolvedFromAnswerToAnswer()
    {
        Path<double>(1e-6, 1e-5);
        Path<float>(1e-4, 1e-3);
    }

    private static void Path<T>(double tolerance, double slack)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        double[,] y = Dense.Random(12, 3, 1).Times(Dense.Random(3, 10, 2));
        bool[,] seen = new bool[12, 10];
        for (int k = 0; k < 120; k++)
        {
            seen[k / 10, k % 10] = k * 7 % 10 < 6;
        }

        var path = MatrixCompletion.Path<T>(y.As<T>(), seen, new() { Lambda = 0.5 }, 0.7);
        Assert.Equal(0.5, path[^1].Lambda);
        Assert.True(path.Count > 4);
        for (int k = 0; k < path.Count; k++)
        {
            var (lambda, result) = path[k];
            Assert.True(k == 0 || (lambda < path[k - 1].Lambda && lambda >= 0.7 * path[k - 1].Lambda * (1 - 1e-12)));
            var alone = MatrixCompletion.Solve<T>(y.As<T>(), seen, new() { Lambda = lambda });
            Assert.Equal(SolverStatus.Optimal, result.Status);
            Assert.Equal(alone.Objective, result.Objective, 2 * tolerance * alone.Objective);
            if (k > 0)
            {
                double price = Price(result), before = Price(path[k - 1].Result);
                Assert.True(price >= before * (1 - slack), $"{price} {before}");
                Assert.True(result.Objective <= path[k - 1].Result.Objective * (1 + 2 * tolerance));

                // Below the tangent at the larger weight: the price is the slope.
                Assert.True(result.Objective <= path[k - 1].Result.Objective + (lambda - path[k - 1].Lambda) * before + 4 * tolerance * result.Objective);
            }
        }

        Assert.Single(MatrixCompletion.Path<T>(y.As<T>(), seen, new() { Lambda = 1e3 }));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => MatrixCompletion.Path<T>(y.As<T>(), seen, new() { Lambda = 1 }, 1));
        Assert.Throws<ArgumentOutOfRangeException>("Rank", () => MatrixCompletion.Path<T>(y.As<T>(), seen, new() { Lambda = 1, Rank = 2 }));
    }

    private static double Price<T>(FactorizationResult<T> result)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        => Dense.Of(result.U).ColumnNorms().Zip(Dense.Of(result.V).ColumnNorms(), (a, b) => a * b).Sum();
}
