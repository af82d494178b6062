using System.CommandLine;

namespace Kernels.Benchmarks.Solve;

internal static class SolveCommand
{
    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        return new Command("solve", "x");
    }
}
