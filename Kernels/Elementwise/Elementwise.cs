using System.Numerics;

namespace Kernels;

/// <summary>Element-wise maps.</summary>
public static class Elementwise
{
    /// <summary><c>destination = factor x</c>.</summary>
    public static void Scale<T>(ReadOnlySpan<T> x, T factor, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = factor * x[i];
        }
    }

    /// <summary><c>destination = x + factor y</c>, fused.</summary>
    public static void AddScaled<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T factor, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = T.FusedMultiplyAdd(factor, y[i], x[i]);
        }
    }

    /// <summary>Plane rotation of two vectors: <c>(c x - s y, s x + c y)</c>.</summary>
    public static void Rotate<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T c, T s, Span<T> first, Span<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            (first[i], second[i]) = (T.FusedMultiplyAdd(c, x[i], -(s * y[i])), T.FusedMultiplyAdd(s, x[i], c * y[i]));
        }
    }
}
