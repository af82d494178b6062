namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>A way to multiply matrices.</summary>
internal interface IGemmPeer
{
    /// <summary>Short name, a column title.</summary>
    string Name { get; }

    /// <summary>Name, version and what it runs on, for the line above the table.</summary>
    string Description { get; }

    /// <summary>False where it has no such product, or where it would take too long to be worth waiting for.</summary>
    bool Enters(GemmShape shape);

    /// <summary>
    /// The calls by which a user of the library would compute this product; the fastest of them counts. Each takes the number of times to
    /// run and must leave its result in the problem's C.
    /// </summary>
    IReadOnlyList<Action<int>> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged;

    /// <summary>For a contender that keeps its own storage: copies its last result to C. Others do nothing.</summary>
    void Deliver<T>(GemmCase<T> problem)
        where T : unmanaged
    {
    }
}
