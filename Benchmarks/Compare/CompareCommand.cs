using System.CommandLine;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare</c>.</summary>
internal static class CompareCommand
{
    internal static Command Create(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
        => new("compare", "Measure a kernel family against the other libraries on this machine.")
        {
            GemmCommand.Create(screen, relaunch, cancellation),
            FixedCommand.Create(screen, cancellation),
            SvdCommand.Create(screen, relaunch, cancellation),
            ProxCommand.Create(screen, cancellation),
            MaskCommand.Create(screen, cancellation),
            DropoutCommand.Create(screen, cancellation),
            SolversCommand.Create(screen, cancellation),
        };
}
