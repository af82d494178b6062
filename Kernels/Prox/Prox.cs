using System.Numerics;

namespace Kernels;

/// <summary>Proximal maps: where <c>weight f(z) + (z - x)^2 / 2</c> is least, for each x.</summary>
/// <remarks>
/// Neal Parikh and Stephen Boyd, "Proximal Algorithms", Foundations and Trends in Optimization 1(3), 2014, sections 2, 4 and 6. Whole vectors
/// and columns of matrices, where elements depend on each other, are in <see cref="GroupProx"/>. The projection onto the non-negative numbers
/// is <see cref="Activations"/>.Relu.
/// </remarks>
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

    /// <summary>
    /// Proximal map of the elastic net <c>threshold |x| + ridge x^2 / 2</c>: a soft threshold, then a scaling
    /// (Parikh and Boyd 2014, section 6.5.3).
    /// </summary>
    /// <param name="x">Where to evaluate the map.</param>
    /// <param name="threshold">Weight of the absolute value; a negative one is refused.</param>
    /// <param name="ridge">Weight of the square, above -1; the factor <c>1 / (1 + ridge)</c> is rounded once for all elements.</param>
    /// <returns><c>sign(x) max(|x| - threshold, 0) / (1 + ridge)</c>.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T ElasticNet<T>(T x, [Uniform] T threshold, [Uniform] T ridge)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T factor = T.One / (T.One + ridge);
        return factor * SoftThreshold(x, threshold);
    }

    /// <summary>
    /// Proximal map of <c>weight</c> times Huber's function, which is <c>x^2 / 2</c> up to <paramref name="delta"/> and
    /// <c>delta (|x| - delta / 2)</c> beyond (Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1), 1964).
    /// </summary>
    /// <remarks>The gradient of Huber's function is <c>LInfinityBall(x, delta)</c>.</remarks>
    /// <param name="x">Where to evaluate the map.</param>
    /// <param name="weight">Weight of the function, at least zero; the factor <c>1 / (1 + weight)</c> is rounded once for all elements.</param>
    /// <param name="delta">Where the square becomes linear; a negative one is refused.</param>
    /// <returns><c>x / (1 + weight)</c> where that is at most delta in magnitude, <c>x - weight delta sign(x)</c> elsewhere.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T Huber<T>(T x, [Uniform] T weight, [Uniform] T delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T factor = T.One / (T.One + weight);
        return T.FusedMultiplyAdd(-weight, T.Clamp(factor * x, -delta, delta), x);
    }

    /// <summary>Projection onto the box <c>lower &lt;= x &lt;= upper</c> (Parikh and Boyd 2014, section 6.2.4).</summary>
    /// <param name="x">What to project.</param>
    /// <param name="lower">Lower bound; above the upper one it is refused.</param>
    /// <param name="upper">Upper bound.</param>
    /// <returns>The nearest point of the box.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T Box<T>(T x, [Uniform(PerElementToo = true)] T lower, [Uniform(PerElementToo = true)] T upper)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Clamp(x, lower, upper);

    /// <summary>
    /// Projection onto the ball of the largest magnitude, <c>|x| &lt;= radius</c> for each element. With the soft threshold it adds up to x
    /// (Moreau's decomposition; Parikh and Boyd 2014, section 2.5).
    /// </summary>
    /// <param name="x">What to project.</param>
    /// <param name="radius">Radius; a negative one is refused.</param>
    /// <returns>The nearest point of the ball.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T LInfinityBall<T>(T x, [Uniform(PerElementToo = true)] T radius)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Clamp(x, -radius, radius);
}
