namespace Kernels.PropertyTests.Masks;

// Decisions by definition, one Philox block a decision and plane. Shares no code with the library.
internal static class MaskReference
{
    public const ulong Seed = 0x0123456789ABCDEF;

    // Around the places where counters carry, streams with an upper half, and the very end.
    public static readonly (ulong Stream, ulong Start)[] Places =
        [(0, 0), (3, 1), (0x100000002, (1UL << 34) - 70), (0xFFFFFFFFFFFFFFFF, (1UL << 36) - 5), (7, (1UL << 36) - 4000), (5, 12345678901234567), (9, ulong.MaxValue - 9000)];

    public static uint[] Block(uint c0, uint c1, uint c2, uint c3, ulong seed, int rounds = 10)
    {
        (uint k0, uint k1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < rounds; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return [c0, c1, c2, c3];
    }

    public static uint Word(ulong seed, ulong stream, ulong index, int rounds = 10)
        => Block((uint)(index >> 2), (uint)(index >> 34), (uint)stream, (uint)(stream >> 32), seed, rounds)[index & 3];

    public static byte PlaneByte(ulong seed, ulong stream, ulong index, uint plane)
    {
        uint[] words = Block((uint)(index >> 4), (uint)(index >> 36) | ((8 + plane) << 28), (uint)stream, (uint)(stream >> 32), seed);
        return (byte)(words[(index & 15) >> 2] >> (int)(8 * (index & 3)));
    }

    public static uint PlaneWord(ulong seed, ulong stream, ulong index)
        => Enumerable.Range(0, 4).Aggregate(0u, (word, plane) => (word << 8) | PlaneByte(seed, stream, index, (uint)plane));

    public static uint Bits(MaskMapping mapping, ulong seed, ulong stream, ulong index)
        => mapping == MaskMapping.Words ? Word(seed, stream, index) : PlaneWord(seed, stream, index);

    public static bool[] Decisions(MaskMapping mapping, ulong seed, ulong stream, ulong start, KeepRate rate, int count)
        => [.. Enumerable.Range(0, count).Select(i => Bits(mapping, seed, stream, start + (ulong)i) < rate.Threshold)];

    public static byte[] Pack(IReadOnlyList<bool> decisions)
    {
        byte[] packed = new byte[(decisions.Count + 7) / 8];
        for (int i = 0; i < decisions.Count; i++)
        {
            packed[i / 8] |= (byte)(decisions[i] ? 1 << (i % 8) : 0);
        }

        return packed;
    }
}
