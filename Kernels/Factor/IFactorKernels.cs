using System.Numerics;

namespace Kernels;

// The loops of the factorizations. Their drivers are generic over them, so that a test can run one on the kernels of one vector width.
internal interface IFactorKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    static abstract VectorWidth Width { get; }

    // (x'x, x'y, y'y)
    static abstract (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    static abstract T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    // y = y + factor x
    static abstract void AddScaled(ReadOnlySpan<T> x, T factor, Span<T> y);

    // (x, y) = (c x - s y, s x + c y)
    static abstract void Rotate(Span<T> x, Span<T> y, T c, T s);

    // destination = a b + beta destination; beta is zero or one, so that operands are read where they are.
    static abstract void Multiply(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination);
}

// The kernels of the live width.
internal readonly struct LiveFactorKernels<T> : IFactorKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static VectorWidth Width => KernelInfo.Width;

    public static (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        => Reductions.GramPair(x, y);

    public static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => Reductions.Dot(x, y);

    public static void AddScaled(ReadOnlySpan<T> x, T factor, Span<T> y) => Elementwise.AddScaled(y, x, factor, y);

    public static void Rotate(Span<T> x, Span<T> y, T c, T s) => Elementwise.Rotate(x, y, c, s, x, y);

    public static void Multiply(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination)
        => Gemm.Multiply(T.One, a, b, beta, destination);
}
