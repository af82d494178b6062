using System.Numerics;

namespace Kernels;

public static partial class Losses
{
    /// <summary>Residual of <c>log(1 + exp(-y x))</c> for y of 1 or -1: <c>y / (1 + exp(y x))</c>.</summary>
    /// <remarks>Within the bound of the exponential (docs/vectorized-expressions.md) and two roundings.</remarks>
    [Vectorized(typeof(float), typeof(double))]
    private static T LogisticResidual<T>(T y, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // exp of what is not positive never overflows.
        T decay = T.Exp(-T.Abs(x));
        return y * (y * x > T.Zero ? decay : T.One) / (T.One + decay);
    }

    /// <summary>The sum of <c>log(1 + exp(-y x))</c> for y of 1 or -1.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T LogisticSum<T>(T y, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Log(T.One + T.Exp(-T.Abs(x))) + T.Max(-(y * x), T.Zero);
}
