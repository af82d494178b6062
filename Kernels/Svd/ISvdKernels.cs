using System.Numerics;

namespace Kernels;

// The loops of the decomposition. Its driver is generic over them, so that a test can run it on the kernels of one vector width.
internal interface ISvdKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // (x'x, x'y, y'y)
    static abstract (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    static abstract T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    // y = y + factor x
    static abstract void AddScaled(ReadOnlySpan<T> x, T factor, Span<T> y);

    // (x, y) = (c x - s y, s x + c y)
    static abstract void Rotate(Span<T> x, Span<T> y, T c, T s);
}

// The kernels of the live width.
internal readonly struct LiveSvdKernels<T> : ISvdKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        => Reductions.GramPair(x, y);

    public static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => Reductions.Dot(x, y);

    public static void AddScaled(ReadOnlySpan<T> x, T factor, Span<T> y) => Elementwise.AddScaled(y, x, factor, y);

    public static void Rotate(Span<T> x, Span<T> y, T c, T s) => Elementwise.Rotate(x, y, c, s, x, y);
}
