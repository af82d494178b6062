using System.Numerics;

namespace Kernels;

public static partial class Prox
{
    /// <summary><c>(y - x) + step dual</c>: the point whose proximal map is the next block of an augmented Lagrangian (Boyd et al., ADMM, 2011, section 3.1.1).</summary>
    /// <param name="y">Data.</param>
    /// <param name="x">The other block.</param>
    /// <param name="dual">Multiplier.</param>
    /// <param name="step">One over the penalty.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static T SplitPoint<T>(T y, T x, T dual, [Uniform] T step)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.FusedMultiplyAdd(step, dual, y - x);

    /// <summary><c>dual + penalty (y - first - second)</c>: the ascent of the multiplier.</summary>
    /// <param name="y">Data.</param>
    /// <param name="first">One block.</param>
    /// <param name="second">The other block.</param>
    /// <param name="dual">Multiplier.</param>
    /// <param name="penalty">Weight of the constraint.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static T DualAscent<T>(T y, T first, T second, T dual, [Uniform] T penalty)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.FusedMultiplyAdd(penalty, y - first - second, dual);
}
