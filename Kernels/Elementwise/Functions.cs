using System.Numerics;

namespace Kernels;

/// <summary>
/// Elementary functions, element by element, with the same bits at every vector width. They are not those of <see cref="Math"/>: errors are
/// in units in the last place of the result, and special values are those of <see cref="Math"/>.
/// </summary>
public static partial class Functions
{
    /// <summary>Exponential; the error is at most 1.15 units.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Exp<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Exp(x);

    /// <summary><c>e^x - 1</c> without the cancellation near zero; the error is at most 5 units in the last place in double and 4 in single precision.</summary>
    /// <remarks>
    /// Near zero <c>(u - 1) x / log(u)</c> with u = fl(e^x): the quotient (u - 1) / log(u) changes so slowly that the rounding of u does not matter
    /// (Kahan's device; Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 1.14.1).
    /// </remarks>
    [Vectorized(typeof(float), typeof(double))]
    private static T ExpM1<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T u = T.Exp(x);
        T d = u - T.One;
        return T.Abs(x) >= T.One ? d : d == T.Zero ? x : d * x / T.Log(u);
    }

    /// <summary>Natural logarithm; the error is at most 0.85 units in float and 0.95 in double.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Log<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Log(x);

    /// <summary>Sine; the error is at most 0.52 units in float and 0.8 in double.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Sin<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Sin(x);

    /// <summary>Cosine; the error is at most 0.52 units in float and 0.8 in double.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Cos<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Cos(x);

    /// <summary>The square root, correctly rounded; NaN below zero.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Sqrt<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Sqrt(x);
}
