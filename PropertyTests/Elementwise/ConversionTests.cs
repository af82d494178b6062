namespace Kernels.PropertyTests.ElementwiseTests;

public class ConversionTests
{
    [Fact]
    public void WideningIsExactAndNarrowingRoundsToNearest()
    {
        for (int n = 0; n < 40; n++)
        {
            float[] single = [.. Enumerable.Range(0, n).Select(i => i % 7 == 3 ? float.NaN : i % 7 == 5 ? float.Epsilon : MathF.Sin(i) * MathF.Pow(10, i - 20))];
            double[] wide = new double[n], source = [.. Enumerable.Range(0, n).Select(i => i % 7 == 3 ? double.NegativeInfinity : i % 7 == 5 ? 1e300 : Math.Sin(i) * Math.Pow(10, i - 50))];
            float[] narrow = new float[n];
            Conversions.Widen(single, wide);
            Conversions.Narrow(source, narrow);
            Assert.Equal(single.Select(x => (double)x), wide);
            Assert.Equal(source.Select(x => (float)x), narrow);
        }
    }

    [Fact]
    public void MatricesOfAnyStridesAreConverted()
    {
        double[,] a = new double[9, 11], back = new double[11, 9], copy = new double[9, 11];
        float[,] single = new float[11, 9];
        for (int k = 0; k < 99; k++)
        {
            a[k / 11, k % 11] = k + 0.25;
        }

        Conversions.Convert<double, float>(a, ((MatrixView<float>)single).Transposed);
        Conversions.Convert<float, double>(single, back);
        Conversions.Convert<double, double>(((ReadOnlyMatrixView<double>)back).Transposed, copy);
        Assert.Equal(a, copy);
        Assert.Equal(14.25f, single[3, 1]);
        Assert.Throws<ArgumentException>("destination", () => Conversions.Convert<double, float>(a, single));
        Assert.Throws<ArgumentException>("destination", () => Conversions.Widen(new float[3], new double[4]));
        Assert.Throws<ArgumentException>("destination", () => Conversions.Narrow(new double[3], new float[4]));
    }

    [Fact]
    public void FlagsBecomeNumbers()
    {
        bool[,] flags = { { true, false, true }, { false, false, true } };
        float[,] numbers = new float[2, 3];
        Conversions.Indicate<float>(flags, numbers);
        Assert.Equal(new float[,] { { 1, 0, 1 }, { 0, 0, 1 } }, numbers);
        Assert.Throws<ArgumentException>("destination", () => Conversions.Indicate<double>(flags, new double[3, 2]));
    }
}
