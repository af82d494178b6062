using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Elementary functions of unusual arguments, which every project with elementary functions receives: angles that are large, and what exponentials and logarithms do
/// not meet every day.
/// </summary>
internal static class VectorizedMathSource
{
    private static readonly string Angles = Banner.Of("Sines and cosines of large angles.") + """

        namespace Kernels
        {
            using System;
            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;

            /// <summary>
            /// Angles beyond 2^28, one element at a time: x = q pi/2 + r by the product with the digits of 2/pi that matter
            /// (M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983), and then the
            /// polynomials that vectors use.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal static partial class VectorizedMath
            {
                private const double Limit = 268435456;

                // 2/pi in binary, after a word of zeros.
                private static ReadOnlySpan<ulong> TwoOverPi =>
                [
                    0, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0,
                    0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4,
                    0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
                    0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB, 0xF0CFBC209AF4361D,
                ];

        @Widths@
                private static double Turned(double x, int quadrants)
                {
                    (long quadrant, double r, double low) = Reduce(x);
                    quadrant += quadrants;
                    double z = r * r;
                    double sine = r + double.FusedMultiplyAdd(r, z * Polynomial(z, [@Sine@]), low);
                    double half = z * 0.5, head = 1 - half;
                    double cosine = head + (((1 - head) - half) + double.FusedMultiplyAdd(z * z, Polynomial(z, [@Cosine@]), -(r * low)));
                    double value = (quadrant & 1) == 0 ? sine : cosine;
                    return (quadrant & 2) == 0 ? value : -value;
                }

                private static double Polynomial(double x, ReadOnlySpan<double> coefficients)
                {
                    double sum = coefficients[^1];
                    for (int i = coefficients.Length - 2; i >= 0; i--)
                    {
                        sum = double.FusedMultiplyAdd(sum, x, coefficients[i]);
                    }

                    return sum;
                }

                /// <summary>The quadrant, r, and what r loses; not a number for an infinity.</summary>
                private static (long Quadrant, double High, double Low) Reduce(double x)
                {
                    long bits = BitConverter.DoubleToInt64Bits(x);
                    int exponent = (int)(bits >> 52 & 0x7FF) - 1075;
                    if (exponent == 0x7FF - 1075)
                    {
                        return (0, double.NaN, double.NaN);
                    }

                    // Digits of 2/pi above the exponent make multiples of four quadrants. Of the product with the next 192, the two
                    // highest bits are the quadrant and the rest is a fraction of one.
                    ulong significand = (ulong)bits & 0xFFFFFFFFFFFFF | 1UL << 52;
                    int start = exponent - 2 + 64;
                    UInt128 low = (UInt128)significand * Digits(start + 128);
                    UInt128 middle = (UInt128)significand * Digits(start + 64) + (ulong)(low >> 64);
                    ulong high = unchecked(significand * Digits(start) + (ulong)(middle >> 64));
                    UInt128 fraction = new UInt128(high, (ulong)middle) << 2 | (ulong)low >> 62;
                    ulong more = (ulong)low << 2;
                    long quadrant = (long)(high >> 62);
                    bool negative = (long)(ulong)(fraction >> 64) < 0;
                    if (negative)
                    {
                        // The nearest multiple is the next one.
                        fraction = ~fraction;
                        more = ~more;
                        quadrant++;
                    }

                    (double a, double b) = Number(fraction, more);
                    double product = a * 1.5707963267948966;
                    double rest = double.FusedMultiplyAdd(a, 1.5707963267948966, -product)
                        + double.FusedMultiplyAdd(a, 6.123233995736766e-17, b * 1.5707963267948966);
                    double sum = product + rest;
                    double lost = rest - (sum - product);
                    return negative != x < 0
                        ? (x < 0 ? -quadrant : quadrant, -sum, -lost)
                        : (x < 0 ? -quadrant : quadrant, sum, lost);
                }

                // A fraction of 192 bits as the sum of two numbers, with all the digits that two numbers hold.
                private static (double High, double Low) Number(UInt128 fraction, ulong more)
                {
                    int zeros = (int)UInt128.LeadingZeroCount(fraction);
                    // At least one, for the fraction is less than a half; and no number is nearer to a multiple of pi/2 than 2^-62.
                    UInt128 shifted = fraction << zeros | more >> (64 - zeros);
                    ulong top = (ulong)(shifted >> 75), next = (ulong)(shifted >> 22) & 0x1FFFFFFFFFFFFF;
                    double scale = BitConverter.Int64BitsToDouble((long)(1023 - 53 - zeros) << 52);
                    return (top * scale, next * scale * 1.1102230246251565e-16);
                }

                private static ulong Digits(int bit)
                {
                    (int word, int shift) = (bit >> 6, bit & 63);
                    return shift == 0 ? TwoOverPi[word] : TwoOverPi[word] << shift | TwoOverPi[word + 1] >> (64 - shift);
                }
            }
        }

        """.Replace("\r\n", "\n").Replace("@Widths@\n", string.Concat(Variant.Widths.Select(Width)))
            .Replace("@Sine@", Numbers(Elementary.SineCoefficients)).Replace("@Cosine@", Numbers(Elementary.CosineCoefficients));

    /// <summary>Large angles; and Exp and Log of any argument, a file for each scalar and width.</summary>
    public static IEnumerable<(string Hint, string Text)> Files()
        => (from scalar in new[] { "float", "double" }
            from bits in Variant.Widths
            select ($"Kernels.VectorizedMath.{scalar}.V{bits}.g.cs", CarefulFile(new(scalar, bits))))
            .Prepend(("Kernels.VectorizedMath.g.cs", Angles));

    private static string CarefulFile(Variant variant)
    {
        var writer = new CodeWriter();
        writer.Line(Banner.Of($"Exponentials and logarithms of unusual arguments, {variant.Scalar} at {variant.Bits} bits."));
        ExpressionFiles.WriteAliases(writer, variant);
        writer.Line();
        writer.Block("namespace Kernels", () => writer.Block("internal static partial class VectorizedMath", () =>
        {
            CarefulMethod(writer, variant, Operation.Exp);
            writer.Line();
            CarefulMethod(writer, variant, Operation.Log);
        }));
        return writer.ToString();
    }

    private static void CarefulMethod(CodeWriter writer, Variant variant, Operation function)
    {
        var code = new ExpressionCode(variant.Scalar);
        var x = new Term(code, code.Add(Operation.Parameter, Lane.Scalar, text: "x"));
        int result = Elementary.CarefulOf(function, x, variant.Scalar == "float").Step;
        var body = new KernelBody(code.Instructions, ["x"], variant, new([true]), [result], new(["x", "value"]), inlinesConstants: true);
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static void {function}(ref V value)", () =>
        {
            body.WriteUniform(writer);
            writer.Line($"value = {body.WriteVarying(writer, 0, _ => "value")[0]};");
        });
    }

    private static string Width(int bits) => string.Concat(
        from type in new[] { "float", "double" }
        from function in new[] { (Name: "Sin", Quadrants: 0), (Name: "Cos", Quadrants: 1) }
        select $$"""
                    /// <summary>Replaces what is beyond the limit.</summary>
                    [MethodImpl(MethodImplOptions.NoInlining)]
                    internal static void {{function.Name}}(Vector{{bits}}<{{type}}> x, ref Vector{{bits}}<{{type}}> result)
                    {
                        for (int i = 0; i < Vector{{bits}}<{{type}}>.Count; i++)
                        {
                            result = Math.Abs(x[i]) > Limit ? result.WithElement(i, ({{type}})Turned(x[i], {{function.Quadrants}})) : result;
                        }
                    }


            """.Replace("\r\n", "\n"));

    private static string Numbers(double[] values) => string.Join(", ", values.Select(value => value.ToString("G17", System.Globalization.CultureInfo.InvariantCulture)));
}
