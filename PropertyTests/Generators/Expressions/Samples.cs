using System.Numerics;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Expressions that use every construct of the language, compiled by the generator into this very project.</summary>
internal static partial class Samples
{
    [Vectorized]
    private static T Arithmetic<T>(T x, T y, [Uniform] T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
        => +(x + y) * (x - y) / -(scale - T.One) - T.CreateChecked(0.1) * T.CreateChecked(3) + T.Pi;

    [Vectorized]
    private static T Functions<T>(T x, T y, [Uniform] T u)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.FusedMultiplyAdd(T.Sqrt(T.Abs(x)), T.CopySign(u, y), T.Min(x, y)) + T.Max(T.Max(x, T.NegativeOne), T.Min(y, u));

    [Vectorized]
    private static T Choices<T>(T x, T y, [Uniform] T u)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x < y ? (x == u || y >= u ? x : y) : (x != y && !(x > u)) || y <= x ? u : -x;

    /// <summary>Huber's function (<c>x²/2</c> near zero, linear beyond), by early returns.</summary>
    [Vectorized]
    private static T Huber<T>(T x, [Uniform] T delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T half = T.CreateChecked(0.5), size = T.Abs(x);
        bool inside = size <= delta;
        if (inside)
        {
            return half * x * x;
        }
        else if (size > delta)
            return delta * (size - half * delta);

        T notANumber = size + delta;
        return notANumber;
    }

    // The clamp is reached only where its bounds are in order.
    [Vectorized]
    private static T GuardedClamp<T>(T x, T low, T high)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!(low <= high))
        {
            return T.NaN;
        }

        return T.Clamp(x, low, high);
    }

    [Vectorized]
    private static T Square<T>(T value)
        where T : unmanaged, IFloatingPointIeee754<T>
        => value * value;

    [Vectorized]
    private static T Calls<T>(T x, [Uniform] T u)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Square(x - u) + Huber<T>(x, Square(u));

    [Vectorized]
    private static (T Larger, T) Ordered<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x < y ? (y, x) : (x, y);

    // Names that emitted methods would like to use, and C# keywords.
    [Vectorized]
    private static T Names<T>(T rest, T @in, T lastAt)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T last = rest - @in;
        T i = last * lastAt;
        T x0 = i + last;
        return x0 - i * last;
    }

    [VectorizedMax(typeof(double))]
    private static T Largest<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    [VectorizedSum]
    private static (T A, T B, T C, T D) Moments<T>(T x, [Uniform] T center)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T d = x - center;
        return (d, d * d, T.Abs(d), (d * d) * (d + d));
    }
}
