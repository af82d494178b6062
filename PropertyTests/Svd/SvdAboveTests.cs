using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

/// <summary>Decompositions of which only the triplets above a threshold are computed: judged by the definition of a triplet and by the whole decomposition.</summary>
public class SvdAboveTests
{
    [Theory]
    [InlineData(60, 40)]
    [InlineData(40, 60)]
    [InlineData(130, 100)]
    [InlineData(300, 50)]
    [InlineData(70, 70)]
    public void TheTripletsAboveAreThoseOfTheWhole(int m, int n)
    {
        foreach (double share in (double[])[0.04, 0.2, 0.5, 0.9, 1.1])
        {
            Judge<double>(TestMatrices.Normal<double>(m, n, 1), share, mayLeaveOut: true);
            Judge<float>(TestMatrices.Normal<float>(m, n, 2), share, mayLeaveOut: true);
        }
    }

    // Clusters are rotated pair by pair or swept; values below what the Gram matrix sees, and vanishing ones, are left out all the same.
    [Theory]
    [InlineData("clusters")]
    [InlineData("half zero")]
    [InlineData("even")]
    [InlineData("geometric")]
    [InlineData("one large")]
    public void SpectraOfAllKinds(string mode)
    {
        foreach ((int m, int n) in ((int, int)[])[(60, 45), (120, 90)])
        {
            double[,] a = TestMatrices.WithSpectrum(m, n, TestMatrices.Spectrum(mode, n, 1e3, 3), 4);
            foreach (double share in (double[])[0.1, 0.5])
            {
                Judge<double>(a, share, mayLeaveOut: true);
                Judge<float>(TestMatrices.Convert<double, float>(a), share, mayLeaveOut: true);
            }
        }
    }

    // Small matrices, a threshold of zero or far below the largest value: all of them.
    [Fact]
    public void OtherwiseAllAreComputed()
    {
        Assert.Equal(7, Judge<double>(TestMatrices.Normal<double>(9, 7, 1), 0.5, mayLeaveOut: false));
        Assert.Equal(50, Judge<double>(TestMatrices.Normal<double>(60, 50, 1), 0, mayLeaveOut: false));
        double[,] a = TestMatrices.WithSpectrum(60, 50, TestMatrices.Spectrum("even", 50, 1e3, 3), 4);
        Assert.Equal(50, Judge<double>(a, 0.01, mayLeaveOut: false));
        Assert.True(Judge<double>(a, 0.05, mayLeaveOut: true) < 50);
        Assert.Equal(40, Judge<double>(new double[50, 40], 1, mayLeaveOut: false));
    }

    [Fact]
    public void ThreadsAndScalesDoNotChangeTheBits()
    {
        double[,] a = TestMatrices.Normal<double>(320, 300, 5);
        var one = Run(a, 12, Parallelism.Sequential);
        var two = Run(a, 12, Parallelism.Of(2));
        Assert.Equal(one.Count, two.Count);
        Assert.True(one.Count is > 0 and < 300);
        Assert.Equal(one.S, two.S);
        for (int k = 0; k < one.Count; k++)
        {
            Assert.Equal(Column(one.U, k), Column(two.U, k));
            Assert.Equal(Column(one.V, k), Column(two.V, k));
        }

        var scaled = Run(TestMatrices.Of(320, 300, (i, j) => Math.ScaleB(a[i, j], 300)), Math.ScaleB(12, 300), Parallelism.Sequential);
        Assert.Equal(one.S, scaled.S.Select(x => Math.ScaleB(x, -300)));
        Assert.Equal(Column(one.U, 3), Column(scaled.U, 3));
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = TestMatrices.Normal<double>(5, 3, 1), u = new double[5, 3], v = new double[3, 3];
        double[] s = new double[3];
        Assert.Throws<ArgumentOutOfRangeException>("threshold", () => Svd.DecomposeAbove<double>(a, -1, u, s, v, out _));
        Assert.Throws<ArgumentOutOfRangeException>("threshold", () => Svd.DecomposeAbove<double>(a, double.NaN, u, s, v, out _));
        Assert.Throws<ArgumentException>("u", () => Svd.DecomposeAbove<double>(a, 1, v, s, v, out _));
        Assert.Throws<ArgumentException>("workspace", () => Svd.DecomposeAbove<double>(a, 1, u, s, v, new double[3], out _));
        Assert.Throws<OperationCanceledException>(() => Svd.DecomposeAbove<double>(a, 1, u, s, v, out _, cancellation: new(true)));
        a[2, 1] = double.NaN;
        Assert.Throws<ArgumentException>("a", () => Svd.DecomposeAbove<double>(a, 1, u, s, v, out _));
    }

    // Returns the number of triplets computed.
    private static int Judge<T>(T[,] a, double share, bool mayLeaveOut)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int m, int n) = (a.GetLength(0), a.GetLength(1));
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double[,] exact = TestMatrices.Convert<T, double>(a);
        double[] values = Thin<double>.Of(exact).S;
        double top = values.Length > 0 ? values[0] : 0, threshold = top > 0 ? share * top : 1;
        var (u, s, v, count) = Run(a, T.CreateChecked(threshold), Parallelism.Sequential);
        int above = values.Count(x => x > threshold);
        string what = $"{typeof(T).Name} {m} x {n}, {above} above {share} of the largest, {count} computed";
        Assert.True(count >= values.Count(x => x > threshold * (1 + 100 * ulp)), what);
        Assert.True(mayLeaveOut || count == s.Length, what);

        double size = Math.Max(m, n) * ulp * top;
        for (int k = 0; k < s.Length; k++)
        {
            double value = double.CreateChecked(s[k]);
            Assert.True(k == 0 || s[k] <= s[k - 1], what);
            Assert.True(Math.Abs(value - values[k]) <= (k < count ? size : top * Math.Min(Math.Sqrt(10 * Math.Max(m, n) * ulp), 10 * Math.Max(m, n) * ulp * top / Math.Max(values[k], 1e-300))), $"{what}: value {k} is {value}, not {values[k]}");
            Assert.True(k < count || value <= threshold * (1 + 4 * ulp), $"{what}: {value} was left out");
        }

        // Orthonormal, and both residuals of a triplet.
        for (int k = 0; k < count; k++)
        {
            double[] left = Column(u, k), right = Column(v, k);
            for (int l = 0; l <= k; l++)
            {
                double expected = k == l ? 1 : 0;
                Assert.Equal(expected, Dot(left, Column(u, l)), 10 * Math.Max(m, n) * ulp);
                Assert.Equal(expected, Dot(right, Column(v, l)), 10 * Math.Max(m, n) * ulp);
            }

            double forth = 0, back = 0;
            for (int i = 0; i < m; i++)
            {
                forth += Math.Pow(Enumerable.Range(0, n).Sum(j => exact[i, j] * right[j]) - double.CreateChecked(s[k]) * left[i], 2);
            }

            for (int j = 0; j < n; j++)
            {
                back += Math.Pow(Enumerable.Range(0, m).Sum(i => exact[i, j] * left[i]) - double.CreateChecked(s[k]) * right[j], 2);
            }

            Assert.True(Math.Sqrt(forth) <= 10 * size && Math.Sqrt(back) <= 10 * size, $"{what}: residuals of {k} {Math.Sqrt(forth) / size} {Math.Sqrt(back) / size}");
        }

        return count;
    }

    private static (T[,] U, T[] S, T[,] V, int Count) Run<T>(T[,] a, T threshold, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int m, int n) = (a.GetLength(0), a.GetLength(1));
        int p = Math.Min(m, n);
        T[,] u = new T[m, p], v = new T[n, p];
        T[] s = new T[p];
        Assert.True(Svd.DecomposeAbove<T>(a, threshold, u, s, v, out int count, parallelism).Converged);
        return (u, s, v, count);
    }

    private static double[] Column<T>(T[,] a, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
        => [.. Enumerable.Range(0, a.GetLength(0)).Select(i => double.CreateChecked(a[i, k]))];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
