using static Kernels.Generators.Expressions.Term;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Exp, Log, Sin and Cos as steps: range reduction by fused multiply-adds, then a polynomial. Written here rather than called, because
/// the functions of <c>Vector512</c> and its like give other bits without a fused multiply-add, may change with the runtime, and
/// give all elements of a vector other bits when one of them is large. Here, too, a vector with an unusual argument (large, subnormal, zero, infinite, no number) goes
/// another way, to the same bits.
/// </summary>
/// <remarks>
/// The polynomials are interpolations at Chebyshev nodes, computed with 400 bits and rounded. The range reductions are those of
/// W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, with parts that fused multiply-adds subtract exactly.
/// </remarks>
internal static class Elementary
{
    /// <summary>Coefficients of (sin r - r) / r^3 in r^2.</summary>
    public static readonly double[] SineCoefficients =
        [-0.16666666666666666, 0.008333333333330925, -0.00019841269836722437, 2.755731608382574e-06, -2.505112794596564e-08, 1.591784866512194e-10];

    /// <summary>Coefficients of (cos r - 1 + r^2 / 2) / r^4 in r^2.</summary>
    public static readonly double[] CosineCoefficients =
        [0.041666666666666664, -0.0013888888888887382, 2.480158729874308e-05, -2.755731726001471e-07, 2.0876143829213935e-09, -1.1382456865840483e-11];

    /// <summary>Angles beyond this are reduced one by one, by <c>VectorizedMath</c>: 2^28.</summary>
    private const double LargeAngle = 268435456;

    public static Term Of(Operation function, Term x, bool single) => (function, single) switch
    {
        (Operation.Exp, _) => Exp(x, single),
        (Operation.Log, _) => Log(x, single),
        (_, true) => SineSingle(x, cosine: function == Operation.Cos),
        _ => SineDouble(x, cosine: function == Operation.Cos),
    };

    /// <summary>Whether a careful function takes the value of the others too and keeps it in the lanes that are none of its own.</summary>
    public static bool KeepsLanes(string function) => function is nameof(Operation.Sin) or nameof(Operation.Cos);

    /// <summary>Exp and Log of any argument, which vectors take that have an unusual one: the same bits for the usual ones.</summary>
    public static Term CarefulOf(Operation function, Term x, bool single)
        => function == Operation.Exp ? CarefulExp(x, single) : CarefulLog(x, single);

    // x = n ln 2 + r with |r| <= ln 2 / 2, and exp(x) = 2^n (1 + r + r^2 p(r)). Up to the limit, and for NaN not, 2^n and the result are normal numbers.
    private static Term Exp(Term x, bool single)
    {
        (Term y, Term shifted) = ExpReduced(x, single);
        Term power = (y.As(Lane.Signed) + (shifted.As(Lane.Signed) << Fraction(single))).As(x.Lane);
        return Careful(!(x.Abs() <= x.Number(single ? 87 : 708)), nameof(Operation.Exp), x, power.Named("power", "Exp: x = n ln 2 + r; n goes into the exponent."));
    }

    // 2^n in two factors, so that subnormal results are rounded once.
    private static Term CarefulExp(Term x, bool single)
    {
        Term clamped = Largest(Least(x, x.Number(single ? 89 : 710)), x.Number(single ? -104 : -746)).Named("clamped");
        (Term y, Term shifted) = ExpReduced(clamped, single);
        Term power = Scaled(
            y, shifted.As(Lane.Signed) - x.Constant(Lane.Signed, MagicBits(single)), Fraction(single), single ? "0x3F800000" : "0x3FF0000000000000L");
        return Select(x.EqualTo(x), power, x);
    }

    // 1 + r + r^2 p(r), and n in the lowest bits of a number.
    private static (Term Y, Term Shifted) ExpReduced(Term x, bool single)
    {
        Term magic = x.Number(Magic(single));
        Term shifted = Fma(x, x.Number(single ? 1.44269502 : 1.4426950408889634), magic).Named("shifted");
        Term n = (shifted - magic).Named("n");
        Term r = Fma(n, x.Number(single ? 1.90465421e-09 : -2.3190468138462996e-17), Fma(n, x.Number(single ? -0.693147182 : -0.6931471805599453), x)).Named("r");
        Term p = single
            ? Polynomial(r, 0.5, 0.166665763, 0.0416665524, 0.00836323295, 0.00139262504)
            : Polynomial(
                r, 0.5, 0.16666666666666669, 0.041666666666623824, 0.008333333333330039, 0.0013888888917367081, 0.00019841269863171557,
                2.4801521057868204e-05, 2.7557268276905696e-06, 2.7620201591031547e-07, 2.5100472505694996e-08);
        return ((Fma(r * r, p, r) + x.Number(1)).Named("y"), shifted);
    }

    // y 2^n: half of n goes into the exponent of y, which stays normal, and the rest is a factor.
    private static Term Scaled(Term y, Term n, int fraction, string one)
    {
        Term half = (n.Named("exponent") >> 1).Named("half");
        Term scaled = (y.As(Lane.Signed) + (half << fraction)).As(y.Lane);
        return scaled * (((n - half) << fraction) + y.Constant(Lane.Signed, one)).As(y.Lane);
    }

    // x = 2^k (1 + f) with 1 + f in [sqrt 1/2, sqrt 2). Of positive normal numbers the bits less those of sqrt 1/2 are k and f, one beside the other; shifted by the
    // sign bit, they are an interval of signed numbers.
    private static Term Log(Term x, bool single)
    {
        Term bits = x.As(Lane.Signed);
        Term apart = (bits + x.Constant(Lane.Signed, single ? "0x004AFB0D" : "0x00095F619980C433L")).Named("apart", "Log: x = 2^k (1 + f).");
        Term k = (apart.ShiftedLogically(Fraction(single)) + x.Constant(Lane.Signed, MagicBits(single))).As(x.Lane) - x.Number(Magic(single) + (single ? 127 : 1023));
        Term f = ((apart & x.Constant(Lane.Signed, single ? "0x007FFFFF" : "0x000FFFFFFFFFFFFFL")) + x.Constant(Lane.Signed, Root(single))).As(x.Lane) - x.Number(1);
        Term unusual = bits + x.Constant(Lane.Signed, single ? "0x7F800000" : "0x7FF0000000000000L") > x.Constant(Lane.Signed, single ? "-0x01000001" : "-0x0020000000000001L");
        return Careful(unusual, nameof(Operation.Log), x, LogOf(k.Named("k"), f.Named("f"), single).Named("logarithm"));
    }

    private static Term CarefulLog(Term x, bool single)
    {
        Term small = (x < x.Number(single ? 1.17549435e-38 : 2.2250738585072014E-308)).Named("small", "Scaled where it is subnormal.");
        Term scaled = Select(small, x * x.Number(single ? 33554432 : 18014398509481984), x).As(Lane.Signed).Named("scaled");
        Term k = ((scaled - x.Constant(Lane.Signed, Root(single))) >> Fraction(single)).Named("k");
        Term f = ((scaled - (k << Fraction(single))).As(x.Lane) - x.Number(1)).Named("f");
        Term correction = Select(small, x.Number(Magic(single) + (single ? 25 : 54)), x.Number(Magic(single)));
        return WithLimits(x, LogOf(((k + x.Constant(Lane.Signed, MagicBits(single))).As(x.Lane) - correction).Named("exponent"), f, single));
    }

    // k ln 2 + log(1 + f).
    private static Term LogOf(Term k, Term f, bool single) => single ? LogSingle(k, f) : LogDouble(k, f);

    // f - f^2/2 + f^3 p(f).
    private static Term LogSingle(Term k, Term f)
    {
        Term p = Polynomial(
            f, -0.5, 0.3333333118, -0.24999996958, 0.200007157489, -0.166678023195, 0.142490576457, -0.124256873315, 0.116854199235,
            -0.114797339466, 0.0697161147145);
        Term rest = Fma(k, f.Number(1.42860677e-06), f * f * p);
        return Fma(k, f.Number(0.693145752), f + rest);
    }

    // With s = f / (2 + f): log(1 + f) = 2 artanh s = f - f^2/2 + s (f^2/2 + s^2 p(s^2)).
    private static Term LogDouble(Term k, Term f)
    {
        Term s = (f / (f + f.Number(2))).Named("s");
        Term z = (s * s).Named("z");
        Term p = z * Polynomial(
            z, 0.666666666666667, 0.3999999999989889, 0.28571428626253836, 0.22222211089379496, 0.1818289243253687, 0.15331611722055008, 0.14617807153417325);
        Term square = (f * f * f.Number(0.5)).Named("square");
        Term rest = Fma(s, square + p, k * f.Number(-4.2009150726810846e-11));
        return Fma(k, f.Number(0.6931471806019545), f - (square - rest));
    }

    private static Term WithLimits(Term x, Term logarithm)
    {
        Term zero = x with { Step = x.Code.Add(Operation.Zero, x.Lane) };
        Term infinity = x.Constant(x.Lane, x.Code.IsSingle(x.Lane) ? "float.PositiveInfinity" : "double.PositiveInfinity");
        Term nan = x.Constant(x.Lane, x.Code.IsSingle(x.Lane) ? "float.NaN" : "double.NaN");
        Term limits = Select(x.EqualTo(zero), -infinity, Select(x.EqualTo(infinity), x, nan));
        return Select((x > zero) & (x < infinity), logarithm, limits);
    }

    private static int Fraction(bool single) => single ? 23 : 52;

    // An integer added to it stands in its lowest bits: 1.5 times a unit of the last place of one.
    private static double Magic(bool single) => single ? 12582912 : 6755399441055744;

    private static string MagicBits(bool single) => single ? "0x4B400000" : "0x4338000000000000L";

    // The bits of sqrt 1/2.
    private static string Root(bool single) => single ? "0x3F3504F3" : "0x3FE6A09E667F3BCDL";

    // In double precision, half a vector at a time: that rounds correctly but for about one result in a hundred.
    private static Term SineSingle(Term x, bool cosine)
    {
        Term lower = x.Through(Operation.WidenLower, Lane.Wide).Named("lower", Comment(cosine) + " in double precision, the lower and the upper half of the vector.");
        Term upper = x.Through(Operation.WidenUpper, Lane.Wide).Named("upper");
        return Large(x, Half(lower, cosine).With(Operation.Narrow, Half(upper, cosine), x.Lane), cosine);
    }

    private static Term Half(Term x, bool cosine)
    {
        Term magic = x.Number(6755399441055744);
        Term shifted = Fma(x, x.Number(0.6366197723675814), magic).Named("shifted");
        Term n = (shifted - magic).Named("n");
        Term r = Fma(n, x.Number(-6.123233995736766e-17), Fma(n, x.Number(-1.5707963267948966), x)).Named("r");
        Term z = (r * r).Named("z");
        Term sine = r * Fma(z, Polynomial(z, -0.16666666663832777, 0.008333331865963797, -0.00019840082015127998, 2.72493143604168e-06), x.Number(1));
        Term cosineOfR = Fma(z * z, Polynomial(z, 0.04166666464746341, -0.0013888300698073966, 2.454743746250183e-05), Fma(z, x.Number(-0.5), x.Number(1)));
        return Turned(shifted.As(Lane.WideSigned).Named("quadrant"), sine, cosineOfR, cosine, Lane.WideSigned);
    }

    // x = q pi/2 + r + low; the sine takes low as it is and the cosine times -r.
    private static Term SineDouble(Term x, bool cosine)
    {
        Term magic = x.Number(6755399441055744);
        Term shifted = Fma(x, x.Number(0.6366197723675814), magic).Named("shifted", Comment(cosine) + ".");
        Term n = (shifted - magic).Named("n");
        // first - n c exactly, as a sum of two: near a multiple of pi/2 it cancels (D. E. Knuth, TAOCP vol. 2, section 4.2.2, theorem B).
        Term first = Fma(n, x.Number(-1.5707963267948966), x).Named("first");
        Term c = x.Number(6.123233995736766e-17);
        Term product = (n * c).Named("product");
        Term r = (first - product).Named("r");
        Term back = (r - first).Named("back");
        Term lost = (first - (r - back)) - (product + back);
        Term low = Fma(n, x.Number(1.4973849048591698e-33), lost - Fma(n, c, -product)).Named("low");

        Term z = (r * r).Named("z");
        Term sine = r + Fma(r, z * Polynomial(z, SineCoefficients), low);
        // 1 - z/2 and what its rounding loses.
        Term half = (z * x.Number(0.5)).Named("halfSquare");
        Term head = (x.Number(1) - half).Named("head");
        Term cosineOfR = head + (((x.Number(1) - head) - half) + Fma(z * z, Polynomial(z, CosineCoefficients), -(r * low)));
        Term turned = Large(x, Turned(shifted.As(Lane.Signed).Named("quadrant"), sine, cosineOfR, cosine, Lane.Signed), cosine);
        // The sum of r and a zero would lose the sign of a zero.
        return cosine ? turned : Select(x.EqualTo(x with { Step = x.Code.Add(Operation.Zero, x.Lane) }), x, turned);
    }

    private static string Comment(bool cosine) => $"{(cosine ? "Cos" : "Sin")}: x = q pi/2 + r";

    private static Term Large(Term x, Term small, bool cosine)
        => Careful(x.Abs() > x.Number(LargeAngle), cosine ? nameof(Operation.Cos) : nameof(Operation.Sin), x, small.Named("turned"));

    // Odd quadrants take the other function, and two of four are negative.
    private static Term Turned(Term q, Term sine, Term cosineOfR, bool cosine, Lane integers)
    {
        Term one = q.Constant(integers, "1L");
        Term turn = cosine ? (q + one).Named("turn") : q;
        Term zero = q with { Step = q.Code.Add(Operation.Zero, integers) };
        Term value = Select((turn & one).With(Operation.Equal, zero, integers), sine, cosineOfR);
        Term sign = (turn & q.Constant(integers, "2L")) << 62;
        return (value.As(integers) ^ sign).As(value.Lane);
    }
}
