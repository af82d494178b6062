using System.Numerics;

namespace Kernels;

/// <content>
/// Steps of proximal gradient methods (Beck and Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse Problems",
/// SIAM Journal on Imaging Sciences 2(1), 2009) in one pass over memory, given the gradient.
/// </content>
public static partial class Prox
{
    /// <summary>Step of ISTA: a step against the gradient, then the soft threshold (Beck and Teboulle 2009, equation 1.4).</summary>
    /// <param name="x">The iterate.</param>
    /// <param name="gradient">Gradient of the smooth part there.</param>
    /// <param name="step">Length of the step, such as one over the Lipschitz constant of the gradient.</param>
    /// <param name="threshold">Weight of the absolute value times <paramref name="step"/>; a negative one is refused.</param>
    /// <returns>The next iterate, <c>SoftThreshold(x - step gradient, threshold)</c>, where the first difference is rounded once.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T IstaStep<T>(T x, T gradient, [Uniform] T step, [Uniform(PerElementToo = true)] T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SoftThreshold(T.FusedMultiplyAdd(-step, gradient, x), threshold);

    /// <summary>Step of ISTA on the non-negative numbers; with threshold zero the projected gradient.</summary>
    /// <param name="x">The iterate.</param>
    /// <param name="gradient">Gradient of the smooth part there.</param>
    /// <param name="step">Length of the step.</param>
    /// <param name="threshold">Weight of the sum of x, times <paramref name="step"/>.</param>
    /// <returns>The next iterate, <c>max(x - step gradient - threshold, 0)</c>.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T NonNegativeIstaStep<T>(T x, T gradient, [Uniform] T step, [Uniform(PerElementToo = true)] T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => NonNegativeSoftThreshold(T.FusedMultiplyAdd(-step, gradient, x), threshold);

    /// <summary>
    /// Step of FISTA: the iterate by ISTA from the extrapolated point, then the next point (Beck and Teboulle 2009, equations 4.1 to 4.3).
    /// <c>iterate</c> may be <c>previous</c> and <c>next</c> may be <c>point</c>: then the step needs no memory of its own.
    /// </summary>
    /// <param name="point">The extrapolated point y.</param>
    /// <param name="gradient">Gradient of the smooth part at y.</param>
    /// <param name="previous">The last iterate x.</param>
    /// <param name="step">Length of the step.</param>
    /// <param name="threshold">Weight of the absolute value times <paramref name="step"/>; a negative one is refused.</param>
    /// <param name="momentum"><c>(t - 1) / t'</c> for <c>t' = (1 + sqrt(1 + 4 t^2)) / 2</c>; zero restarts.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static (T Iterate, T Next) FistaStep<T>(T point, T gradient, T previous, [Uniform] T step, [Uniform] T threshold, [Uniform] T momentum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T x = SoftThreshold(T.FusedMultiplyAdd(-step, gradient, point), threshold);
        return (x, T.FusedMultiplyAdd(momentum, x - previous, x));
    }

    /// <summary>Step of FISTA on the non-negative numbers.</summary>
    /// <param name="point">The extrapolated point y.</param>
    /// <param name="gradient">Gradient of the smooth part at y.</param>
    /// <param name="previous">The last iterate x.</param>
    /// <param name="step">Length of the step.</param>
    /// <param name="threshold">Weight of the sum of x, times <paramref name="step"/>.</param>
    /// <param name="momentum"><c>(t - 1) / t'</c>, as for <c>FistaStep</c>.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static (T Iterate, T Next) NonNegativeFistaStep<T>(T point, T gradient, T previous, [Uniform] T step, [Uniform] T threshold, [Uniform] T momentum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T x = NonNegativeSoftThreshold(T.FusedMultiplyAdd(-step, gradient, point), threshold);
        return (x, T.FusedMultiplyAdd(momentum, x - previous, x));
    }

    /// <summary>
    /// Tells whether the momentum of FISTA points uphill: restart when the result is above zero (O'Donoghue and Candes, "Adaptive Restart for
    /// Accelerated Gradient Schemes", Foundations of Computational Mathematics 15, 2015, equation 13).
    /// </summary>
    /// <param name="point">The extrapolated point y that the step began from.</param>
    /// <param name="iterate">The iterate x that it led to.</param>
    /// <param name="previous">The iterate before.</param>
    /// <returns>The sum of <c>(point - iterate) (iterate - previous)</c>.</returns>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T MomentumTest<T>(T point, T iterate, T previous)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (point - iterate) * (iterate - previous);

    /// <summary>Step of a projected gradient in a box around zero, such as the dual ball of total variation.</summary>
    /// <param name="x">The iterate.</param>
    /// <param name="gradient">Gradient there.</param>
    /// <param name="step">Length of the step.</param>
    /// <param name="bound">Half the width of the box, zero or more.</param>
    /// <returns><c>x - step gradient</c>, rounded once, clamped to [-bound, bound].</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T BoxStep<T>(T x, T gradient, [Uniform] T step, [Uniform] T bound)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Clamp(T.FusedMultiplyAdd(-step, gradient, x), -bound, bound);

    /// <summary>Duality gap of total variation: the sum of <c>weight |d| - z d</c> over the edges, of terms that are not negative where |z| is at most the weight.</summary>
    /// <param name="difference">Differences d of the primal point along the edges.</param>
    /// <param name="z">The dual point.</param>
    /// <param name="weight">Weight of the total variation.</param>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T VariationGap<T>(T difference, T z, [Uniform] T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
        => weight * T.Abs(difference) - z * difference;
}
