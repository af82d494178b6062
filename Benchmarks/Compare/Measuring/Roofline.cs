using System.Runtime.CompilerServices;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>Which part of the machine limits a piece of work.</summary>
internal enum Bound
{
    Compute,
    Memory,
}

/// <summary>
/// The roofline (Williams, Waterman and Patterson, CACM 2009): a product takes at least the time of its operations at the FMA peak, and at
/// least the time to read its operands, and what it adds to, and to write its result once, at the bandwidth of the cache that holds them.
/// </summary>
/// <param name="single">Operations a second in float.</param>
/// <param name="double">Operations a second in double.</param>
/// <param name="measure">Bandwidth of a buffer of a size class; null where only the operations count.</param>
internal sealed class Roofline(double single, double @double, Func<int, Bandwidth>? measure)
{
    private readonly SortedDictionary<int, Bandwidth> _bandwidths = [];

    /// <summary>Bandwidths are those of one core, so several threads have the FMA peak alone.</summary>
    internal static Roofline OfThisMachine(int threads)
        => new(FmaPeak.Measure<float>(threads), FmaPeak.Measure<double>(threads), threads == 1 ? Bandwidth.Measure : null);

    /// <summary>What was asked for so far, by size class in bytes.</summary>
    internal IReadOnlyDictionary<int, Bandwidth> Bandwidths => _bandwidths;

    /// <summary>Operations a second of the multiply-add units.</summary>
    internal double Peak<T>() => typeof(T) == typeof(float) ? single : @double;

    /// <summary>The most operations a second for a product of this shape, and why.</summary>
    internal (double Rate, Bound Bound) Of<T>(GemmShape shape)
        where T : unmanaged
    {
        double computing = shape.Operations / Peak<T>(), moving = Moving(shape, Unsafe.SizeOf<T>());
        return moving > computing ? (shape.Operations / moving, Bound.Memory) : (Peak<T>(), Bound.Compute);
    }

    private double Moving(GemmShape shape, double size)
    {
        if (measure is null)
        {
            return 0;
        }

        double operands = size * shape.K * ((double)shape.M + shape.N), written = size * shape.M * shape.N;
        double read = operands + (shape.Beta == 0 ? 0 : written);
        int sizeClass = Bandwidth.SizeClass(operands + written);
        if (!_bandwidths.TryGetValue(sizeClass, out var bandwidth))
        {
            _bandwidths[sizeClass] = bandwidth = measure(sizeClass);
        }

        return read / bandwidth.Read + written / bandwidth.Write;
    }
}
