using FsCheck;
using FsCheck.Fluent;

namespace Kernels.PropertyTests.ProxTests;

/// <summary>Total variation along a line, judged by the condition that holds for the minimizer alone.</summary>
public class ChainVariationTests
{
    private static readonly double[] W = [1, 2, 6, 5, 5.5, -1];

    [Fact]
    public void TheWorkedExampleIsExact()
    {
        double[] p = new double[6];
        ChainVariation.Prox<double>(W, 0.75, p);
        double[] expected = [1.75, 2, 5, 5, 5, -0.25];
        Assert.All(expected.Zip(p), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        float[] single = [.. W.Select(x => (float)x)];
        ChainVariation.Prox<float>(single, 0.75, single);
        Assert.All(expected.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    // x - p = G^T z with |z| at most the weight, and z at plus or minus the weight where p rises or falls: z_i is the sum of x - p up to i.
    [Fact]
    public void TheConditionOfOptimalityHolds()
        => Prop.ForAll(
            (from n in Gen.Choose(1, 60)
             from values in Gen.Choose(-20, 20).ArrayOf(n)
             from quarters in Gen.Choose(0, 60)
             from fine in Gen.Elements(true, false)
             from seed in Gen.Choose(1, 1000)
             select (Values: values.Select((v, i) => fine ? v + Math.Sin(seed * (i + 1)) : v).ToArray(), Weight: quarters / 4.0)).ToArbitrary(),
            c =>
            {
                double[] p = new double[c.Values.Length];
                ChainVariation.Prox<double>(c.Values, c.Weight, p);
                Judge(c.Values, p, c.Weight, 1e-11);
            }).QuickCheckThrowOnFailure();

    // Linear time and no loss of digits: a random walk of 100,000 elements, flat, staircase and saw.
    [Fact]
    public void LongLinesStayExact()
    {
        const int N = 100_000;
        double[] walk = new double[N], noise = new double[N], p = new double[N], workspace = new double[ChainVariation.RequiredWorkspace(N)];
        RandomNumbers.Normal(1, 0, 0, 1, noise);
        for (int i = 1; i < N; i++)
        {
            walk[i] = walk[i - 1] + noise[i];
        }

        foreach (double[] x in (double[][])[walk, noise, [.. Enumerable.Range(0, N).Select(i => (double)(i / 100))], [.. Enumerable.Range(0, N).Select(i => (double)(i % 2))], new double[N]])
        {
            foreach (double weight in (double[])[0.3, 5, 1000, 1e9])
            {
                ChainVariation.Prox<double>(x, weight, p, workspace);
                Judge(x, p, weight, 1e-8);
            }
        }

        // So heavy that nothing varies: the mean.
        ChainVariation.Prox<double>(noise, 1e9, p, workspace);
        Assert.Equal(noise.Average(), p[0], 1e-12);
        Assert.All(p, value => Assert.Equal(p[0], value, 1e-12));
    }

    [Fact]
    public void ATotalVariationAlongALineIsExactToo()
    {
        double[] p = new double[6], q = new double[6];
        Assert.True(EdgeGraph.Chain(6).IsChain && !EdgeGraph.Lattice(2, 3).IsChain && !new EdgeGraph(3, [0, 0], [1, 2]).IsChain && EdgeGraph.Chain(1).IsChain);
        Assert.Equal(0, new TotalVariation(EdgeGraph.Chain(6)).Prox<double>(W, 0.75, p));
        ChainVariation.Prox<double>(W, 0.75, q);
        Assert.Equal(q, p);

        // The same line with an edge said twice is not one, and goes by descent to twice the weight.
        new TotalVariation(new(6, [0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 5, 1])).Prox<double>(W, 0.1, q, 1e-15);
        Assert.True(Math.Abs(q[0] - 1.2) < 1e-6, $"{q[0]}");
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Throws<ArgumentException>("destination", () => ChainVariation.Prox<double>([1, 2], 1, new double[3]));
        Assert.Throws<ArgumentException>("workspace", () => ChainVariation.Prox<double>([1, 2], 1, new double[2], new double[15]));
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => ChainVariation.Prox<double>([1, 2], -1, new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => ChainVariation.Prox<double>([1, 2], double.NaN, new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => ChainVariation.RequiredWorkspace(-1));
        ChainVariation.Prox<double>([], 1, []);
    }

    private static void Judge(double[] x, double[] p, double weight, double tolerance)
    {
        double z = 0, scale = tolerance * Math.Max(1, x.Length == 0 ? 0 : x.Max(Math.Abs)) * Math.Max(1, x.Length / 100);
        for (int i = 0; i < x.Length; i++)
        {
            z += x[i] - p[i];
            if (i == x.Length - 1)
            {
                Assert.True(Math.Abs(z) <= scale, $"the sums differ by {z}");
                return;
            }

            Assert.True(Math.Abs(z) <= weight + scale, $"z_{i} = {z}");
            if (Math.Abs(p[i + 1] - p[i]) > scale)
            {
                Assert.True(Math.Abs(z + weight * Math.Sign(p[i + 1] - p[i])) <= scale, $"p moves at {i} where z = {z}, not the weight {weight}");
            }
        }
    }

    // A lattice in bands of adjacent elements against one with an edge named twice, whose edges are listed.
    [Fact]
    public void ALatticeInBandsIsTheLatticeOfListedEdges()
    {
        EdgeGraph bands = EdgeGraph.Lattice(5, 7, diagonal: true);
        (int From, int To)[] edges =
        [
            .. from i in Enumerable.Range(0, 35) from j in Enumerable.Range(0, 35) where i < j && Math.Abs(i / 7 - j / 7) <= 1 && Math.Abs(i % 7 - j % 7) <= 1 select (i, j),
            (0, 1),
        ];
        var listed = new EdgeGraph(35, [.. edges.Select(edge => edge.From)], [.. edges.Select(edge => edge.To)]);
        Assert.Equal(bands.Edges + 1, listed.Edges);
        Assert.True(bands.Slots > bands.Edges);
        Assert.Equal(listed.Edges, listed.Slots);
        double[] x = [.. Enumerable.Range(0, 35).Select(i => Math.Sin(3 * i) + i % 3)], z = new double[bands.Slots], along = new double[listed.Slots], first = new double[bands.Slots], second = new double[listed.Slots];
        bands.Differences(x, first);
        listed.Differences(x, second);
        Assert.Equal(second.Sum(Math.Abs) - Math.Abs(second[^1]), first.Sum(Math.Abs), 1e-12);
        Assert.Equal(first.Sum(Math.Abs), new TotalVariation(bands).Norm<double>(x), 1e-12);

        // The adjoint: <G x, z> = <x, G^T z> for z on edges.
        for (int e = 0; e < z.Length; e++)
        {
            z[e] = first[e] == 0 ? 0 : Math.Cos(e);
        }

        double[] image = new double[35];
        bands.SubtractAdjoint(z, image);
        Assert.Equal(first.Zip(z, (a, b) => a * b).Sum(), -image.Zip(x, (a, b) => a * b).Sum(), 1e-12);
        image.AsSpan().Clear();
        along.AsSpan().Fill(0.5);
        listed.SubtractAdjoint(along, image);
        Assert.Equal(second.Sum() / 2, -image.Zip(x, (a, b) => a * b).Sum(), 1e-12);
    }

    // A z of the caller's: the answer is the same from wherever it starts, and a second call from where the first one ended has nothing left to do.
    [Fact]
    public void TheMapDoesNotDependOnWhereItStarts()
    {
        var variation = new TotalVariation(EdgeGraph.Lattice(6, 6));
        double[] x = [.. Enumerable.Range(0, 36).Select(i => Math.Sin(3 * i) + i % 3)], p = new double[36], q = new double[36];
        double[] dual = new double[variation.DualLength], other = [.. Enumerable.Range(0, variation.DualLength).Select(e => 0.0)];
        variation.Prox<double>(x, 0.7, p, dual, 1e-14);
        variation.Prox<double>([.. x.Select(v => -v)], 3, q, other, 1e-14);
        variation.Prox<double>(x, 0.7, q, other, 1e-14);
        Assert.All(p.Zip(q), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(variation.Prox<double>(x, 0.7, q, dual, 1e-14) <= 1e-14);
        Assert.Throws<ArgumentException>("dual", () => variation.Prox<double>(x, 0.7, q, new double[3], 1e-14));
        Assert.Equal(0, new TotalVariation(EdgeGraph.Chain(5)).DualLength);
    }

    [Fact]
    public void TheGapIsTheSumOverTheEdges()
    {
        double[] d = [1, -2, 0.5], z = [0.5, -0.25, 0];
        Assert.Equal(0.5 * 3.5 - (0.5 + 0.5), Prox.VariationGap<double>(d, z, 0.5), 1e-15);
        Assert.Equal(0.75f, Prox.VariationGap<float>([1, -2, 0.5f], [0.5f, -0.25f, 0], 0.5f), 1e-6f);
    }
}
