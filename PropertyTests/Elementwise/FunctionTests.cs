namespace Kernels.PropertyTests.ElementwiseTests;

public class FunctionTests
{
    // From the smallest arguments to overflow. double.ExpM1 is no reference: it subtracts one.
    [Fact]
    public void TheExponentialMinusOneKeepsItsDigits()
    {
        var random = new Random(1);
        double[] x = [0, -0.0, 1, -1, 700, -700, 710, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon,
            .. Enumerable.Range(0, 20_000).Select(_ => (random.Next(2) == 0 ? 1 : -1) * Math.Pow(10, 20 * random.NextDouble() - 18))];
        double[] found = new double[x.Length];
        Functions.ExpM1<double>(x, found);
        float[] single = [.. x.Select(value => (float)value)], foundSingle = new float[x.Length];
        Functions.ExpM1<float>(single, foundSingle);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Reference(x[i]), wide = Reference(single[i]);
            Assert.True(expected.Equals(found[i]) || Math.Abs(found[i] - expected) <= 5 * (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected)), $"{x[i]:R}: {found[i]:R}, {expected:R}");
            Assert.True(((float)wide).Equals(foundSingle[i]) || Math.Abs(foundSingle[i] - wide) <= 4 * (MathF.BitIncrement((float)Math.Abs(wide)) - Math.Abs((float)wide)), $"{single[i]:R}: {foundSingle[i]:R}, {wide:R}");
        }
    }

    // x (1 + x/2 (1 + x/3 (1 + ...))) near zero, which does not cancel.
    private static double Reference(double x)
    {
        if (!(Math.Abs(x) < 1))
        {
            return Math.Exp(x) - 1;
        }

        double sum = 1;
        for (int k = 30; k > 1; k--)
        {
            sum = 1 + x / k * sum;
        }

        return x * sum;
    }
}
