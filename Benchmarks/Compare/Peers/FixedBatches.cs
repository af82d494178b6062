using System.Numerics;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Many products of a fixed shape, as a type.</summary>
internal interface IFixedBatch<T>
    where T : unmanaged
{
    static abstract void Multiply(int count, ReadOnlySpan<T> a, int strideA, ReadOnlySpan<T> b, int strideB, Span<T> c, int strideC);
}

/// <summary>Our batches of one shape, in both scalar types.</summary>
internal sealed record FixedBatch(int M, int N, int K, Action<FixedBatchCase<float>, int> Single, Action<FixedBatchCase<double>, int> Double)
{
    /// <summary>Products of a batch.</summary>
    internal const int Count = 1000;

    /// <summary>The shapes of <c>compare fixed</c> in batches.</summary>
    internal static readonly IReadOnlyList<FixedBatch> All =
    [
        Of<FixedBatches.B3x3x3>(3, 3, 3),
        Of<FixedBatches.B4x4x4>(4, 4, 4),
        Of<FixedBatches.B8x8x8>(8, 8, 8),
        Of<FixedBatches.B16x16x16>(16, 16, 16),
    ];

    private static FixedBatch Of<TProduct>(int m, int n, int k)
        where TProduct : struct, IFixedBatch<float>, IFixedBatch<double>
        => new(m, n, k, Repeat<TProduct, float>, Repeat<TProduct, double>);

    internal Action<int> Prepare<T>(FixedBatchCase<T> problem)
        where T : unmanaged, INumber<T>
        => problem switch
        {
            FixedBatchCase<float> p => times => Single(p, times),
            FixedBatchCase<double> p => times => Double(p, times),
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };

    private static void Repeat<TProduct, T>(FixedBatchCase<T> problem, int times)
        where TProduct : struct, IFixedBatch<T>
        where T : unmanaged, INumber<T>
    {
        var (m, n, k) = (problem.M, problem.N, problem.K);
        for (int t = 0; t < times; t++)
        {
            TProduct.Multiply(problem.Count, problem.A.Span, m * k, problem.B.Span, k * n, problem.C.Span, m * n);
        }
    }
}

/// <summary>The batched products, filled in by the generator.</summary>
internal static partial class FixedBatches
{
    internal readonly partial struct B3x3x3 : IFixedBatch<float>, IFixedBatch<double>
    {
        [FixedGemm(M = 3, N = 3, K = 3)]
        public static partial void Multiply(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

        [FixedGemm(M = 3, N = 3, K = 3)]
        public static partial void Multiply(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);
    }

    internal readonly partial struct B4x4x4 : IFixedBatch<float>, IFixedBatch<double>
    {
        [FixedGemm(M = 4, N = 4, K = 4)]
        public static partial void Multiply(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

        [FixedGemm(M = 4, N = 4, K = 4)]
        public static partial void Multiply(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);
    }

    internal readonly partial struct B8x8x8 : IFixedBatch<float>, IFixedBatch<double>
    {
        [FixedGemm(M = 8, N = 8, K = 8)]
        public static partial void Multiply(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

        [FixedGemm(M = 8, N = 8, K = 8)]
        public static partial void Multiply(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);
    }

    internal readonly partial struct B16x16x16 : IFixedBatch<float>, IFixedBatch<double>
    {
        [FixedGemm(M = 16, N = 16, K = 16)]
        public static partial void Multiply(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

        [FixedGemm(M = 16, N = 16, K = 16)]
        public static partial void Multiply(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);
    }
}
