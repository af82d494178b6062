namespace Kernels.Generators.Expressions;

/// <summary>The tuning table of maps. Every number here was measured with <c>compare prox</c>; docs/contracts/prox.md says where and how.</summary>
internal static class MapTuning
{
    /// <summary>
    /// Vectors of elements that one turn of the loop handles: enough independent work to hide the latency of one, within a sane size.
    /// </summary>
    public static int Unroll(int operations) => operations <= 12 ? 4 : operations <= 32 ? 2 : 1;

    /// <summary>
    /// Bytes of all arrays together from which stores go past the caches. Below, the last-level cache (32 MiB where this was measured) still
    /// holds what was written, and such stores cost up to two thirds of the speed; above, they save the read of each line before it is overwritten.
    /// </summary>
    public const int StreamFrom = 20 << 20;

    /// <summary>A load waits for an earlier store whose address agrees with its own in the lowest twelve bits, as if it read what was stored.</summary>
    public const int AliasPeriod = 4096;

    /// <summary>
    /// Bytes by which a load may follow such a store and still find it waiting: a store past the caches takes long to leave. Within them such stores cost
    /// up to six sevenths of the speed, and plain ones nothing.
    /// </summary>
    public const int AliasWindow = 512;
}
