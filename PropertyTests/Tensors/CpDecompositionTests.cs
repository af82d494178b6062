using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Tensors;

public class CpDecompositionTests
{
    private static readonly double[] W = [.. new double[] { 0, 1, 1, 0, 1, 0, 0, 0 }.Select(x => x / Math.Sqrt(3))];

    private static FactorizationOptions Tight(double lambda) => new() { Lambda = lambda, InnerTolerance = 1e-10, PolarTolerance = 1e-6, GapTolerance = 1e-10 };

    private static double[] Cube => [.. Enumerable.Range(0, 27).Select(a => Math.Sin(1 + a / 9 + 2 * (a / 3 % 3) + 3 * (a % 3) + a / 9 * (a / 3 % 3) * (a % 3)))];

    [Fact]
    public void TheTensorWithoutABestUnfoldingIsZeroAtALargeWeight()
    {
        var result = CpDecomposition.Solve<double>(W, [2, 2, 2], Tight(0.7));
        Assert.Equal((0, 0.5), (result.Rank, Math.Round(result.Objective, 12)));
        Assert.Equal(2.0 / 3, result.PolarLower, 1e-9);
        // The scan of the mode of two elements certifies what the unfoldings, 0.8165, cannot.
        Assert.InRange(result.PolarUpper, 2.0 / 3, 2.0 / 3 * (1 + 3e-7));
        Assert.True(result.Status >= SolverStatus.PolarCertified);
    }

    [Fact]
    public void TheSameTensorAtASmallerWeight()
    {
        var result = CpDecomposition.Solve<double>(W, [2, 2, 2], Tight(0.5));
        Assert.Equal(2.0 / 3, result.Trace[0].PolarLower, 1e-9);
        Assert.Equal(0.6732069967, result.Trace[1].PolarLower, 1e-6);
        Assert.Equal(0.4710024664, result.Objective, 1e-8);
        Assert.Equal(2, result.Rank);
        Assert.True(result.Status >= SolverStatus.PolarCertified);
        Judge(W, [2, 2, 2], 0.5, result);
        Assert.Equal(0.4469234251, new TensorAtoms<double>(2, 2, 2).Relaxation(new ReadOnlyMatrixView<double>(W, 2, 4), 0.5), 1e-9);
    }

    [Fact]
    public void OrthogonallyDecomposableTensorsAreShrunkEach()
    {
        double[] t = [0.3, 0.7, 1.1], tensor = new double[8];
        for (int at = 0; at < 8; at++)
        {
            int[] index = [at / 4, at / 2 % 2, at % 2];
            tensor[at] = 3 * index.Select((i, k) => i == 0 ? Math.Cos(t[k]) : Math.Sin(t[k])).Aggregate(1.0, (x, y) => x * y)
                + index.Select((i, k) => i == 0 ? -Math.Sin(t[k]) : Math.Cos(t[k])).Aggregate(1.0, (x, y) => x * y);
        }

        Assert.Equal(0.8246356146, tensor[0], 1e-9);
        Assert.Equal(0.3251456509, tensor[5], 1e-9);
        var result = CpDecomposition.Solve<double>(tensor, [2, 2, 2], Tight(0.5));
        Assert.Equal(1.75, result.Objective, 1e-8);
        Assert.Equal(2, result.Rank);
        Assert.True(result.Status >= SolverStatus.PolarCertified);
        double[] weights = [.. Prices(result).OrderDescending()];
        Assert.Equal(2.5, weights[0], 1e-5);
        Assert.Equal(0.5, weights[1], 1e-5);
        Judge(tensor, [2, 2, 2], 0.5, result);
        Assert.Equal(1.75, CpDecomposition.Solve<float>([.. tensor.Select(x => (float)x)], [2, 2, 2], new() { Lambda = 0.5 }).Objective, 1e-3);
    }

    [Fact]
    public void TheThreeByThreeByThreeExampleStaysInItsBand()
    {
        Assert.Equal(3.8240521836, Math.Sqrt(Cube.Sum(x => x * x)), 1e-9);
        var result = CpDecomposition.Solve<double>(Cube, [3, 3, 3], new() { Lambda = 0.5, Growths = 6 });
        double[] polar = [2.4278472520, 2.1058865718, 1.5278003624, 1.1645566215];
        Assert.All(polar.Zip(result.Trace), pair => Assert.Equal(pair.First, pair.Second.PolarLower, 1e-5));
        Assert.InRange(result.Objective, 2.9046, 3.24022);
        Assert.Equal(2.9046006316, result.LowerBound, 1e-8);
        Assert.True(result.Status is SolverStatus.Undecided or SolverStatus.NotOptimal);
        Judge(Cube, [3, 3, 3], 0.5, result);
    }

    [Fact]
    public void MatricesAreTensorsOfTwoModes()
    {
        double[,] y = Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));
        var result = CpDecomposition.Solve<double>([.. y.Cast<double>()], [6, 5], Tight(0.5));
        Assert.Equal(3.4952409430, result.Objective, 1e-8);
        Assert.Equal((4, SolverStatus.Optimal), (result.Rank, result.Status));
    }

    [Fact]
    public void AllFactorsOfATensorOfFourModesAreFound()
    {
        double[][] x = [.. Enumerable.Range(0, 4).Select(k => Dense.Random(1, k + 2, k).Cast<double>().ToArray())];
        double[] tensor = [.. from a in x[0] from b in x[1] from c in x[2] from d in x[3] select 5 * a * b * c * d];
        double length = Math.Sqrt(tensor.Sum(v => v * v));
        var result = CpDecomposition.Solve<double>(tensor, [2, 3, 4, 5], Tight(0.1 * length));
        Assert.Equal((1, SolverStatus.Optimal), (result.Rank, result.Status));
        Assert.Equal(0.1 * length * length - 0.01 * length * length / 2, result.Objective, 1e-9 * length * length);
        Judge(tensor, [2, 3, 4, 5], 0.1 * length, result);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Contains("at least two modes", Assert.Throws<ArgumentException>("sizes", () => CpDecomposition.Solve<double>([1, 2], [2], Tight(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("sizes", () => CpDecomposition.Solve<double>([], [2, 0, 2], Tight(1)));
        Assert.Contains("2 x 2 x 2 = 8 elements, but has 7", Assert.Throws<ArgumentException>("tensor", () => CpDecomposition.Solve<double>(W.AsSpan(1), [2, 2, 2], Tight(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("tensor", () => CpDecomposition.Solve<double>([1, double.NaN], [2, 1], Tight(1)));
        Assert.Throws<ArgumentOutOfRangeException>("MaxRank", () => CpDecomposition.Solve<double>(W, [2, 2, 2], Tight(1) with { MaxRank = 9 }));
    }

    private static double[] Prices(UnitsResult<double> result)
        => [.. Enumerable.Range(0, result.Rank).Select(i => result.Blocks.Select(block => Dense.Of(block).ColumnNorms()[i]).Aggregate(1.0, (a, b) => a * b))];

    // By the definition, element by element.
    private static void Judge(double[] tensor, int[] sizes, double lambda, UnitsResult<double> result)
    {
        double[][,] x = [.. result.Blocks.Select(Dense.Of)];
        double loss = 0;
        double[] along = new double[result.Rank];
        for (int at = 0; at < tensor.Length; at++)
        {
            int rest = at;
            int[] index = new int[sizes.Length];
            for (int k = sizes.Length - 1; k >= 0; k--)
            {
                (index[k], rest) = (rest % sizes[k], rest / sizes[k]);
            }

            double[] atoms = [.. Enumerable.Range(0, result.Rank).Select(i => index.Select((row, k) => x[k][row, i]).Aggregate(1.0, (a, b) => a * b))];
            double residual = tensor[at] - atoms.Sum();
            loss += residual * residual / 2;
            for (int i = 0; i < atoms.Length; i++)
            {
                along[i] += residual * atoms[i];
            }
        }

        double[] prices = Prices(result);
        double objective = loss + lambda * prices.Sum();
        Assert.Equal(objective, result.Objective, 1e-12 * Math.Max(1, objective));
        Assert.True(result.LowerBound <= objective * (1 + 1e-12));
        for (int i = 0; i < prices.Length; i++)
        {
            Assert.Equal(lambda * prices[i], along[i], 1e-7 * lambda * Math.Max(1, prices[i]));
        }
    }
}
