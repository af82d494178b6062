using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dictionaries;

public class DictionaryLearningTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    [Fact]
    public void TheDualNormOfACodeIsTheRootOfItsEquation()
    {
        Assert.Equal(2.1461936885, MixedNorm.Dual<double>([3, -1, 0.2], 0.4, new double[3]), 1e-9);
        Assert.Equal(2.1461936885, MixedNorm.Dual<float>([3, -1, 0.2f], 0.4, new double[3]), 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>("gamma", () => MixedNorm.Dual<double>([1], -1, new double[1]));
        Assert.Throws<ArgumentException>("workspace", () => MixedNorm.Dual<double>([1, 2], 1, new double[1]));
        foreach (double gamma in new[] { 0, 0.1, 0.5, 1, 3 })
        {
            for (int seed = 0; seed < 20; seed++)
            {
                double[] g = [.. Dense.Random(1, 7, seed).Cast<double>()];
                double mu = MixedNorm.Dual<double>(g, gamma, new double[7]);
                double length = Math.Sqrt(g.Sum(x => Math.Pow(Math.Max(0, Math.Abs(x) - gamma * mu), 2)));
                Assert.Equal(mu, length, 1e-12 * Math.Max(1, mu));
            }
        }
    }

    [Fact]
    public void OneRowIsShrunkInClosedForm()
    {
        var result = DictionaryLearning.Solve<double>(new double[,] { { 3, -1, 0.2 } }, new() { Lambda = 0.5, Gamma = 0.4, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Assert.Equal(2.1110219779, result.Objective, 1e-8);
        double[,] x = Product(result);
        Assert.Equal(2.3192380262, x[0, 0], 1e-6);
        Assert.Equal(-0.6626394361, x[0, 1], 1e-6);
        Assert.Equal(0, x[0, 2]);
        Assert.Equal((1, SolverStatus.Optimal), (result.Rank, result.Status));
    }

    [Fact]
    public void ADiagonalMatrixIsShrunkEntryByEntry()
    {
        double[,] y = Dense.Diagonal(3, 3, 3, 2, 0.6);
        var result = DictionaryLearning.Solve<double>(y, new() { Lambda = 0.5, Gamma = 0.4, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Judge(y, result, 0.5, 0.4);
        Assert.Equal(3.19, result.Objective, 1e-8);
        Assert.True(Product(result).Minus(Dense.Diagonal(3, 3, 2.3, 1.3)).Max() <= 1e-6);
        Assert.Equal(0.5, result.PolarLower, 1e-6);
    }

    [Fact]
    public void WithoutGammaItIsSingularValueThresholding()
        => Assert.Equal(3.4952409430, DictionaryLearning.Solve<double>(Y65, new() { Lambda = 0.5, Gamma = 0, InnerTolerance = 1e-10, PolarTolerance = 1e-9, GapTolerance = 1e-9 }).Objective, 1e-7);

    [Fact]
    public void TheSixByFiveExampleStaysInItsBand()
    {
        var result = DictionaryLearning.Solve<double>(Y65, new() { Lambda = 0.3, Gamma = 0.3 });
        Judge(Y65, result, 0.3, 0.3);
        Assert.Equal(1.8264012241, result.Trace[0].PolarLower, 1e-9);
        Assert.Equal(6.8044696353, result.Trace[1].Objective, 1e-6);
        Assert.InRange(result.Objective, 2.9416205722, 3.0005);
        Assert.Equal(2.9416205722, result.LowerBound, 1e-6);
        Assert.InRange(DictionaryLearning.Solve<float>(Y65.As<float>(), new() { Lambda = 0.3, Gamma = 0.3 }).Objective, 2.9416, 3.001);
    }

    [Fact]
    public void TheBoundsOfThePolarBracketRandomPairs()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            double[,] z = Dense.Random(4, 6, seed);
            var atoms = new SparseAtoms<double>(4, 6, 0.5);
            Units<double> found = atoms.NewUnits();
            double lower = atoms.PolarLower(z, found, new double[1], 7), upper = atoms.PolarUpper(z, lower, lower);
            Assert.True(upper >= lower && upper <= 1.15 * lower, $"{seed}: {lower} {upper}");
            double[,] u = Dense.Of(found.Block(0).ToArray()), v = Dense.Of(found.Block(1).ToArray());
            Assert.Equal(lower, u.Times(z).Times(v.T())[0, 0], 1e-10);
            Assert.Equal(1, atoms.Price(found, 0), 1e-12);
            for (int trial = 0; trial < 200; trial++)
            {
                double[,] x = Dense.Random(1, 6, 1000 * seed + trial);
                double price = x.Norm() + 0.5 * x.Cast<double>().Sum(Math.Abs);
                Assert.True(z.Times(x.T()).Norm() / price <= lower * (1 + 1e-9));
            }
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Gamma", () => DictionaryLearning.Solve<double>(Y65, new() { Lambda = 1, Gamma = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Gamma", () => DictionaryLearning.Solve<double>(Y65, new() { Lambda = 1, Gamma = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>("MaxRank", () => DictionaryLearning.Solve<double>(Y65, new() { Lambda = 1, Gamma = 1, MaxRank = 31 }));
    }

    private static double[,] Product(FactorizationResult<double> result) => Dense.Of(result.U).Times(Dense.Of(result.V).T());

    private static void Judge(double[,] y, FactorizationResult<double> result, double lambda, double gamma)
    {
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), r = y.Minus(u.Times(v.T()));
        double[] left = u.ColumnNorms(), right = v.ColumnNorms();
        double[] prices = [.. left.Select((a, i) => a * (right[i] + gamma * Enumerable.Range(0, v.Rows()).Sum(j => Math.Abs(v[j, i]))))];
        double objective = r.Inner(r) / 2 + lambda * prices.Sum();
        Assert.Equal(objective, result.Objective, 1e-12 * Math.Max(1, objective));
        double[,] along = u.T().Times(r).Times(v);
        for (int i = 0; i < prices.Length; i++)
        {
            Assert.Equal(lambda * prices[i], along[i, i], 1e-7 * lambda * Math.Max(1, prices[i]));
        }
    }
}
