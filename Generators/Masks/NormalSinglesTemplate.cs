namespace Kernels.Generators.Masks;

/// <summary>The text of the Box-Muller transform in single precision throughout, with a small relative error everywhere: no difference cancels.</summary>
/// <remarks>
/// G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29 (1958). Both functions are polynomials with the least
/// greatest relative error on their interval (E. Ya. Remez's exchange, 1934), before their coefficients are rounded.
/// </remarks>
internal static class NormalSinglesTemplate
{
    // Of -2 ln(1 - g) / g for g from 0 to 1/2: 2^-28.0.
    private static readonly double[] Logarithm =
        [1.99999999292, 1.00000275435, 0.666490776978, 0.504323728598, 0.346584626139, 0.706715856843, -1.26696913425, 4.09350270593, -5.10525851472, 3.55127872332];

    // Of sin(pi s) / s in s^2, for s from -1/2 to 1/2: 2^-27.4.
    private static readonly double[] Sine = [3.1415926369, -5.1677096848, 2.55006972628, -0.598242126018, 0.0775603861699];

    public const string Method = """
        // Two words a pair: (r cos, r sin) with r = sqrt(-2 ln((w0 + 1/2) 2^-32)) times the deviation and the angle w1 2^-32 turns.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Normals(uint* words, nuint steps, float deviation, float* to)
        {
            var factor = W.Create(deviation);
            do
            {
                var f = W.Load(words);
                var s = W.Load(words + LSingle);
                var radius = EvenWords(f, s).AsInt32();
                var turn = OddWords(f, s);

                // The angle is a number of half turns, which is a sign, and a rest from -1/2 to 1/2 of one. Its cosine is the sine of what its magnitude
                // leaves of 1/2; the sign bit takes that away from a number without sign, so that the sine is negative and its factor is negated.
                var rest = (turn << 1).AsInt32();
                var sign = (turn ^ rest.AsUInt32()) & W.Create(0x80000000);
                var x = W.ConvertToSingle(rest) * W.Create(1f / 4294967296);
                var y = W.ConvertToSingle(W.Abs(rest) ^ W.Create(int.MinValue)) * W.Create(1f / 4294967296);
                var z = x * x;
                var sine = W.FusedMultiplyAdd(W.Create($s4f), z, W.Create($s3f));
                sine = W.FusedMultiplyAdd(sine, z, W.Create($s2f));
                sine = W.FusedMultiplyAdd(sine, z, W.Create($s1f));
                sine = W.FusedMultiplyAdd(sine, z, W.Create($s0f)) * x;
                z = y * y;
                var cosine = W.FusedMultiplyAdd(W.Create($s4f), z, W.Create($s3f));
                cosine = W.FusedMultiplyAdd(cosine, z, W.Create($s2f));
                cosine = W.FusedMultiplyAdd(cosine, z, W.Create($s1f));
                cosine = W.FusedMultiplyAdd(cosine, z, W.Create($s0f)) * y;

                // Of u and 1 - u the smaller one, in which no digit of the logarithm is lost.
                var near = radius >> 31;
                x = W.FusedMultiplyAdd(W.ConvertToSingle(radius ^ near), W.Create(1f / 4294967296), W.Create(0.5f / 4294967296));

                // A small u is 2^k (1 - g), one near 1 is 1 - g; all that is added has one sign.
                var mantissa = ((x.AsInt32() & W.Create(0x007FFFFF)) | W.Create(0x3F000000)).AsSingle();
                var g = Choose(near, x, W.Create(1f) - mantissa);
                var k = W.ConvertToSingle(W.AndNot((x.AsInt32() >> 23) - W.Create(126), near));
                z = g * g;
                var even = W.FusedMultiplyAdd(W.Create($l8f), z, W.Create($l6f));
                even = W.FusedMultiplyAdd(even, z, W.Create($l4f));
                even = W.FusedMultiplyAdd(even, z, W.Create($l2f));
                even = W.FusedMultiplyAdd(even, z, W.Create($l0f));
                var odd = W.FusedMultiplyAdd(W.Create($l9f), z, W.Create($l7f));
                odd = W.FusedMultiplyAdd(odd, z, W.Create($l5f));
                odd = W.FusedMultiplyAdd(odd, z, W.Create($l3f));
                odd = W.FusedMultiplyAdd(odd, z, W.Create($l1f));
                var r = W.Sqrt(W.FusedMultiplyAdd(k, W.Create(-1.3862943611f), W.FusedMultiplyAdd(odd, g, even) * g)) * factor;

                var signed = (r.AsUInt32() ^ sign).AsSingle();
                var first = cosine * -signed;
                var second = sine * signed;
                W.Store(FirstPairs(first, second), to);
                W.Store(SecondPairs(first, second), to + LSingle);
                words += 2 * LSingle;
                to += 2 * LSingle;
            }
            while (--steps != 0);
        }

        // Words of two vectors by the parity of their index, in the order in which the following two put results back.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector$Width<uint> EvenWords(Vector$Width<uint> x, Vector$Width<uint> y)
            => $X86Shuffle.IsSupported ? $X86Shuffle.Shuffle(x.AsSingle(), y.AsSingle(), 0x88).AsUInt32() : ((x.AsUInt64() & W.Create(0xFFFFFFFFUL)) | (y.AsUInt64() << 32)).AsUInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector$Width<uint> OddWords(Vector$Width<uint> x, Vector$Width<uint> y)
            => $X86Shuffle.IsSupported ? $X86Shuffle.Shuffle(x.AsSingle(), y.AsSingle(), 0xDD).AsUInt32() : ((x.AsUInt64() >>> 32) | (y.AsUInt64() & W.Create(0xFFFFFFFF00000000UL))).AsUInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector$Width<float> FirstPairs(Vector$Width<float> x, Vector$Width<float> y)
            => $X86Shuffle.IsSupported ? $X86Shuffle.UnpackLow(x, y) : ((x.AsUInt64() & W.Create(0xFFFFFFFFUL)) | (y.AsUInt64() << 32)).AsSingle();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector$Width<float> SecondPairs(Vector$Width<float> x, Vector$Width<float> y)
            => $X86Shuffle.IsSupported ? $X86Shuffle.UnpackHigh(x, y) : ((x.AsUInt64() >>> 32) | (y.AsUInt64() & W.Create(0xFFFFFFFF00000000UL))).AsSingle();

        // Where the mask is all ones the first.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector$Width<float> Choose(Vector$Width<int> mask, Vector$Width<float> first, Vector$Width<float> second)
            => $Choose;
        """;

    /// <summary>The method of a width in bits.</summary>
    public static string Of(int width)
    {
        string text = Method;
        for (int i = 0; i < Logarithm.Length; i++)
        {
            text = text.Replace($"$l{i}f", Number(Logarithm[i]));
        }

        for (int i = 0; i < Sine.Length; i++)
        {
            text = text.Replace($"$s{i}f", Number(Sine[i]));
        }

        // A blend looks at one bit a lane; with AVX-512 the selection is one operation as it stands.
        string blend = width == 256 ? "Avx" : "Sse41";
        return text
            .Replace("$Choose", width == 512 ? Plain : $"{blend}.IsSupported ? {blend}.BlendVariable(second, first, mask.AsSingle()) : {Plain}")
            .Replace("$X86Shuffle", width switch { 512 => "Avx512F", 256 => "Avx", _ => "Sse" })
            .Replace("$Width", width.ToString());
    }

    private const string Plain = "W.ConditionalSelect(mask.AsSingle(), first, second)";

    private static string Number(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f";
}
