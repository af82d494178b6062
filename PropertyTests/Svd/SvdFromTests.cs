using System.Numerics;
using Xunit.Abstractions;

namespace Kernels.PropertyTests.SvdTests;

public class SvdFromTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(30, 12)]
    [InlineData(12, 30)]
    [InlineData(90, 70)]
    public void ANearMatrixTakesFewerSweeps(int m, int n)
    {
        Check<double>(m, n);
        Check<float>(m, n);
    }

    private void Check<T>(int m, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int p = Math.Min(m, n);
        T[,] a = TestMatrices.Normal<T>(m, n, 1), change = TestMatrices.Normal<T>(m, n, 2), near = TestMatrices.Of(m, n, (i, j) => a[i, j] + (change[i, j] / T.CreateChecked(1000)));
        Thin<T> first = Thin<T>.Of(a), cold = Thin<T>.Of(near);
        T[,] u = (T[,])first.U.Clone(), v = (T[,])first.V.Clone();
        var s = new T[p];

        // The guess is where the result goes.
        SvdInfo info = Svd.DecomposeFrom<T>(near, m >= n ? v : u, u, s, v);
        Assert.True(info.Converged);
        output.WriteLine($"{m} x {n} {typeof(T).Name}: {info.Sweeps} sweeps, {cold.Info.Sweeps} from nothing");
        Assert.True(p < 30 || p >= 48 || info.Sweeps < cold.Info.Sweeps);
        Assert.True(SvdRatios.Of(near, u, s, v).Largest < 10);
        double room = 20 * p * double.CreateChecked((T.BitIncrement(T.One) - T.One) * cold.S[0]);
        Assert.All(s.Zip(cold.S), pair => Assert.Equal(double.CreateChecked(pair.Second), double.CreateChecked(pair.First), room));
    }

    // From nothing this matrix takes passes at several levels, for its condition is 1e12.
    [Theory]
    [InlineData(48, 48)]
    [InlineData(150, 100)]
    [InlineData(70, 160)]
    public void ANearGuessIsUsedForLargerMatrices(int m, int n)
    {
        int p = Math.Min(m, n);
        double[] values = [.. Enumerable.Range(0, p).Select(k => Math.Pow(10, -12.0 * k / (p - 1)))];
        double[,] a = TestMatrices.WithSpectrum(m, n, values, 3), near = TestMatrices.Of(m, n, (i, j) => a[i, j] * (1 + 1e-13));
        Thin<double> first = Thin<double>.Of(a);
        double[,] u = (double[,])first.U.Clone(), v = (double[,])first.V.Clone();
        double[] s = new double[p];
        SvdInfo info = Svd.DecomposeFrom<double>(near, m >= n ? v : u, u, s, v);
        output.WriteLine($"{m} x {n}: {info.Sweeps} passes, {first.Info.Sweeps} from nothing");
        Assert.True(info.Converged);
        Assert.True(info.Sweeps <= 3 && first.Info.Sweeps > 4);
        Assert.True(SvdRatios.Of(near, u, s, v).Largest < 10);
    }

    [Fact]
    public void VectorsDoNotDriftOverManyUpdates()
    {
        double[,] a = TestMatrices.Normal<double>(20, 16, 1), u = new double[20, 16], v = new double[16, 16];
        double[] s = new double[16];
        Svd.Decompose<double>(a, u, s, v);
        for (int step = 0; step < 200; step++)
        {
            a[step % 20, step % 16] += 0.01;
            Assert.True(Svd.DecomposeFrom<double>(a, v, u, s, v).Converged);
        }

        Assert.True(SvdRatios.Of(a, u, s, v).Largest < 10);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = TestMatrices.Normal<double>(5, 3, 1), u = new double[5, 3], v = new double[3, 3], identity = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
        double[] s = new double[3];
        Assert.Contains("columns 0 and 0", Assert.Throws<ArgumentException>("guess", () => Svd.DecomposeFrom<double>(a, new double[3, 3], u, s, v)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("guess", () => Svd.DecomposeFrom<double>(a, new double[5, 5], u, s, v));
        Assert.Throws<ArgumentException>("workspace", () => Svd.DecomposeFrom<double>(a, identity, u, s, v, new double[10]));
        identity[0, 1] = double.NaN;
        Assert.Throws<ArgumentException>("guess", () => Svd.DecomposeFrom<double>(a, identity, u, s, v));
    }
}
