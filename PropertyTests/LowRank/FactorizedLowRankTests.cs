using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LowRank;

public class FactorizedLowRankTests
{
    private static double[,] Y65 => Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));

    private static double[,] Y6050
        => Dense.Build(60, 50, (i, j) => Math.Sin(0.1 + 0.37 * i + 0.11 * j) + Math.Cos(0.2 * i - 0.53 * j) + 0.5 * Math.Sin(1 + i + 2 * j + i * j));

    // Tight enough for the digits of the specification.
    private static FactorizationOptions Tight(double lambda)
        => new() { Lambda = lambda, InnerTolerance = 1e-11, PolarTolerance = 1e-9, GapTolerance = 1e-12 };

    [Fact]
    public void FromZeroThePolarWalksDownTheSingularValues()
    {
        var result = FactorizedLowRank.Solve<double>(Y65, Tight(0.5));
        double[] polar = [2.4872017797, 2.3939927408, 2.2665129776, 0.7334489430, 0.5];
        double[] objective = [8.8508639053, 6.8763784487, 5.0827741976, 3.5224901475, 3.4952409430];
        double[] gap = [5.6499884264, 3.6755029698, 1.8818987187, 0.3216146687, 0];
        Assert.Equal(5, result.Trace.Count);
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(polar[k], result.Trace[k].PolarLower, 1e-9);
            Assert.Equal(objective[k], result.Trace[k].Objective, 1e-9);
            Assert.Equal(gap[k], result.Trace[k].Objective - result.Trace[k].LowerBound, 1e-9);
            Assert.Equal(k, result.Trace[k].Rank);
        }

        Assert.Equal((4, SolverStatus.Optimal, 4), (result.Rank, result.Status, result.Growths));
    }

    [Fact]
    public void TheProductIsThatOfSingularValueThresholding()
    {
        Compare<double>(Y65, Tight(0.5), 1e-7, 1e-10);
        Compare<double>(Y65, new() { Lambda = 1 }, 1e-5, 1e-10);
        Compare<double>(Y6050, new() { Lambda = 5 }, 1e-5, 1e-10);
        Compare<double>(Y6050, new() { Lambda = 5, Growth = 50 }, 1e-5, 1e-10);
        Compare<double>(Y6050.T(), new() { Lambda = 5, Extrapolate = false }, 1e-5, 1e-10);
        Compare<float>(Y65, new() { Lambda = 0.5 }, 1e-3, 1e-5);
        Compare<float>(Y6050, new() { Lambda = 5 }, 1e-3, 1e-5);
    }

    private static void Compare<T>(double[,] y, FactorizationOptions options, double ofProduct, double ofObjective)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = FactorizedLowRank.Solve<T>(y.As<T>(), options);
        var reference = SingularValueThresholding.Solve<double>(y, new() { Lambda = options.Lambda });
        Judge(y, result, options.Lambda, typeof(T) == typeof(float) ? 2e-5 : 1e-12);
        double[,] x = Dense.Of(result.U).Times(Dense.Of(result.V).T());
        Assert.True(x.Minus(Dense.Of(reference.X)).Norm() <= ofProduct * Dense.Of(reference.X).Norm());
        Assert.True(Math.Abs(result.Objective - reference.ClosedForm) <= ofObjective * reference.ClosedForm);
        Assert.Equal(reference.Rank, result.Rank);
        Assert.True(result.Status >= SolverStatus.PolarCertified);
        double[,] uu = Dense.Of(result.U).T().Times(Dense.Of(result.U)), vv = Dense.Of(result.V).T().Times(Dense.Of(result.V));
        Assert.True(uu.Minus(vv).Norm() <= (typeof(T) == typeof(float) ? 1e-3 : 1e-6) * uu.Norm());
    }

    // The report against the definitions.
    private static void Judge<T>(double[,] y, FactorizationResult<T> result, double lambda, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), r = y.Minus(u.Times(v.T()));
        double theta = u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum();
        double objective = r.Inner(r) / 2 + lambda * theta;
        Assert.Equal(objective, result.Objective, tolerance * objective);
        Assert.Equal(r.SpectralNorm(), result.PolarLower, tolerance * Math.Max(1, y.SpectralNorm()) * 10);
        double s = Math.Min(r.Inner(y) / r.Inner(r), lambda / r.SpectralNorm());
        Assert.True(result.LowerBound >= s * r.Inner(y) - s * s / 2 * r.Inner(r) - 10 * tolerance * objective);
        Assert.True(result.LowerBound <= objective * (1 + 10 * tolerance));
        Assert.Equal(lambda * theta - r.Inner(u.Times(v.T())), result.RadialResidual, 10 * tolerance * y.Inner(y));
    }

    [Fact]
    public void AFixedRankBelowTheOptimumIsNotCalledOptimal()
    {
        var result = FactorizedLowRank.Solve<double>(Y65, new() { Lambda = 0.5, Rank = 2, Seed = 3 });
        Judge(Y65, result, 0.5, 1e-12);
        Assert.Equal((SolverStatus.NotOptimal, StopReason.Converged), (result.Status, result.Stop));
        // Stationary products keep the singular vectors of the data: here the two largest, or others at the price that the polar shows.
        Assert.True(result.Rank <= 2 && result.PolarLower >= 2.2665129776 - 1e-6);
        Assert.Equal(5.0827741976, result.Objective, 1e-6);
    }

    [Fact]
    public void LambdaAtTheSpectralNormOrAboveGivesNothing()
    {
        foreach (double lambda in new[] { 2.4872017798, 3 })
        {
            var result = FactorizedLowRank.Solve<double>(Y65, new() { Lambda = lambda });
            Assert.Equal((0, SolverStatus.Optimal), (result.Rank, result.Status));
            Assert.Equal(0, result.U.Width);
        }

        Assert.Equal(1, FactorizedLowRank.Solve<double>(Y65, new() { Lambda = 2.48 }).Rank);
        Assert.Equal((0, 0.0), (FactorizedLowRank.Solve<float>(new float[3, 4], new() { Lambda = 1 }).Rank, FactorizedLowRank.Solve<float>(new float[3, 4], new() { Lambda = 1 }).Objective));
    }

    [Theory]
    [InlineData(900)]
    [InlineData(-900)]
    public void DataFarOutsideTheUsualRangeScale(int exponent)
    {
        double scale = Math.ScaleB(1, exponent);
        var usual = FactorizedLowRank.Solve<double>(Y65, new() { Lambda = 0.5 });
        var scaled = FactorizedLowRank.Solve<double>(Y65.Times(scale), new() { Lambda = 0.5 * scale });
        Assert.Equal((usual.Rank, usual.Status), (scaled.Rank, scaled.Status));
        double[,] x = Dense.Of(usual.U).Times(Dense.Of(usual.V).T()), y = Dense.Of(scaled.U).Times(Dense.Of(scaled.V).T());
        Assert.True(x.Minus(y.Times(1 / scale)).Norm() <= 1e-6 * x.Norm());
    }

    [Fact]
    public void CancellingReturnsTheIterateWithItsBound()
    {
        using var source = new CancellationTokenSource();
        var seen = new List<SolverProgress>();
        var result = FactorizedLowRank.Solve<double>(
            Y6050, new() { Lambda = 1 }, new Watch(point =>
            {
                seen.Add(point);
                if (seen.Count == 2)
                {
                    source.Cancel();
                }
            }),
            source.Token);
        Assert.Equal(StopReason.Cancelled, result.Stop);
        Assert.Equal(2, seen.Count);
        Judge(Y6050, result, 1, 1e-12);
    }

    [Fact]
    public void BadOptionsAreNamed()
    {
        double[,] y = Y65;
        Assert.Contains("Lambda must be finite and positive, but is 0", Throws(new() { Lambda = 0 }, "Lambda"), StringComparison.Ordinal);
        Throws(new() { Lambda = double.NaN }, "Lambda");
        Throws(new() { Lambda = 1, InnerTolerance = 0 }, "InnerTolerance");
        Throws(new() { Lambda = 1, PolarTolerance = double.PositiveInfinity }, "PolarTolerance");
        Throws(new() { Lambda = 1, RadialTolerance = -1 }, "RadialTolerance");
        Throws(new() { Lambda = 1, InnerIterations = 0 }, "InnerIterations");
        Throws(new() { Lambda = 1, Growths = 0 }, "Growths");
        Throws(new() { Lambda = 1, Growth = 0 }, "Growth");
        Throws(new() { Lambda = 1, Rank = 0 }, "Rank");
        Assert.Contains("at most 5", Throws(new() { Lambda = 1, Rank = 6 }, "Rank"), StringComparison.Ordinal);
        Throws(new() { Lambda = 1, MaxRank = 6 }, "MaxRank");
        Assert.Throws<ArgumentException>("y", () => FactorizedLowRank.Solve<double>(new double[0, 3], new() { Lambda = 1 }));
        y[2, 3] = double.NaN;
        Assert.Contains("row 2, column 3", Assert.Throws<ArgumentException>("y", () => FactorizedLowRank.Solve<double>(y, new() { Lambda = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "but is for 2 x 2",
            Assert.Throws<ArgumentException>("loss", () => Factorization.Solve(new NuclearAtoms<double>(2, 3), new QuadraticLoss<double>(new double[2, 2]), new() { Lambda = 1 })).Message,
            StringComparison.Ordinal);

        static string Throws(FactorizationOptions options, string name)
            => Assert.Throws<ArgumentOutOfRangeException>(name, () => FactorizedLowRank.Solve<double>(Y65, options)).Message;
    }

    // The step printed on two slides thresholds the gradient; its fixed points are not optimal (errata E1).
    [Fact]
    public void ThresholdingTheGradientSticksWhereTheProximalStepDoesNot()
    {
        double Slide(double y, double u, double v)
        {
            double gradient = (u * v - y) * v;
            return u - Math.CopySign(Math.Max(Math.Abs(gradient) - v, 0), gradient);
        }

        Assert.Equal(2, Slide(3, 2, 2));
        Assert.Equal(2.5, FactorizedLowRank.Solve<double>(new double[,] { { 3 } }, new() { Lambda = 1 }).Objective, 1e-9);
        Assert.Equal(1, Slide(0.5, 1, 1));
        Assert.Equal(0, FactorizedLowRank.Solve<double>(new double[,] { { 0.5 } }, new() { Lambda = 1, Rank = 1 }).Rank);
    }

    [Fact]
    public void DescentAllocatesNothing()
    {
        var options = new FactorizationOptions { Lambda = 1, InnerTolerance = 1e-300, InnerIterations = 60 };
        var family = new NuclearAtoms<double>(60, 50);
        var descent = new BlockDescent<double>(new Uncompressed(family), new QuadraticLoss<double>(Y6050), options, 1);
        Units<double> units = family.NewUnits();
        units.Resize(8);
        family.Randomize(units, 5);
        Assert.Equal(0, Allocated.Again(() => descent.Run(units, default)));
    }

    // The compression in between is no part of the step.
    private sealed class Uncompressed(NuclearAtoms<double> inner) : AtomFamily<double>(inner.Rows, inner.Columns, inner.Rows, inner.Columns)
    {
        public override double Norm(int block, ReadOnlySpan<double> x) => inner.Norm(block, x);

        public override void Prox(int block, MatrixView<double> rows, ReadOnlySpan<double> thresholds) => inner.Prox(block, rows, thresholds);

        public override void Forward(Units<double> units, MatrixView<double> output, Parallelism parallelism) => inner.Forward(units, output, parallelism);

        public override void Contract(int block, Units<double> units, ReadOnlyMatrixView<double> z, MatrixView<double> destination, Parallelism parallelism)
            => inner.Contract(block, units, z, destination, parallelism);

        public override void Gram(int block, Units<double> units, MatrixView<double> gram, Parallelism parallelism) => inner.Gram(block, units, gram, parallelism);

        public override double PolarLower(ReadOnlyMatrixView<double> z, Units<double> found, Span<double> values, ulong seed) => throw new NotSupportedException();

        public override double PolarUpper(ReadOnlyMatrixView<double> z, double lower, double lambda) => throw new NotSupportedException();
    }

    private sealed class Watch(Action<SolverProgress> seen) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => seen(value);
    }
}
