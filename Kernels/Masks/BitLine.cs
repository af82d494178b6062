using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Decisions in words of 64, the lowest bit first.
internal static unsafe class BitLine
{
    internal const int BitsInWord = 64;

    internal static int Words(int bits) => (bits + BitsInWord - 1) / BitsInWord;

    internal static int Count(ulong* words, int bits)
    {
        int kept = 0, w = 0;
        for (; w <= bits / 64 - 4; w += 4)
        {
            kept += BitOperations.PopCount(words[w]) + BitOperations.PopCount(words[w + 1]) + (BitOperations.PopCount(words[w + 2]) + BitOperations.PopCount(words[w + 3]));
        }

        for (; w < bits / 64; w++)
        {
            kept += BitOperations.PopCount(words[w]);
        }

        return bits % 64 == 0 ? kept : kept + BitOperations.PopCount(words[w] & ((1UL << (bits % 64)) - 1));
    }

    // Moves bits to the front of a line, which may be the same one; a word behind the last may be read, and the last one is filled with what follows.
    internal static void Copy(ulong* from, int first, int count, ulong* to)
    {
        from += first / 64;
        int shift = first % 64, words = Words(count);
        if (shift == 0)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)words * sizeof(ulong));
            return;
        }

        for (int w = 0; w < words; w++)
        {
            to[w] = (from[w] >> shift) | (from[w + 1] << (64 - shift));
        }
    }

    // A bit becomes so many, the first one fewer by what is skipped. A word holds what the last bit says up to its end, until another bit flips that.
    internal static void Widen(ulong* from, int bits, int skipped, int width, ulong* to, int count)
    {
        ulong word = 0, before = 0;
        int w = 0;
        for (int i = 0, start = 0; i < bits; i++, start = i * width - skipped)
        {
            for (; w < start / 64; word = before)
            {
                to[w++] = word;
            }

            ulong bit = 0UL - ((from[i / 64] >> (i % 64)) & 1);
            word ^= (bit ^ before) << start;
            before = bit;
        }

        for (; w < Words(count); word = before)
        {
            to[w++] = word;
        }
    }

    // Every bit covers itself and those that follow, so many in all.
    internal static void Dilate(ulong* words, int bits, int width)
    {
        for (int covered = 1; covered < Math.Min(width, bits);)
        {
            int step = Math.Min(covered, width - covered);
            int far = step / 64, shift = step % 64;
            for (int w = Words(bits) - 1; w >= far; w--)
            {
                ulong carried = shift > 0 && w > far ? words[w - far - 1] >> (64 - shift) : 0;
                words[w] |= (words[w - far] << shift) | carried;
            }

            covered += step;
        }
    }

    // Bit j of word i and bit i of word j change places: halves, then quarters of them, down to single bits (H. S. Warren, "Hacker's Delight", 7-3).
    internal static void Transpose(ulong* square)
    {
        ulong mask = uint.MaxValue;
        for (int half = 32; half > 0; half >>= 1, mask ^= mask << half)
        {
            for (int i = 0; i < 64; i = (i + half + 1) & ~half)
            {
                ulong crossed = ((square[i] >> half) ^ square[i + half]) & mask;
                square[i] ^= crossed << half;
                square[i + half] ^= crossed;
            }
        }
    }
}
