using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

public class TruncatedSvdTests
{
    [Theory]
    [InlineData(60, 40, 5)]
    [InlineData(40, 60, 5)]
    [InlineData(50, 50, 50)]
    [InlineData(20, 8, 0)]
    [InlineData(8, 20, 1)]
    public void TheErrorIsWhatItSaysAndNearTheLeast(int m, int n, int rank)
    {
        Check<double>(m, n, rank);
        Check<float>(m, n, rank);
    }

    private static void Check<T>(int m, int n, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double[] spectrum = [.. Enumerable.Range(0, Math.Min(m, n)).Select(k => Math.Pow(0.5, k))];
        T[,] a = TestMatrices.Convert<double, T>(TestMatrices.WithSpectrum(m, n, spectrum, 3)), u = new T[m, rank], v = new T[n, rank];
        var s = new T[rank];
        double error = TruncatedSvd.Decompose<T>(a, u, s, v, powers: 2, seed: 7);
        double squares = 0;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = Enumerable.Range(0, rank).Sum(k => double.CreateChecked(u[i, k]) * double.CreateChecked(s[k]) * double.CreateChecked(v[j, k]));
                squares += Math.Pow(double.CreateChecked(a[i, j]) - sum, 2);
            }
        }

        double room = 20 * ulp * Math.Sqrt(m), least = Math.Sqrt(spectrum.Skip(rank).Sum(x => x * x));
        Assert.Equal(Math.Sqrt(squares), error, room);
        Assert.True(error <= (1.0001 * least) + room, $"{error} {least}");
        for (int k = 0; k < rank; k++)
        {
            Assert.Equal(spectrum[k], double.CreateChecked(s[k]), room);
            for (int l = 0; l <= k; l++)
            {
                Assert.Equal(k == l ? 1 : 0, Enumerable.Range(0, m).Sum(i => double.CreateChecked(u[i, k]) * double.CreateChecked(u[i, l])), room);
                Assert.Equal(k == l ? 1 : 0, Enumerable.Range(0, n).Sum(i => double.CreateChecked(v[i, k]) * double.CreateChecked(v[i, l])), room);
            }
        }
    }

    [Fact]
    public void SeedsAndWorkspacesGiveTheSameBitsOrOthersAsTheyShould()
    {
        double[,] a = TestMatrices.Normal<double>(30, 20, 1);
        double[,] Left(ulong seed, double[]? workspace)
        {
            double[,] u = new double[30, 3], v = new double[20, 3];
            double[] s = new double[3];
            if (workspace is null)
            {
                TruncatedSvd.Decompose<double>(a, u, s, v, 1, seed);
            }
            else
            {
                TruncatedSvd.Decompose<double>(a, u, s, v, 1, seed, workspace);
            }

            return u;
        }

        double[] memory = new double[TruncatedSvd.RequiredWorkspace<double>(30, 20, 3)];
        Array.Fill(memory, double.NaN);
        Assert.Equal(Left(1, null), Left(1, memory));
        Assert.NotEqual(Left(1, null), Left(2, null));
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = TestMatrices.Normal<double>(5, 4, 1);
        Assert.Throws<ArgumentException>("singularValues", () => TruncatedSvd.Decompose<double>(a, new double[5, 5], new double[5], new double[4, 5]));
        Assert.Throws<ArgumentException>("u", () => TruncatedSvd.Decompose<double>(a, new double[5, 3], new double[2], new double[4, 2]));
        Assert.Throws<ArgumentException>("v", () => TruncatedSvd.Decompose<double>(a, new double[5, 2], new double[2], new double[5, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("powers", () => TruncatedSvd.Decompose<double>(a, new double[5, 2], new double[2], new double[4, 2], 9));
        a[0, 3] = double.NegativeInfinity;
        Assert.Throws<ArgumentException>("a", () => TruncatedSvd.Decompose<double>(a, new double[5, 2], new double[2], new double[4, 2]));
    }
}
