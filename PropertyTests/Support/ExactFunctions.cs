using System.Numerics;

namespace Kernels.PropertyTests.Support;

/// <summary>Elementary functions by their series in fixed point of 1400 bits, as an oracle: slow and plain.</summary>
internal static class ExactFunctions
{
    private const int Bits = 1400;

    private static readonly BigInteger One = BigInteger.One << Bits;

    // ln 2 = 2 artanh(1/3); pi = 16 arctan(1/5) - 4 arctan(1/239) (Machin).
    private static readonly BigInteger Ln2 = 2 * Artanh(One / 3);
    private static readonly BigInteger HalfPi = (16 * Arctan(5) - 4 * Arctan(239)) >> 1;

    public static BigInteger Exp(double x)
    {
        BigInteger value = Fixed(x);
        BigInteger n = BigInteger.Divide(value, Ln2);
        BigInteger r = value - n * Ln2, term = One, sum = One;
        for (int i = 1; !term.IsZero; i++)
        {
            term = (term * r >> Bits) / i;
            sum += term;
        }

        return n >= 0 ? sum << (int)n : sum >> (int)-n;
    }

    public static BigInteger Log(double x)
    {
        int exponent = Math.ILogB(x);
        BigInteger m = Fixed(Math.ScaleB(x, -exponent));
        return 2 * Artanh((m - One << Bits) / (m + One)) + exponent * Ln2;
    }

    public static BigInteger Sin(double x) => Turned(x, 0);

    public static BigInteger Cos(double x) => Turned(x, 1);

    /// <summary>The error of a result in units in the last place of the exact one, for a format with so many bits and such a least exponent.</summary>
    public static double Ulps(double result, BigInteger exact, int significand, int leastExponent)
    {
        int exponent = (int)(BigInteger.Abs(exact).GetBitLength() - 1) - Bits;
        int unit = Math.Max(exponent - significand + 1, leastExponent);
        // An infinity stands for the power of two after the last number.
        BigInteger got = double.IsInfinity(result) ? Math.Sign(result) * (BigInteger.One << Bits + (significand == 24 ? 128 : 1024)) : Fixed(result);
        BigInteger thousandths = BigInteger.Abs(got - exact) * 1000000;
        BigInteger scaled = unit + Bits >= 0 ? thousandths >> unit + Bits : thousandths << -(unit + Bits);
        return (double)scaled / 1000000;
    }

    private static BigInteger Turned(double x, int quadrants)
    {
        BigInteger value = Fixed(x);
        BigInteger n = BigInteger.Divide(2 * value + (value.Sign < 0 ? -HalfPi : HalfPi), 2 * HalfPi);
        BigInteger r = value - n * HalfPi;
        int turn = (int)((n % 4 + 4 + quadrants) % 4);
        BigInteger term = turn % 2 == 0 ? r : One, sum = term;
        for (int i = turn % 2 == 0 ? 2 : 1; !term.IsZero; i += 2)
        {
            term = -((term * r >> Bits) * r >> Bits) / (i * (i + 1));
            sum += term;
        }

        return turn >= 2 ? -sum : sum;
    }

    private static BigInteger Artanh(BigInteger s)
    {
        BigInteger power = s, square = s * s >> Bits, sum = s;
        for (int i = 3; !power.IsZero && power != -1; i += 2)
        {
            power = power * square >> Bits;
            sum += power / i;
        }

        return sum;
    }

    private static BigInteger Arctan(int inverse)
    {
        BigInteger power = One / inverse, sum = power;
        for (int i = 3; !power.IsZero; i += 2)
        {
            power /= -inverse * inverse;
            sum += power / i;
        }

        return sum;
    }

    private static BigInteger Fixed(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52 & 0x7FF);
        BigInteger significand = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + Bits;
        return (bits < 0 ? -1 : 1) * (significand << shift);
    }
}
