using System.Numerics;

namespace Kernels;

// The kernels of one call that may use several threads and may be cancelled: looked at before each product, which is where both pay. What the call wants is kept for its
// thread, because kernels are types and have no instance.
internal readonly struct CallFactorKernels<T> : IFactorKernels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static Parallelism _parallelism;

    [ThreadStatic]
    private static CancellationToken _cancellation;

    public static VectorWidth Width => KernelInfo.Width;

    // Until it is disposed, products on this thread use so many threads and throw when cancelled.
    internal static Scope Begin(Parallelism parallelism, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (_parallelism, _cancellation) = (parallelism, cancellation);
        return default;
    }

    public static (T XX, T XY, T YY) GramPair(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => Reductions.GramPair(x, y);

    public static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => Reductions.Dot(x, y);

    public static void AddScaled(ReadOnlySpan<T> x, T factor, Span<T> y) => Elementwise.AddScaled(y, x, factor, y);

    public static void Rotate(Span<T> x, Span<T> y, T c, T s) => Elementwise.Rotate(x, y, c, s, x, y);

    public static void Multiply(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination)
    {
        _cancellation.ThrowIfCancellationRequested();
        Gemm.Multiply(T.One, a, b, beta, destination, _parallelism);
    }

    internal readonly ref struct Scope
    {
        public void Dispose() => (_parallelism, _cancellation) = (default, default);
    }
}
