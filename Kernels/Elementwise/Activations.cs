using System.Numerics;

namespace Kernels;

/// <summary>Activations of networks and their derivatives.</summary>
public static partial class Activations
{
    /// <summary>Rectifier, and the projection onto the non-negative numbers.</summary>
    /// <param name="x">Inputs.</param>
    /// <returns><c>max(x, 0)</c>; NaN stays NaN, and both zeros give +0.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T Relu<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Max(x, T.Zero);

    /// <summary>Gradient through the rectifier, with derivative 0 at 0.</summary>
    /// <param name="gradient">Gradient of the loss by the outputs.</param>
    /// <param name="x">Inputs of the rectifier, or its outputs, which have the same sign.</param>
    /// <returns><c>gradient</c> where x &gt; 0 and +0 elsewhere (also where x is NaN).</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T ReluBackward<T>(T gradient, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x > T.Zero ? gradient : T.Zero;
}
