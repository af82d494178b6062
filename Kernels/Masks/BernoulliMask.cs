using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>
/// Random keep-or-drop decisions, each a pure function of (seed, stream, index): vector width, threads, tiling, and how a range is split
/// into calls cannot change them.
/// </summary>
/// <remarks>
/// Decision <c>index</c> keeps when 32 random bits of (seed, stream, index) are below <see cref="KeepRate.Threshold"/>; which bits those are
/// is the mapping's choice. With equal seed, stream and mapping, what a lower rate keeps a higher rate keeps too. Every form returns how many
/// decisions kept; <see cref="KeepRate.Value"/> is the exact probability. Nothing is allocated.
/// </remarks>
public static unsafe class BernoulliMask
{
    /// <summary>One bit a decision: decision <c>start + i</c> is bit <c>i mod 8</c> (lowest first) of byte <c>i div 8</c>.</summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first decision.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">At least <c>ceil(count / 8)</c> bytes; unused high bits of the last byte become 0, bytes behind it are not touched.</param>
    /// <param name="count">Number of decisions.</param>
    /// <param name="mapping">Which random bits decide.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative, the range passes index 2^64 - 1, or there is no such mapping.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Packed(ulong seed, ulong stream, ulong start, KeepRate rate, Span<byte> destination, int count, MaskMapping mapping = MaskMapping.BytePlanes)
        => Packed(KernelInfo.Width, new(seed, stream, start, rate, mapping), destination, count);

    internal static int Packed(VectorWidth width, in MaskRequest request, Span<byte> destination, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int needed = (int)(((uint)count + 7) / 8);
        if (destination.Length < needed)
        {
            throw new ArgumentException($"{count} decisions need {needed} bytes; the span has {destination.Length}.", nameof(destination));
        }

        fixed (byte* to = destination)
        {
            return PhiloxDispatch.Mask(width, request.Checked(count), count, new PackedSink(to));
        }
    }

    /// <summary>One truth value a decision: <c>destination[i]</c> is true where decision <c>start + i</c> keeps.</summary>
    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Kept(ulong seed, ulong stream, ulong start, KeepRate rate, Span<bool> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => Kept(KernelInfo.Width, new(seed, stream, start, rate, mapping), destination);

    internal static int Kept(VectorWidth width, in MaskRequest request, Span<bool> destination)
    {
        fixed (bool* to = destination)
        {
            return PhiloxDispatch.Mask(width, request.Checked(destination.Length), destination.Length, new ByteSink((byte*)to));
        }
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
    /// <param name="mapping">Which random bits decide.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1, or there is no such mapping.</exception>
    public static int Fill(ulong seed, ulong stream, ulong start, KeepRate rate, Span<double> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => FillWith(KernelInfo.Width, new(seed, stream, start, rate, mapping), rate.Scale, destination);

    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Fill(ulong seed, ulong stream, ulong start, KeepRate rate, Span<float> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => FillWith(KernelInfo.Width, new(seed, stream, start, rate, mapping), (float)rate.Scale, destination);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Fill<T>(ulong seed, ulong stream, ulong start, KeepRate rate, Span<T> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged
        => typeof(T) == typeof(double) ? Fill(seed, stream, start, rate, MemoryMarshal.Cast<T, double>(destination), mapping)
            : typeof(T) == typeof(float) ? Fill(seed, stream, start, rate, MemoryMarshal.Cast<T, float>(destination), mapping)
            : throw Scalar.NotSupported<T>();

    /// <summary>A mask of ones and zeros: <c>destination[i]</c> is 1 where decision <c>start + i</c> keeps, and +0 elsewhere.</summary>
    /// <inheritdoc cref="Fill(ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Ones(ulong seed, ulong stream, ulong start, KeepRate rate, Span<double> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => FillWith(KernelInfo.Width, new(seed, stream, start, rate, mapping), 1.0, destination);

    /// <inheritdoc cref="Ones(ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Ones(ulong seed, ulong stream, ulong start, KeepRate rate, Span<float> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => FillWith(KernelInfo.Width, new(seed, stream, start, rate, mapping), 1f, destination);

    /// <summary>
    /// Dropout in one pass: <c>destination[i]</c> is <c>x[i] * Scale</c> where decision <c>start + i</c> keeps, and +0 elsewhere. It selects
    /// and does not multiply by 0, so NaN and infinities under a dropped decision vanish. The backward pass is the same call on the gradient.
    /// </summary>
    /// <param name="x">The values; in the backward pass, the gradient with respect to the output.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the first decision.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">As long as <paramref name="x"/>; may be <paramref name="x"/>, but not overlap it otherwise.</param>
    /// <param name="mapping">Which random bits decide.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range passes index 2^64 - 1, or there is no such mapping.</exception>
    public static int Apply(ReadOnlySpan<double> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<double> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => ApplyScaled(KernelInfo.Width, x, new(seed, stream, start, rate, mapping), rate.Scale, destination);

    /// <inheritdoc cref="Apply(ReadOnlySpan{double}, ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Apply(ReadOnlySpan<float> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<float> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        => ApplyScaled(KernelInfo.Width, x, new(seed, stream, start, rate, mapping), (float)rate.Scale, destination);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan{double}, ulong, ulong, ulong, KeepRate, Span{double}, MaskMapping)"/>
    public static int Apply<T>(ReadOnlySpan<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, Span<T> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged
        => typeof(T) == typeof(double) ? Apply(MemoryMarshal.Cast<T, double>(x), seed, stream, start, rate, MemoryMarshal.Cast<T, double>(destination), mapping)
            : typeof(T) == typeof(float) ? Apply(MemoryMarshal.Cast<T, float>(x), seed, stream, start, rate, MemoryMarshal.Cast<T, float>(destination), mapping)
            : throw Scalar.NotSupported<T>();

    internal static int FillWith<T>(VectorWidth width, in MaskRequest request, T value, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        fixed (T* to = destination)
        {
            return PhiloxDispatch.Mask(width, request.Checked(destination.Length), destination.Length, new FillSink<T>(value, to, destination.Length));
        }
    }

    internal static int ApplyScaled<T>(VectorWidth width, ReadOnlySpan<T> x, in MaskRequest request, T scale, Span<T> destination)
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

        fixed (T* from = x, to = destination)
        {
            return PhiloxDispatch.Mask(width, request.Checked(destination.Length), destination.Length, new ApplySink<T>(from, scale, to, destination.Length));
        }
    }
}
