using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Kernels.PropertyTests.SvdTests;

public class SvdSpectrumTests(ITestOutputHelper output)
{
    [Fact]
    public void ValuesGivenByConstructionAreFoundInDouble() => KnownSpectra<double>(double.BitIncrement(1) - 1);

    [Fact]
    public void ValuesGivenByConstructionAreFoundInSingle() => KnownSpectra<float>(float.BitIncrement(1) - 1);

    // To a few roundings of the largest value, which is all that a construction by reflections preserves.
    private static void KnownSpectra<T>(double ulp)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (string mode in TestMatrices.Modes)
        {
            foreach ((int m, int n) in ((int, int)[])[(1, 1), (6, 6), (30, 12), (9, 40)])
            {
                double[] spectrum = TestMatrices.Spectrum(mode, Math.Min(m, n), 1e6, n);
                double[,] a = TestMatrices.WithSpectrum(m, n, spectrum, n);
                T[] found = Thin<T>.Of(TestMatrices.Convert<double, T>(a), mode).S;
                for (int k = 0; k < spectrum.Length; k++)
                {
                    Assert.True(Math.Abs(double.CreateChecked(found[k]) - spectrum[k]) < 10 * Math.Sqrt(Math.Max(m, n)) * ulp * spectrum[0], $"{mode} {m} x {n}: value {k} is {found[k]}, not {spectrum[k]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(120)]
    public void GradedColumnsKeepRelativeAccuracyInDouble(double decades) => Graded<double>(decades, double.BitIncrement(1) - 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(18)]
    [InlineData(30)]
    public void GradedColumnsKeepRelativeAccuracyInSingle(double decades) => Graded<float>(decades, float.BitIncrement(1) - 1);

    // Every singular value of B D, not only the large ones, against double-double. The condition of these B is below 10.
    private void Graded<T>(double decades, double ulp)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int n in (int[])[3, 8, 21, 56])
        {
            double[,] b = TestMatrices.Normal<double>(3 * n, n, n);
            int[] order = [.. Enumerable.Range(0, n)];
            new Random(n).Shuffle(order);
            T[,] a = TestMatrices.Of(3 * n, n, (i, j) => T.CreateChecked(b[i, j] * Math.Pow(10, (decades / 2.0) - (decades * (double)order[j] / (n - 1)))));
            double[] expected = GramReference.SingularValues(TestMatrices.Convert<T, double>(a));
            double worst = 0;
            foreach (T[,] matrix in (T[][,])[a, TestMatrices.Transposed(a)])
            {
                T[] found = Thin<T>.Of(matrix).S;
                worst = Math.Max(worst, expected.Zip(found, (e, f) => Math.Abs((double.CreateChecked(f) / e) - 1) / ulp).Max());
            }

            output.WriteLine($"n = {n}: {worst:F1} ulp");
            Assert.True(worst < 5 * n, $"{decades} decades, n = {n}: relative error {worst} ulp");
        }
    }

    [Fact]
    public void TheLauchliMatrixShowsItsSmallValues()
    {
        const double Small = 1e-9; // A Gram in double would not see it: 5 + 1e-18 is 5.
        double[] values = Thin<double>.Of(TestMatrices.Lauchli(5, Small)).S;
        Assert.Equal(Math.Sqrt(5), values[0], 4e-15);
        Assert.All(values[1..], value => Assert.Equal(Small, value, 1e-22));
    }

    // The companion matrix of the truncated exponential series, transposed so that its grading is one of columns: the extreme values have
    // product n! and sum of squares 1 + |c|^2, the others are one. They span 27 decades.
    [Theory]
    [InlineData(10)]
    [InlineData(26)]
    public void ACompanionMatrixHasItsClosedForm(int n)
    {
        double[] coefficients = new double[n];
        double product = 1;
        for (int k = 0; k < n; k++)
        {
            coefficients[k] = product *= n - k;
        }

        double[] values = Thin<double>.Of(TestMatrices.Transposed(TestMatrices.Companion(coefficients))).S;
        double largest = Math.Sqrt(coefficients.Sum(c => c * c) + 1);
        Assert.Equal(1, values[0] / largest, 1e-14);
        Assert.Equal(1, values[^1] / (product / largest), 1e-13);
        Assert.All(values[1..^1], value => Assert.Equal(1, value, 1e-13));
    }

    [Fact]
    public void ColumnsThatRepeatGiveExactZeros()
    {
        double[,] a = TestMatrices.Normal<double>(6, 2, 1);
        Thin<double> svd = Thin<double>.Of(TestMatrices.Of(6, 4, (i, j) => a[i, j % 2]));
        Assert.True(svd.S[1] > 0.1);
        Assert.Equal([0, 0], svd.S[2..]);
    }

    [Fact]
    public void OrderAndSignOfColumnsDoNotMatter()
        => Prop.ForAll(
            Gen.Choose(1, 12).SelectMany(m => Gen.Choose(1, 12).SelectMany(n => Gen.Choose(0, 1000).Select(seed => (m, n, seed)))).ToArbitrary(),
            sample =>
            {
                (int m, int n, int seed) = sample;
                double[,] a = TestMatrices.Normal<double>(m, n, seed);
                int[] order = [.. Enumerable.Range(0, n)];
                new Random(seed).Shuffle(order);
                double[] values = Thin<double>.Of(a).S;
                double[] others = Thin<double>.Of(TestMatrices.Of(m, n, (i, j) => a[i, order[j]] * (order[j] % 2 == 0 ? 1 : -1))).S;
                Assert.All(values.Zip(others), pair => Assert.Equal(pair.First, pair.Second, 1e-14 * values[0]));
                double frobenius = a.Cast<double>().Sum(x => x * x);
                Assert.Equal(frobenius, values.Sum(x => x * x), 1e-13 * frobenius);
            }).QuickCheckThrowOnFailure();
}
