using System.Numerics;
using Kernels.PropertyTests.Support;
using Kernels.PropertyTests.SvdTests;

namespace Kernels.PropertyTests.Factor;

public class CholeskyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(131)]
    public void TheSquareOfTheFactorIsTheMatrix(int n)
    {
        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            Check<double>(n, layout);
            Check<float>(n, layout);
        }
    }

    private static void Check<T>(int n, Layout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double[,] root = TestMatrices.Normal<double>(n, n, n);
        double[,] exact = Square(root, n);
        T[,] a = TestMatrices.Of(n, n, (i, j) => j > i ? T.NaN : T.CreateChecked(exact[i, j]));
        T[] memory = layout.Place(a, T.CreateChecked(77));
        MatrixView<T> view = layout.View<T>(memory, n, n);
        Assert.Equal(-1, Cholesky.Factor(view));
        T[,] factor = view.ToArray();
        double[,] lower = TestMatrices.Of(n, n, (i, j) => j > i ? 0 : double.CreateChecked(factor[i, j]));
        double[,] product = Square(lower, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Assert.True(j <= i || T.IsNaN(factor[i, j]), "above the diagonal nothing is written");
                Assert.Equal(j > i ? product[i, j] : double.CreateChecked(a[i, j]), product[i, j], (n + 2) * ulp * Math.Sqrt(exact[i, i] * exact[j, j]));
            }
        }

        Assert.Equal(memory.Length - (n * n), memory.Count(value => value == T.CreateChecked(77)));

        // A x = b: |b - A x| is small against |L| |L'| |x| (N. Higham, Accuracy and Stability of Numerical Algorithms, theorem 10.4).
        T[,] x = TestMatrices.Normal<T>(n, 3, 5), b = (T[,])x.Clone();
        Cholesky.Solve<T>(view, x);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double sum = 0, size = 0;
                for (int p = 0; p < n; p++)
                {
                    sum += exact[i, p] * double.CreateChecked(x[p, j]);
                    size += Math.Sqrt(exact[i, i] * exact[p, p]) * Math.Abs(double.CreateChecked(x[p, j]));
                }

                Assert.Equal(double.CreateChecked(b[i, j]), sum, (3 * n + 2) * ulp * size);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(20, 0)]
    [InlineData(20, 13)]
    [InlineData(60, 59)]
    [InlineData(130, 77)]
    public void TheFirstBadPivotIsNamed(int n, int bad)
    {
        double[,] root = TestMatrices.Normal<double>(n, n, 3), good = Square(root, n);
        foreach (double shift in (double[])[-1e9, double.NaN, double.PositiveInfinity])
        {
            double[,] a = (double[,])good.Clone();
            a[bad, bad] += shift;
            Assert.Equal(bad, Cholesky.Factor<double>(a));
        }
    }

    [Fact]
    public void ASingularMatrixFailsAndMistakesAreNamed()
    {
        Assert.Equal(1, Cholesky.Factor<double>(new double[,] { { 4, 2 }, { 2, 1 } }));
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>("a", () => Cholesky.Factor<float>(new float[2, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("factor", () => Cholesky.Solve<float>(new float[2, 3], new float[2, 1]));
    }

    private static double[,] Square(double[,] root, int n)
        => TestMatrices.Of(n, n, (i, j) => Enumerable.Range(0, n).Sum(k => root[i, k] * root[j, k]));
}
