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

    /// <summary>Marks the kinks of a rectifier by zero: inputs that are so small that they are rounding.</summary>
    /// <param name="x">Inputs of the rectifier.</param>
    /// <param name="scale">What each is small against.</param>
    /// <param name="tolerance">Part of the scale that counts as zero.</param>
    /// <returns><c>0</c> where <c>|x| at most tolerance scale</c>, else x.</returns>
    [Vectorized(typeof(float), typeof(double))]
    private static T MarkKinks<T>(T x, T scale, [Uniform] T tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(x) <= tolerance * scale ? T.Zero : x;

    /// <summary>How soon an input of a rectifier meets its kink on the line <c>x + t slope</c>: the largest <c>1 / t</c>, zero if none does.</summary>
    /// <param name="x">Inputs; those that are zero are at their kinks and do not count.</param>
    /// <param name="slope">Their slopes.</param>
    [VectorizedMax(typeof(float), typeof(double), AtLeast = 0)]
    private static T SoonestKink<T>(T x, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x != T.Zero ? -(slope / x) : T.Zero;
}
