using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Exp, Log, Sin and Cos: the documented error bounds, the special values, and the same bits at every width and in every place.</summary>
public class ElementaryTests
{
    private delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    public static TheoryData<string, double, double> Functions => new()
    {
        // Documented bounds for float and double, in units in the last place.
        { "Exp", 1.15, 1.15 },
        { "Log", 0.85, 0.95 },
        { "Sin", 0.52, 0.80 },
        { "Cos", 0.52, 0.80 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void FloatsKeepTheBound(string function, double bound, double unused)
    {
        _ = unused;
        Func<double, double> reference = Reference(function);
        var map = EntryPoints.Bind<Map<float>>(typeof(ElementarySamples), function);
        float[] x = new float[65536], y = new float[65536];
        for (uint round = 0; round < 16; round++)
        {
            for (uint i = 0; i < x.Length; i++)
            {
                x[i] = BitConverter.UInt32BitsToSingle(i * 65537 + round * 4099);
            }

            map(x, y);
            for (int i = 0; i < x.Length; i++)
            {
                // The error of double functions does not count here.
                double exact = reference(x[i]);
                if (double.IsNaN(exact) || (float)exact == 0 || float.IsInfinity((float)exact))
                {
                    Assert.True(Bits.Same((float)exact, y[i]), $"{function}({x[i]:R}): expected {(float)exact:R}, got {y[i]:R}");
                    continue;
                }

                double unit = Math.Max(Math.ScaleB(1, Math.ILogB(exact) - 23), float.Epsilon);
                Assert.True(Math.Abs(y[i] - exact) <= bound * unit, $"{function}({x[i]:R}): {y[i]:R} is {Math.Abs(y[i] - exact) / unit:F3} units from {exact:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void DoublesKeepTheBound(string function, double unused, double bound)
    {
        _ = unused;
        Func<double, BigInteger> exact = function switch
        {
            "Exp" => ExactFunctions.Exp,
            "Log" => ExactFunctions.Log,
            "Sin" => ExactFunctions.Sin,
            _ => ExactFunctions.Cos,
        };
        var map = EntryPoints.Bind<Map<double>>(typeof(ElementarySamples), function);
        var random = new Random(11);
        double[] x = [.. Enumerable.Range(0, 2000).Select(i => Argument(function, i, random))], y = new double[x.Length];
        map(x, y);
        double worst = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = ExactFunctions.Ulps(y[i], exact(x[i]), 53, -1074);
            worst = Math.Max(worst, error);
            Assert.True(error <= bound, $"{function}({x[i]:R}): {y[i]:R} is {error:F3} units off");
        }

        Assert.True(worst > 0.49, $"The errors are at most {worst}: the oracle is not one.");
    }

    [Theory]
    [InlineData("Exp")]
    [InlineData("Log")]
    [InlineData("Sin")]
    [InlineData("Cos")]
    public void BitsDependOnNeitherWidthNorPlace(string function)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            Map<T>[] maps = [.. EntryPoints.Suffixes.Select(suffix => EntryPoints.Bind<Map<T>>(typeof(ElementarySamples), function + suffix))];
            var random = new Random(13);
            // Large angles among small ones, too.
            T[] x = [.. Enumerable.Range(0, 300).Select(_ => HardNumbers.Next<T>(random) * T.CreateChecked(random.Next(6) == 0 ? 1e20 : 1))];
            T[] expected = new T[x.Length], got = new T[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                maps[0](x.AsSpan(i, 1), expected.AsSpan(i));
            }

            for (int length = 0; length < x.Length; length++)
            {
                foreach (Map<T> map in maps)
                {
                    int start = length % 7 % (x.Length - length);
                    map(x.AsSpan(start, length), got);
                    Bits.AssertSame<T>(expected.AsSpan(start, length), got.AsSpan(0, length), $"{function}, {length} elements");
                }
            }
        }
    }

    // The first two vectors overlap unless the length is a multiple of one.
    [Theory]
    [InlineData("Exp")]
    [InlineData("Log")]
    [InlineData("Sin")]
    [InlineData("Cos")]
    public void WorkingInPlaceIsExactAtEveryLength(string function)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            var random = new Random(19);
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var map = EntryPoints.Bind<Map<T>>(typeof(ElementarySamples), function + suffix);
                for (int length = 0; length < 70; length++)
                {
                    T[] x = [.. Enumerable.Range(0, length).Select(_ => HardNumbers.Next<T>(random))], apart = new T[length];
                    map(x, apart);
                    map(x, x);
                    Bits.AssertSame<T>(apart, x, $"{function}{suffix}, {length} elements in place");
                }
            }
        }
    }

    [Fact]
    public void SpecialValuesAreThoseOfTheScalarFunctions()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] x = [T.Zero, T.NegativeZero, T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Epsilon, -T.Epsilon, T.One, T.NegativeOne, T.CreateChecked(-2000), T.CreateChecked(2000)];
            foreach ((string function, Func<T, T> scalar) in new (string, Func<T, T>)[] { ("Exp", T.Exp), ("Log", T.Log), ("Sin", T.Sin), ("Cos", T.Cos) })
            {
                T[] y = new T[x.Length];
                EntryPoints.Bind<Map<T>>(typeof(ElementarySamples), function)(x, y);
                for (int i = 0; i < x.Length; i++)
                {
                    bool exact = i < 5 || (i is 5 or 6 && function != "Log") || (i == 7 && function == "Log") || (i is 8 && function == "Log") || (i >= 9 && function == "Exp") || (i == 9 && function == "Log");
                    Assert.True(!exact || Bits.Same(scalar(x[i]), y[i]), $"{function}({x[i]}) is {scalar(x[i])}, got {y[i]}");
                }
            }
        }
    }

    [Fact]
    public void TheyWorkInsideExpressionsReductionsAndOnMixedLanes()
    {
        var random = new Random(17);
        float[] x = [.. Enumerable.Range(0, 100).Select(_ => (float)(random.NextDouble() * 20 - 10))], y = new float[100], z = new float[100];
        ElementarySamples.Softplus(x, y);
        Assert.All(x.Zip(y), pair => Assert.Equal(Math.Log(1 + Math.Exp(pair.First)), pair.Second, 2e-6 * Math.Max(1, Math.Abs(pair.First))));
        ElementarySamples.Polar(x, 2f, y, z);
        Assert.All(x.Zip(y, z), point => Assert.Equal((2 * Math.Cos(point.First), 2 * Math.Sin(point.First)), (point.Second, point.Third), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-6));
        double[] wide = [.. x.Select(value => (double)value)];
        Assert.Equal(wide.Sum(Math.Exp), ElementarySamples.SumOfExp(wide), 1e-9);
        Assert.Equal(ElementarySamples.SumOfExpV512(wide), ElementarySamples.SumOfExpV128(wide));
        Assert.Equal(ElementarySamples.SumOfExpV256(wide), ElementarySamples.SumOfExpV128(wide));
    }

    private static Func<double, double> Reference(string function) => function switch
    {
        "Exp" => Math.Exp,
        "Log" => Math.Log,
        "Sin" => Math.Sin,
        _ => Math.Cos,
    };

    private static double Argument(string function, int i, Random random) => (function, i % 4) switch
    {
        ("Exp", 0) => random.NextDouble() * 1400 - 720,
        ("Exp", _) => (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 9)),
        ("Log", 0) => BitConverter.Int64BitsToDouble(random.NextInt64(1, 0x7FF0000000000000)),
        ("Log", 1) => 0.5 + 1.5 * random.NextDouble(),
        ("Log", _) => 1 + (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 1)),
        // Any angle; angles beside multiples of pi/2; and ordinary ones.
        (_, 0) => BitConverter.Int64BitsToDouble(random.NextInt64(0x3E00000000000000, 0x7FF0000000000000)) * (i % 8 == 0 ? 1 : -1),
        (_, 1) => random.Next(1, 1 << 28) * (Math.PI / 2) * (1 + random.Next(-2, 3) * 1e-16),
        _ => (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-20, 30)),
    };
}

/// <summary>The expressions of <see cref="ElementaryTests"/>.</summary>
internal static partial class ElementarySamples
{
    [Vectorized]
    private static T Exp<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Exp(x);

    [Vectorized]
    private static T Log<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Log(x);

    [Vectorized]
    private static T Sin<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Sin(x);

    [Vectorized]
    private static T Cos<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Cos(x);

    [Vectorized]
    private static T Softplus<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Log(T.One + T.Exp(x));

    [Vectorized]
    private static (float X, float Y) Polar(float angle, [Uniform] float radius) => (radius * MathF.Cos(angle), radius * MathF.Sin(angle));

    [VectorizedSum]
    private static T SumOfExp<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Exp(x);
}
