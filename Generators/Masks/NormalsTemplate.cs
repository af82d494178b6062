namespace Kernels.Generators.Masks;

/// <summary>The text of the Box-Muller transform, in double at every width, from operations that round the same everywhere.</summary>
/// <remarks>
/// G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29 (1958). The logarithm is
/// 2 artanh((m - 1) / (m + 1)) of the mantissa, sine and cosine are their Taylor sums on a quarter turn around zero; each sum ends where its next term is
/// below a quarter of a unit in the last place.
/// </remarks>
internal static class NormalsTemplate
{
    /// <summary>Vectors in flight: a multiply-add waits four cycles for the one before.</summary>
    public const int Rows = 2;

    public const string Method = """
        // Two words a lane: pairs (r cos, r sin) with r = sqrt(-2 ln((w0 + 1/2) 2^-32)) times the deviation and the angle w1 2^-32 turns.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Normals(uint* words, nuint steps, double deviation, double* to)
        {
            // An integer below 2^52 in the mantissa of 2^52.
            var factor = W.Create(deviation);
            V magic = W.Create(0x4330000000000000UL), one = W.Create(0x3FF0000000000000UL);
            do
            {
                @rows V word$r = W.Load((ulong*)words + $r * L);
                @rows var u$r = (((word$r & W.Create(0xFFFFFFFFUL)) | magic).AsDouble() - W.Create(4503599627370496.0 - 0.5)) * W.Create(1.0 / 4294967296.0);

                // u = 2^e m with m from sqrt(1/2) to sqrt(2).
                @rows V exponent$r = (u$r.AsUInt64() - W.Create(0x3FE6A09E667F3BCDUL) + one) >>> 52;
                @rows var m$r = (u$r.AsUInt64() - (exponent$r << 52) + one).AsDouble();
                @rows var e$r = (exponent$r | magic).AsDouble() - W.Create(4503599627370496.0 + 1023);
                @rows var s$r = (m$r - W.Create(1.0)) / (m$r + W.Create(1.0));
                @rows var z$r = s$r * s$r;
                @rows var p$r = W.Create(1.0 / 21);
                $Logarithm
                @rows s$r = W.FusedMultiplyAdd(s$r * z$r, p$r, s$r) * W.Create(2.0);
                @rows var log$r = W.FusedMultiplyAdd(e$r, W.Create(0.693147180369123816490), W.FusedMultiplyAdd(e$r, W.Create(1.90821492927058770002e-10), s$r));
                @rows var r$r = W.Sqrt(log$r * W.Create(-2.0));

                // The angle is a number of quarter turns and a rest from -1/2 to 1/2 of one.
                @rows V turn$r = (word$r >>> 32) + W.Create(1UL << 29);
                @rows var x$r = (((turn$r & W.Create((1UL << 30) - 1)) | magic).AsDouble() - W.Create(4503599627370496.0 + (1 << 29))) * W.Create(double.Pi / 2 / (1 << 30));
                @rows z$r = x$r * x$r;
                @rows p$r = W.Create(-1.0 / 1307674368000);
                $Sine
                @rows var sine$r = W.FusedMultiplyAdd(x$r * z$r, p$r, x$r);
                @rows p$r = W.Create(1.0 / 20922789888000);
                $Cosine
                @rows var cosine$r = W.FusedMultiplyAdd(z$r, p$r, W.Create(1.0));
                @rows
                {
                    var even = W.Equals(turn$r & W.Create(1UL << 30), V.Zero).AsDouble();
                    V negativeSine = (turn$r & W.Create(1UL << 31)) << 32, negativeCosine = ((turn$r ^ (turn$r << 1)) & W.Create(1UL << 31)) << 32;
                    var first = (W.ConditionalSelect(even, cosine$r, sine$r).AsUInt64() ^ negativeCosine).AsDouble() * r$r * factor;
                    var second = (W.ConditionalSelect(even, sine$r, cosine$r).AsUInt64() ^ negativeSine).AsDouble() * r$r * factor;
                    $Store
                    to += 2 * L;
                }
                @end

                words += 2 * $Rows * L;
            }
            while (--steps != 0);
        }
        """;

    // 1/19, 1/17, ... 1/3
    public static readonly string Logarithm = Horner(Enumerable.Range(0, 9).Select(i => $"1.0 / {19 - 2 * i}"));

    // -1/15! began it; 1/13!, -1/11!, ... -1/3!
    public static readonly string Sine = Horner(Factorials(13, 3));

    // 1/16! began it; -1/14!, 1/12!, ... -1/2!
    public static readonly string Cosine = Horner(Factorials(14, 2));

    private static string Horner(IEnumerable<string> coefficients)
        => string.Join("\n", coefficients.Select(coefficient => $"@rows p$r = W.FusedMultiplyAdd(p$r, z$r, W.Create({coefficient}));"));

    private static IEnumerable<string> Factorials(int from, int to)
    {
        for (int n = from; n >= to; n -= 2)
        {
            long factorial = Enumerable.Range(1, n).Aggregate(1L, (product, i) => product * i);
            yield return $"{(n / 2 % 2 == 0 ? "" : "-")}1.0 / {factorial}";
        }
    }

    /// <summary>Pairs side by side.</summary>
    public static string Store(int lanes) => lanes switch
    {
        8 => Fast(
            "Avx512F",
            "W.Store(Avx512F.PermuteVar8x64x2(first, W.Create(0L, 8, 1, 9, 2, 10, 3, 11), second), to);\n    W.Store(Avx512F.PermuteVar8x64x2(first, W.Create(4L, 12, 5, 13, 6, 14, 7, 15), second), to + L);"),
        4 => Fast(
            "Avx2",
            "W.Store(Avx.Permute2x128(Avx.UnpackLow(first, second), Avx.UnpackHigh(first, second), 0x20), to);\n    W.Store(Avx.Permute2x128(Avx.UnpackLow(first, second), Avx.UnpackHigh(first, second), 0x31), to + L);"),
        _ => "W.Store(W.Create(first.GetLower(), second.GetLower()), to);\nW.Store(W.Create(first.GetUpper(), second.GetUpper()), to + L);",
    };

    private static string Fast(string set, string store) => $$"""
        if ({{set}}.IsSupported)
        {
            {{store}}
        }
        else
        {
            for (int i = 0; i < L; i++)
            {
                to[2 * i] = first[i];
                to[2 * i + 1] = second[i];
            }
        }
        """;
}
