using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Structured;

/// <summary>Total variation, its mixtures with magnitudes and length, and the factorizations under them.</summary>
public class StructuredFactorizationTests
{
    private static readonly double[] W = [1, 2, 6, 5, 5.5, -1];

    [Fact]
    public void TheWorkedVariation()
    {
        var variation = new TotalVariation(EdgeGraph.Chain(6));
        double[] p = new double[6];
        Assert.True(variation.Prox<double>(W, 0.75, p) <= 1e-14);
        Near([1.75, 2, 5, 5, 5, -0.25], p, 1e-6);
        Assert.Equal(0.25 + 3 + 5.25, variation.Norm<double>(p), 1e-5);
        float[] single = new float[6];
        variation.Prox<float>([.. W.Select(x => (float)x)], 0.75, single);
        Near([1.75, 2, 5, 5, 5, -0.25], [.. single.Select(x => (double)x)], 1e-5);
    }

    [Fact]
    public void TheWorkedMixture()
    {
        var norm = new StructuredNorm { Magnitudes = 0.3, Variation = 0.75, Length = 0.5, Graph = EdgeGraph.Chain(6) };
        var atoms = new StructuredAtoms<double>(6, 1, norm, new());
        double[,] x = new double[1, 6];
        W.CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref x[0, 0], 6));
        atoms.Prox(0, x, [1]);
        double[] p = [.. x.Cast<double>()];
        Near([1.3641169460, 1.5993095229, 4.4216204456, 4.4216204456, 4.4216204456, 0], p, 1e-6);
        double objective = W.Zip(p, (a, b) => (a - b) * (a - b)).Sum() / 2 + 0.3 * p.Sum(Math.Abs) + 0.75 * Variation(p) + 0.5 * Math.Sqrt(p.Sum(v => v * v));
        Assert.Equal(17.0896059558, objective, 1e-9);
        Assert.Equal(objective - W.Zip(p, (a, b) => (a - b) * (a - b)).Sum() / 2, atoms.Norm(0, p), 1e-12);
    }

    // The optimality condition of a lattice, by the objective at random points around.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnALatticeNothingNearbyIsLower(bool diagonal)
    {
        EdgeGraph graph = EdgeGraph.Lattice(4, 5, diagonal);
        Assert.Equal(diagonal ? 4 * 4 + 3 * 5 + 2 * 3 * 4 : 4 * 4 + 3 * 5, graph.Edges);
        var variation = new TotalVariation(graph);
        double[] x = [.. Dense.Random(1, 20, 3).Cast<double>()], p = new double[20], q = new double[20];
        variation.Prox<double>(x, 0.2, p);
        double Objective(double[] at) => x.Zip(at, (a, b) => (a - b) * (a - b)).Sum() / 2 + 0.2 * variation.Norm<double>(at);
        for (int seed = 0; seed < 200; seed++)
        {
            double[,] step = Dense.Random(1, 20, 100 + seed);
            for (int i = 0; i < 20; i++)
            {
                q[i] = p[i] + Math.Pow(10, -1 - seed % 4) * step[0, i];
            }

            Assert.True(Objective(q) >= Objective(p) - 1e-12);
        }
    }

    // Without total variation these are the norms of the dictionary.
    [Fact]
    public void WithoutVariationItIsADictionary()
    {
        double[,] y = Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));
        var atoms = new StructuredAtoms<double>(6, 5, new(), new() { Magnitudes = 0.3 });
        double[] g = [3, -1, 0.2, 0, 0];
        Assert.Equal(MixedNorm.Dual<double>(g, 0.3, new double[5]), atoms.Align(1, g), 1e-12);
        Assert.Equal(1, atoms.Norm(1, g), 1e-12);
        var result = StructuredFactorization.Solve<double>(y, new(), new() { Magnitudes = 0.3 }, new() { Lambda = 0.3, MaxRank = 12, Growths = 8 });
        Assert.Equal(1.8264012241, result.Trace[0].PolarLower, 1e-6);
        Assert.Equal(6.8044696353, result.Trace[1].Objective, 1e-4);
        Assert.True(result.LowerBound <= 2.9970226506 && result.Objective >= 2.9416205722);
        Assert.All(result.Trace, point => Assert.True(point.PolarLower <= point.PolarUpper * (1 + 1e-12)));
    }

    [Fact]
    public void TheDualNormIsReachedAndNeverExceeded()
    {
        var norm = new StructuredNorm { Magnitudes = 0.2, Variation = 0.4, Length = 0.7, Graph = EdgeGraph.Chain(8), IsNonNegative = true };
        var atoms = new StructuredAtoms<double>(8, 1, norm, new());
        double[] g = [.. Dense.Random(1, 8, 4).Cast<double>()], w = (double[])g.Clone();
        double dual = atoms.Align(0, w);
        Assert.Equal(1, atoms.Norm(0, w), 1e-10);
        Assert.Equal(dual, g.Zip(w, (a, b) => a * b).Sum(), 1e-6);
        for (int seed = 0; seed < 300; seed++)
        {
            double[] other = [.. Dense.Random(1, 8, 500 + seed).Cast<double>().Select(x => Math.Max(0, x))];
            Assert.True(g.Zip(other, (a, b) => a * b).Sum() <= dual * atoms.Norm(0, other) + 1e-9);
        }
    }

    // Two blocks that blink at different frequencies, under noise: each is found by a component of its own.
    [Fact]
    public void BlinkingBlocksAreSeparated()
    {
        const int Frames = 16, Side = 6, Pixels = Side * Side;
        bool Inside(int block, int pixel) => pixel / Side / 3 == block && pixel % Side / 3 == block;
        double[,] noise = Dense.Random(Frames, Pixels, 1);
        double[,] y = Dense.Build(Frames, Pixels, (t, p) => 0.3 * noise[t, p] + Enumerable.Range(0, 2).Where(b => Inside(b, p)).Sum(b => Math.Sin(2 * Math.PI * (b + 1) * t / Frames)));
        var result = StructuredFactorization.Solve<double>(
            y, new(), new() { Magnitudes = 1, Variation = 1, Graph = EdgeGraph.Lattice(Side, Side, diagonal: true) },
            new() { Lambda = 0.4, MaxRank = 2, Growths = 3, InnerIterations = 100 });
        double[,] v = Dense.Of(result.V);
        for (int block = 0; block < 2; block++)
        {
            Assert.Contains(Enumerable.Range(0, result.Rank), r =>
            {
                double inside = 0, all = 0;
                for (int p = 0; p < Pixels; p++)
                {
                    all += v[p, r] * v[p, r];
                    inside += Inside(block, p) ? v[p, r] * v[p, r] : 0;
                }

                return inside >= 0.95 * all;
            });
        }
    }

    // A start that the first step shrinks away leaves nothing, and says so.
    [Fact]
    public void AStartThatDiesEndsAtZero()
    {
        double[,] y = Dense.Random(6, 30, 2);
        var result = StructuredFactorization.Solve<double>(
            y, new(), new() { Magnitudes = 1, Variation = 1, Graph = EdgeGraph.Chain(30) }, new() { Lambda = 5, Rank = 4, Certify = false });
        Assert.Equal((0, SolverStatus.NotOptimal), (result.Rank, result.Status));
        Assert.Equal(y.Inner(y) / 2, result.Objective, 1e-12);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = new double[3, 4];
        void Refuses(string name, StructuredNorm v)
            => Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => StructuredFactorization.Solve<double>(y, new(), v, new() { Lambda = 1 })).Message);
        Refuses("v.Length", new() { Length = 0 });
        Refuses("v.Magnitudes", new() { Magnitudes = -1 });
        Refuses("v.Variation", new() { Variation = double.NaN });
        Refuses("v", new() { Variation = 1 });
        Refuses("4 vertices", new() { Variation = 1, Graph = EdgeGraph.Chain(5) });
        Assert.Contains("Edge 1", Assert.Throws<ArgumentException>(() => new EdgeGraph(3, [0, 1], [1, 3])).Message);
        Assert.Throws<ArgumentException>(() => new EdgeGraph(3, [0], []));
        Assert.Throws<ArgumentException>(() => new TotalVariation(EdgeGraph.Chain(3)).Prox<double>(new double[4], 1, new double[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TotalVariation(EdgeGraph.Chain(3)).Prox<double>(new double[3], -1, new double[3]));
    }

    private static double Variation(double[] x) => x.Zip(x.Skip(1), (a, b) => Math.Abs(a - b)).Sum();

    private static void Near(double[] expected, double[] actual, double tolerance)
        => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
