using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

/// <summary>The worked examples of every system in single precision, to its tolerance of 1e-4 of the objective.</summary>
public class SinglePrecisionTests
{
    private const double Tolerance = 1e-4;

    private static readonly double Root3 = Math.Sqrt(3);

    private static float[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j)).As<float>();

    private static float[,] OneOutlier => Dense.Build(3, 3, (i, j) => (i, j) == (0, 2) ? 12 : 2).As<float>();

    private static float[,] Outliers
        => Dense.Build(8, 6, (i, j) => (1 + 0.25 * i) * (1 - 0.3 * j) + ((i, j) == (1, 4) ? 5 : (i, j) == (6, 0) ? -4 : (i, j) == (3, 2) ? 3 : 0)).As<float>();

    [Fact]
    public void LowRankGrowsByTheSingularValues()
    {
        var result = FactorizedLowRank.Solve<float>(Y65, new() { Lambda = 0.5 });
        Near(3.4952409430, result.Objective);
        double[] polar = [2.4872017797, 2.3939927408, 2.2665129776, 0.7334489430, 0.5];
        Assert.Equal(polar.Length, result.Trace.Count);
        Assert.All(polar.Zip(result.Trace), pair => Assert.Equal(pair.First, pair.Second.PolarLower, 1e-3 * pair.First));
        Assert.Equal((4, SolverStatus.Optimal), (result.Rank, result.Status));
    }

    [Fact]
    public void CompletionOfBothExamples()
    {
        float[,] y = { { 2, 1 }, { 1, float.NaN } };
        bool[,] corner = { { true, true }, { true, false } }, seen = new bool[6, 5];
        for (int k = 0; k < 30; k++)
        {
            seen[k / 5, k % 5] = (3 * (k / 5) + 2 * (k % 5)) % 7 != 0;
        }

        var options = new FactorizationOptions { Lambda = 0.5 };
        Near(1.1180144203, MatrixCompletion.Solve<float>(y, corner, options).Objective);
        Near(1.1180144203, SoftImpute.Solve<float>(y, corner, new() { Lambda = 0.5 }).Objective);
        Near(3.0593594641, MatrixCompletion.Solve<float>(Y65, seen, options).Objective);
        Near(3.0593594641, SoftImpute.Solve<float>(Y65, seen, new() { Lambda = 0.5 }).Objective);
    }

    [Fact]
    public void NonNegativeFactors()
    {
        var options = new FactorizationOptions { Lambda = 0.5 };
        Near(1.75, NonNegativeFactorization.Solve<float>(new float[,] { { 2, 1 }, { 1, 2 } }, options).Objective);
        var signed = NonNegativeFactorization.Solve<float>(new float[,] { { 2, -1 }, { -1, 2 } }, options);
        Near(2.75, signed.Objective);
        Assert.True(signed.Status >= SolverStatus.PolarCertified);
        var tall = NonNegativeFactorization.Solve<float>(new float[,] { { 4, 1, 0 }, { 2, 3, 1 }, { 0, 1, 5 }, { 1, 0, 2 } }, options);
        Near(5.9583604050, tall.Objective);
        Assert.Equal(5.9527132432, tall.LowerBound, 1e-4 * 6);
        Assert.All(tall.U.ToArray().Cast<float>().Concat(tall.V.ToArray().Cast<float>()), x => Assert.True(x >= 0));
    }

    [Fact]
    public void Dictionaries()
    {
        Near(2.1110219779, DictionaryLearning.Solve<float>(new float[,] { { 3, -1, 0.2f } }, new() { Lambda = 0.5, Gamma = 0.4 }).Objective);
        Near(3.19, DictionaryLearning.Solve<float>(new float[,] { { 3, 0, 0 }, { 0, 2, 0 }, { 0, 0, 0.6f } }, new() { Lambda = 0.5, Gamma = 0.4 }).Objective);
        var result = DictionaryLearning.Solve<float>(Y65, new() { Lambda = 0.3, Gamma = 0.3 });
        Assert.InRange(result.Objective, 2.9416205722, 3.0005);
        Assert.Equal(2.9416205722, result.LowerBound, 1e-4 * 3);
    }

    [Fact]
    public void RobustComponents()
    {
        Near(11.7735026919, PrincipalComponentPursuit.Solve<float>(OneOutlier).Objective);
        Near(11.7682453990, PrincipalComponentPursuit.Solve<float>(Outliers).Objective);
        Near(18.7262736208, HuberFactorization.Solve<float>(OneOutlier, new() { Lambda = Root3, Gamma = 1 }).Objective);
        Near(20.2225754360, HuberFactorization.Solve<float>(OneOutlier, new() { Lambda = Root3, Gamma = 10 }).Objective);
        Near(20.3752989034, HuberFactorization.Solve<float>(OneOutlier, new() { Lambda = Root3, Gamma = 100 }).Objective);
        Near(32.4737293796, HuberFactorization.Solve<float>(Outliers, new() { Lambda = Math.Sqrt(8), Gamma = 10 }).Objective);
        Near(20.3923048454, AbsoluteFactorization.Solve<float>(OneOutlier, new() { Lambda = Root3 }).Objective, 3 * Tolerance);
    }

    [Fact]
    public void Tensors()
    {
        float third = (float)(1 / Root3);
        float[] w = [0, third, third, 0, third, 0, 0, 0];
        var none = CpDecomposition.Solve<float>(w, [2, 2, 2], new() { Lambda = 0.7 });
        Assert.Equal(0, none.Rank);
        Near(0.5, none.Objective);
        Near(0.4710024664, CpDecomposition.Solve<float>(w, [2, 2, 2], new() { Lambda = 0.5 }).Objective);

        float[] t3 = [.. Enumerable.Range(0, 27).Select(at => (at / 9, at / 3 % 3, at % 3)).Select(at => (float)Math.Sin(1 + at.Item1 + 2 * at.Item2 + 3 * at.Item3 + at.Item1 * at.Item2 * at.Item3))];
        var result = CpDecomposition.Solve<float>(t3, [3, 3, 3], new() { Lambda = 0.5, InnerIterations = 3000 });
        Assert.Equal(2.4278472520, result.Trace[0].PolarLower, 1e-3);
        Assert.InRange(result.Objective, 2.9046, 3.24022 * (1 + Tolerance));
        Assert.Equal(2.9046006316, result.LowerBound, 3e-4);
    }

    [Fact]
    public void Networks()
    {
        float[,] v = { { -1 }, { 1 }, { 2 } }, y = { { 1 }, { 2 }, { 3 } };
        Near(1.25, ReluNetwork.Regression<float>(v, y, new() { Lambda = 0.5 }).Objective);
        Near(1.25, ParallelNetwork.Regression<float>(v, y, [1, 1], new() { Lambda = 0.5 }).Objective);
        float[,] plane = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { -1, 1 } }, outputs = { { 1 }, { -0.5f }, { 2 }, { 1 } };
        var result = ReluNetwork.Regression<float>(plane, outputs, new() { Lambda = 0.2 });
        Near(0.8312741700, result.Objective);
        Assert.True(result.Status >= SolverStatus.PolarCertified, $"{result.Status}");
    }

    [Fact]
    public void StructuredMixture()
    {
        var norm = new StructuredNorm { Magnitudes = 0.3, Variation = 0.75, Length = 0.5, Graph = EdgeGraph.Chain(6) };
        var atoms = new StructuredAtoms<float>(6, 1, norm, new());
        float[,] x = { { 1, 2, 6, 5, 5.5f, -1 } };
        atoms.Prox(0, x, [1]);
        double[] expected = [1.3641169460, 1.5993095229, 4.4216204456, 4.4216204456, 4.4216204456, 0];
        Assert.All(expected.Zip(x.Cast<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static void Near(double expected, double actual, double tolerance = Tolerance) => Assert.Equal(expected, actual, tolerance * expected);
}
