using System.Runtime;

namespace Kernels.PropertyTests.Support;

/// <summary>What an action allocates on its thread.</summary>
internal static class Allocated
{
    // A background collection counts the unused rest of a thread's allocation context, up to 8 KB, as allocated: PropertyTests.csproj turns those off.
    internal static long By(Action action)
    {
        Assert.Equal(GCLatencyMode.Batch, GCSettings.LatencyMode);
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // The third time: the first takes the memory, and the second may still meet code that is being compiled.
    internal static long Again(Action action)
    {
        action();
        action();
        return By(action);
    }
}
