using System.Runtime.InteropServices;

namespace Kernels.Benchmarks;

/// <summary>What this machine is, without measuring anything.</summary>
internal static class Host
{
    internal static IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("processor", Processor()),
        ("cores", $"{Environment.ProcessorCount}"),
        ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("live kernels", KernelInfo.Description),
    ];

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }
}
