using System.CommandLine;

namespace Kernels.Benchmarks.Tour;

internal static class TourCommand
{
    internal static RootCommand Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var root = new RootCommand("Dense kernels for .NET.");
        root.SetAction(_ => relaunch() ?? 0);
        return root;
    }
}
