using System.Numerics;

namespace Kernels;

// Eigenvalues of diag(d) + z z', the roots of 1 + sum z_j^2 / (d_j - x): one to the right of each pole. A root is found as its distance from the nearer pole, so
// that differences to all poles keep their digits (R.-C. Li, "Solving secular equations stably and efficiently", LAPACK Working Note 89, 1993: the middle way).
internal readonly ref struct SecularEquation<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Bisection, which steps in when the interpolation leaves the bracket, needs as many as the scalar has digits.
    private const int MaxSteps = 100;

    private readonly ReadOnlySpan<T> _d;
    private readonly ReadOnlySpan<T> _z;
    private readonly T _squaredLength;

    // Two or more ascending poles, and no zero in z.
    internal SecularEquation(ReadOnlySpan<T> d, ReadOnlySpan<T> z)
    {
        _d = d;
        _z = z;
        _squaredLength = Reductions.SumOfSquares(z);
    }

    private static T Half => T.One / (T.One + T.One);

    // Root k as the pole next to it and the distance from that.
    internal (T Origin, T Shift) Root(int k)
    {
        bool isLast = k == _d.Length - 1;
        int right = isLast ? k : k + 1;
        T gap = isLast ? _squaredLength : _d[right] - _d[k];
        Sums middle = At(right, _d[k], Half * gap);
        bool isLower = middle.Value > T.Zero;
        T origin = isLast || isLower ? _d[k] : _d[right];
        (T least, T most) = isLower ? (T.Zero, Half * gap) : isLast ? (Half * gap, gap) : (-Half * gap, T.Zero);
        T shift = Within(least, most, Guess(right, isLast, middle, _d[k] + (Half * gap), origin));
        for (int step = 0; step < MaxSteps; step++)
        {
            Sums sums = At(right, origin, shift);
            if (T.Abs(sums.Value) <= T.CreateChecked(4) * SvdScaling.Epsilon<T>() * sums.Magnitude)
            {
                break;
            }

            (least, most) = sums.Value > T.Zero ? (least, shift) : (shift, most);
            T next = Within(least, most, shift + Step(right, isLast, sums, origin, shift));
            if (next == shift)
            {
                break;
            }

            shift = next;
        }

        return (origin, shift);
    }

    private Sums At(int right, T origin, T shift)
    {
        (T lowerValue, T lowerSlope) = SecularKernels.Terms(_z[..right], _d[..right], origin, shift);
        (T upperValue, T upperSlope) = SecularKernels.Terms(_z[right..], _d[right..], origin, shift);
        return new(lowerValue, lowerSlope, upperValue, upperSlope);
    }

    // The poles on both sides as they are, all others as the constant that they are at the middle.
    private T Guess(int right, bool isLast, Sums middle, T where, T origin)
    {
        T left = _d[right - 1], s = _z[right - 1] * _z[right - 1], t = _z[right] * _z[right];
        T constant = middle.Value - (s / (left - where)) - (t / (_d[right] - where));
        return Zero(constant, left - origin, s, _d[right] - origin, t, isLast);
    }

    // The poles on both sides with residues that give each sum its slope, and a constant that gives the value.
    private T Step(int right, bool isLast, Sums sums, T origin, T shift)
    {
        T left = (_d[right - 1] - origin) - shift, far = (_d[right] - origin) - shift;
        T constant = sums.Value - (left * sums.LowerSlope) - (far * sums.UpperSlope);
        T b = ((left + far) * sums.Value) - (left * far * (sums.LowerSlope + sums.UpperSlope));
        T step = Zero(constant, b, left * far * sums.Value, isLast);
        return sums.Value * step < T.Zero ? step : -sums.Value / (sums.LowerSlope + sums.UpperSlope);
    }

    // Of constant + s / (left - x) + t / (right - x).
    private static T Zero(T constant, T left, T s, T right, T t, bool isLast)
        => Zero(constant, (constant * (left + right)) + s + t, (s * right) + (t * left) + (constant * left * right), isLast);

    // Of constant x^2 - b x + product: the smaller one between two poles, the larger one beyond both; without cancellation.
    private static T Zero(T constant, T b, T product, bool isLast)
    {
        T two = T.One + T.One, root = T.Sqrt(T.Abs((b * b) - (two * two * constant * product)));
        return isLast
            ? b >= T.Zero ? (b + root) / (two * constant) : two * product / (b - root)
            : b <= T.Zero ? (b - root) / (two * constant) : two * product / (b + root);
    }

    // NaN is not within.
    private static T Within(T least, T most, T x) => x > least && x < most ? x : least + (Half * (most - least));

    private readonly record struct Sums(T Lower, T LowerSlope, T Upper, T UpperSlope)
    {
        internal T Value => T.One + Lower + Upper;

        internal T Magnitude => T.One + T.Abs(Lower) + T.Abs(Upper);
    }
}
