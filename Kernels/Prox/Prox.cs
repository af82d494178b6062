using System.Numerics;

namespace Kernels;

/// <summary>Proximal maps.</summary>
public static class Prox
{
    /// <summary>Soft threshold, the proximal map of <c>threshold |x|</c>.</summary>
    public static void SoftThreshold<T>(ReadOnlySpan<T> x, T threshold, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = x[i] - T.Clamp(x[i], -threshold, threshold);
        }
    }
}
