using System.Numerics;

namespace Kernels;

/// <summary>
/// Reproducible noise that is nearly normal: each element is the centred sum of four uniform words of <see cref="Philox4x32"/>, scaled to
/// mean 0 and variance 1 (kurtosis 2.7, values within 3.47). A pure function of (seed, stream, index), the same bits on every host.
/// </summary>
public static class IrwinHall
{
    // Words drawn at a time, on the stack: four an element.
    private const int Chunk = 256;

    private const ulong LastElement = ulong.MaxValue / 4;

    // sqrt(12 / 4): the sum of four uniforms has variance 4 / 12.
    private const double Sqrt3 = 1.7320508075688772;

    /// <summary><c>destination[i] = scale * (element start + i of the stream)</c>, computed in double and rounded once.</summary>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run. Element e reads the words 4e to 4e + 3 of it.</param>
    /// <param name="start">Index of the first element; the last one of a stream is 2^62 - 1.</param>
    /// <param name="scale">Standard deviation.</param>
    /// <param name="destination">Receives one value an element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range passes the last element.</exception>
    public static void Fill<T>(ulong seed, ulong stream, ulong start, double scale, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (destination.Length > 0 && (start > LastElement || (ulong)(destination.Length - 1) > LastElement - start))
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{destination.Length} elements from index {start} pass the last index, 2^62 - 1.");
        }

        Span<uint> buffer = stackalloc uint[Chunk];
        for (int done = 0; done < destination.Length; done += Chunk / 4)
        {
            Span<T> part = destination.Slice(done, Math.Min(Chunk / 4, destination.Length - done));
            Span<uint> words = buffer[..(4 * part.Length)];
            Philox4x32.Words(seed, stream, 4 * (start + (ulong)done), words);
            for (int i = 0; i < part.Length; i++)
            {
                // The top 24 bits of each word: their sum is an exact integer.
                uint sum = (words[4 * i] >> 8) + (words[4 * i + 1] >> 8) + (words[4 * i + 2] >> 8) + (words[4 * i + 3] >> 8);
                part[i] = T.CreateChecked(scale * ((sum / (double)(1 << 24) - 2) * Sqrt3));
            }
        }
    }
}
