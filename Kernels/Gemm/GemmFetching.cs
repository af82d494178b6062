using System.Runtime.CompilerServices;

namespace Kernels;

// When the C of a later tile is fetched, and of which one: docs/contracts/gemm-tile.md, "Why it is fast". No part of the result.
internal static class GemmFetching
{
    // The last steps of k are time enough where there are more; otherwise all but the first ones. Not for a C that stays in the first-level cache.
    private const int LastSteps = 64, FirstSteps = 4, NearC = 32768;

    // Steps of k and bytes of C from which one that is only written is fetched too, its lines being read for the stores anyhow.
    private const int UnreadSteps = 48, UnreadC = 3 << 20;

    // A C that waits for memory is fetched however few the steps (Zen 5, double, 2001 x 2001 with k = 4 / 8 / 16 / 32: 32 / 45 / 66 / 94 -> 39 / 66 / 95 / 110 GF); one of 16 MB, from the third-level
    // cache, is 5 to 10 % slower so.
    internal const int MemoryC = 24 << 20;

    // Where C comes from beyond the second-level cache and k is short, a tile takes less time than the third-level cache to answer.
    private const int FarTiles = 4, FarC = 1 << 20;

    // Steps before the end of a tile. A C that is not read stalls no chain: fetched before its stores, it is 5 to 10 % slower within the second-level cache (k = 16..64), and faster where they would wait for memory.
    internal static nuint Steps(int k, bool isRead, long bytesOfC)
        => (nuint)(k > LastSteps ? LastSteps
            : k > FirstSteps && (isRead || bytesOfC >= (k >= UnreadSteps ? UnreadC : MemoryC)) ? k - FirstSteps
            : k <= FirstSteps && bytesOfC >= MemoryC ? k - 1
            : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nuint StepsInPlace(int k, bool isRead, long bytesOfC) => k <= LastSteps && bytesOfC <= NearC ? 0 : Steps(k, isRead, bytesOfC);

    // Tiles from one to the other.
    internal static nuint Tiles(int k, long bytesOfC = FarC) => k <= LastSteps && bytesOfC >= FarC ? (nuint)FarTiles : 1;
}
