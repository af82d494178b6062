using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The data of one product and the threads that a contender may use.</summary>
internal sealed class GemmCase<T>(GemmShape shape, int threads) : IDisposable
    where T : unmanaged
{
    internal GemmCase(int m, int n, int k, int threads)
        : this(new GemmShape(m, n, k), threads)
    {
    }

    internal GemmShape Shape => shape;

    internal int M => shape.M;

    internal int N => shape.N;

    internal int K => shape.K;

    internal int Threads => threads;

    internal AlignedBuffer<T> A { get; } = new((shape.TransposedA ? shape.K : shape.M) * shape.LeadingA);

    internal AlignedBuffer<T> B { get; } = new((shape.TransposedB ? shape.N : shape.K) * shape.LeadingB);

    internal AlignedBuffer<T> C { get; } = new(shape.M * shape.LeadingC);

    /// <summary>A as the m x k factor, however it is stored.</summary>
    internal ReadOnlyMatrixView<T> ViewA => View(A, shape.M, shape.K, shape.LeadingA, shape.TransposedA);

    /// <summary>B as the k x n factor, however it is stored.</summary>
    internal ReadOnlyMatrixView<T> ViewB => View(B, shape.K, shape.N, shape.LeadingB, shape.TransposedB);

    /// <summary>C, to be written.</summary>
    internal MatrixView<T> ViewC => new(C.Span, shape.M, shape.N, shape.LeadingC);

    internal double Operations => shape.Operations;

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        C.Dispose();
    }

    private static ReadOnlyMatrixView<T> View(AlignedBuffer<T> elements, int rows, int columns, int leading, bool transposed)
        => transposed ? new ReadOnlyMatrixView<T>(elements.Span, columns, rows, leading).Transposed : new(elements.Span, rows, columns, leading);
}
