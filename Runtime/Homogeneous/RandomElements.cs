using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels.Runtime;

internal static class RandomElements
{
    // Standard normal, for a type parameter.
    internal static void Normal<T>(ulong seed, ulong stream, ulong start, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            RandomNumbers.Normal(seed, stream, start, 1, MemoryMarshal.Cast<T, float>(destination));
        }
        else
        {
            RandomNumbers.Normal(seed, stream, start, 1, MemoryMarshal.Cast<T, double>(destination));
        }
    }
}
