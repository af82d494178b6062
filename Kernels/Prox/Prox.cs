using System.Numerics;

namespace Kernels;

/// <summary>Proximal maps.</summary>
/// <remarks>Neal Parikh and Stephen Boyd, "Proximal Algorithms", Foundations and Trends in Optimization 1(3), 2014, section 6.</remarks>
public static partial class Prox
{
    /// <summary>
    /// Soft threshold, the proximal map of <c>threshold |x|</c>: moves x towards zero by the threshold, and to zero what is nearer
    /// than that (Parikh and Boyd 2014, section 6.5.2).
    /// </summary>
    /// <param name="x">Where to evaluate the map.</param>
    /// <param name="threshold">Weight of the absolute value; a negative one is refused.</param>
    /// <returns><c>sign(x) max(|x| - threshold, 0)</c>.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T SoftThreshold<T>(T x, [Uniform(PerElementToo = true)] T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x - T.Clamp(x, -threshold, threshold);

    /// <summary>Proximal map of <c>threshold x</c> on the non-negative numbers (the indicator of x &gt;= 0 added).</summary>
    /// <param name="x">Where to evaluate the map.</param>
    /// <param name="threshold">Weight of x, of either sign.</param>
    /// <returns><c>max(x - threshold, 0)</c>.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T NonNegativeSoftThreshold<T>(T x, [Uniform(PerElementToo = true)] T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Max(x - threshold, T.Zero);
}
