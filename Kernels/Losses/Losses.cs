using System.Numerics;

namespace Kernels;

/// <summary>Residuals of convex losses: minus the gradient of a loss of (y, x) in x, element by element, and the sums that their values need.</summary>
public static partial class Losses
{
    /// <summary>Residual of <c>1/2 (y - x)^2</c> over the seen elements: <c>y - x</c> where seen is not zero, else zero, whatever y holds there.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T MaskedDifference<T>(T y, T x, T seen)
        where T : unmanaged, IFloatingPointIeee754<T>
        => seen != T.Zero ? y - x : T.Zero;

    /// <summary>
    /// Residual of the Huber loss <c>gamma d^2 / 2</c> for <c>|d| at most 1 / gamma</c>, else <c>|d| - 1 / (2 gamma)</c>, of <c>d = y - x</c>:
    /// <c>gamma d</c> clamped to [-1, 1] (Huber, Annals of Mathematical Statistics 35(1), 1964).
    /// </summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T ClampedDifference<T>(T y, T x, [Uniform] T gamma)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Clamp(gamma * (y - x), -T.One, T.One);

    /// <summary>The sum of <c>(y - x) z</c>.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T InnerDifference<T>(T y, T x, T z)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (y - x) * z;
}
