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
        .. Host.Facts,
        ("FMA peak, one thread", FormattableString.Invariant($"{SinglePeak / 1e9:0} GFLOP/s float, {DoublePeak / 1e9:0} double")),
        ("memory, one thread", FormattableString.Invariant($"{Copy / 1e9:0.0} GB/s copied (read + written), {Read / 1e9:0.0} GB/s read")),
    ];
}
