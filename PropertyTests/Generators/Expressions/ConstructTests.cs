using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Each construct of the language against the scalar method itself, at every width, length and placement.</summary>
public class ConstructTests
{
    private const string Where = Driver.Where;
    private const string Integer = "where T : unmanaged, IBinaryInteger<T>";

    [GuardedFact]
    public void ChoicesAndLocals() => Check($$"""
        [Vectorized] static T Switch<T>(T x, T y) {{Where}} => x switch { _ when x > y => x - y, _ when x < y && !(x == T.Zero) => y, _ => T.One };
        [Vectorized] static T Truth<T>(T x, T y) {{Where}} => (x > y) switch { true => x, false => y };
        [Vectorized] static T Table<T>(T x, T y, T z) {{Where}} => (x > y, y > z, z > x) switch
        {
            (true, true, _) => x,
            (false, _, true) => y,
            (_, false, var last) when last | x > z => z,
            _ => -x,
        };
        [Vectorized] static T Covered<T>(T x, T y) {{Where}} => (x >= y, y != T.Zero) switch { (true, _) => x, (false, true) => y, (false, false) => T.Pi };
        [Vectorized] static float Bands(float x) => x switch { < -1f => -1f, 0f => 100f, > 0.5f and <= 3 => x * x, float.NaN => 7f, not (>= -0.5f) or 4f => x + 1, _ => -x };
        [Vectorized] static float Is(float x, float y) => x is > 0 and < 2 or float.NaN ? y is var z && z > x ? z : x : x is not 0 ? 1 / x : y;
        [Vectorized] static T Assigned<T>(T x, T y) {{Where}}
        {
            T a, b = y;
            if (x > y)
            {
                a = x - y;
                b += x;
            }
            else if (x == y)
                a = T.One;
            else
            {
                a = -x;
                x = T.Zero;
            }

            b -= T.Abs(a);
            b *= x;
            a /= b;
            a++;
            ;
            return a - b;
        }
        [Vectorized] static T Sometimes<T>(T x, T y) {{Where}}
        {
            T sum = x + y;
            if (sum > T.One)
            {
                if (x > T.Zero)
                {
                    return x;
                }

                sum = sum - T.One;
            }
            else
                sum = -sum;
            { T inner = sum * y; sum = inner; }
            return sum;
        }
        [Vectorized] static (T Low, T High) Pairs<T>(T x, T y) {{Where}}
        {
            (T low, T high) = (T.Min(x, y), T.Max(x, y));
            if (low > T.Zero) (low, high) = (high, low);
            var pair = (First: low * high, Second: low);
            (_, T other) = pair;
            return x > T.One ? (pair.Second, pair.First) : (other, pair.Item1);
        }
        [Vectorized] static (T, T) Either<T>(T x, T y) {{Where}} => (x < y) switch { true => Pairs(y, x), _ => Pairs(x, T.One) };
        [Vectorized] static T Named<T>(T x, T y, T z) {{Where}} => T.FusedMultiplyAdd(addend: z, left: x, right: y) - T.Lerp(x, y, z);
        [Vectorized] static T Logic<T>(T x, T y) {{Where}}
        {
            bool p = x > y, q = (x == T.One) != p, r = p ^ q | !q & p;
            r |= x >= y;
            r &= y != T.Zero == true;
            return r == q ? x : p && (q || !r) ? y : T.NegativeOne;
        }
        [Vectorized] static T Flag<T>(T x, [Uniform] bool keep, [Uniform(PerElementToo = false)] T u) {{Where}} => keep && x > u ? x : keep ? -x : default(T) + u;
        const double Third = 1.0 / 3; const float Half = 0.5f; const int Seven = 7;
        [Vectorized] static T Constants<T>(T x) {{Where}} { const double tenth = 0.1; return x * T.CreateChecked(Third) + T.CreateChecked(Half) - T.CreateChecked(Seven * tenth) * T.CreateChecked(-0.0) - T.NegativeZero; }
        [Vectorized] static float Concrete(float x, float y) { const float k = 2.5f; return x * Half - k / y + MathF.PI - Seven - -0f * x; }
        [Vectorized] static double Wide(double x, [Uniform] double u) => x > 1e300 ? double.PositiveInfinity : Math.Max(x, u) - Seven * Half + Third;
        [Vectorized] static T Ordinals<T>(T x, T destinationAt) {{Where}} { T last = x - destinationAt; T rest = last * x; return rest + last; }
        """);

    [GuardedFact]
    public void Functions() => Check($$"""
        [Vectorized] static (T, T, T, T, T) Rounding<T>(T x) {{Where}} => (T.Floor(x), T.Ceiling(x), T.Truncate(x), T.Round(x), T.Round(x, MidpointRounding.AwayFromZero));
        [Vectorized] static (T, T, T, T) Directed<T>(T x) {{Where}} => (T.Round(x, MidpointRounding.ToZero), T.Round(x, MidpointRounding.ToNegativeInfinity), T.Round(x, MidpointRounding.ToPositiveInfinity), T.Round(x, MidpointRounding.ToEven));
        [Vectorized] static (float, float, float, float) Single(float x, float y) => (MathF.Round(x) + Math.Abs(y), MathF.CopySign(x, y), MathF.Sqrt(MathF.Abs(x)), float.FusedMultiplyAdd(x, y, MathF.Min(x, y)));
        [Vectorized] static (double, double, double) Double(double x, double y) => (Math.Round(x) + Math.Floor(y), Math.CopySign(x, y), Math.Sqrt(x) - double.Max(Math.Min(x, y), y));
        [Vectorized] static (T, T, T, T, T) Magnitudes<T>(T x, T y) {{Where}} => (T.Hypot(x, y), T.MinNumber(x, y), T.MaxNumber(x, y), T.MinMagnitude(x, y), T.MaxMagnitude(x, y));
        [Vectorized] static (T, T, T, T) Numbers<T>(T x) {{Where}} => (T.MinNumber(x, T.Zero), T.MaxNumber(T.NegativeZero, x), T.MinMagnitude(x, T.Zero), T.MaxMagnitude(T.NegativeZero, x));
        [Vectorized] static (T, T, T, T) Zeros<T>(T x) {{Where}} => (T.Min(x, T.Zero), T.Max(T.NegativeZero, x), T.Min(T.NegativeZero, x), T.Max(x, T.Zero));
        [Vectorized] static (T, T, T) Extremes<T>(T x, T y) {{Where}} => (T.Min(x, y), T.Max(x, y), T.Clamp(x, T.NegativeOne, T.Max(T.Abs(y), T.Zero)));
        [Vectorized] static T Throws<T>(T x, T low, T high) {{Where}} => T.Clamp(x, low, high);
        [Vectorized] static T Guarded<T>(T x, T low, T high) {{Where}} => (low <= high) switch { true => T.Clamp(x, low, high), false => low > T.One ? high : x };
        [Vectorized] static (T, T, T) Classes<T>(T x, T y) {{Where}} => (T.IsNaN(x) ? y : x, T.IsFinite(x) ? x : T.IsInfinity(x) ? y : -y, T.IsNegative(x) ? y : T.IsPositive(y) ? T.One : T.Zero);
        [Vectorized] static (T, T, T) Limits<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => (T.MaxValue - x, T.MinValue * x, x > T.Epsilon ? T.E : T.Tau);
        """);

    [GuardedFact]
    public void Integers() => Check($$"""
        [Vectorized] static T Arithmetic<T>(T x, T y, [Uniform] T u) {{Integer}} => (x + y) * (x - u) - -y;
        [Vectorized] static T Bits<T>(T x, T y) {{Integer}} => (x & ~y) | (x ^ (y >> 3)) & (x >>> 5) ^ (y << 9);
        [Vectorized] static T Shifts<T>(T x, [Uniform] int n) {{Integer}} => (x << n) ^ (x >> n) ^ (x >>> n) ^ (x << 33) ^ (x >> -1);
        [Vectorized] static (T, T, T) Order<T>(T x, T y) {{Integer}} => (T.Min(x, y), T.Max(x, y), x > y ? x : x == y ? T.Zero : x <= T.One ? y : T.CreateChecked(77));
        [Vectorized] static T Certain<T>(T y, [Uniform] T u) {{Integer}} => (y >= u & T.Zero > y) ^ (u < T.CreateChecked(5)) ? y : (u > T.One & T.CreateChecked(0) <= y) | y < T.Zero ? T.One : u;
        [Vectorized] static ulong Ends(ulong y, [Uniform] ulong u) => (y >= u & y > ulong.MaxValue) ^ (u < 5) ? y : u != 3 & 0 > y | u > y & y <= ulong.MaxValue ? 1 : u;
        [Vectorized] static int SignedEnds(int y, [Uniform] int u) => (y >= u & y < int.MinValue) ^ (u < 5) ? y : u != 3 & int.MaxValue < y | u > y & y >= int.MinValue ? 1 : u;
        [Vectorized] static T Counts<T>(T x, [Uniform] int n) {{Integer}} => T.PopCount(x) + T.RotateLeft(x, 7) - T.RotateRight(x, n) + T.RotateLeft(x, 0);
        [Vectorized(typeof(int), typeof(double), typeof(ulong))] static T Numbers<T>(T x, T y) where T : unmanaged, INumber<T> => x >= y ? x * y : T.Max(x - y, T.CreateChecked(3));
        [Vectorized] static int Hash(int x, [Uniform] int seed) { uint h = (uint)x * 0x9E3779B1u; h ^= h >> 15; h = unchecked(h * 5 + (uint)seed); return (int)(h ^ h >> 13) + (x << 3); }
        [Vectorized] static ulong Mix(ulong x, long y) { x ^= x >> 31; x *= 0x7fb5d329728ea185; x += (ulong)(y >> 5); return x < 12 ? ~x : x | 1UL << 63; }
        [Vectorized] static (int, uint) Both(uint x, int y) => (y > 0 ? y : (int)x, x > 7 ? (uint)(y >>> 1) : x);
        [Vectorized] static uint Pops(uint x, uint y) => (uint)System.Numerics.BitOperations.PopCount(x) + System.Numerics.BitOperations.RotateLeft(y, 3);
        """);

    [GuardedFact]
    public void BitsOfNumbersAndNumbersOfBits() => Check("""
        [Vectorized] static int Bits(float x) => BitConverter.SingleToInt32Bits(x) >> 23;
        [Vectorized] static float Scaled(float x, int n) => x * BitConverter.Int32BitsToSingle((n & 15) + 120 << 23);
        [Vectorized] static ulong Ordered(double x) { long bits = BitConverter.DoubleToInt64Bits(x); return (ulong)(bits ^ (bits >> 63 >>> 1)); }
        [Vectorized] static uint Cast(float x) => Unsafe.BitCast<float, uint>(x) ^ 1u;
        [Vectorized] static (int, uint) Towards(float x) => ((int)x, (uint)x);
        [Vectorized] static (long, ulong) TowardsWide(double x) => ((long)x, (ulong)x);
        [Vectorized] static (float, float) From(int x, uint y) => (x, (float)y * 0.5f);
        [Vectorized] static (double, double) FromWide(long x, ulong y) => (x, y);
        [Vectorized] static float Chosen(float x, int n) => n > 0 ? x : n == int.MinValue && x < 0 ? n : -x;
        [Vectorized] static (float, int) Parts(float x) { int bits = BitConverter.SingleToInt32Bits(x); int e = (bits >> 23 & 255) - 127; return (BitConverter.Int32BitsToSingle(bits & 0x7fffff | 127 << 23), e); }
        """);

    private static void Check(string members)
    {
        using var oracle = new ScalarOracle(members);
        oracle.Check(20250701);
    }
}
