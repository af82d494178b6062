using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The data of one product c = a b, row-major without gaps, and the threads that a contender may use.</summary>
internal sealed class GemmProblem<T>(int m, int n, int k, int threads) : IDisposable
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

/// <summary>A way to multiply matrices.</summary>
internal interface IGemmPeer
{
    /// <summary>Short name, a column title.</summary>
    string Name { get; }

    /// <summary>Name, version and what it runs on, for the line above the table.</summary>
    string Description { get; }

    /// <summary>False where it would take too long to be worth waiting for.</summary>
    bool Enters(int m, int n, int k);

    /// <summary>The product, to be run a number of times; it must leave its result in the problem's C.</summary>
    Action<int> Prepare<T>(GemmProblem<T> problem)
        where T : unmanaged;

    /// <summary>For a contender that keeps its own storage: copies its last result to C. Others do nothing.</summary>
    void Deliver<T>(GemmProblem<T> problem)
        where T : unmanaged
    {
    }
}
