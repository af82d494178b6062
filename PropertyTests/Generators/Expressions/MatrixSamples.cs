using System.Numerics;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Expressions with matrix forms of every kind, compiled by the generator into this very project.</summary>
internal static partial class MatrixSamples
{
    [Vectorized, MatrixForms]
    internal static T Blend<T>(T x, [Uniform(PerElementToo = true, PerRowToo = true, PerColumnToo = true)] T a)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Max(x, a) - a * x;

    [Vectorized, MatrixForms]
    internal static (T First, T Second) Outer<T>(T x, T y, [Uniform(PerRowToo = true)] T r, [Uniform(PerColumnToo = true)] T c)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (r * x - y, x + c * y);

    [VectorizedSum, MatrixForms]
    internal static T Energy<T>(T x, [Uniform(PerRowToo = true, PerColumnToo = true)] T center)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T difference = x - center;
        return difference * difference;
    }

    [VectorizedReduce(Fold.Store, Fold.Sum, Fold.Max, Fold.Count, Fold.ArgMax), MatrixForms]
    internal static (T Next, T Total, T Largest, bool Positives, T At) Pass<T>(T x, T y, [Uniform(PerColumnToo = true)] T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T next = x - weight * y;
        return (next, next, T.Abs(next), next > T.Zero, next);
    }

    [VectorizedReduce(Fold.Min, Fold.Count, Fold.Sum), MatrixForms]
    internal static (T Least, bool Negatives, T Sum) Extent<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (x, x < T.Zero, x);

    [VectorizedReduce(Fold.Store, Fold.Sum, Fold.ArgMin), MatrixForms]
    internal static (int Level, float Error, int Smallest) Quantize(float x, [Uniform(PerRowToo = true)] float step)
    {
        int level = (int)float.Round(x / step);
        return (level, x - level * step, level);
    }

    [VectorizedReduce(Fold.Sum, Fold.Count, Fold.Max), MatrixForms]
    internal static (long Sum, bool Odd, long Most) Tally(long x) => (x * x, (x & 1) != 0, x);
}
