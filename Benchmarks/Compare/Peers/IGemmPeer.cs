namespace Kernels.Benchmarks.Compare.Peers;

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
    Action<int> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged;

    /// <summary>For a contender that keeps its own storage: copies its last result to C. Others do nothing.</summary>
    void Deliver<T>(GemmCase<T> problem)
        where T : unmanaged
    {
    }
}
