using System.Security.Cryptography;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Masks;

/// <summary>The kernels of every width, in this process, against the definition.</summary>
public class MaskWidthTests
{
    private const ulong Seed = MaskReference.Seed;
    private const int Million = 1 << 20;

    public static readonly TheoryData<VectorWidth, MaskMapping> Everything = new()
    {
        { VectorWidth.V128, MaskMapping.BytePlanes }, { VectorWidth.V256, MaskMapping.BytePlanes }, { VectorWidth.V512, MaskMapping.BytePlanes },
        { VectorWidth.V128, MaskMapping.Words }, { VectorWidth.V256, MaskMapping.Words }, { VectorWidth.V512, MaskMapping.Words },
    };

    [Fact]
    public void TheReferenceIsTheSpecification()
    {
        Assert.Equal([0xb850222e, 0xc58cb04b, 0x14a7a020, 0x7a84fff9], Enumerable.Range(0, 4).Select(i => MaskReference.Word(Seed, 0, (ulong)i)));
        Assert.Equal(0xc89c49a4, MaskReference.Word(Seed, 0x100000002, (1UL << 34) + 5));
        string[] planes = ["294ee0bd69d724cd77ff910d8304afa1", "f56ad6845437508cd4a3814c096d7349", "4163288710dfc90faab4a8c5ca316ae0", "bb4167d68bd683e1a7b6045253238d85"];
        for (uint plane = 0; plane < 4; plane++)
        {
            Assert.Equal(planes[plane], Convert.ToHexStringLower([.. Enumerable.Range(0, 16).Select(i => MaskReference.PlaneByte(Seed, 0, (ulong)i, plane))]));
        }

        Assert.Equal([0x29f541bb, 0x4e6a6341, 0xe0d62867, 0xbd8487d6], Enumerable.Range(0, 4).Select(i => MaskReference.PlaneWord(Seed, 0, (ulong)i)));
        Assert.Equal([0xa160b1a9, 0x6bbee5be, 0x4b55cf88, 0xb7e0f494], Enumerable.Range(0, 4).Select(i => MaskReference.PlaneWord(Seed, 1, (ulong)i)));
        Assert.Equal(
            [0x5fc10c4d, 0x884bfbe8, 0x55a3c50d, 0xd3b15841],
            Enumerable.Range(0, 4).Select(i => MaskReference.PlaneWord(Seed, 0x100000002, (1UL << 36) - 2 + (ulong)i)));
        Assert.Equal(0x93abee07, MaskReference.PlaneWord(Seed, 0x100000002, (1UL << 36) + 21));
        Assert.Equal(0xac0ce0c5, MaskReference.PlaneWord(Seed, 0, ulong.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void TheFirstMillionIsThatOfTheSpecification(VectorWidth width, MaskMapping mapping)
    {
        bool words = mapping == MaskMapping.Words;
        foreach (var (theta, kept, first) in new[]
        {
            (0.5, words ? 524930 : 523441, words ? "0011011000110110" : "1100101010010100"),
            (0.8, words ? 839388 : 838711, words ? "1111111101111110" : "1101101010111111"),
            (0.9, words ? 944361 : 944110, words ? "1111111101111110" : "1111111110111111"),
            (0.1, words ? 104968 : 104973, words ? "0010000000000010" : "0000000000010100"),
        })
        {
            byte[] packed = new byte[Million / 8];
            Assert.Equal(kept, BernoulliMask.Packed(width, new(Seed, 0, 0, KeepRate.Of(theta), mapping), packed, Million));
            Assert.Equal(first, string.Concat(Enumerable.Range(0, 16).Select(i => (packed[i / 8] >> (i % 8)) & 1)));
            if (theta == 0.8)
            {
                Assert.Equal(
                    words ? "ff09f47f0c66514f6ac9461690362ef47f2c17aa1a68220915dac173c6f0728c" : "0883c646d9702c82f36f0d9ed20654e383ec16dde3a553f7a850c6e419e57105",
                    Convert.ToHexStringLower(SHA256.HashData(packed)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void EveryPlaceAndLengthIsTheDefinition(VectorWidth width, MaskMapping mapping)
    {
        int[] lengths = [0, 1, 7, 8, 9, 63, 64, 65, 127, 129, 255, 700, 4095, 4096, 4097, 8999];
        foreach (var (stream, start) in MaskReference.Places)
        {
            foreach (double theta in (double[])[0.8, 0.5, 1 / 3.0, 1, 1.0 / 4294967296])
            {
                var rate = KeepRate.Of(theta);
                bool[] expected = MaskReference.Decisions(mapping, Seed, stream, start, rate, lengths[^1]);
                foreach (int length in lengths)
                {
                    byte[] packed = [.. Enumerable.Repeat((byte)0xA5, (length + 7) / 8 + 1)];
                    Assert.Equal(expected.Take(length).Count(keeps => keeps), BernoulliMask.Packed(width, new(Seed, stream, start, rate, mapping), packed, length));
                    Assert.Equal([.. MaskReference.Pack([.. expected.Take(length)]), 0xA5], packed);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void HowARangeIsCutDoesNotChangeADecision(VectorWidth width, MaskMapping mapping)
    {
        const int Count = 30_000;
        const ulong Start = (1UL << 36) - 11_111;
        var rate = KeepRate.Of(0.8);
        bool[] whole = new bool[Count];
        BernoulliMask.Kept(width, new(Seed, 2, Start, rate, mapping), whole);
        foreach (int chunk in (int[])[1, 3, 4, 7, 15, 16, 17, 64, 1000, 4096, 5000])
        {
            bool[] parts = new bool[Count];
            for (int at = 0; at < Count; at += chunk)
            {
                BernoulliMask.Kept(width, new(Seed, 2, Start + (ulong)at, rate, mapping), parts.AsSpan(at, Math.Min(chunk, Count - at)));
            }

            Assert.Equal(whole, parts);
        }
    }

    // The second plane decides one in 256, the third one in 65,536, the fourth one in 16 million: so they are forced.
    [Theory]
    [InlineData(VectorWidth.V128)]
    [InlineData(VectorWidth.V256)]
    [InlineData(VectorWidth.V512)]
    public void AThresholdAtTheRandomWordDropsItAndOneMoreKeepsIt(VectorWidth width)
    {
        foreach (ulong index in (ulong[])[0, 1, 15, 16, 27, 49386, 4095, 4096, (1UL << 36) - 1, 1UL << 36, ulong.MaxValue])
        {
            uint word = MaskReference.PlaneWord(Seed, 0, index);
            foreach (ulong before in (ulong[])[0, 1, 5, 100, 4090])
            {
                if (before > index)
                {
                    continue;
                }

                int count = (int)Math.Min(before + 300, ulong.MaxValue - (index - before)) + 1;
                foreach (ulong threshold in (ulong[])[word, word + 1UL, word & 0xFFFF0000, (word & 0xFFFF0000) + 0x10000, word & 0xFFFFFF00])
                {
                    if (threshold == 0)
                    {
                        continue;
                    }

                    bool[] mask = new bool[count];
                    BernoulliMask.Kept(width, new(Seed, 0, index - before, KeepRate.Of(threshold / 4294967296.0), MaskMapping.BytePlanes), mask);
                    Assert.Equal(word < threshold, mask[before]);
                }
            }
        }

        Assert.Equal(0xcccc6533, MaskReference.PlaneWord(Seed, 0, 49386));
    }

    // All bytes equal to the boundary at once, as a counter that stood still would make them: every undecided place must be settled.
    [Theory]
    [InlineData(VectorWidth.V128)]
    [InlineData(VectorWidth.V256)]
    [InlineData(VectorWidth.V512)]
    public void RatesWithOneRandomByteAreDecidedByTheOthers(VectorWidth width)
    {
        // T = 0x01000000 - 1: undecided are the zero bytes, and of these all but the last are kept.
        var rate = KeepRate.Of(0x00FFFFFF / 4294967296.0);
        bool[] mask = new bool[100_000];
        BernoulliMask.Kept(width, new(Seed, 4, 0, rate, MaskMapping.BytePlanes), mask);
        Assert.Equal(MaskReference.Decisions(MaskMapping.BytePlanes, Seed, 4, 0, rate, mask.Length), mask);
        Assert.InRange(mask.Count(keeps => keeps), 300, 500);
    }

    [GuardedFact]
    public void NothingOutsideTheSpansIsTouched()
    {
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (int count in (int[])[1, 15, 64, 100, 4096, 5001])
            {
                Guarded(width, count, 1.25);
                Guarded(width, count, 1.25f);
                using var bytes = new GuardedMemory<byte>((count + 7) / 8);
                var request = new MaskRequest(Seed, 1, 3, KeepRate.Of(0.8), MaskMapping.BytePlanes);
                int kept = BernoulliMask.Packed(width, request, bytes.Last((count + 7) / 8).Span, count);
                Assert.Equal(kept, BernoulliMask.Packed(width, request, bytes.First((count + 7) / 8).Span, count));
                using var flags = new GuardedMemory<bool>(count);
                Assert.Equal(kept, BernoulliMask.Kept(width, request, flags.Last(count).Span));
                Assert.Equal(kept, BernoulliMask.Kept(width, request, flags.First(count).Span));
            }
        }
    }

    private static void Guarded<T>(VectorWidth width, int count, T scale)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        using var memory = new GuardedMemory<T>(count);
        var request = new MaskRequest(Seed, 1, 3, KeepRate.Of(0.8), MaskMapping.BytePlanes);
        foreach (var strip in new[] { memory.First(count), memory.Last(count) })
        {
            int kept = BernoulliMask.FillWith(width, request, scale, strip.Span);
            Assert.Equal(kept, BernoulliMask.ApplyScaled(width, strip.Span, request, scale, strip.Span));
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void ElementsFollowTheDecisions(VectorWidth width, MaskMapping mapping)
    {
        Elements<float>(width, mapping);
        Elements<double>(width, mapping);
    }

    private static void Elements<T>(VectorWidth width, MaskMapping mapping)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        T scale = T.CreateChecked(1.25);
        foreach (int count in (int[])[0, 1, 5, 16, 31, 64, 100, 257, 4096, 5003])
        {
            foreach (int offset in (int[])[0, 1, 3])
            {
                var request = new MaskRequest(Seed, 77, (ulong)(13 * offset), KeepRate.Of(0.8), mapping);
                bool[] expected = MaskReference.Decisions(mapping, Seed, 77, request.Start, request.Rate, count);
                T[] x = [.. Enumerable.Range(0, count + offset).Select(i => (i % 7) switch { 0 => T.NaN, 1 => T.NegativeInfinity, _ => T.CreateChecked(i - 50.5) })];
                T[] filled = [.. x.Select(_ => T.NaN)], applied = new T[count + offset];
                Assert.Equal(expected.Count(keeps => keeps), BernoulliMask.FillWith(width, request, scale, filled.AsSpan(offset)));
                Assert.Equal(expected.Count(keeps => keeps), BernoulliMask.ApplyScaled(width, x.AsSpan(offset), request, scale, applied.AsSpan(offset)));
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(expected[i] ? scale : T.Zero, filled[i + offset]);
                    Assert.Equal(expected[i] ? x[i + offset] * scale : T.Zero, applied[i + offset]);
                    Assert.True(expected[i] || (T.IsPositive(applied[i + offset]) && T.IsPositive(filled[i + offset])), "a dropped element is +0");
                }

                BernoulliMask.ApplyScaled(width, x.AsSpan(offset), request, scale, x.AsSpan(offset));
                Assert.Equal(applied[offset..], x[offset..]);
            }
        }
    }
}
