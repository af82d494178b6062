using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>What sines and cosines of large angles need at run time; every project receives it.</summary>
internal static class VectorizedMathSource
{
    public const string Hint = "Kernels.VectorizedMath.g.cs";

    public static readonly string Text = Banner.Of("The reduction of large angles, for sines and cosines.") + """

        namespace Kernels
        {
            using System;
            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;

            /// <summary>
            /// x = q pi/2 + r for angles beyond 2^28, one element at a time: the product with the digits of 2/pi that matter
            /// (M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983).
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal static class VectorizedMath
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

        """.Replace("\r\n", "\n").Replace("@Widths@\n", string.Concat(Variant.Widths.Select(Width)));

    private static string Width(int bits)
    {
        string One(string name, string type, string part) => $$"""
                    [MethodImpl(MethodImplOptions.NoInlining)]
                    internal static Vector{{bits}}<{{type}}> {{name}}(Vector{{bits}}<double> x, Vector{{bits}}<{{type}}> small)
                    {
                        for (int i = 0; i < Vector{{bits}}<double>.Count; i++)
                        {
                            small = Math.Abs(x[i]) > Limit ? small.WithElement(i, Reduce(x[i]).{{part}}) : small;
                        }

                        return small;
                    }


            """.Replace("\r\n", "\n");
        return One("Quadrant", "long", "Quadrant") + One("Remainder", "double", "High") + One("RemainderLow", "double", "Low");
    }
}
