using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

public class SvdParallelTests
{
    // The last two have a spread of values and a grading that leave the Gram matrix aside.
    [Theory]
    [InlineData(20, 20, "even")]
    [InlineData(64, 64, "even")]
    [InlineData(300, 260, "even")]
    [InlineData(90, 400, "geometric")]
    [InlineData(220, 200, "half zero")]
    public void TwoThreadsGiveTheSameBits(int m, int n, string mode)
    {
        double[,] a = TestMatrices.WithSpectrum(m, n, TestMatrices.Spectrum(mode, Math.Min(m, n), 100, 1), 2);
        Check<double>(a);
        Check<float>(TestMatrices.Convert<double, float>(a));
    }

    [Fact]
    public void ACancelledCallThrowsAndLeavesNothingBehind()
    {
        const int N = 60;
        double[,] a = TestMatrices.Normal<double>(N, N, 1), u = new double[N, N], v = new double[N, N];
        double[] s = new double[N];
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Svd.Decompose<double>(a, u, s, v, Parallelism.Sequential, source.Token));
        Assert.Throws<OperationCanceledException>(() => Svd.SingularValues<double>(a, s, Parallelism.Sequential, source.Token));
        Assert.True(Svd.Decompose<double>(a, u, s, v, Parallelism.Of(2)).Converged);
    }

    // What a decomposition calls all along.
    [Fact]
    public void AProductOfACallThatWasCancelledMeanwhileThrows()
    {
        double[,] a = { { 2 } }, c = new double[1, 1];
        using var source = new CancellationTokenSource();
        using (CallFactorKernels<double>.Begin(Parallelism.Sequential, source.Token))
        {
            CallFactorKernels<double>.Multiply(a, a, 0, c);
            Assert.Equal(4, c[0, 0]);
            source.Cancel();
            Assert.Throws<OperationCanceledException>(() => CallFactorKernels<double>.Multiply(a, a, 1, c));
            Assert.Equal(4, c[0, 0]);
        }

        CallFactorKernels<double>.Multiply(a, a, 1, c);
        Assert.Equal(8, c[0, 0]);
    }

    [Fact]
    public void ArgumentsAreCheckedHereToo()
    {
        double[,] a = { { 1, double.NaN }, { 0, 1 } }, u = new double[2, 2], v = new double[2, 2];
        Assert.Throws<ArgumentException>("a", () => Svd.Decompose<double>(a, u, new double[2], v, Parallelism.Of(2)));
        Assert.Throws<ArgumentException>("a", () => Svd.SingularValues<double>(a, new double[2], Parallelism.Of(2)));
        Assert.Throws<ArgumentException>("workspace", () => Svd.Decompose<double>(new double[2, 2], u, new double[2], v, new double[1], Parallelism.Of(2)));
    }

    private static void Check<T>(T[,] a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Thin<T> one = Thin<T>.Of(a);
        T[,] u = new T[one.U.GetLength(0), one.U.GetLength(1)], v = new T[one.V.GetLength(0), one.V.GetLength(1)];
        T[] s = new T[one.S.Length], values = new T[one.S.Length];
        SvdInfo info = Svd.Decompose<T>(a, u, s, v, Parallelism.Of(2));
        Svd.SingularValues<T>(a, values, Parallelism.Of(2));
        Assert.Equal(one.Info, info);
        Assert.Equal(one.S, s);
        Assert.Equal(one.S, values);
        Assert.Equal(one.U, u);
        Assert.Equal(one.V, v);
    }
}
