using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.NonNegative;

public class NonNegativeFactorizationTests
{
    private static readonly double[,] Tall = { { 4, 1, 0 }, { 2, 3, 1 }, { 0, 1, 5 }, { 1, 0, 2 } };

    [Fact]
    public void ACompletelyPositiveMatrixIsSolvedLikeTheNuclearNorm()
    {
        var result = NonNegativeFactorization.Solve<double>(new double[,] { { 2, 1 }, { 1, 2 } }, new() { Lambda = 0.5, InnerTolerance = 1e-10, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Judge(new double[,] { { 2, 1 }, { 1, 2 } }, result, 0.5);
        Assert.Equal(1.75, result.Objective, 1e-8);
        Assert.True(Product(result).Minus(new double[,] { { 1.5, 1 }, { 1, 1.5 } }).Max() <= 1e-4);
        Assert.Equal(SolverStatus.Optimal, result.Status);
    }

    [Fact]
    public void NegativeEntriesAreCertifiedByThePartThatIsPositive()
    {
        double[,] y = { { 2, -1 }, { -1, 2 } };
        var result = NonNegativeFactorization.Solve<double>(y, new() { Lambda = 0.5, InnerTolerance = 1e-10, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Judge(y, result, 0.5);
        Assert.Equal(2.75, result.Objective, 1e-8);
        Assert.Equal(2.75, result.LowerBound, 1e-8);
        Assert.True(Product(result).Minus(new double[,] { { 1.5, 0 }, { 0, 1.5 } }).Max() <= 1e-6);
        Assert.Equal(0.5, result.PolarUpper, 1e-6);
    }

    [Fact]
    public void TheFourByThreeExample()
    {
        var result = NonNegativeFactorization.Solve<double>(Tall, new() { Lambda = 0.5, InnerTolerance = 1e-10, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Judge(Tall, result, 0.5);
        Assert.InRange(result.Objective, 5.95836, 5.95837);
        Assert.Equal(4, result.Rank);
        Assert.Equal(6.0617622122, result.Trace[0].PolarLower, 1e-8);
        Assert.Equal(3.1769939973, result.Trace[1].PolarLower, 1e-6);
        Assert.Equal(15.5334005474, result.Trace[1].Objective, 1e-6);
        Assert.Equal(7.0467575444, result.Trace[2].Objective, 1e-6);
        Assert.Equal(5.9527132432, result.LowerBound, 1e-7);
        Assert.Equal(SolverStatus.Undecided, result.Status);
        double[,] x = Product(result);
        Assert.Equal(3.5301557823, x[0, 0], 1e-3);
        Assert.Equal(4.5433435729, x[2, 2], 1e-3);
        // By enumeration of the supports the point is optimal, which the solver cannot know.
        Assert.True(Enumerated(Tall.Minus(x)) <= 0.5 * (1 + 1e-5));

        Assert.Equal(5.95836, NonNegativeFactorization.Solve<float>(Tall.As<float>(), new() { Lambda = 0.5 }).Objective, 2e-3);
    }

    [Fact]
    public void DataWithoutAPositiveEntryGiveZero()
    {
        var result = NonNegativeFactorization.Solve<double>(new double[,] { { -1, -2, 0 }, { 0, -3, -1 } }, new() { Lambda = 0.1 });
        Assert.Equal((0, SolverStatus.Optimal), (result.Rank, result.Status));
    }

    [Fact]
    public void DisjointBlocksAreShrunkEach()
    {
        double[,] y = new double[5, 4];
        (y[0, 0], y[0, 1], y[1, 0], y[1, 1]) = (2, 4, 1, 2);
        (y[3, 2], y[4, 2], y[3, 3], y[4, 3]) = (1, 1, 1, 1);
        var result = NonNegativeFactorization.Solve<double>(y, new() { Lambda = 0.5, InnerTolerance = 1e-10, PolarTolerance = 1e-8, GapTolerance = 1e-9 });
        Judge(y, result, 0.5);
        Assert.Equal((2, SolverStatus.Optimal), (result.Rank, result.Status));
        Assert.Equal(0.5 * (5 + 2) - 0.25, result.Objective, 1e-8);
    }

    [Fact]
    public void TheSearchNeverPassesTheEnumerationAndTheBoundNeverUndercutsIt()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            double[,] z = Dense.Random(4, 4, seed);
            var atoms = new NonNegativeAtoms<double>(4, 4);
            Units<double> found = atoms.NewUnits();
            double exact = Enumerated(z), lower = atoms.PolarLower(z, found, new double[1], 7), upper = atoms.PolarUpper(z, lower, 0);
            Assert.InRange(lower, exact * (1 - 1e-10), exact * (1 + 1e-10));
            Assert.True(upper >= exact * (1 - 1e-12) && upper <= z.SpectralNorm() * (1 + 1e-12));
            Assert.Equal(1, atoms.Price(found, 0), 1e-12);
        }
    }

    private static double[,] Product(FactorizationResult<double> result) => Dense.Of(result.U).Times(Dense.Of(result.V).T());

    private static void Judge(double[,] y, FactorizationResult<double> result, double lambda)
    {
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), r = y.Minus(u.Times(v.T()));
        Assert.All(u.Cast<double>().Concat(v.Cast<double>()), entry => Assert.True(entry >= 0));
        double[] prices = [.. u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b)];
        double objective = r.Inner(r) / 2 + lambda * prices.Sum();
        Assert.Equal(objective, result.Objective, 1e-12 * Math.Max(1, objective));
        Assert.True(result.LowerBound <= objective * (1 + 1e-12));
        double[,] along = u.T().Times(r).Times(v);
        for (int i = 0; i < prices.Length; i++)
        {
            Assert.Equal(lambda * prices[i], along[i, i], 1e-7 * lambda * Math.Max(1, prices[i]));
        }
    }

    // max u^T Z v over non-negative unit vectors: on each support a singular pair without signs, or one entry.
    internal static double Enumerated(double[,] z)
    {
        double best = 0;
        for (int rows = 1; rows < 1 << z.Rows(); rows++)
        {
            for (int columns = 1; columns < 1 << z.Columns(); columns++)
            {
                int[] s = [.. Enumerable.Range(0, z.Rows()).Where(i => (rows >> i & 1) == 1)], t = [.. Enumerable.Range(0, z.Columns()).Where(j => (columns >> j & 1) == 1)];
                double[,] part = Dense.Build(s.Length, t.Length, (i, j) => z[s[i], t[j]]);
                foreach (var (value, u, v) in SingularPairs(part))
                {
                    if (value > best && u.All(x => x >= -1e-12) && v.All(x => x >= -1e-12))
                    {
                        best = value;
                    }
                }
            }
        }

        return best;
    }

    // By two-sided Jacobi on the Gram of the columns.
    private static IEnumerable<(double Value, double[] U, double[] V)> SingularPairs(double[,] a)
    {
        int n = a.Columns();
        double[,] g = a.T().Times(a), q = Dense.Identity(n);
        for (int sweep = 0; sweep < 30; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int k = p + 1; k < n; k++)
                {
                    if (Math.Abs(g[p, k]) < 1e-300)
                    {
                        continue;
                    }

                    double angle = Math.Atan2(2 * g[p, k], g[k, k] - g[p, p]) / 2, c = Math.Cos(angle), s = Math.Sin(angle);
                    double[,] j = Dense.Identity(n);
                    (j[p, p], j[k, k], j[p, k], j[k, p]) = (c, c, s, -s);
                    g = j.T().Times(g).Times(j);
                    q = q.Times(j);
                }
            }
        }

        for (int k = 0; k < n; k++)
        {
            double value = Math.Sqrt(Math.Max(0, g[k, k]));
            if (value > 1e-9)
            {
                double[] v = [.. Enumerable.Range(0, n).Select(i => q[i, k])];
                double[] u = [.. Enumerable.Range(0, a.Rows()).Select(i => Enumerable.Range(0, n).Sum(j => a[i, j] * v[j]) / value)];
                double sign = v.Sum() < 0 ? -1 : 1;
                yield return (value, [.. u.Select(x => sign * x)], [.. v.Select(x => sign * x)]);
            }
        }
    }

    [Fact]
    public void WithoutItsCertificateADescentClaimsNothing()
    {
        double[,] y = Dense.Build(12, 9, (i, j) => Math.Abs(Math.Sin(1 + i + 2 * j + i * j)));
        FactorizationOptions options = new() { Lambda = 0.2, Rank = 3, Seed = 4, InnerIterations = 50 };
        var with = NonNegativeFactorization.Solve<double>(y, options);
        var without = NonNegativeFactorization.Solve<double>(y, options with { Certify = false });
        Assert.Equal(Dense.Of(with.U), Dense.Of(without.U));
        Assert.Equal((with.Objective, 0.0, SolverStatus.NotOptimal), (without.Objective, without.LowerBound, without.Status));
        Assert.True(double.IsNaN(without.PolarUpper) && with.LowerBound > 0);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => NonNegativeFactorization.Solve<double>(y, options with { Rank = null, Certify = false }));
        Assert.Contains("Certify", refused.Message);
    }
}
