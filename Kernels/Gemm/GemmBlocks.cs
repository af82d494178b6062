using System.Runtime.CompilerServices;

namespace Kernels;

// How a product is cut for the caches: steps of k before C goes back to memory (KC), rows of A that stay in the second-level cache (MC),
// columns of B that stay in the third (NC), and the bytes of an operand from which a copy of it may pay. No part of the result.
internal readonly record struct GemmBlocks(int Depth, int Rows, int Columns, long PackingBytes)
{
    // Best of 1, 3, 4 and 16 MiB at n = 384..1024.
    internal const long TunedPackingBytes = 3 * 1024 * 1024;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static GemmBlocks Of<T, TTile>()
        where T : unmanaged
        where TTile : struct, IGemmTile<T>
        => new(TTile.DepthBlock, TTile.RowBlock, TTile.ColumnBlock, TunedPackingBytes);

    internal bool IsSmall<T>(int rows, int columns)
        where T : unmanaged
        => (long)rows * columns * Unsafe.SizeOf<T>() <= PackingBytes;
}
