namespace Kernels;

/// <summary>
/// The counter-based generator Philox4x32: random words as a pure function of (seed, stream, index), with no state to keep, split or lock.
/// </summary>
/// <remarks>
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
/// Word <c>index</c> is output <c>index mod 4</c> of the block with key (low, high half of the seed) and counter
/// (low, high half of <c>index div 4</c>, low, high half of the stream). Ten rounds are the standard; seven are the fewest that pass the
/// batteries of its authors, and another generator: other rounds, other words.
/// </remarks>
public static class Philox4x32
{
    /// <summary>The rounds that everything in this library uses unless told otherwise.</summary>
    public const int StandardRounds = 10;

    private const int FewestRounds = 7;
    private const int WordsInBlock = 4;

    /// <summary>One block of the generator itself: four words from a counter of four words and a key of two.</summary>
    /// <param name="counter">Four words.</param>
    /// <param name="key">Two words.</param>
    /// <param name="destination">Receives four words; may be <paramref name="counter"/>.</param>
    /// <param name="rounds">10 or 7.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is neither 10 nor 7.</exception>
    public static void Block(ReadOnlySpan<uint> counter, ReadOnlySpan<uint> key, Span<uint> destination, int rounds = StandardRounds)
    {
        CheckLength(counter.Length, WordsInBlock, nameof(counter));
        CheckLength(key.Length, 2, nameof(key));
        CheckLength(destination.Length, WordsInBlock, nameof(destination));
        CheckRounds(rounds);
        (destination[0], destination[1], destination[2], destination[3]) = Rounds(Join(counter[0], counter[1]), Join(counter[2], counter[3]), Join(key[0], key[1]), rounds);
    }

    /// <summary>Word <paramref name="index"/> of a stream.</summary>
    /// <param name="seed">The key: names the run.</param>
    /// <param name="stream">Names the purpose within the run; two purposes never share a stream.</param>
    /// <param name="index">Position in the stream, any of 2^64.</param>
    /// <param name="rounds">10 or 7.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is neither 10 nor 7.</exception>
    public static uint Word(ulong seed, ulong stream, ulong index, int rounds = StandardRounds)
    {
        CheckRounds(rounds);
        var (w0, w1, w2, w3) = Rounds(index / WordsInBlock, stream, seed, rounds);
        return (index % WordsInBlock) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
    }

    /// <summary>Consecutive words of a stream: <c>destination[i] = Word(seed, stream, start + i)</c>.</summary>
    /// <param name="seed">The key: names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first word; need not be a multiple of four.</param>
    /// <param name="destination">Receives the words.</param>
    /// <param name="rounds">10 or 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1, or <paramref name="rounds"/> is neither 10 nor 7.</exception>
    public static void Words(ulong seed, ulong stream, ulong start, Span<uint> destination, int rounds = StandardRounds)
    {
        CheckRange(start, destination.Length);
        CheckRounds(rounds);
        PhiloxDispatch.Fill(KernelInfo.Width, PhiloxForm.Words, seed, stream, start, rounds, destination);
    }

    // Indices are uint64, and a range that wrapped would repeat the beginning of its stream.
    internal static void CheckRange(ulong start, int count)
    {
        if (count > 0 && (ulong)(count - 1) > ulong.MaxValue - start)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{count} decisions from index {start} pass the last index, 2^64 - 1.");
        }
    }

    internal static void CheckRounds(int rounds)
    {
        if (rounds is not (StandardRounds or FewestRounds))
        {
            throw new ArgumentOutOfRangeException(nameof(rounds), rounds, $"Philox4x32 has {StandardRounds} or {FewestRounds} rounds here, not {rounds}.");
        }
    }

    internal static (uint C0, uint C1, uint C2, uint C3) Rounds(ulong counterLow, ulong counterHigh, ulong key, int rounds)
    {
        (uint c0, uint c1, uint c2, uint c3) = ((uint)counterLow, (uint)(counterLow >> 32), (uint)counterHigh, (uint)(counterHigh >> 32));
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < rounds; round++)
        {
            ulong p0 = (ulong)PhiloxKeys.M0 * c0, p1 = (ulong)PhiloxKeys.M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            (k0, k1) = (unchecked(k0 + PhiloxKeys.W0), unchecked(k1 + PhiloxKeys.W1));
        }

        return (c0, c1, c2, c3);
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
