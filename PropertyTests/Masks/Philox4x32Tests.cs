using System.Globalization;

namespace Kernels.PropertyTests.Masks;

public class Philox4x32Tests
{
    private const ulong Seed = 0x0123456789ABCDEF;

    // Known answers of Random123 v1.14.0.
    [Theory]
    [InlineData(10, "00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(10, "ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(10, "243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    [InlineData(7, "00000000 00000000 00000000 00000000", "00000000 00000000", "5f6fb709 0d893f64 4f121f81 4f730a48")]
    [InlineData(7, "ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "5207ddc2 45165e59 4d8ee751 8c52f662")]
    [InlineData(7, "243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "4dfccaba 190a87f0 c47362ba b6b5242a")]
    public void BlocksAreTheKnownAnswers(int rounds, string counter, string key, string expected)
    {
        uint[] block = new uint[4];
        Philox4x32.Block(Words(counter), Words(key), block, rounds);
        Assert.Equal(Words(expected), block);
        if (rounds == 10)
        {
            uint[] inPlace = Words(counter);
            Philox4x32.Block(inPlace, Words(key), inPlace);
            Assert.Equal(block, inPlace);
        }
    }

    [SharedDataFact("random123-kat_vectors.txt")]
    public void EveryPhilox4x32LineOfRandom123IsReproduced()
    {
        string[][] lines = [.. File.ReadLines(SharedData.Path("random123-kat_vectors.txt"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields is ["philox4x32", ..])];
        Assert.Equal(6, lines.Length);
        foreach (string[] line in lines)
        {
            uint[] words = [.. line[2..].Select(Hex)];
            uint[] block = new uint[4];
            Philox4x32.Block(words.AsSpan(0, 4), words.AsSpan(4, 2), block, int.Parse(line[1], CultureInfo.InvariantCulture));
            Assert.Equal(words[6..], block);
        }
    }

    [Theory]
    [InlineData(0, 0, "b850222e c58cb04b 14a7a020 7a84fff9 adca1466 523e0d85 65401425 b299da3f")]
    [InlineData(1, 0, "fa9dff5e 6c10844b 6979c717 0590ff83")]
    [InlineData(0x100000002, (1UL << 34) + 5, "c89c49a4")]
    [InlineData(0, (1UL << 34) - 4, "073402a4 9775331e 64c992ad 325045ac d9412d6a 59dd3f68 9d46a012 5d27ddd9")]
    public void WordsAreAddressedBySeedStreamAndIndex(ulong stream, ulong start, string expected)
    {
        uint[] words = Words(expected);
        for (int first = 0; first < words.Length; first++)
        {
            Assert.Equal(words[first], Philox4x32.Word(Seed, stream, start + (ulong)first));
            for (int count = 0; count <= words.Length - first; count++)
            {
                uint[] range = new uint[count];
                Philox4x32.Words(Seed, stream, start + (ulong)first, range);
                Assert.Equal(words[first..(first + count)], range);
            }
        }
    }

    [Fact]
    public void ARangeMayEndAtTheLastIndexButNotPassIt()
    {
        uint[] words = new uint[7];
        Philox4x32.Words(Seed, 3, ulong.MaxValue - 6, words);
        Assert.Equal(Philox4x32.Word(Seed, 3, ulong.MaxValue), words[6]);
        Assert.Equal(Philox4x32.Word(Seed, 3, ulong.MaxValue - 6), words[0]);
        var error = Assert.Throws<ArgumentOutOfRangeException>("start", () => Philox4x32.Words(Seed, 3, ulong.MaxValue - 5, words));
        Assert.Contains("18446744073709551610", error.Message);
        Philox4x32.Words(Seed, 3, ulong.MaxValue, []);
    }

    [Fact]
    public void ABlockNeedsFourWordsAndAKeyOfTwo()
    {
        uint[] four = new uint[4], two = new uint[2];
        Assert.Contains("4 words, but holds 2", Assert.Throws<ArgumentException>("counter", () => Philox4x32.Block(two, two, four)).Message);
        Assert.Throws<ArgumentException>("key", () => Philox4x32.Block(four, four, four));
        Assert.Throws<ArgumentException>("destination", () => Philox4x32.Block(four, two, two));
    }

    private static uint[] Words(string text) => [.. text.Split(' ').Select(Hex)];

    private static uint Hex(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
