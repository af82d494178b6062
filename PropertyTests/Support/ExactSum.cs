using System.Numerics;

namespace Kernels.PropertyTests.Support;

/// <summary>Sums of products of doubles without rounding: integers times 2^-2200.</summary>
internal struct ExactSum
{
    private const int Scale = 2200;

    private BigInteger _sum;
    private BigInteger _magnitude;

    public void Add(double a, double b)
    {
        BigInteger term = Integer(a) * Integer(b);
        _sum += term;
        _magnitude += BigInteger.Abs(term);
    }

    /// <summary>Whether <paramref name="value"/> is the sum within <paramref name="unit"/> times <paramref name="roundings"/> of the sum of magnitudes.</summary>
    public readonly bool IsNear(double value, double unit, int roundings)
    {
        BigInteger error = BigInteger.Abs((Integer(value) << (Scale / 2)) - _sum);
        // unit is a power of two; gamma_k = k u / (1 - k u) is below 1.01 k u here.
        return error * 100 <= (_magnitude * 101 * roundings) >> (int)Math.Round(-Math.Log2(unit));
    }

    // Each factor times 2^1100: every double, denormals included, is then an integer.
    private static BigInteger Integer(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xFFFFFFFFFFFFF;
        BigInteger mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        BigInteger integer = mantissa << (Math.Max(exponent, 1) - 1075 + Scale / 2);
        return bits < 0 ? -integer : integer;
    }
}
