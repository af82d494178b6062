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
}
