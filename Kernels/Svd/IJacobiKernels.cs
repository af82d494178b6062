using System.Numerics;

namespace Kernels;

// The two loops of one-sided Jacobi. The driver is generic over them, so that a test can run it on the kernels of one vector width.
internal interface IJacobiKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // (x'x, x'y, y'y)
    static abstract (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    // (x, y) = (c x - s y, s x + c y)
    static abstract void Rotate(Span<T> x, Span<T> y, T c, T s);
}

// The kernels of the live width.
internal readonly struct LiveJacobiKernels<T> : IJacobiKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        => (Reductions.Dot(x, x), Reductions.Dot(x, y), Reductions.Dot(y, y));

    public static void Rotate(Span<T> x, Span<T> y, T c, T s) => Elementwise.Rotate(x, y, c, s, x, y);
}
