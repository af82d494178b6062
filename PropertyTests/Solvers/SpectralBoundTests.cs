using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Solvers;

/// <summary>Bounds of the spectral norm and thresholding of the leading singular values, on matrices that are not small, against the definition.</summary>
public class SpectralBoundTests
{
    [Theory]
    [InlineData(90, 70)]
    [InlineData(70, 90)]
    public void TheNormLiesBetweenTheBounds(int rows, int columns)
    {
        double[,] a = Dense.Random(rows, columns, 1);
        double norm = a.SpectralNorm();
        using var bound = new SpectralBound<double>(rows, columns, Parallelism.Sequential);
        foreach (double expected in new[] { norm, norm / 3, 2 * norm, norm * (1 - 1e-7), norm * (1 + 1e-7) })
        {
            foreach (int known in new[] { 0, 1, 5 })
            {
                var (lower, upper) = bound.Of(a, Leading(a, known), expected);
                Assert.True(lower <= norm * (1 + 1e-12), $"{lower} > {norm}");
                Assert.True(upper >= norm * (1 - 1e-12), $"{upper} < {norm}");
                Assert.True(expected > norm * 1.5 || known == 0 || upper <= norm * (1 + 2e-6), $"{upper} is far above {norm}");
            }
        }

        using var single = new SpectralBound<float>(rows, columns, Parallelism.Sequential);
        var (below, above) = single.Of(a.As<float>(), Leading(a, 3).As<float>(), norm);
        Assert.InRange(norm, below * (1 - 1e-6), above * (1 + 1e-6));
        Assert.True(above <= norm * (1 + 1e-5));
    }

    [Fact]
    public void AMatrixOfZerosHasNone()
    {
        using var bound = new SpectralBound<double>(80, 70, Parallelism.Sequential);
        Assert.Equal((0.0, 0.0), bound.Of(new double[80, 70], new double[70, 2], 1));
    }

    // A sequence that converges: the leading values are followed from matrix to matrix, and the result is that of the whole decomposition.
    [Theory]
    [InlineData(120, 90)]
    [InlineData(90, 120)]
    public void LeadingValuesAreFollowed(int rows, int columns)
    {
        double[,] low = Dense.Random(rows, 4, 2).Times(Dense.Random(4, columns, 3)), noise = Dense.Random(rows, columns, 4);
        const double Threshold = 25;
        using var leading = new Thresholding<double>(rows, columns, Parallelism.Sequential);
        for (int step = 0; step < 40; step++)
        {
            double[,] a = low.Plus(noise, 1 + Math.Pow(0.5, step));
            leading.Apply(a, Threshold);
        }

        Assert.True(leading.IsComplete);
        double[,] last = low.Plus(noise), whole = new double[rows, columns];
        int rank = Svd.SoftThreshold<double>(last, Threshold, whole);
        Assert.Equal(rank, leading.Rank);
        Assert.True(Dense.Of(leading.Matrix.ToArray()).Minus(whole).Norm() <= 1e-8 * whole.Norm());
        Assert.Equal(0, Allocated.By(() => leading.Apply(last, Threshold)));
    }

    // The threshold falls below many values at once: those that were not computed are found within a few calls.
    [Fact]
    public void TheNumberOfValuesFollowsTheThreshold()
    {
        double[,] a = Dense.Random(100, 80, 5), whole = new double[100, 80];
        using var leading = new Thresholding<double>(100, 80, Parallelism.Sequential);
        leading.Apply(a, 15);
        foreach (double threshold in new[] { 14.0, 8, 3 })
        {
            for (int step = 0; step < 60; step++)
            {
                leading.Apply(a, threshold);
            }

            int rank = Svd.SoftThreshold<double>(a, threshold, whole);
            Assert.Equal((rank, true), (leading.Rank, leading.IsComplete));
            Assert.True(Dense.Of(leading.Matrix.ToArray()).Minus(whole).Norm() <= 1e-6 * whole.Norm());
        }
    }

    private static double[,] Leading(double[,] a, int count)
    {
        int p = Math.Min(a.Rows(), a.Columns());
        double[,] u = new double[a.Rows(), p], v = new double[a.Columns(), p];
        Svd.Decompose<double>(a, u, new double[p], v);
        return Dense.Build(a.Columns(), count, (i, j) => v[i, j]);
    }
}
