using System.Runtime.CompilerServices;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Our product of one fixed shape, in both scalar types.</summary>
internal sealed record FixedContender(int M, int N, int K, Action<GemmCase<float>, int> Single, Action<GemmCase<double>, int> Double)
{
    internal static FixedContender Of<TProduct>(int m, int n, int k)
        where TProduct : struct, IFixedProduct<float>, IFixedProduct<double>
        => new(m, n, k, Repeat<TProduct, float>, Repeat<TProduct, double>);

    internal Action<int> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
        => problem switch
        {
            GemmCase<float> p => times => Single(p, times),
            GemmCase<double> p => times => Double(p, times),
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };

    // Compiled once and for good: a loop that is replaced while it runs would be measured in two versions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat<TProduct, T>(GemmCase<T> problem, int times)
        where TProduct : struct, IFixedProduct<T>
        where T : unmanaged
    {
        ReadOnlySpan<T> a = problem.A.Span, b = problem.B.Span;
        Span<T> c = problem.C.Span;
        for (int t = 0; t < times; t++)
        {
            TProduct.Multiply(a, b, c);
        }
    }
}
