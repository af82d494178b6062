using System.Runtime.CompilerServices;

namespace Kernels;

/// <summary>
/// The counter-based generator Philox4x32-10: random words as a pure function of (seed, stream, index), with no state to keep, split or lock.
/// </summary>
/// <remarks>
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
/// Word <c>index</c> is output <c>index mod 4</c> of the block with key (low, high half of the seed) and counter
/// (low, high half of <c>index div 4</c>, low, high half of the stream).
/// </remarks>
public static class Philox4x32
{
    private const int WordsInBlock = 4;
    private const int StandardRounds = 10;

    /// <summary>One block of the generator itself: four words from a counter of four words and a key of two.</summary>
    /// <param name="counter">Four words.</param>
    /// <param name="key">Two words.</param>
    /// <param name="destination">Receives four words; may be <paramref name="counter"/>.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Block(ReadOnlySpan<uint> counter, ReadOnlySpan<uint> key, Span<uint> destination)
        => Block(counter, key, StandardRounds, destination);

    // Fewer rounds are another generator; the known answers cover seven.
    internal static void Block(ReadOnlySpan<uint> counter, ReadOnlySpan<uint> key, int rounds, Span<uint> destination)
    {
        CheckLength(counter.Length, WordsInBlock, nameof(counter));
        CheckLength(key.Length, 2, nameof(key));
        CheckLength(destination.Length, WordsInBlock, nameof(destination));
        Rounds(Join(counter[0], counter[1]), Join(counter[2], counter[3]), Join(key[0], key[1]), rounds, ref destination[0]);
    }

    /// <summary>Word <paramref name="index"/> of a stream.</summary>
    /// <param name="seed">The key: names the run.</param>
    /// <param name="stream">Names the purpose within the run; two purposes never share a stream.</param>
    /// <param name="index">Position in the stream, any of 2^64.</param>
    public static uint Word(ulong seed, ulong stream, ulong index)
    {
        Span<uint> block = stackalloc uint[WordsInBlock];
        Rounds(index / WordsInBlock, stream, seed, StandardRounds, ref block[0]);
        return block[(int)(index % WordsInBlock)];
    }

    /// <summary>Consecutive words of a stream: <c>destination[i] = Word(seed, stream, start + i)</c>.</summary>
    /// <param name="seed">The key: names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first word; need not be a multiple of four.</param>
    /// <param name="destination">Receives the words.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1.</exception>
    public static void Words(ulong seed, ulong stream, ulong start, Span<uint> destination)
    {
        CheckRange(start, destination.Length);
        ulong block = start / WordsInBlock;
        int skipped = (int)(start % WordsInBlock);
        if (skipped > 0)
        {
            int taken = PartOfBlock(seed, stream, block++, skipped, destination);
            destination = destination[taken..];
        }

        for (; destination.Length >= WordsInBlock; destination = destination[WordsInBlock..])
        {
            Rounds(block++, stream, seed, StandardRounds, ref destination[0]);
        }

        if (!destination.IsEmpty)
        {
            PartOfBlock(seed, stream, block, 0, destination);
        }
    }

    // Indices are uint64, and a range that wrapped would repeat the beginning of its stream.
    internal static void CheckRange(ulong start, int count)
    {
        if (count > 0 && (ulong)(count - 1) > ulong.MaxValue - start)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{count} decisions from index {start} pass the last index, 2^64 - 1.");
        }
    }

    private static int PartOfBlock(ulong seed, ulong stream, ulong block, int skipped, Span<uint> destination)
    {
        Span<uint> words = stackalloc uint[WordsInBlock];
        Rounds(block, stream, seed, StandardRounds, ref words[0]);
        int taken = Math.Min(WordsInBlock - skipped, destination.Length);
        words.Slice(skipped, taken).CopyTo(destination);
        return taken;
    }

    private static void Rounds(ulong counterLow, ulong counterHigh, ulong key, int rounds, ref uint destination)
    {
        const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;
        (uint c0, uint c1, uint c2, uint c3) = ((uint)counterLow, (uint)(counterLow >> 32), (uint)counterHigh, (uint)(counterHigh >> 32));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            (k0, k1) = (unchecked(k0 + W0), unchecked(k1 + W1));
        }

        destination = c0;
        Unsafe.Add(ref destination, 1) = c1;
        Unsafe.Add(ref destination, 2) = c2;
        Unsafe.Add(ref destination, 3) = c3;
    }

    private static ulong Join(uint low, uint high) => low | ((ulong)high << 32);

    private static void CheckLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"Must hold {expected} words, but holds {length}.", name);
        }
    }
}
