using System.Numerics;

namespace Kernels;

// The loops of SimultaneousRotations over a row of a Gram matrix.
internal static partial class RotationKernels
{
    /// <summary>The squared cosine of two columns, times the square of the first: g is their product.</summary>
    [VectorizedMax(typeof(float), typeof(double), AtLeast = 0)]
    private static T Cosine<T>(T g, T square)
        where T : unmanaged, IFloatingPointIeee754<T>
        => square > T.Zero ? g * (g / square) : T.Zero;

    /// <summary>The same, of pairs alone whose angle is not small.</summary>
    [VectorizedMax(typeof(float), typeof(double), AtLeast = 0)]
    private static T WideCosine<T>(T g, T square, [Uniform] T ownSquare, [Uniform] T limit)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(g) < limit * T.Abs(ownSquare - square) ? T.Zero : square > T.Zero ? g * (g / square) : T.Zero;

    /// <summary>The tangent of the small angle that makes two columns orthogonal, to first order; zero where it is not small.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Tangent<T>(T g, T square, [Uniform] T ownSquare, [Uniform] T limit)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T difference = ownSquare - square;
        return T.Abs(g) < limit * T.Abs(difference) ? g / difference : T.Zero;
    }

    /// <summary>Squares of what the columns add to another one.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T Addition<T>(T tangent, T square)
        where T : unmanaged, IFloatingPointIeee754<T>
        => tangent * tangent * square;
}
