using System.Numerics;
using Kernels.PropertyTests.SvdTests;

namespace Kernels.PropertyTests.Factor;

public class SymmetricEigenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(60)]
    [InlineData(150)]
    public void TheFactorsMakeTheMatrix(int n)
    {
        Check<double>(n);
        Check<float>(n);
    }

    private static void Check<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double[,] normal = TestMatrices.Normal<double>(n, n, n);
        foreach (bool gram in (bool[])[false, true])
        {
            foreach (double scale in (double[])[1, 1e-30, 1e30])
            {
                double[,] exact = TestMatrices.Of(n, n, (i, j) => scale * (gram ? Enumerable.Range(0, n).Sum(k => normal[i, k] * normal[j, k]) : normal[i, j] + normal[j, i]));
                T[,] a = TestMatrices.Of(n, n, (i, j) => i < j ? T.NaN : T.CreateChecked(exact[i, j])), vectors = new T[n, n];
                var values = new T[n];
                Assert.True(SymmetricEigen.Decompose<T>(a, values, vectors, gram));
                double room = 10 * (n + 1) * ulp;
                double size = n == 0 ? 0 : values.Max(x => Math.Abs(double.CreateChecked(x)));
                for (int i = 0; i < n; i++)
                {
                    Assert.True(i == 0 || values[i] <= values[i - 1]);
                    for (int j = 0; j <= i; j++)
                    {
                        Assert.Equal(i == j ? 1 : 0, Sum(n, k => D(vectors[k, i]) * D(vectors[k, j])), room);
                        Assert.Equal(D(a[i, j]), Sum(n, k => D(vectors[i, k]) * D(values[k]) * D(vectors[j, k])), room * size);
                    }
                }
            }
        }
    }

    [Fact]
    public void AGradedGramKeepsItsSmallValues()
    {
        const int N = 9;
        double[,] b = TestMatrices.Normal<double>(20, N, 4), graded = TestMatrices.Of(20, N, (i, j) => Math.Round(b[i, j] * 1024) * Math.Pow(2, -8 * j));
        double[,] gram = TestMatrices.Of(N, N, (i, j) => Sum(20, k => graded[k, i] * graded[k, j])), vectors = new double[N, N];
        double[] values = new double[N], reference = GramReference.SingularValues(graded);
        Assert.True(SymmetricEigen.Decompose<double>(gram, values, vectors, isGram: true));
        Assert.All(values.Zip(reference), pair => Assert.Equal(1, pair.First / (pair.Second * pair.Second), 1e-13));
    }

    [Fact]
    public void KnownValues()
    {
        double[,] vectors = new double[2, 2];
        double[] values = new double[2];
        Assert.True(SymmetricEigen.Decompose<double>(new double[,] { { 0, 9 }, { 2, 0 } }, values, vectors));
        Assert.Equal(2, values[0], 1e-15);
        Assert.Equal(-2, values[1], 1e-15);
        Assert.True(SymmetricEigen.Decompose<double>(new double[2, 2], values, vectors, isGram: true));
        Assert.Equal([0, 0], values);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = new double[3, 3], vectors = new double[3, 3];
        double[] values = new double[3];
        Assert.Throws<ArgumentException>("a", () => SymmetricEigen.Decompose<double>(new double[3, 2], values, vectors));
        Assert.Throws<ArgumentException>("values", () => SymmetricEigen.Decompose<double>(a, new double[2], vectors));
        Assert.Throws<ArgumentException>("vectors", () => SymmetricEigen.Decompose<double>(a, values, new double[3, 2]));
        Assert.Throws<ArgumentException>("vectors", () => SymmetricEigen.Decompose<double>(a, values, a));
        Assert.Throws<ArgumentException>("workspace", () => SymmetricEigen.Decompose<double>(a, values, vectors, false, new double[4]));
        a[1, 1] = -1;
        Assert.Contains("element 1", Assert.Throws<ArgumentException>("a", () => SymmetricEigen.Decompose<double>(a, values, vectors, isGram: true)).Message, StringComparison.Ordinal);
        a[2, 0] = double.NaN;
        Assert.Throws<ArgumentException>("a", () => SymmetricEigen.Decompose<double>(a, values, vectors));
    }

    private static double D<T>(T x)
        where T : INumber<T>
        => double.CreateChecked(x);

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}
