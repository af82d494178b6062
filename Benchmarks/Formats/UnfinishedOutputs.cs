using System.Collections.Concurrent;

namespace Kernels.Benchmarks.Formats;

/// <summary>Files and folders that are not yet in their places; disposing of one removes what was written so far.</summary>
internal static class UnfinishedOutputs
{
    private static readonly ConcurrentDictionary<IDisposable, bool> Open = new();

    internal static void Add(IDisposable output) => Open[output] = true;

    internal static void Remove(IDisposable output) => Open.TryRemove(output, out _);

    /// <summary>For a program that must end now.</summary>
    internal static void DiscardAll()
    {
        foreach (var output in Open.Keys)
        {
            output.Dispose();
        }
    }
}
