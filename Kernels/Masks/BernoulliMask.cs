using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>
/// Random keep-or-drop decisions, each a pure function of (seed, stream, index): vector width, threads, tiling, and how a range is split
/// into calls cannot change them.
/// </summary>
/// <remarks>
/// Decision <c>index</c> keeps when <see cref="Philox4x32.Word"/> of the same (seed, stream, index) is below <see cref="KeepRate.Threshold"/>.
/// With equal seed and stream, what a lower rate keeps a higher rate keeps too. Every form returns how many decisions kept, and costs
/// one random word a decision. Nothing is allocated.
/// </remarks>
public static class BernoulliMask
{
    // Words drawn at a time, on the stack; a multiple of 8, so that packed chunks end on bytes.
    private const int Chunk = 256;

    /// <summary>One bit a decision: decision <c>start + i</c> is bit <c>i mod 8</c> (lowest first) of byte <c>i div 8</c>.</summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first decision.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">At least <c>ceil(count / 8)</c> bytes; unused high bits of the last byte become 0, bytes behind it are not touched.</param>
    /// <param name="count">Number of decisions.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative, or the range passes index 2^64 - 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Packed(ulong seed, ulong stream, ulong start, KeepRate rate, Span<byte> destination, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int needed = (int)(((uint)count + 7) / 8);
        if (destination.Length < needed)
        {
            throw new ArgumentException($"{count} decisions need {needed} bytes; the span has {destination.Length}.", nameof(destination));
        }

        Philox4x32.CheckRange(start, count);
        Span<uint> buffer = stackalloc uint[Chunk];
        int kept = 0;
        for (int done = 0; done < count; done += Chunk)
        {
            Span<uint> words = buffer[..Math.Min(Chunk, count - done)];
            Philox4x32.Words(seed, stream, start + (ulong)done, words);
            kept += Pack(words, rate.LastKept, destination[(done / 8)..]);
        }

        return kept;
    }

    /// <summary>One truth value a decision: <c>destination[i]</c> is true where decision <c>start + i</c> keeps.</summary>
    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double})"/>
    public static int Kept(ulong seed, ulong stream, ulong start, KeepRate rate, Span<bool> destination)
    {
        Philox4x32.CheckRange(start, destination.Length);
        Span<uint> buffer = stackalloc uint[Chunk];
        int kept = 0;
        for (int done = 0; done < destination.Length; done += Chunk)
        {
            Span<uint> words = buffer[..Math.Min(Chunk, destination.Length - done)];
            Philox4x32.Words(seed, stream, start + (ulong)done, words);
            for (int i = 0; i < words.Length; i++)
            {
                bool keeps = words[i] <= rate.LastKept;
                destination[done + i] = keeps;
                kept += keeps ? 1 : 0;
            }
        }

        return kept;
    }

    /// <summary>
    /// The mask of inverted dropout: <c>destination[i]</c> is <see cref="KeepRate.Scale"/> (rounded once to the element type) where decision
    /// <c>start + i</c> keeps, and +0 elsewhere, so that its mean is one.
    /// </summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first decision.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">Receives one element a decision.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1.</exception>
    public static int Fill(ulong seed, ulong stream, ulong start, KeepRate rate, Span<double> destination)
        => FillWith(seed, stream, start, rate, rate.Scale, destination);

    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double})"/>
    public static int Fill(ulong seed, ulong stream, ulong start, KeepRate rate, Span<float> destination)
        => FillWith(seed, stream, start, rate, (float)rate.Scale, destination);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double})"/>
    public static int Fill<T>(ulong seed, ulong stream, ulong start, KeepRate rate, Span<T> destination)
        where T : unmanaged
        => typeof(T) == typeof(double) ? Fill(seed, stream, start, rate, MemoryMarshal.Cast<T, double>(destination))
            : typeof(T) == typeof(float) ? Fill(seed, stream, start, rate, MemoryMarshal.Cast<T, float>(destination))
            : throw Scalar.NotSupported<T>();

    /// <summary>
    /// Dropout in one pass: <c>destination[i]</c> is <c>x[i] * Scale</c> where decision <c>start + i</c> keeps, and +0 elsewhere. It selects
    /// and does not multiply by 0, so NaN and infinities under a dropped decision vanish.
    /// </summary>
    /// <param name="x">The values.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first decision.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">As long as <paramref name="x"/>; may be <paramref name="x"/>, but not overlap it otherwise.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1.</exception>
    public static int Apply(ReadOnlySpan<double> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<double> destination)
        => ApplyScaled(x, seed, stream, start, rate, rate.Scale, destination);

    /// <inheritdoc cref="Apply(ReadOnlySpan{double}, ulong, ulong, ulong, KeepRate, Span{double})"/>
    public static int Apply(ReadOnlySpan<float> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<float> destination)
        => ApplyScaled(x, seed, stream, start, rate, (float)rate.Scale, destination);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan{double}, ulong, ulong, ulong, KeepRate, Span{double})"/>
    public static int Apply<T>(ReadOnlySpan<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<T> destination)
        where T : unmanaged
        => typeof(T) == typeof(double) ? Apply(MemoryMarshal.Cast<T, double>(x), seed, stream, start, rate, MemoryMarshal.Cast<T, double>(destination))
            : typeof(T) == typeof(float) ? Apply(MemoryMarshal.Cast<T, float>(x), seed, stream, start, rate, MemoryMarshal.Cast<T, float>(destination))
            : throw Scalar.NotSupported<T>();

    private static int FillWith<T>(ulong seed, ulong stream, ulong start, KeepRate rate, T scale, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        Philox4x32.CheckRange(start, destination.Length);
        Span<uint> buffer = stackalloc uint[Chunk];
        int kept = 0;
        for (int done = 0; done < destination.Length; done += Chunk)
        {
            Span<uint> words = buffer[..Math.Min(Chunk, destination.Length - done)];
            Philox4x32.Words(seed, stream, start + (ulong)done, words);
            for (int i = 0; i < words.Length; i++)
            {
                bool keeps = words[i] <= rate.LastKept;
                destination[done + i] = keeps ? scale : T.Zero;
                kept += keeps ? 1 : 0;
            }
        }

        return kept;
    }

    private static int ApplyScaled<T>(ReadOnlySpan<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, T scale, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        if (x.Length != destination.Length)
        {
            throw new ArgumentException($"Must be as long as x, {x.Length}, but is {destination.Length}.", nameof(destination));
        }

        if (x.Overlaps(destination, out int offset) && offset != 0)
        {
            throw new ArgumentException($"May be x itself, but overlaps it {offset} elements apart.", nameof(destination));
        }

        Philox4x32.CheckRange(start, destination.Length);
        Span<uint> buffer = stackalloc uint[Chunk];
        int kept = 0;
        for (int done = 0; done < destination.Length; done += Chunk)
        {
            Span<uint> words = buffer[..Math.Min(Chunk, destination.Length - done)];
            Philox4x32.Words(seed, stream, start + (ulong)done, words);
            for (int i = 0; i < words.Length; i++)
            {
                bool keeps = words[i] <= rate.LastKept;
                destination[done + i] = keeps ? x[done + i] * scale : T.Zero;
                kept += keeps ? 1 : 0;
            }
        }

        return kept;
    }

    private static int Pack(ReadOnlySpan<uint> words, uint lastKept, Span<byte> destination)
    {
        int kept = 0;
        for (int first = 0; first < words.Length; first += 8)
        {
            int bits = 0;
            for (int i = Math.Min(8, words.Length - first) - 1; i >= 0; i--)
            {
                bits = (bits << 1) | (words[first + i] <= lastKept ? 1 : 0);
            }

            destination[first / 8] = (byte)bits;
            kept += BitOperations.PopCount((uint)bits);
        }

        return kept;
    }
}
