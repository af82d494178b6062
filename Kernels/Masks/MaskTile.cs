namespace Kernels;

// Decisions on their way from the generator to a sink, on the stack, in the first cache. The larger a tile, the less the start of each kernel and the
// settling of its undecided count.
internal unsafe struct MaskTile
{
    // A vector of byte planes makes 128 decisions at most, so a tile that starts inside a block loses so many.
    internal const int Decisions = 16384, MostInVector = 128;

    // Undecided places that are refined together, and decisions in the narrowest vector.
    internal const int Batch = 128, LeastInVector = 16;

    // Two vectors more than the tile: one where counters pass 2^32, one that may be read.
    internal fixed ulong Bits[(Decisions + 2 * MostInVector) / 64];

    // Undecided bits, an entry at most a vector of bytes.
    internal fixed ulong Masks[Decisions / LeastInVector + 1];

    internal fixed uint Places[Decisions / LeastInVector + 1];

    // The undecided one by one: place in the tile, counter, words.
    internal fixed ushort Undecided[Batch];

    internal fixed ulong Blocks[Batch];

    internal fixed ulong Words[2 * Batch];
}
