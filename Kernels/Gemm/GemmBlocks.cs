using System.Runtime.CompilerServices;

namespace Kernels;

// How a product is cut for the caches: steps of k before C goes back to memory (KC), rows of A that stay in the second-level cache at that depth (MC),
// columns of B that stay in the third (NC), and the bytes of an operand from which a copy of it may pay. No part of the result.
internal readonly record struct GemmBlocks(int Depth, int Rows, int Columns, long PackingBytes)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static GemmBlocks Of<T, TTile>()
        where T : unmanaged
        where TTile : struct, IGemmTile<T>
        => new(TTile.DepthBlock, TTile.RowBlock, TTile.ColumnBlock, 1024L * TTile.PackingKiB);

    // A block of A has so many elements at most: fewer steps of k make room for more rows.
    internal int RowsAt(int depth) => (int)Math.Min((long)Rows * Depth / depth, int.MaxValue / 2);

    // No more than such a part of what a copy may pay from.
    internal bool IsSmall<T>(int rows, int columns, int part = 1)
        where T : unmanaged
        => (long)part * rows * columns * Unsafe.SizeOf<T>() <= PackingBytes;
}
