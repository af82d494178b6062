using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

public class SvdSolvingTests
{
    [Theory]
    [InlineData(7, 7, 7)]
    [InlineData(30, 12, 9)]
    [InlineData(12, 30, 12)]
    [InlineData(70, 60, 41)]
    public void SoftThresholdingIsOptimal(int m, int n, int rank)
    {
        Optimal<double>(m, n, rank);
        Optimal<float>(m, n, rank);
    }

    // X minimizes 1/2 |X - A|^2 + t |X|_* exactly when R = A - X has |R| <= t and <R, X> = t |X|_*: checked with the values of X by the Gram's reference.
    private static void Optimal<T>(int m, int n, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double[] spectrum = [.. Enumerable.Range(0, Math.Min(m, n)).Select(k => k < rank ? 5 + (0.1 * k) : 0.3)];
        T[,] a = TestMatrices.Convert<double, T>(TestMatrices.WithSpectrum(m, n, spectrum, 3)), x = new T[m, n];
        const double Threshold = 1.5;
        Assert.Equal(rank, Svd.SoftThreshold<T>(a, T.CreateChecked(Threshold), x));
        double[,] exact = TestMatrices.Convert<T, double>(x), residual = TestMatrices.Of(m, n, (i, j) => double.CreateChecked(a[i, j]) - exact[i, j]);
        double inner = 0;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                inner += residual[i, j] * exact[i, j];
            }
        }

        double nuclear = spectrum.Sum(s => Math.Max(s - Threshold, 0)), size = spectrum.Sum(s => s * s);
        Assert.Equal(Threshold * nuclear, inner, 50 * ulp * size);
        Assert.True(GramReference.SingularValues(n <= m ? residual : TestMatrices.Transposed(residual))[0] <= Threshold + (50 * ulp * 10));
    }

    [Theory]
    [InlineData(9, 5, 5)]
    [InlineData(5, 9, 4)]
    [InlineData(60, 50, 30)]
    public void ThePseudoInverseFulfilsTheFourConditions(int m, int n, int rank)
    {
        double[] spectrum = [.. Enumerable.Range(0, Math.Min(m, n)).Select(k => k < rank ? 1 + k : 0.0)];
        double[,] a = TestMatrices.WithSpectrum(m, n, spectrum, 5), p = new double[n, m];
        Assert.Equal(rank, Svd.PseudoInverse<double>(a, p));
        double[,] ap = Product(a, p), pa = Product(p, a), apa = Product(ap, a), pap = Product(pa, p);
        const double Room = 1e-12;
        Near(apa, a, Room * rank);
        Near(pap, p, Room);
        Near(ap, TestMatrices.Transposed(ap), Room);
        Near(pa, TestMatrices.Transposed(pa), Room);
    }

    [Theory]
    [InlineData(40, 7, 7)]
    [InlineData(8, 8, 5)]
    [InlineData(6, 20, 6)]
    public void LeastSquaresLeavesAnOrthogonalResidualAndIsShortest(int m, int n, int rank)
    {
        double[] spectrum = [.. Enumerable.Range(0, Math.Min(m, n)).Select(k => k < rank ? 1 + k : 0.0)];
        double[,] a = TestMatrices.WithSpectrum(m, n, spectrum, 7), b = TestMatrices.Normal<double>(m, 3, 8), x = new double[n, 3];
        Assert.Equal(rank, Svd.LeastSquares<double>(a, b, x));
        double[,] fitted = Product(a, x), residual = TestMatrices.Of(m, 3, (i, j) => b[i, j] - fitted[i, j]);
        Near(Product(TestMatrices.Transposed(a), residual), new double[n, 3], 1e-12 * rank);

        // Shortest: x lies in the row space, so the projection by the pseudo-inverse leaves it.
        double[,] inverse = new double[n, m];
        Svd.PseudoInverse<double>(a, inverse);
        Near(Product(inverse, fitted), x, 1e-12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 4)]
    [InlineData(9, 30)]
    [InlineData(50, 50)]
    public void TheSpectralNormIsEnclosed(int m, int n)
    {
        foreach (double scale in (double[])[1, 1e-290, 1e290])
        {
            double[,] normal = TestMatrices.Normal<double>(m, n, m);
            double[,] a = TestMatrices.Of(m, n, (i, j) => normal[i, j] * scale);
            double exact = GramReference.SingularValues(n <= m ? normal : TestMatrices.Transposed(normal))[0] * scale;
            double last = double.PositiveInfinity;
            for (int squarings = 0; squarings <= 12; squarings += 3)
            {
                (double lower, double upper) = SpectralNorm.Bounds<double>(a, squarings);
                Assert.True(lower <= exact && exact <= upper, $"{lower} {exact} {upper}");
                Assert.True(upper <= last * (1 + 1e-13) && upper <= exact * Math.Pow(Math.Min(m, n), Math.Pow(0.5, squarings + 1)) * (1 + 1e-12));
                last = upper;
            }

            Assert.True(SpectralNorm.Bounds<double>(a, 12).Lower >= 0.99 * exact);
        }

        Assert.Equal((0, 0), SpectralNorm.Bounds<float>(new float[m, n]));
        (double low, double high) = SpectralNorm.Bounds<float>(new float[,] { { 3, 0 }, { 0, -4 } });
        Assert.True(low <= 4 && high >= 4 && high < 4.01);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = TestMatrices.Normal<double>(5, 3, 1);
        Assert.Throws<ArgumentOutOfRangeException>("threshold", () => Svd.SoftThreshold<double>(a, -1, new double[5, 3]));
        Assert.Throws<ArgumentOutOfRangeException>("threshold", () => Svd.SoftThreshold<double>(a, double.NaN, new double[5, 3]));
        Assert.Throws<ArgumentException>("destination", () => Svd.SoftThreshold<double>(a, 1, new double[3, 5]));
        Assert.Throws<ArgumentException>("destination", () => Svd.SoftThreshold<double>(a, 1, a));
        Assert.Throws<ArgumentException>("workspace", () => Svd.SoftThreshold<double>(a, 1, new double[5, 3], new double[9]));
        Assert.Throws<ArgumentException>("destination", () => Svd.PseudoInverse<double>(a, new double[5, 3]));
        Assert.Throws<ArgumentException>("b", () => Svd.LeastSquares<double>(a, new double[3, 2], new double[3, 2]));
        Assert.Throws<ArgumentException>("x", () => Svd.LeastSquares<double>(a, new double[5, 2], new double[5, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("squarings", () => SpectralNorm.Bounds<double>(a, 21));
        a[1, 2] = double.NaN;
        Assert.Throws<ArgumentException>("a", () => SpectralNorm.Bounds<double>(a));
        Assert.Throws<ArgumentException>("a", () => Svd.SoftThreshold<double>(a, 1, new double[5, 3]));
    }

    private static double[,] Product(double[,] a, double[,] b)
        => TestMatrices.Of(a.GetLength(0), b.GetLength(1), (i, j) => Enumerable.Range(0, a.GetLength(1)).Sum(k => a[i, k] * b[k, j]));

    private static void Near(double[,] a, double[,] b, double room)
        => Assert.All(a.Cast<double>().Zip(b.Cast<double>()), pair => Assert.Equal(pair.First, pair.Second, room));
}
