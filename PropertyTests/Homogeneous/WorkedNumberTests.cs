using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

/// <summary>Numbers of the worked examples beside their optima: spectra, bounds of single iterates, stationary points that are not optimal.</summary>
public class WorkedNumberTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    [Fact]
    public void SpectraOfTheThresholdingExamples()
    {
        double[,] y = Dense.Build(60, 50, (i, j) => Math.Sin(0.1 + 0.37 * i + 0.11 * j) + Math.Cos(0.2 * i - 0.53 * j) + 0.5 * Math.Sin(1 + i + 2 * j + i * j));
        double[] large = Values(y), small = Values(Y65);
        double[] first = [31.3091125539, 30.0620693017, 26.9659847175, 22.4074234237, 4.2345209559];
        Assert.All(first.Zip(large), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(8.2118004263, small.Sum(), 1e-9);
        Assert.Equal(4.2073421314, Y65.Norm(), 1e-9);
        double[] corner = Values(new double[,] { { 3, 0 }, { 4, 5 } });
        Assert.Equal(6.7082039325, corner[0], 1e-9);
        Assert.Equal(2.2360679775, corner[1], 1e-9);
        float[] single = new float[5];
        Svd.SingularValues<float>(Y65.As<float>(), single);
        Assert.All(small.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    // Each iterate of the growth from zero with its own bound, not the best so far.
    [Theory]
    [InlineData(0, 8.8508639053, 5.6499884264)]
    [InlineData(1, 6.8763784487, 4.4681627090)]
    [InlineData(2, 5.0827741976, 3.4212401707)]
    [InlineData(3, 3.5224901475, 0.9695799102)]
    [InlineData(4, 3.4952409430, 0)]
    public void IteratesWithTheirOwnBounds(int rank, double objective, double gap) => Stationary([.. Enumerable.Range(0, rank)], objective, null, gap);

    // The stationary point of the second and third singular vectors: nothing nearby is lower, and the polar names what is missing.
    [Fact]
    public void AStationaryPointThatIsNotOptimal() => Stationary([1, 2], 5.4969756041, 2.4872017797, 3.8029875350);

    private static void Stationary(int[] kept, double objective, double? polar, double gap)
    {
        const double Lambda = 0.5;
        double[,] u = new double[6, 5], v = new double[5, 5], x = new double[6, 5], residual = new double[6, 5];
        double[] s = new double[5];
        Svd.Decompose<double>(Y65, u, s, v);
        x = Dense.Build(6, 5, (i, j) => kept.Sum(k => (s[k] - Lambda) * u[i, k] * v[j, k]));
        var loss = new QuadraticLoss<double>(Y65);
        double value = loss.Evaluate(x, residual), f = value + Lambda * kept.Sum(k => s[k] - Lambda);
        var atoms = new NuclearAtoms<double>(6, 5);
        double largest = atoms.PolarLower(residual, atoms.NewUnits(), new double[1], 0);
        double bound = loss.DualBound(residual, value, Dense.Of(residual).Inner(x), Lambda / largest);
        Assert.Equal(objective, f, 1e-9);
        Assert.Equal(polar ?? largest, largest, 1e-9);
        Assert.Equal(gap, f - bound, 1e-8);

        // G V = -lambda U and G^T U = -lambda V for balanced columns.
        foreach (int k in kept)
        {
            double[,] a = Dense.Build(6, 1, (i, _) => u[i, k]), b = Dense.Build(5, 1, (j, _) => v[j, k]);
            Assert.True(residual.Times(b).Minus(a.Times(Lambda)).Norm() <= 1e-12);
            Assert.True(residual.T().Times(a).Minus(b.Times(Lambda)).Norm() <= 1e-12);
        }

        float[,] rest = new float[6, 5];
        var single = new QuadraticLoss<float>(Y65.As<float>());
        double half = single.Evaluate(x.As<float>(), rest);
        Assert.Equal(f - bound, half + Lambda * kept.Sum(k => s[k] - Lambda) - single.DualBound(rest, half, Dense.Of(rest).Inner(x), Lambda / largest), 1e-4);
    }

    // At any factors the distance to the optimum is at most the gap.
    [Fact]
    public void TheGapIsNeverTooSmall()
    {
        const double Lambda = 0.5, Optimum = 3.4952409430;
        var loss = new QuadraticLoss<double>(Y65);
        double[,] residual = new double[6, 5];
        for (int seed = 0; seed < 100; seed++)
        {
            double[,] u = Dense.Random(6, 1 + seed % 5, seed).Times(Math.Pow(2, seed % 7 - 4)), v = Dense.Random(5, 1 + seed % 5, 500 + seed), x = u.Times(v.T());
            double value = loss.Evaluate(x, residual), f = value + Lambda * u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
            double bound = loss.DualBound(residual, value, Dense.Of(residual).Inner(x), Lambda / residual.SpectralNorm());
            Assert.InRange(bound, 0, Optimum + 1e-9);
            Assert.True(f >= Optimum - 1e-9);
        }
    }

    // One step of length 1 / L in each factor lowers f by L / 2 times the square of what it moved.
    [Fact]
    public void AProximalStepLowersTheObjectiveByItsLength()
    {
        const double Lambda = 0.5;
        for (int seed = 0; seed < 20; seed++)
        {
            double[,] u = Dense.Random(6, 3, seed), v = Dense.Random(5, 3, 100 + seed);
            double curvature = Math.Pow(v.SpectralNorm(), 2);
            double[,] gradient = u.Times(v.T()).Minus(Y65).Times(v), moved = u.Plus(gradient, -1 / curvature).T();
            double[] thresholds = [.. v.ColumnNorms().Select(n => Lambda * n / curvature)];
            new NuclearAtoms<double>(6, 5).Prox(0, moved, thresholds);
            double before = F(u), after = F(moved.T()), step = moved.T().Minus(u).Norm();
            Assert.True(after <= before - curvature / 2 * step * step + 1e-12 * before);

            double F(double[,] w) => Math.Pow(Y65.Minus(w.Times(v.T())).Norm(), 2) / 2 + Lambda * w.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
        }
    }

    [Fact]
    public void TheCompletedCornersAreOfRankOne()
    {
        double[,] y = { { 2, 1 }, { 1, double.NaN } };
        bool[,] seen = { { true, true }, { true, false } };
        var result = MatrixCompletion.Solve<double>(y, seen, new() { Lambda = 0.5, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-11 });
        double[,] x = Dense.Of(result.U).Times(Dense.Of(result.V).T()), r = { { 2 - x[0, 0], 1 - x[0, 1] }, { 1 - x[1, 0], 0 } };
        Assert.Equal(0.4734658077, x[0, 1] / x[0, 0], 1e-7);
        double[] values = Values(r);
        Assert.Equal(0.5, values[0], 1e-7);
        Assert.Equal(0.1120849355, values[1], 1e-6);
        Assert.Equal(1 + Math.Sqrt(2), result.Trace[0].PolarLower, 1e-9);
    }

    [Fact]
    public void TheCompletedSixByFiveHasTheseSingularValues()
    {
        bool[,] seen = new bool[6, 5];
        for (int k = 0; k < 30; k++)
        {
            seen[k / 5, k % 5] = (3 * (k / 5) + 2 * (k % 5)) % 7 != 0;
        }

        var result = MatrixCompletion.Solve<double>(Y65, seen, new() { Lambda = 0.5, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-11 });
        double[] expected = [1.9264315188, 1.6135135444, 1.3384558770, 0.1705754076, 0];
        Assert.All(expected.Zip(Values(Dense.Of(result.U).Times(Dense.Of(result.V).T()))), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void NonNegativeExamples()
    {
        // One non-negative factorization of the optimum of the first.
        double[,] w = { { 1.1441228056, 0.4370160244 }, { 0.4370160244, 1.1441228056 } };
        Assert.True(w.Times(w.T()).Minus(new double[,] { { 1.5, 1 }, { 1, 1.5 } }).Max() <= 1e-9);
        Assert.Equal(1.75, Math.Pow(new double[,] { { 0.5, 0 }, { 0, 0.5 } }.Norm(), 2) / 2 + 0.5 * w.ColumnNorms().Sum(n => n * n), 1e-9);

        double[,] tall = { { 4, 1, 0 }, { 2, 3, 1 }, { 0, 1, 5 }, { 1, 0, 2 } };
        var result = NonNegativeFactorization.Solve<double>(tall, new() { Lambda = 0.5, InnerTolerance = 1e-10, PolarTolerance = 1e-9, GapTolerance = 1e-10 });
        Assert.Equal(1.4512484417, result.Trace[2].PolarLower, 1e-5);
        Assert.Equal(0.5098280563, result.Trace[3].PolarLower, 1e-5);
        Assert.Equal(5.9665527663, result.Trace[3].Objective, 1e-6);
        Assert.Equal(0.5099754, result.PolarUpper, 1e-5);
        Assert.Equal(0.0056471618, result.Gap, 1e-6);
    }

    // The planted pair is not the optimum at this size.
    [Fact]
    public void ThePlantedPairCostsMoreThanTheOptimum()
    {
        double[,] low = Dense.Build(8, 6, (i, j) => (1 + 0.25 * i) * (1 - 0.3 * j)), spikes = new double[8, 6];
        (spikes[1, 4], spikes[6, 0], spikes[3, 2]) = (5, -4, 3);
        double planted = Values(low).Sum() + 12 / Math.Sqrt(8);
        Assert.Equal(11.9861863866, planted, 1e-9);
        var result = PrincipalComponentPursuit.Solve<double>(low.Plus(spikes));
        Assert.Equal(11.7682453990, result.Objective, 1e-6);
        Assert.Equal(7.0986957063, Values(Dense.Of(result.LowRank))[0], 1e-5);
    }

    [Fact]
    public void TheBoundsOfTheTensorExamplesDoNotMeet()
    {
        double[] w = [.. new double[] { 0, 1, 1, 0, 1, 0, 0, 0 }.Select(x => x / Math.Sqrt(3))];
        Assert.Equal(0.8164965809, Values(Dense.Build(2, 4, (i, j) => w[4 * i + j]))[0], 1e-9);
        double relaxed = new TensorAtoms<double>(2, 2, 2).Relaxation(new ReadOnlyMatrixView<double>(w, 2, 4), 0.7);
        Assert.Equal(0.0067857267, 0.5 - relaxed, 1e-9);
        float[] single = [.. w.Select(x => (float)x)];
        Assert.Equal(0.0067857267, 0.5 - new TensorAtoms<float>(2, 2, 2).Relaxation(new ReadOnlyMatrixView<float>(single, 2, 4), 0.7), 1e-5);

        double[] cube = [.. Enumerable.Range(0, 27).Select(a => Math.Sin(1 + a / 9 + 2 * (a / 3 % 3) + 3 * (a % 3) + a / 9 * (a / 3 % 3) * (a % 3)))];
        var result = CpDecomposition.Solve<double>(cube, [3, 3, 3], new() { Lambda = 0.5, Growths = 5, InnerIterations = 3000 });
        Assert.Equal(3.2402140089, result.Trace[4].Objective, 2e-5);
        Assert.True(result.Objective >= 3.2401116548 - 1e-6);
    }

    [Fact]
    public void UnitsOfTheTwoInputNetwork()
    {
        double[,] v = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { -1, 1 } }, y = { { 1 }, { -0.5 }, { 2 }, { 1 } };
        var result = ReluNetwork.Regression<double>(v, y, new() { Lambda = 0.2 });
        double[,] inputs = Dense.Of(result.Blocks[0]), outputs = Dense.Of(result.Blocks[1]);
        Assert.Equal((3, SolverStatus.Optimal), (result.Rank, result.Status));
        var units = Enumerable.Range(0, 3).Select(i =>
        {
            double length = Math.Sqrt(inputs[0, i] * inputs[0, i] + inputs[1, i] * inputs[1, i]);
            return (Weight: length * outputs[0, i], X: inputs[0, i] / length, Y: inputs[1, i] / length);
        }).OrderBy(unit => unit.Weight).ToArray();
        (double, double, double)[] expected = [(-0.3313708498, Math.Sqrt(0.5), -Math.Sqrt(0.5)), (0.8, -1, 0), (1.5171572875, 1, 0)];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i].Item1, units[i].Weight, 1e-6);
            Assert.Equal(expected[i].Item2, units[i].X, 1e-6);
            Assert.Equal(expected[i].Item3, units[i].Y, 1e-6);
        }
    }

    // f(t, t, t) of the mismatched price: stationary where 3 t (1 - t (8 - t^3)) = 0, falling on the larger side of the smaller root.
    [Fact]
    public void TheTrapOfWeightDecayEndsAtAnUnstablePoint()
    {
        const double T = 0.1250305474;
        Assert.Equal(1, T * (8 - T * T * T), 1e-9);
        double F(double t) => Math.Pow(8 - t * t * t, 2) / 2 + 1.5 * t * t;
        Assert.True(F(T) > F(T - 0.01) && F(T) > F(T + 0.01));
    }

    private static double[] Values(double[,] a)
    {
        double[] values = new double[Math.Min(a.Rows(), a.Columns())];
        Svd.SingularValues<double>(a, values);
        return values;
    }
}
