using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

// The worked examples and counterexamples once more in single precision, at its tolerances: values relative to ||Y||_F^2 2e-5, thresholds 1e-5, norms 2e-5.
public class WorkedExamplesInFloatTests
{
    private static readonly float[,] U = { { 1, 0 }, { 1, 1 }, { 0, 2 } }, V = { { 1, 1 }, { 2, -1 } };
    private static readonly double[] Sigma = [4, 3, 2, 1, 0.5];

    [Theory]
    [InlineData(true, false, new[] { 0.96875, 0, 1.11875, 1, 0.425, 2 }, new[] { 1.0375, 1, 2.025, -1 })]
    [InlineData(true, true, new[] { 0.96875, 0.00625, 1.15, 0.94375, 0.4875, 1.85 }, new[] { 1.00625, 1.1375, 2.05625, -0.50625 })]
    public void OneStep(bool first, bool second, double[] expectedU, double[] expectedV)
    {
        ulong stream = 0;
        while (!Experiment.Mask(2, 3435973837, stream, 0).SequenceEqual([first, second]))
        {
            stream++;
        }

        var result = DropoutFactorization.Solve<float>(
            new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, U, V, new() { Rank = 2, Theta = 0.8, Iterations = 1, Step = 0.01, Seed = Experiment.Seed, MaskStream = stream });
        Assert.True(Dense.Of(result.U).Minus(Dense.Build(3, 2, (i, j) => expectedU[2 * i + j])).Max() <= 1e-6);
        Assert.True(Dense.Of(result.V).Minus(Dense.Build(2, 2, (i, j) => expectedV[2 * i + j])).Max() <= 1e-6);
    }

    // 2.1: at a fixed rate doubling halves the regularizer, 20 to 10; at the variable one it stays.
    [Fact]
    public void DoublingAtBothRates()
    {
        float[,] y = new float[3, 2], twiceU = Dense.Build(3, 4, (i, j) => U[i, j % 2] / Math.Sqrt(2)).As<float>(), twiceV = Dense.Build(2, 4, (i, j) => V[i, j % 2] / Math.Sqrt(2)).As<float>();
        double product = DropoutObjective.Evaluate<float>(y, U, V, 0), twice = DropoutObjective.Evaluate<float>(y, twiceU, twiceV, 0);
        Assert.Equal(18, product);
        Assert.Equal(product, twice, 2e-5 * product);
        Assert.Equal(20, DropoutObjective.Evaluate<float>(y, U, V, 1) - product);
        Assert.Equal(10, DropoutObjective.Evaluate<float>(y, twiceU, twiceV, 1) - twice, 1e-4);
        double two = FixedWidthDropoutOptions.Variable(2, 0.9).Lambda, four = FixedWidthDropoutOptions.Variable(4, 0.9).Lambda;
        Assert.Equal(DropoutObjective.Evaluate<float>(y, U, V, two), DropoutObjective.Evaluate<float>(y, twiceU, twiceV, four), 1e-4);
    }

    // 2.3 as 3.1 with r lambda_1: three survivors of five.
    [Fact]
    public void TheSquaredNuclearNorm()
    {
        var result = FixedWidthDropout.Solve<float>(Rotated(Sigma), new() { Rank = 6, Lambda = 6 * 0.3 });
        Assert.Equal(3, result.Rank);
        Assert.Equal(27.0 / 19, result.Tau, 1e-5 * 4);
        Assert.Equal(4.7368421053, result.NuclearNorm, 1e-5 * 4);
        Assert.Equal(14.0394736842, result.Objective, 2e-5 * 30.25);
        double[] x = [.. Dense.Of(result.U).Times(Dense.Of(result.V).T()).SquaredSingularValues().Select(Math.Sqrt)];
        Assert.All(new[] { 2.5789473684, 1.5789473684, 0.5789473684 }.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 4e-5));
    }

    [Theory]
    [InlineData(3, 0.5, 10.25, 1, 2)]
    [InlineData(2, 0.5, 13.4166666667, 1.1666666667, 2.3333333333)]
    [InlineData(4, 2, 17.45, 1.8, 0.9)]
    public void TiedWeights(int r, double lambda, double optimum, double tau, double share)
    {
        double[,] q = Dense.RandomOrthogonal(5, 3), m = q.Times(Dense.Diagonal(5, 5, Sigma)).Times(q.T());
        var result = TiedDropout.Solve<float>(Dense.Build(5, 5, (i, j) => (m[i, j] + m[j, i]) / 2).As<float>(), new() { Rank = r, Lambda = lambda });
        Assert.Equal(optimum, result.Objective, 2e-5 * 30.25);
        Assert.Equal(tau, result.Tau, 1e-5 * 4);
        Assert.All(Dense.Of(result.U).ColumnNorms(), norm => Assert.Equal(share, norm * norm, 2e-5 * share + 1e-5 * 9));
    }

    [Fact]
    public void Equalization()
    {
        float[,] gram = { { 5, 1 }, { 1, 1 } }, w = { { 1, 0 }, { 0, 1 } };
        Balancing.EqualizeGram<float>(gram, w);
        Assert.Equal(3, gram[0, 0], 1e-5);
        Assert.Equal(3, gram[1, 1], 1e-5);
        Assert.True(Dense.Of(w).Minus(new[,] { { 0.8506508084, 0.5257311121 }, { -0.5257311121, 0.8506508084 } }).Max() <= 1e-6);

        BalancedFactors<float> balanced = Balancing.Balance<float>(U, V);
        Assert.Equal(6, balanced.NuclearNorm, 6e-5);
        double[,] bu = Dense.Of(balanced.U), bv = Dense.Of(balanced.V);
        Assert.True(bu.Times(bv.T()).Minus(new double[,] { { 1, 2 }, { 2, 1 }, { 2, -2 } }).Max() <= 1e-5);
        Assert.Equal(18, Importance(bu, bv).Sum(a => a * a), 18 * 4e-5);

        // E5: equal importance with the regularizer 4, of which balancing leaves 2.
        BalancedFactors<float> identity = Balancing.Balance<float>(new float[,] { { 1, 1 }, { 0, 1 } }, new float[,] { { 1, 0 }, { -1, 1 } });
        Assert.All(Importance(Dense.Of(identity.U), Dense.Of(identity.V)), a => Assert.Equal(1, a, 2e-5));

        // The balanced factors of diag(sigma) at r = 3.
        var result = FixedWidthDropout.Solve<float>(Dense.Diagonal(5, 5, Sigma).As<float>(), new() { Rank = 3, Lambda = 0.5 });
        double[,] expected = { { 1.2247448714, 0, 1.2247448714 }, { 0, 1.4142135624, 0 }, { 0.7071067812, 0, 0.7071067812 }, { 0, 0, 0 }, { 0, 0, 0 } };
        Assert.True(Dense.Build(5, 3, (i, j) => Math.Abs(result.U.Span[i, j]) - expected[i, j]).Max() <= 1e-5);
    }

    // 4.4: the shrinkages of the table, as products; 4.5: the blocks of (3, 1, 0.8, 0.2).
    [Theory]
    [InlineData(2, 0.5, new[] { 2.6666666667, 1.75, 0.75, 0 }, 12.5833333333)]
    [InlineData(3, 0.5, new[] { 2.6666666667, 2, 1.25, 0.25 }, 10.5833333333)]
    [InlineData(2, 0.05, new[] { 3.7727272727, 2.7727272727, 1.7727272727, 0.7727272727 }, 2.2727272727)]
    [InlineData(2, 2, new[] { 1.3333333333, 1, 0, 0 }, 21.6666666667)]
    public void Blocks(int size, double lambda, double[] expected, double optimum)
    {
        var result = VariableDropBlock.Solve<float>(Rotated([4, 3, 2, 1]), new() { BlockSize = size, Lambda = lambda });
        Assert.Equal(optimum, result.Objective, 2e-5 * 30);

        // Singular values from squares: a zero among them is only good to the root of rounding.
        double[] x = [.. Dense.Of(result.U).Times(Dense.Of(result.V).T()).SquaredSingularValues().Select(Math.Sqrt)];
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, pair.First == 0 ? 1e-4 : 4e-5));

        var worked = VariableDropBlock.Solve<float>(Rotated([3.3, 1.2, 1, 0.4]), new() { BlockSize = 2, Lambda = 0.1 });
        Assert.Equal((4, 4), (worked.Blocks, worked.Rank));
        Assert.Equal(0.9013878189, worked.BlockNorm, 2e-5);
        Assert.True(worked.NormSpread <= 2e-5);
    }

    // 4.2: the bound is a bound, and 401 / 1100 what two blocks reach.
    [Fact]
    public void AFixedNumberOfBlocks()
    {
        float[,] y = Dense.Diagonal(4, 4, 1.5, 1, 0.9, 0.6).As<float>();
        double best = Enumerable.Range(0, 3).Min(seed => AlternatingDropout.Solve<float>(
            y, new() { Masks = MaskCovariance.DropBlock(4, 2, KeepRate.Of(1 / 1.1)), Sweeps = 3000, Tolerance = 1e-9, Seed = (ulong)seed }).Objective);
        Assert.InRange(best, 401.0 / 1100 - 2e-5 * 4.42, 401.0 / 1100 + 1e-3);
        Assert.True(best > 4.0 / 11 + 4e-4);
    }

    [Fact]
    public void WindowsOfWeights()
    {
        // 4.7: steps of DropConnect follow those in double.
        double[,] y = Dense.Random(3, 5, 1), x = Dense.Random(4, 5, 2), u = Dense.Random(3, 2, 3), v = Dense.Random(4, 2, 4);
        float[,] su = u.As<float>(), sv = v.As<float>();
        var options = new DropoutFactorizationOptions { Rank = 2, Theta = 0.6, Iterations = 12, Step = 0.02, StepDecay = 6, Seed = Experiment.Seed, MaskStream = 9 };
        DropConnect.Descend<double>(y, x, u, v, options);
        DropConnect.Descend<float>(y.As<float>(), x.As<float>(), su, sv, options);
        Assert.True(Dense.Of(su).Minus(u).Max() <= 1e-5);
        Assert.True(Dense.Of(sv).Minus(v).Max() <= 1e-5);
    }

    [Theory]
    [InlineData(0.1, 0.6900655593, 0.0476190476)]
    [InlineData(0.5, 0.6324555320, 0.2)]
    [InlineData(1, 0.5773502692, 0.3333333333)]
    [InlineData(2, 0.5, 0.5)]
    [InlineData(4, 0.4082482905, 0.6666666667)]
    public void TheAutoencoder(double lambda, double weight, double optimum)
    {
        var result = TiedDropout.Solve<float>(new float[,] { { 1 } }, new() { Rank = 2, Lambda = lambda });
        Assert.Equal(weight, Math.Abs(result.U.Span[0, 0]), 2e-5 * weight);
        Assert.Equal(weight, Math.Abs(result.U.Span[0, 1]), 2e-5 * weight);
        Assert.Equal(optimum, result.Objective, 2e-5);
        var options = new DropoutFactorizationOptions { Rank = 2, Theta = 1 / (1 + lambda), Iterations = 20_000, Step = 0.02, StepDecay = 500, Seed = Experiment.Seed, MaskStream = 30, ReportInterval = 5000 };
        float[,] start = { { 1, 0.1f } };
        double[,] found = Dense.Of(TiedDropout.Descend<float>(new float[,] { { 1 } }, start, options).U);
        Assert.True(lambda > 1 || found.Plus(Dense.Build(1, 2, (_, _) => -weight)).Max() <= 0.03);
        float At(float first, float second) => (float)TiedDropout.Evaluate<float>(new float[,] { { 1 } }, new[,] { { first, second } }, 0.5);
        Assert.Equal([1, 0.3125f, 0.5f, 0.59375f, 2, 17.3125f], new[] { At(0, 0), At(0.5f, 0.5f), At(1, 0), At(1, 0.5f), At(1, 1), At(1.5f, 1.5f) });
    }

    // Section 7: additive noise, and the gradient of the quadratic form.
    [Fact]
    public void GeneralizedLinearModels()
    {
        float[,] x = { { 1, 2 }, { 0, 1 }, { -1, 0.5f } };
        float[] beta = [0.5f, -0.25f], gradient = new float[2];
        (GeneralizedLinearFamily Family, double Exact, double Quadratic)[] additive =
            [(GeneralizedLinearFamily.Linear, 0.0421875, 0.0421875), (GeneralizedLinearFamily.Logistic, 0.0101385117, 0.0101703626), (GeneralizedLinearFamily.Poisson, 0.0327713836, 0.0325414999)];
        foreach (var (family, exact, quadratic) in additive)
        {
            Assert.Equal(exact, GeneralizedLinearDropout.AdditiveExactPenalty<float>(family, x, beta, 0.09), 1e-6);
            Assert.Equal(quadratic, GeneralizedLinearDropout.AdditiveQuadraticPenalty<float>(family, x, beta, 0.09), 1e-6);
        }

        GeneralizedLinearDropout.QuadraticPenalty<float>(GeneralizedLinearFamily.Logistic, x, beta, 0.5, gradient);
        Assert.Equal(0.2294159402, gradient[0], 1e-6);
        Assert.Equal(-0.3202053114, gradient[1], 1e-6);
        double[] rise = [0, 0.2287205432, 0.3285913655, 0.3441009772], hump = [0, 0.2099871708, 0.1413016497, 0.0443971672];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(rise[i], GeneralizedLinearDropout.ExactPenalty<float>(GeneralizedLinearFamily.Logistic, new float[,] { { 1 } }, [2f * i], 0.5), 1e-6);
            Assert.Equal(hump[i], GeneralizedLinearDropout.QuadraticPenalty<float>(GeneralizedLinearFamily.Logistic, new float[,] { { 1 } }, [2f * i], 0.5), 1e-6);
        }

        // The fits of both objectives end where those in double do.
        double[,] features = Dense.Random(30, 4, 1);
        double[] labels = [.. Enumerable.Range(0, 30).Select(i => features[i, 0] - features[i, 1] > 0.2 ? 1.0 : 0)];
        foreach (bool exact in (bool[])[true, false])
        {
            var wide = GeneralizedLinearFit.Solve<double>(GeneralizedLinearFamily.Logistic, features, labels, 0.4, exact);
            var single = GeneralizedLinearFit.Solve<float>(GeneralizedLinearFamily.Logistic, features.As<float>(), [.. labels.Select(value => (float)value)], 0.4, exact);
            Assert.True(wide.Converged && single.Converged);
            Assert.Equal(wide.Objective, single.Objective, 1e-4 * wide.Objective);
            Assert.All(wide.Beta.Zip(single.Beta), pair => Assert.Equal(pair.First, pair.Second, 1e-2));
        }
    }

    private static double[] Importance(double[,] u, double[,] v) => [.. u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b)];

    private static float[,] Rotated(double[] sigma)
        => Dense.RandomOrthogonal(6, 1).Times(Dense.Diagonal(6, sigma.Length, sigma)).Times(Dense.RandomOrthogonal(sigma.Length, 2).T()).As<float>();
}
