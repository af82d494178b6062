using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The data of many products c = a b of one shape: the operands of each follow those of the one before.</summary>
internal sealed class FixedBatchCase<T>(int m, int n, int k, int count) : IDisposable
    where T : unmanaged, INumber<T>
{
    internal int M => m;

    internal int N => n;

    internal int K => k;

    internal int Count => count;

    internal AlignedBuffer<T> A { get; } = new(count * m * k);

    internal AlignedBuffer<T> B { get; } = new(count * k * n);

    internal AlignedBuffer<T> C { get; } = new(count * m * n);

    internal double Operations => 2.0 * count * m * n * k;

    internal void Fill()
    {
        var random = new Random(1);
        ProductCheck.Fill(A.Span, random);
        ProductCheck.Fill(B.Span, random);
    }

    /// <exception cref="InvalidOperationException">A product is wrong.</exception>
    internal void Verify(string name)
    {
        for (int i = 0; i < count; i++)
        {
            ProductCheck.Verify(
                new ReadOnlyMatrixView<T>(A.Span[(i * m * k)..], m, k), new ReadOnlyMatrixView<T>(B.Span[(i * k * n)..], k, n), new ReadOnlyMatrixView<T>(C.Span[(i * m * n)..], m, n),
                $"{m} x {n} x {k}", name);
        }
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        C.Dispose();
    }
}
