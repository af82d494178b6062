using System.Runtime.InteropServices;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Tour;

/// <summary>What this machine is and can do at most, measured in this process.</summary>
/// <param name="SinglePeak">Operations a second of float multiply-adds on one thread.</param>
/// <param name="DoublePeak">The same for double.</param>
/// <param name="Copy">Bytes a second, read and written, of a copy in memory.</param>
/// <param name="Read">Bytes a second of reading from memory.</param>
internal sealed record Machine(double SinglePeak, double DoublePeak, double Copy, double Read)
{
    internal static Machine Measure()
        => new(FmaPeak.Measure<float>(1), FmaPeak.Measure<double>(1), CopyBandwidth.Measure(), Bandwidth.Measure(Bandwidth.Largest).Read);

    internal IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("processor", Processor()),
        ("cores", $"{Environment.ProcessorCount}"),
        ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("live kernels", KernelInfo.Description),
        ("FMA peak, one thread", FormattableString.Invariant($"{SinglePeak / 1e9:0} GFLOP/s float, {DoublePeak / 1e9:0} double")),
        ("memory, one thread", FormattableString.Invariant($"{Copy / 1e9:0.0} GB/s copied (read + written), {Read / 1e9:0.0} GB/s read")),
    ];

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }
}
