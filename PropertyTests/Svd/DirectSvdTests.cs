using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

public class DirectSvdTests
{
    [Fact]
    public void SmallMatricesWhoseValuesAreCloseNeedNoOtherWay()
    {
        for (int n = 2; n <= 24; n++)
        {
            foreach (int m in new[] { n, n + 1, (2 * n) - 1 })
            {
                Check<double>(m, n, 3e4);
                Check<float>(m, n, 3e4);
            }
        }

        Check<float>(32, 32, 100);
        Check<float>(60, 31, 100);
    }

    private static void Check<T>(int m, int n, double condition)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] a = TestMatrices.Convert<double, T>(TestMatrices.WithSpectrum(m, n, TestMatrices.Spectrum("geometric", n, condition, 1), m + (100 * n)));
        T[,] u = new T[m, n], v = new T[n, n];
        var s = new T[n];
        Assert.True(DirectSvd<T>.Suits(m, n));
        Assert.True(Try(a, u, s, v, out SvdInfo info), $"{m} x {n}");
        Assert.True(info.Converged && info.Sweeps is > 1 and < 16);
        SvdRatios ratios = SvdRatios.Of(a, u, s, v);
        Assert.True(ratios.Largest < 10, $"{m} x {n}: {ratios}");
    }

    [Theory]
    [InlineData(1.6e5)]
    [InlineData(1e12)]
    [InlineData(1e40)]
    public void AWiderSpreadIsLeftToOthersAndNothingIsWritten(double condition)
    {
        double[,] a = TestMatrices.WithSpectrum(12, 10, TestMatrices.Spectrum("geometric", 10, condition, 1), 3), u = new double[12, 10], v = new double[10, 10];
        double[] s = new double[10];
        Assert.False(Try(a, u, s, v, out _));
        Assert.All(s, value => Assert.Equal(0, value));
        Assert.All(u.Cast<double>(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void ZeroMatricesAndZeroColumnsAreLeftToOthers()
    {
        double[,] a = new double[6, 5];
        Assert.False(Try(a, new double[6, 5], new double[5], new double[5, 5], out _));
        for (int i = 0; i < 6; i++)
        {
            a[i, 1] = i;
            a[i, 2] = 1;
        }

        Assert.False(Try(a, new double[6, 5], new double[5], new double[5, 5], out _));
    }

    // Cosines and sines that are not moved to the unit circle change lengths by two ulp on average, one way (no move: -1.9 float, -1.5 double; with it 0.6 and 0.02).
    [Fact]
    public void RotationsAreNotBiased()
    {
        Assert.InRange(MeanChangeOfLength<float>(32), -1, 1);
        Assert.InRange(MeanChangeOfLength<double>(24), -1, 1);
    }

    // Of the columns of V, products of rotations alone, in ulp.
    private static double MeanChangeOfLength<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Matrices = 40;
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One), sum = 0;
        for (int seed = 0; seed < Matrices; seed++)
        {
            T[,] v = Thin<T>.Of(TestMatrices.Normal<T>(n, n, seed)).V;
            for (int j = 0; j < n; j++)
            {
                int column = j;
                sum += Math.Sqrt(Enumerable.Range(0, n).Sum(i => Math.Pow(double.CreateChecked(v[i, column]), 2))) - 1;
            }
        }

        return sum / (Matrices * n * ulp);
    }

    private static bool Try<T>(T[,] a, T[,] u, T[] s, T[,] v, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        => DirectSvd<T>.TryDecompose<LiveFactorKernels<T>>(a, u, s, v, vectors: true, new T[Svd.RequiredWorkspace<T>(a.GetLength(0), a.GetLength(1))], out info);
}
