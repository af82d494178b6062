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

    /// <summary>The sum of the entropies <c>-q log q - (1 - q) log(1 - q)</c> of <c>q = scale |x|</c>, zero where q is not between 0 and 1.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T BinaryEntropySum<T>(T x, [Uniform] T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T q = scale * T.Abs(x);
        T rest = T.One - q;
        return q > T.Zero && rest > T.Zero ? -(q * T.Log(q) + rest * T.Log(rest)) : T.Zero;
    }

    /// <summary>The sum of <c>exp(x - shift)</c>.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T ExponentialSum<T>(T x, [Uniform] T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Exp(x - shift);

    /// <summary>Residual of the softmax cross-entropy of a row: <c>y - exp(x - logPartition)</c>.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T SoftmaxResidual<T>(T y, T x, [Uniform] T logPartition)
        where T : unmanaged, IFloatingPointIeee754<T>
        => y - T.Exp(x - logPartition);

    /// <summary>The sum of <c>-q log q</c> for <c>q = y - scale residual</c>, zero where q is not positive.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T EntropySum<T>(T y, T residual, [Uniform] T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T q = y - scale * residual;
        return q > T.Zero ? -(q * T.Log(q)) : T.Zero;
    }
}
