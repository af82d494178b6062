using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The data of one product c = a b, row-major without gaps, and the threads that a contender may use.</summary>
internal sealed class GemmCase<T>(int m, int n, int k, int threads) : IDisposable
    where T : unmanaged
{
    internal int M => m;

    internal int N => n;

    internal int K => k;

    internal int Threads => threads;

    internal AlignedBuffer<T> A { get; } = new(m * k);

    internal AlignedBuffer<T> B { get; } = new(k * n);

    internal AlignedBuffer<T> C { get; } = new(m * n);

    internal double Operations => 2.0 * m * n * k;

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        C.Dispose();
    }
}
