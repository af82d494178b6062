namespace Kernels;

// What a kernel adds to the low word of its counter: the round keys of a seed, with the three other words of the counter worked in. These are
// the same for 2^32 blocks, and so are one product of round 1, the other one of round 2, and what they leave for round 3.
internal unsafe struct PhiloxKeys
{
    internal const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    // Bits that the last round flips in both words of a lane, so that signed comparisons order bytes or words as unsigned ones would.
    internal const ulong NoFlip = 0, FlipBytes = 0x8080808080808080, FlipWords = 0x8000000080000000;

    private const int FirstRounds = 5;

    private fixed ulong _entries[FirstRounds + 2 * (Philox4x32.StandardRounds - 3)];

    internal void Schedule(ulong seed, ulong stream, uint counterHigh, int rounds, ulong flip, PhiloxTask* task)
    {
        fixed (ulong* entries = _entries)
        {
            (uint k0, uint k1) = ((uint)seed, (uint)(seed >> 32));
            ulong product = (ulong)M1 * (uint)stream;
            uint left = (uint)(product >> 32) ^ counterHigh ^ k0, right = (uint)product;
            entries[0] = (uint)(stream >> 32) ^ k1;
            (k0, k1) = (k0 + W0, k1 + W1);
            product = (ulong)M0 * left;
            entries[1] = right ^ k0;
            entries[2] = (uint)(product >> 32) ^ k1;
            (k0, k1) = (k0 + W0, k1 + W1);
            entries[3] = k0;
            entries[4] = (uint)product ^ k1;
            ulong* next = entries + FirstRounds;
            for (int round = 3; round < rounds; round++, next += 2)
            {
                (k0, k1) = (k0 + W0, k1 + W1);
                (next[0], next[1]) = (k0, k1);
            }

            task->Keys = entries;
            task->Last = next - 2;
            task->Last[0] ^= flip;
            task->Last[1] ^= flip;
        }
    }
}
