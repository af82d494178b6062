using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LinearNetworks;

public class OneHiddenLayerTests
{
    private static readonly double[,] Sxx = { { 2, 1 }, { 1, 2 } };
    private static readonly double[,] Syx = { { 2, 1 }, { 1, 3 } };
    private static readonly double[,] Syy = { { 4, 1 }, { 1, 6 } };

    [Fact]
    public void TheWorkedExample()
    {
        var result = OneHiddenLayer.SolveMoments<double>(Sxx, Syx, Syy, 1);
        Assert.Equal(5, result.Objective, 1e-12);
        Assert.Equal(5, result.ClosedForm, 1e-12);
        Assert.Equal(5, result.Eigenvalues[0], 1e-12);
        Assert.Equal(5.0 / 3, result.Eigenvalues[1], 1e-12);
        double[,] product = Dense.Of(result.U).Times(Dense.Of(result.V).T());
        Assert.True(product.Minus(new[,] { { 0, 0.5 }, { 0, 1.5 } }).Max() <= 1e-12);
        Assert.Equal(SolverStatus.Optimal, result.Status);
        Assert.Equal(5, OneHiddenLayer.SolveMoments<float>(Sxx.As<float>(), Syx.As<float>(), Syy.As<float>(), 1).Objective, 1e-4);

        // E14: the best rank-one product without the weight is another point, and worse.
        double[,] unweighted = { { 1, 0 }, { -1.0 / 3, 5.0 / 3 } };
        double[] values = new double[2];
        double[,] left = new double[2, 2], right = new double[2, 2];
        Svd.Decompose<double>(unweighted, left, values, right);
        double[,] z = Dense.Build(2, 2, (i, j) => values[0] * left[i, 0] * right[j, 0]);
        double risk = 10 - 2 * Syx.Inner(z) + z.Inner(z.Times(Sxx));
        Assert.Equal(5.7421663396, risk, 1e-9);

    }

    // E16: the eigenvalues that must be distinct are those of Syx Sxx^-1 Sxy. With distinct ones of Sxx but a tie of those, two products are best; the other
    // way round there is one.
    [Fact]
    public void TiesOfTheRegressionMakeMinimaThatAreNotUnique()
    {
        double[,] sxx = Dense.Diagonal(2, 2, 1, 4), syx = Dense.Diagonal(2, 2, 1, 2), syy = Dense.Diagonal(2, 2, 3, 3);
        var tied = OneHiddenLayer.SolveMoments<double>(sxx, syx, syy, 1);
        Assert.Equal(tied.Eigenvalues[0], tied.Eigenvalues[1], 1e-14);
        foreach (double[,] product in (double[][,])[Dense.Diagonal(2, 2, 1, 0), Dense.Diagonal(2, 2, 0, 0.5)])
        {
            Assert.Equal(tied.Objective, 6 - 2 * syx.Inner(product) + product.Inner(product.Times(sxx)), 1e-14);
        }

        var distinct = OneHiddenLayer.SolveMoments<double>(Dense.Identity(2), syx, Dense.Diagonal(2, 2, 5, 5), 1);
        Assert.Equal([4, 1], distinct.Eigenvalues.Select(value => Math.Round(value, 12)));
        Assert.True(Dense.Of(distinct.U).Times(Dense.Of(distinct.V).T()).Minus(Dense.Diagonal(2, 2, 0, 2)).Max() <= 1e-14);
        Assert.True(10 - 2 * syx[0, 0] + 1 > distinct.Objective + 1);
    }

    [Fact]
    public void AlternatingLeastSquaresOnRawDataEndsThere()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            int m = 1 + seed % 4, n = 2 + seed % 3, samples = 4 + seed % 5, r = 1 + seed % 3;
            double[,] x = seed % 2 == 0 ? Dense.Random(n, samples, seed) : Dense.Random(n, 1, seed).Times(Dense.Random(1, samples, seed + 1));
            double[,] y = seed % 3 == 0 ? Dense.Random(m, 1, seed).Times(Dense.Random(1, samples, seed + 3)) : Dense.Random(m, samples, seed + 2);
            var result = OneHiddenLayer.Solve<double>(y, x, r);
            var single = OneHiddenLayer.Solve<float>(y.As<float>(), x.As<float>(), r);
            double squared = y.Inner(y), best = double.PositiveInfinity;
            Assert.Equal(result.ClosedForm, result.Objective, 1e-12 * squared);
            Assert.Equal(result.Objective, single.Objective, 2e-5 * squared);
            double[,] found = Dense.Of(result.U).Times(Dense.Of(result.V).T()), residual = y.Minus(found.Times(x));
            Assert.Equal(residual.Inner(residual), result.Objective, 1e-12 * squared);
            for (int start = 0; start < 3; start++)
            {
                // The best U for features W, then the best features for it, orthonormal: two half steps of alternating least squares.
                double[,] w = Dense.Random(samples, r, start + 10 * seed), projector = Projector(x.T());
                for (int sweep = 0; sweep < 2000; sweep++)
                {
                    w = Orthonormal(projector.Times(y.T().Times(y.Times(w))));
                }

                double[,] rest = y.Minus(y.Times(w).Times(w.T()));
                best = Math.Min(best, rest.Inner(rest));
                Assert.True(rest.Inner(rest) >= result.ClosedForm - 1e-11 * squared);
            }

            Assert.Equal(result.ClosedForm, best, 1e-9 * squared);
        }
    }

    [Fact]
    public void MoreUnitsThanRankArePadded()
    {
        var result = OneHiddenLayer.SolveMoments<double>(Sxx, Syx, Syy, 5);
        Assert.Equal(10 - 20.0 / 3, result.Objective, 1e-12);
        Assert.All(Dense.Of(result.U).ColumnNorms().Skip(2), norm => Assert.Equal(0, norm));
        Assert.Equal(0, OneHiddenLayer.Solve<double>(new double[2, 3], Dense.Random(2, 3, 1), 1).Objective);
        Assert.Equal(3, OneHiddenLayer.Solve<double>(new double[,] { { 1, 1, 1 } }, new double[2, 3], 1).Objective, 1e-14);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("sxx", () => OneHiddenLayer.SolveMoments<double>(new double[,] { { 1, 2 }, { 2, 1 } }, Syx, Syy, 1));
        Assert.Throws<ArgumentException>("sxx", () => OneHiddenLayer.SolveMoments<double>(new double[,] { { 1, 2 }, { 0, 1 } }, Syx, Syy, 1));
        Assert.Throws<ArgumentException>("syy", () => OneHiddenLayer.SolveMoments<double>(Sxx, Syx, new double[,] { { 1, 0 }, { 0, 1 } }, 1));
        Assert.Throws<ArgumentException>("x", () => OneHiddenLayer.Solve<double>(new double[2, 3], new double[2, 4], 1));
        Assert.Throws<ArgumentOutOfRangeException>("units", () => OneHiddenLayer.Solve<double>(new double[2, 3], new double[2, 3], 0));
    }

    // P (P^T P)^+ P^T.
    private static double[,] Projector(double[,] p)
    {
        double[,] q = Orthonormal(p);
        return q.Times(q.T());
    }

    // Gram-Schmidt, twice; columns that depend on those before become zero.
    private static double[,] Orthonormal(double[,] p)
    {
        double[,] q = (double[,])p.Clone();
        double largest = p.ColumnNorms().Max();
        for (int j = 0; j < q.Columns(); j++)
        {
            double norm = 0;
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < j; k++)
                {
                    double dot = Enumerable.Range(0, q.Rows()).Sum(i => q[i, j] * q[i, k]);
                    for (int i = 0; i < q.Rows(); i++)
                    {
                        q[i, j] -= dot * q[i, k];
                    }
                }

                norm = Math.Sqrt(Enumerable.Range(0, q.Rows()).Sum(i => q[i, j] * q[i, j]));
            }

            for (int i = 0; i < q.Rows(); i++)
            {
                q[i, j] = norm > 1e-10 * largest ? q[i, j] / norm : 0;
            }
        }

        return q;
    }
}
