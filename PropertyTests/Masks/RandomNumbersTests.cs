using System.Numerics;

namespace Kernels.PropertyTests.Masks;

/// <summary>Words and numbers at every width against their definitions.</summary>
[Trait("Category", "Dispatch")]
public class RandomNumbersTests
{
    private const ulong Seed = MaskReference.Seed;

    // The bound that is promised is 2^-21, eight roundings; this is what they add up to.
    private const double SinglesError = 6 / 16777216.0;

    public static readonly TheoryData<VectorWidth> Widths = [.. Enum.GetValues<VectorWidth>()];

    [Theory]
    [MemberData(nameof(Widths))]
    public void WordsAndUniformNumbersAreTheDefinition(VectorWidth width)
    {
        foreach (int rounds in (int[])[10, 7])
        {
            foreach (var (stream, start) in MaskReference.Places)
            {
                foreach (int count in (int[])[0, 1, 3, 4, 5, 31, 32, 33, 127, 200, 1000])
                {
                    uint[] expected = [.. Enumerable.Range(0, count).Select(i => MaskReference.Word(Seed, stream, start + (ulong)i, rounds))];
                    uint[] words = new uint[count + 1];
                    words[count] = 0xA5A5A5A5;
                    PhiloxDispatch.Fill(width, PhiloxForm.Words, Seed, stream, start, rounds, words.AsSpan(0, count));
                    Assert.Equal([.. expected, 0xA5A5A5A5], words);

                    float[] singles = new float[count];
                    RandomNumbers.Uniform(width, Seed, stream, start, singles.AsSpan(), rounds);
                    Assert.Equal(expected.Select(word => (word >> 8) / 16777216f), singles);

                    ulong pair = start / 2;
                    double[] doubles = new double[count];
                    RandomNumbers.Uniform(width, Seed, stream, pair, doubles.AsSpan(), rounds);
                    Assert.Equal(Enumerable.Range(0, count).Select(i => (LongWord(stream, pair + (ulong)i, rounds) >> 11) / 9007199254740992.0), doubles);
                }
            }
        }
    }

    private static ulong LongWord(ulong stream, ulong index, int rounds)
        => MaskReference.Word(Seed, stream, 2 * index, rounds) | ((ulong)MaskReference.Word(Seed, stream, 2 * index + 1, rounds) << 32);

    // The transform in the framework's scalar functions. The bound is their rounding, half a unit each on factors up to 6.8, and ours.
    [Theory]
    [MemberData(nameof(Widths))]
    public void NormalNumbersAreTheTransformOfTwoWords(VectorWidth width)
    {
        foreach (var (stream, start) in MaskReference.Places)
        {
            double[] normals = new double[2000];
            RandomNumbers.Normal(width, Seed, stream, start, 1, normals.AsSpan());
            for (int i = 0; i < normals.Length; i++)
            {
                ulong index = start + (ulong)i;
                double u = (MaskReference.Word(Seed, stream, index & ~1UL) + 0.5) / 4294967296, angle = MaskReference.Word(Seed, stream, index | 1) / 4294967296.0;
                double expected = Math.Sqrt(-2 * Math.Log(u)) * (index % 2 == 0 ? Math.Cos(2 * Math.PI * angle) : Math.Sin(2 * Math.PI * angle));
                Assert.Equal(expected, normals[i], 6.8e-15);
            }

            foreach (int count in (int[])[0, 1, 2, 255, 256, 257, 1000])
            {
                double[] scaled = new double[count];
                float[] singles = new float[count];
                RandomNumbers.Normal(width, Seed, stream, start, 0.3, scaled.AsSpan());
                RandomNumbers.Normal(width, Seed, stream, start, 0.3, singles.AsSpan());
                Assert.Equal(normals.Take(count).Select(z => 0.3 * z), scaled);
                Assert.All(scaled.Zip(singles), pair => Assert.InRange(pair.Second - pair.First, -SinglesError * Math.Abs(pair.First), SinglesError * Math.Abs(pair.First)));
            }
        }
    }

    // Words at which something may go wrong, in all pairs: ends of the ranges, neighbours of powers of two (where a mantissa ends and where u = 1/2), quarter turns
    // (where a sine or a cosine is zero) and their neighbours; then words at random. The oracle works in double, on 1 - u where that is small, and with the sine
    // of a number of half turns, for no product with pi is exact near a zero.
    [Theory]
    [MemberData(nameof(Widths))]
    public unsafe void NormalNumbersInSinglePrecisionLoseNoDigitsAnywhere(VectorWidth width)
    {
        List<uint> edges = [.. Enumerable.Range(0, 33).SelectMany(bit => new[] { -2L, -1, 0, 1, 2 }.Select(near => (uint)((1L << bit) + near)))];
        edges.AddRange(from quarter in new[] { 1u, 3u } from near in new[] { -3, -1, 0, 1, 3, 1000 } select (quarter << 30) + (uint)near);
        var random = new Random(7);
        List<uint> words = [.. from radius in edges from turn in edges from word in new[] { radius, turn } select word];
        words.AddRange(Enumerable.Range(0, 200_000).Select(_ => (uint)random.NextInt64(1L << 32) >> random.Next(20) ^ (uint)-random.Next(2)));
        words.AddRange(new uint[-words.Count & 1023]);
        float[] normals = new float[words.Count];
        fixed (uint* from = words.ToArray())
        fixed (float* to = normals)
        {
            switch (width)
            {
                case VectorWidth.V512:
                    PhiloxTable.PhiloxV512.Normals(from, (nuint)(words.Count / PhiloxTable.PhiloxV512.NormalsInStep<float>()), 1, to);
                    break;
                case VectorWidth.V256:
                    PhiloxTable.PhiloxV256.Normals(from, (nuint)(words.Count / PhiloxTable.PhiloxV256.NormalsInStep<float>()), 1, to);
                    break;
                default:
                    PhiloxTable.PhiloxV128.Normals(from, (nuint)(words.Count / PhiloxTable.PhiloxV128.NormalsInStep<float>()), 1, to);
                    break;
            }
        }

        for (int i = 0; i < words.Count; i += 2)
        {
            double u = (words[i] + 0.5) / 4294967296;
            double r = Math.Sqrt(-2 * (u < 0.5 ? Math.Log(u) : double.LogP1(-(~words[i] + 0.5) / 4294967296)));
            var (sine, cosine) = double.SinCosPi(words[i + 1] / 2147483648.0);
            Assert.True(Math.Abs(normals[i] - r * cosine) <= SinglesError * Math.Abs(r * cosine), $"{words[i]:x} {words[i + 1]:x}: {normals[i]:R}, not {r * cosine:R}");
            Assert.True(Math.Abs(normals[i + 1] - r * sine) <= SinglesError * Math.Abs(r * sine), $"{words[i]:x} {words[i + 1]:x}: {normals[i + 1]:R}, not {r * sine:R}");
        }
    }

    [Fact]
    public void NormalNumbersHaveTheBitsOfTheNarrowestWidth()
    {
        Check<double>();
        Check<float>();

        static void Check<T>()
            where T : unmanaged
        {
            T[] narrow = new T[100_001], wide = new T[narrow.Length], cut = new T[narrow.Length];
            RandomNumbers.Normal(VectorWidth.V128, 3, 4, 5, 0.7, narrow.AsSpan());
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                RandomNumbers.Normal(width, 3, 4, 5, 0.7, wide.AsSpan());
                Assert.Equal(narrow, wide);
                for (int done = 0, length = 1; done < cut.Length; done += length, length = length * 3 % 4099)
                {
                    length = Math.Min(length, cut.Length - done);
                    RandomNumbers.Normal(width, 3, 4, 5 + (ulong)done, 0.7, cut.AsSpan(done, length));
                }

                Assert.Equal(narrow, cut);
            }
        }
    }

    // Kolmogorov and Smirnov's distance to the normal law stays below 1.95 / sqrt(n) but once in a thousand; seeds are fixed.
    [Fact]
    public void NormalNumbersFollowTheNormalLaw()
    {
        const int Count = 1 << 17;
        foreach (ulong seed in (ulong[])[0, 1, 2])
        {
            double[] normals = new double[Count];
            float[] singles = new float[Count];
            RandomNumbers.Normal(seed, 0, 0, 1, normals.AsSpan());
            RandomNumbers.Normal(seed, 0, 0, 1, singles.AsSpan());
            Follow(normals);
            Follow([.. singles.Select(z => (double)z)]);
        }

        static void Follow(double[] normals)
        {
            Assert.InRange(normals.Average(), -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
            Assert.InRange(normals.Average(z => z * z) - 1, -5 * Math.Sqrt(2.0 / Count), 5 * Math.Sqrt(2.0 / Count));
            double lag = Enumerable.Range(0, Count - 1).Average(i => normals[i] * normals[i + 1]);
            Assert.InRange(lag, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
            double pairs = Enumerable.Range(0, Count - 1).Average(i => normals[i] * normals[i] * normals[i + 1] * normals[i + 1]) - 1;
            Assert.InRange(pairs, -5 * Math.Sqrt(8.0 / Count), 5 * Math.Sqrt(8.0 / Count));
            Array.Sort(normals);
            double distance = 0;
            for (int i = 0; i < Count; i += 64)
            {
                distance = Math.Max(distance, Math.Abs(Distribution(normals[i]) - i / (double)Count));
            }

            Assert.InRange(distance, 0, 1.95 / Math.Sqrt(Count) + 64.0 / Count);
        }
    }

    // The series of the error function about zero: all terms of one sign times the density (Abramowitz and Stegun 26.2.11).
    private static double Distribution(double z)
    {
        double term = z, sum = z;
        for (int k = 3; Math.Abs(term) > 1e-17; k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(1000)]
    [InlineData(0x80000000)]
    [InlineData(0xC0000001)]
    [InlineData(0xFFFFFFFF)]
    public void IntegersAreTheWholePartOfBoundTimesALongFraction(uint bound)
    {
        foreach (var (stream, start) in MaskReference.Places.Where(place => place.Start < 1UL << 60))
        {
            uint[] integers = new uint[1500];
            RandomNumbers.Integers(Seed, stream, start, bound, integers);
            for (int i = 0; i < integers.Length; i++)
            {
                ulong index = start + (ulong)i;
                uint[] rest = MaskReference.Block((uint)index, (uint)(index >> 32) | 0x40000000, (uint)stream, (uint)(stream >> 32), Seed);
                BigInteger fraction = rest.Aggregate((BigInteger)MaskReference.Word(Seed, stream, index), (digits, digit) => (digits << 32) + digit);
                Assert.Equal((uint)((fraction * bound) >> 160), integers[i]);
                Assert.InRange(integers[i], 0u, bound - 1);
            }
        }
    }

    // Of a bound of three quarters of 2^32 a word times the bound alone would hit one third of the values twice as often.
    [Fact]
    public void ALargeBoundHasNoBias()
    {
        const int Count = 3 << 18;
        uint[] integers = new uint[Count];
        RandomNumbers.Integers(11, 0, 0, 0xC0000000, integers);
        for (uint residue = 0; residue < 3; residue++)
        {
            int found = integers.Count(value => value % 3 == residue);
            Assert.InRange(found - Count / 3, -5 * Math.Sqrt(Count * 2 / 9.0), 5 * Math.Sqrt(Count * 2 / 9.0));
        }
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        Assert.Contains("not 8", Assert.Throws<ArgumentOutOfRangeException>("rounds", () => RandomNumbers.Uniform(1, 2, 3, new float[4], rounds: 8)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("rounds", () => Philox4x32.Words(1, 2, 3, new uint[4], rounds: 0));
        Assert.Throws<ArgumentOutOfRangeException>("rounds", () => Philox4x32.Word(1, 2, 3, rounds: 11));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => RandomNumbers.Uniform(1, 2, ulong.MaxValue, new float[2]));
        Assert.Contains("2^63 - 1", Assert.Throws<ArgumentOutOfRangeException>("start", () => RandomNumbers.Uniform(1, 2, (1UL << 63) - 1, new double[2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("start", () => RandomNumbers.Normal(1, 2, ulong.MaxValue, 1, new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>("bound", () => RandomNumbers.Integers(1, 2, 3, 0, new uint[2]));
        Assert.Contains("2^60 - 1", Assert.Throws<ArgumentOutOfRangeException>("start", () => RandomNumbers.Integers(1, 2, (1UL << 60) - 1, 6, new uint[2])).Message);
        RandomNumbers.Uniform(1, 2, (1UL << 63) - 1, new double[1]);
        RandomNumbers.Normal(1, 2, ulong.MaxValue, 1, new double[1]);
        RandomNumbers.Integers(1, 2, (1UL << 60) - 1, 6, new uint[1]);
    }
}
