using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

/// <summary>A thin SVD in arrays, from a call with row-major arguments; it must have converged and left the input alone.</summary>
internal sealed record Thin<T>(T[,] U, T[] S, T[,] V, SvdInfo Info)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal static Thin<T> Of(T[,] a, string name = "")
    {
        int m = a.GetLength(0), n = a.GetLength(1), p = Math.Min(m, n);
        var copy = (T[,])a.Clone();
        T[,] u = new T[m, p], v = new T[n, p];
        var s = new T[p];
        SvdInfo info = Svd.Decompose<T>(a, u, s, v);
        Assert.Equal(copy, a);
        Assert.True(info.Converged, $"{name} {m} x {n}: {info}");
        return new(u, s, v, info);
    }

    internal SvdRatios RatiosFor(T[,] a) => SvdRatios.Of(a, U, S, V);
}
