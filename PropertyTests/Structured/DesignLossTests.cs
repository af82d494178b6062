using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Structured;

/// <summary>Data seen through a design and over intercepts: by the definition, and where an orthogonal design or a centring leaves a closed form.</summary>
public class DesignLossTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void ValueGradientAndInterceptFollowTheDefinition(bool hasDesign, bool intercept)
    {
        Definition<double>(hasDesign, intercept, 1e-12);
        Definition<float>(hasDesign, intercept, 2e-5);
    }

    private static void Definition<T>(bool hasDesign, bool intercept, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Frames = 7, Columns = 5;
        int inner = hasDesign ? 4 : Frames;
        double[,] y = Dense.Random(Frames, Columns, 1), d = hasDesign ? Dense.Random(Frames, inner, 2) : Dense.Identity(Frames), x = Dense.Random(inner, Columns, 3);
        var loss = new DesignLoss<T>(y.As<T>(), hasDesign ? d.As<T>() : new T[0, 0], intercept);
        Assert.Equal((inner, Columns), (loss.Rows, loss.Columns));

        double[,] rest = y.Minus(d.Times(x));
        double[] means = [.. Enumerable.Range(0, Columns).Select(j => intercept ? Enumerable.Range(0, Frames).Average(i => rest[i, j]) : 0)];
        double[,] left = Dense.Build(Frames, Columns, (i, j) => rest[i, j] - means[j]), slope = d.T().Times(left);
        T[,] residual = new T[inner, Columns];
        double value = loss.Evaluate(x.As<T>(), residual);
        Assert.Equal(left.Inner(left) / 2, value, tolerance * value * 10);
        Assert.True(Dense.Of(residual).Minus(slope).Max() <= 10 * tolerance);
        T[] found = new T[Columns];
        loss.Intercept(x.As<T>(), found);
        Assert.All(means.Zip(found), pair => Assert.Equal(pair.First, double.CreateChecked(pair.Second), 10 * tolerance));
        double norm = (intercept ? Dense.Build(Frames, inner, (i, j) => d[i, j] - Enumerable.Range(0, Frames).Average(k => d[k, j])) : d).SpectralNorm();
        Assert.InRange(loss.Lipschitz, norm * norm * (1 - 1e-5), hasDesign ? norm * norm * 1.02 : 1);

        // A value of the dual, at a point that is feasible for s up to one here, is below every value of the loss plus s <R, .>.
        double bound = loss.DualBound(residual, value, Dense.Of(residual).Inner(x), 1);
        for (int seed = 0; seed < 20; seed++)
        {
            double[,] other = Dense.Random(inner, Columns, 50 + seed).Times(0.1 * seed);
            double at = loss.Evaluate(other.As<T>(), new T[inner, Columns]), price = Dense.Of(residual).Inner(other);
            Assert.True(bound <= at + Math.Max(price, 0) + 10 * tolerance * (1 + value), $"{bound} > {at} + {price}");
        }
    }

    // D^T D = I: the problem is that of D^T Y, up to a constant; and the spectral price has a closed form.
    [Fact]
    public void AnOrthogonalDesignIsThresholding()
    {
        double[,] q = Dense.RandomOrthogonal(9, 4), d = Dense.Build(9, 6, (i, j) => q[i, j]), y = Dense.Random(9, 7, 5);
        Judge<double>(y, d, false, d.T().Times(y), 1e-9);
        Judge<float>(y, d, false, d.T().Times(y), 1e-4);
    }

    // Without a design: the centred data are thresholded, since centring lowers the price.
    [Fact]
    public void AnInterceptIsACentring()
    {
        double[,] y = Dense.Random(9, 7, 6), centred = Dense.Build(9, 7, (i, j) => y[i, j] - Enumerable.Range(0, 9).Average(k => y[k, j]));
        Judge<double>(Dense.Build(9, 7, (i, j) => y[i, j] + 3 * j), null, true, centred, 1e-9);
        Judge<float>(Dense.Build(9, 7, (i, j) => y[i, j] + 3 * j), null, true, centred, 1e-4);
    }

    private static void Judge<T>(double[,] y, double[,]? d, bool intercept, double[,] equivalent, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var loss = new DesignLoss<T>(y.As<T>(), d is null ? new T[0, 0] : d.As<T>(), intercept);
        var result = Factorization.Solve(new NuclearAtoms<T>(loss.Rows, loss.Columns), loss, new() { Lambda = 1 });
        double[] values = new double[Math.Min(equivalent.Rows(), equivalent.Columns())];
        Svd.SingularValues<double>(equivalent, values);
        double constant = d is null ? 0 : (y.Inner(y) - equivalent.Inner(equivalent)) / 2;
        double optimum = constant + values.Sum(s => s >= 1 ? s - 0.5 : s * s / 2);
        Assert.Equal(optimum, result.Objective, tolerance * optimum);
        Assert.True(result.LowerBound <= optimum * (1 + tolerance) && result.Status >= SolverStatus.PolarCertified, $"{result.Status} {result.LowerBound} {optimum}");
    }

    // Cells that flash and decay, on a background: the images and the background are found.
    [Fact]
    public void FlashesThatDecayAreFoundOverTheirBackground()
    {
        const int Frames = 24, Pixels = 16;
        double[,] d = Dense.Build(Frames, Frames, (i, j) => i < j ? 0 : Math.Pow(0.7, i - j)), spikes = new double[Frames, 2];
        foreach (int at in (int[])[3, 11, 19])
        {
            (spikes[at, 0], spikes[(at + 4) % Frames, 1]) = (1.5, 2);
        }

        double[,] images = Dense.Build(2, Pixels, (k, p) => p / 8 == k && p % 8 is > 1 and < 6 ? 1 : 0), noise = Dense.Random(Frames, Pixels, 3);
        double[,] y = d.Times(spikes).Times(images).Plus(noise, 0.01).Plus(Dense.Build(Frames, Pixels, (i, p) => 0.1 * p));
        StructuredNorm temporal = new() { IsNonNegative = true }, spatial = new() { Magnitudes = 0.5, Variation = 0.5, Graph = EdgeGraph.Chain(Pixels), IsNonNegative = true };
        var result = StructuredFactorization.Solve<double>(y, d, true, temporal, spatial, new() { Lambda = 0.05, MaxRank = 4, Growths = 5, InnerIterations = 300 });
        Assert.All(Enumerable.Range(0, Pixels), p => Assert.Equal(0.1 * p, result.Intercept[p], 0.1));
        double[,] v = Dense.Of(result.V), u = Dense.Of(result.U);
        for (int k = 0; k < 2; k++)
        {
            Assert.Contains(Enumerable.Range(0, result.Rank), r =>
            {
                double inside = Enumerable.Range(0, Pixels).Sum(p => images[k, p] * v[p, r] * v[p, r]), all = Enumerable.Range(0, Pixels).Sum(p => v[p, r] * v[p, r]);
                int first = Enumerable.Range(0, Frames).MaxBy(i => u[i, r]);
                return inside > 0.95 * all && spikes[first, k] > 0;
            });
        }

        Assert.True(result.LowerBound <= result.Objective);
        Assert.All(result.U.ToArray().Cast<double>().Concat(result.V.ToArray().Cast<double>()), value => Assert.True(value >= 0));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = Dense.Random(4, 3, 1);
        Assert.Throws<ArgumentException>("design", () => new DesignLoss<double>(y, new double[5, 2], false));
        Assert.Throws<ArgumentException>("design", () => new DesignLoss<double>(y, new double[4, 2], false));
        Assert.Throws<ArgumentException>("design", () => new DesignLoss<double>(y, Dense.Build(4, 2, (_, j) => j + 1), true));
        Assert.Throws<ArgumentException>("design", () => new DesignLoss<double>(y, Dense.Build(4, 2, (_, _) => double.NaN), false));
        Assert.Throws<ArgumentException>("y", () => new DesignLoss<double>(new double[0, 3], default, false));
    }
}
