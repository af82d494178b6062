namespace Kernels.PropertyTests.SvdTests;

/// <summary>
/// An unevaluated sum of two doubles, about 106 bits: the arithmetic of the reference (Y. Hida, X. Li, D. Bailey, "Algorithms for quad-double
/// precision floating point arithmetic", ARITH 2001).
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    public static implicit operator DoubleDouble(double x) => new(x, 0);

    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x.Low);

    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        (double sum, double error) = TwoSum(x.High, y.High);
        (double low, double lowError) = TwoSum(x.Low, y.Low);
        (sum, error) = QuickTwoSum(sum, error + low);
        (sum, error) = QuickTwoSum(sum, error + lowError);
        return new(sum, error);
    }

    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + -y;

    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        double product = x.High * y.High;
        double error = Math.FusedMultiplyAdd(x.High, y.High, -product) + (x.High * y.Low) + (x.Low * y.High);
        (product, error) = QuickTwoSum(product, error);
        return new(product, error);
    }

    public static DoubleDouble operator /(DoubleDouble x, DoubleDouble y)
    {
        double first = x.High / y.High;
        DoubleDouble rest = x - (y * first);
        double second = rest.High / y.High;
        double third = (rest - (y * second)).High / y.High;
        return (DoubleDouble)first + second + third;
    }

    internal static DoubleDouble Sqrt(DoubleDouble x)
    {
        if (x.High <= 0)
        {
            return 0;
        }

        // Two steps of Newton from double accuracy.
        DoubleDouble root = Math.Sqrt(x.High);
        root = (root + (x / root)) * 0.5;
        return (root + (x / root)) * 0.5;
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        double sum = a + b, part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }

    private static (double Sum, double Error) QuickTwoSum(double a, double b) => (a + b, b - (a + b - a));
}
