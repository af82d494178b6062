namespace Kernels;

/// <summary>
/// Random numbers, each a pure function of (seed, stream, index): uniform, normal, and integers of a range. The same bits on every host, at
/// every vector width, and however a range is split into calls.
/// </summary>
/// <remarks>
/// All read the words of <see cref="Philox4x32"/>; two fills of one stream are therefore not independent of each other. Nothing is allocated.
/// </remarks>
public static unsafe class RandomNumbers
{
    private const ulong LastPair = ulong.MaxValue >> 1, LastInteger = ulong.MaxValue >> 4;

    /// <summary>Uniform numbers in [0, 1), multiples of 2^-24: element i is word i of the stream without its lowest 8 bits.</summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first element.</param>
    /// <param name="destination">Receives one number an element.</param>
    /// <param name="rounds">Of the generator: 10 or 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1, or <paramref name="rounds"/> is neither 10 nor 7.</exception>
    public static void Uniform(ulong seed, ulong stream, ulong start, Span<float> destination, int rounds = Philox4x32.StandardRounds)
        => Uniform(KernelInfo.Width, seed, stream, start, destination, rounds);

    internal static void Uniform(VectorWidth width, ulong seed, ulong stream, ulong start, Span<float> destination, int rounds)
    {
        Philox4x32.CheckRange(start, destination.Length);
        Philox4x32.CheckRounds(rounds);
        PhiloxDispatch.Fill(width, PhiloxForm.Singles, seed, stream, start, rounds, destination);
    }

    /// <summary>
    /// Uniform numbers in [0, 1), multiples of 2^-53: element i is made of the words 2i (low half) and 2i + 1 of the stream without their lowest 11 bits.
    /// </summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first element; the last one of a stream is 2^63 - 1.</param>
    /// <param name="destination">Receives one number an element.</param>
    /// <param name="rounds">Of the generator: 10 or 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes the last element, or <paramref name="rounds"/> is neither 10 nor 7.</exception>
    public static void Uniform(ulong seed, ulong stream, ulong start, Span<double> destination, int rounds = Philox4x32.StandardRounds)
        => Uniform(KernelInfo.Width, seed, stream, start, destination, rounds);

    internal static void Uniform(VectorWidth width, ulong seed, ulong stream, ulong start, Span<double> destination, int rounds)
    {
        CheckRange(start, destination.Length, LastPair, 63);
        Philox4x32.CheckRounds(rounds);
        PhiloxDispatch.Fill(width, PhiloxForm.Doubles, seed, stream, start, rounds, destination);
    }

    /// <summary>
    /// Normal numbers by Box and Muller's transform: elements 2j and 2j + 1 are r cos(a) and r sin(a) times the deviation, with
    /// r = sqrt(-2 ln((w + 1/2) 2^-32)) of word w = 2j and the angle a = 2 pi w 2^-32 of word 2j + 1. They lie within 6.77 deviations.
    /// </summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first element.</param>
    /// <param name="deviation">Standard deviation.</param>
    /// <param name="destination">Receives one number an element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1.</exception>
    public static void Normal(ulong seed, ulong stream, ulong start, double deviation, Span<double> destination)
        => Normal(KernelInfo.Width, seed, stream, start, deviation, destination);

    /// <summary>The same numbers computed in single precision: their relative error is below 2^-21, that of the deviation, which is rounded first, included.</summary>
    /// <inheritdoc cref="Normal(ulong, ulong, ulong, double, Span{double})"/>
    public static void Normal(ulong seed, ulong stream, ulong start, double deviation, Span<float> destination)
        => Normal(KernelInfo.Width, seed, stream, start, deviation, destination);

    internal static void Normal<T>(VectorWidth width, ulong seed, ulong stream, ulong start, double deviation, Span<T> destination)
        where T : unmanaged
    {
        Philox4x32.CheckRange(start, destination.Length);
        PhiloxDispatch.Normals(width, seed, stream, start, deviation, destination);
    }

    /// <summary>
    /// Integers from 0 to <paramref name="bound"/> - 1 without modulo bias: element i is the whole part of bound times the number 0.w r0 r1 r2 r3 in base
    /// 2^32, w word i of the stream and r the Philox block of counter (low, high half of i with 4 in its top four bits, low, high half of the stream).
    /// </summary>
    /// <remarks>
    /// Each value has probability 1/bound to within 2^-160, whatever the bound, without a loop of rejections, so that each element has an address of its
    /// own. The second block is computed only where it can matter: in a share of bound / 2^32 of the elements.
    /// </remarks>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first element; the last one of a stream is 2^60 - 1.</param>
    /// <param name="bound">Number of values, at least 1.</param>
    /// <param name="destination">Receives one integer an element.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is zero, or the range passes the last element.</exception>
    public static void Integers(ulong seed, ulong stream, ulong start, uint bound, Span<uint> destination)
        => Integers(KernelInfo.Width, seed, stream, start, bound, destination);

    internal static void Integers(VectorWidth width, ulong seed, ulong stream, ulong start, uint bound, Span<uint> destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        CheckRange(start, destination.Length, LastInteger, 60);
        PhiloxDispatch.Fill(width, PhiloxForm.Words, seed, stream, start, Philox4x32.StandardRounds, destination);
        for (int i = 0; i < destination.Length; i++)
        {
            ulong product = (ulong)destination[i] * bound;
            uint whole = (uint)(product >> 32), rest = (uint)product;
            destination[i] = rest <= uint.MaxValue - bound + 1 ? whole : whole + Carry(seed, stream, start + (ulong)i, rest, bound);
        }
    }

    // Whether the digits behind the first one add a whole.
    private static uint Carry(ulong seed, ulong stream, ulong index, uint rest, uint bound)
    {
        uint* digits = stackalloc uint[4];
        (digits[0], digits[1], digits[2], digits[3]) = Philox4x32.Rounds(index | (4UL << 60), stream, seed, Philox4x32.StandardRounds);
        for (int d = 0; d < 4; d++)
        {
            ulong product = (ulong)digits[d] * bound, sum = rest + (product >> 32);
            if (sum != uint.MaxValue)
            {
                return (uint)(sum >> 32);
            }

            // All ones: a carry from further down decides.
            rest = (uint)product;
        }

        return 0;
    }

    private static void CheckRange(ulong start, int count, ulong last, int power)
    {
        if (count > 0 && (start > last || (ulong)(count - 1) > last - start))
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{count} elements from index {start} pass the last index, 2^{power} - 1.");
        }
    }
}
