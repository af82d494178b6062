using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>One kind of random work: ours, and what a .NET program would write with System.Random.</summary>
/// <param name="Name">What is made.</param>
/// <param name="Type">Of the elements.</param>
/// <param name="Size">Number of elements.</param>
/// <param name="Theta">Probability of keeping; 0 for numbers.</param>
/// <param name="Ours">Makes all elements from an index on and gives the number kept.</param>
/// <param name="Theirs">The same with System.Random; null where there is nothing to compare with.</param>
internal sealed record MaskWork(string Name, string Type, int Size, double Theta, MaskWork.Way Ours, MaskWork.PlainWay? Theirs)
{
    /// <summary>In the first cache; in the second one; in memory.</summary>
    private const int InFirst = 2048, InSecond = 1 << 16, InMemory = 1 << 24;

    private const int PackedSize = 1 << 20;

    internal delegate int Way(ulong start, KeepRate rate, MaskBuffers buffers);

    internal delegate int PlainWay(Random random, double theta, MaskBuffers buffers);

    /// <summary>True when it only moves memory but for the random bits, so that a copy is its limit.</summary>
    internal bool IsBoundByMemory => Size == InMemory;

    /// <summary>As the tour shows it.</summary>
    internal static MaskWork Tour => Packed("mask", 0.8, 1 << 18, MaskMapping.BytePlanes);

    internal static IEnumerable<MaskWork> All(bool quick)
    {
        foreach (double theta in quick ? [0.5, 0.8] : (double[])[0.5, 0.7, 0.9, 0.1, 1 / 3.0])
        {
            yield return Packed("packed bits", theta, PackedSize, MaskMapping.BytePlanes);
        }

        yield return Packed("packed bits by words", 0.8, PackedSize, MaskMapping.Words);
        foreach (int size in quick ? [InSecond] : (int[])[InFirst, InSecond, InMemory])
        {
            // In memory a copy is what to compare with; System.Random is as slow as elsewhere.
            bool near = size != InMemory;
            yield return new("scaled mask", "float", size, 0.8, (start, rate, b) => BernoulliMask.Fill(1, 1, start, rate, b.Y), near ? PlainFill : null);
            yield return new("dropout", "float", size, 0.8, (start, rate, b) => BernoulliMask.Apply(b.X, 1, 1, start, rate, b.Y), near ? PlainApply : null);
        }

        yield return Numbers("uniform", (start, b) => RandomNumbers.Uniform(1, 1, start, b.Y), random => random.NextSingle());
        yield return Numbers("normal", (start, b) => RandomNumbers.Normal(1, 1, start, 1, b.Y), Normal);
    }

    private static MaskWork Packed(string name, double theta, int size, MaskMapping mapping)
        => new(name, "bit", size, theta, (start, rate, b) => BernoulliMask.Packed(1, 1, start, rate, b.Bits, b.Length, mapping), PlainPacked);

    private static MaskWork Numbers(string name, Action<ulong, MaskBuffers> ours, Func<Random, float> next)
        => new(name, "float", InFirst, 0, (start, _, b) => Made(() => ours(start, b)), (random, _, b) => Made(() => Draw(random, next, b.Y)));

    private static int Made(Action work)
    {
        work();
        return 0;
    }

    private static void Draw(Random random, Func<Random, float> next, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = next(random);
        }
    }

    // Box and Muller's transform, one of its two numbers.
    private static float Normal(Random random)
        => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());

    private static int PlainPacked(Random random, double theta, MaskBuffers buffers)
    {
        int kept = 0;
        Span<byte> bits = buffers.Bits;
        for (int i = 0; i < bits.Length; i++)
        {
            int packed = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                int keeps = random.NextSingle() < (float)theta ? 1 : 0;
                packed |= keeps << bit;
                kept += keeps;
            }

            bits[i] = (byte)packed;
        }

        return kept;
    }

    private static int PlainFill(Random random, double theta, MaskBuffers buffers)
    {
        int kept = 0;
        float scale = (float)(1 / theta);
        Span<float> y = buffers.Y;
        for (int i = 0; i < y.Length; i++)
        {
            bool keeps = random.NextSingle() < (float)theta;
            y[i] = keeps ? scale : 0;
            kept += keeps ? 1 : 0;
        }

        return kept;
    }

    private static int PlainApply(Random random, double theta, MaskBuffers buffers)
    {
        int kept = 0;
        float scale = (float)(1 / theta);
        Span<float> x = buffers.X, y = buffers.Y;
        for (int i = 0; i < y.Length; i++)
        {
            bool keeps = random.NextSingle() < (float)theta;
            y[i] = keeps ? x[i] * scale : 0;
            kept += keeps ? 1 : 0;
        }

        return kept;
    }
}

/// <summary>Memory of one contest.</summary>
internal sealed class MaskBuffers(int length, bool elements) : IDisposable
{
    private readonly AlignedBuffer<byte> _bits = new((length + 7) / 8);
    private readonly AlignedBuffer<float> _x = new(elements ? length : 0), _y = new(elements ? length : 0);

    internal int Length => length;

    internal Span<byte> Bits => _bits.Span;

    internal Span<float> X => _x.Span;

    internal Span<float> Y => _y.Span;

    public void Dispose()
    {
        _bits.Dispose();
        _x.Dispose();
        _y.Dispose();
    }
}
