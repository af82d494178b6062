namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>A product of a fixed shape, as a type that a measuring loop can be compiled for.</summary>
internal interface IFixedProduct<T>
    where T : unmanaged
{
    static abstract void Multiply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c);
}

/// <summary>The shapes of <c>compare fixed</c>, filled in by the generator. One type a shape, so that each call is inlined where a user's would be.</summary>
internal static partial class FixedProducts
{
    internal static readonly IReadOnlyList<FixedContender> All =
    [
        FixedContender.Of<P2x2x2>(2, 2, 2),
        FixedContender.Of<P3x3x3>(3, 3, 3),
        FixedContender.Of<P4x4x4>(4, 4, 4),
        FixedContender.Of<P5x5x5>(5, 5, 5),
        FixedContender.Of<P6x6x6>(6, 6, 6),
        FixedContender.Of<P7x7x7>(7, 7, 7),
        FixedContender.Of<P8x8x8>(8, 8, 8),
        FixedContender.Of<P9x9x9>(9, 9, 9),
        FixedContender.Of<P10x10x10>(10, 10, 10),
        FixedContender.Of<P11x11x11>(11, 11, 11),
        FixedContender.Of<P12x12x12>(12, 12, 12),
        FixedContender.Of<P13x13x13>(13, 13, 13),
        FixedContender.Of<P14x14x14>(14, 14, 14),
        FixedContender.Of<P15x15x15>(15, 15, 15),
        FixedContender.Of<P16x16x16>(16, 16, 16),
        FixedContender.Of<P17x17x17>(17, 17, 17),
        FixedContender.Of<P18x18x18>(18, 18, 18),
        FixedContender.Of<P19x19x19>(19, 19, 19),
        FixedContender.Of<P20x20x20>(20, 20, 20),
        FixedContender.Of<P21x21x21>(21, 21, 21),
        FixedContender.Of<P22x22x22>(22, 22, 22),
        FixedContender.Of<P23x23x23>(23, 23, 23),
        FixedContender.Of<P24x24x24>(24, 24, 24),
        FixedContender.Of<P25x25x25>(25, 25, 25),
        FixedContender.Of<P26x26x26>(26, 26, 26),
        FixedContender.Of<P27x27x27>(27, 27, 27),
        FixedContender.Of<P28x28x28>(28, 28, 28),
        FixedContender.Of<P29x29x29>(29, 29, 29),
        FixedContender.Of<P30x30x30>(30, 30, 30),
        FixedContender.Of<P31x31x31>(31, 31, 31),
        FixedContender.Of<P32x32x32>(32, 32, 32),
        FixedContender.Of<P8x3x3>(8, 3, 3),
        FixedContender.Of<P16x16x64>(16, 16, 64),
    ];

    private readonly partial struct P2x2x2 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 2, N = 2, K = 2)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 2, N = 2, K = 2)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P3x3x3 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 3, N = 3, K = 3)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 3, N = 3, K = 3)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P4x4x4 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 4, N = 4, K = 4)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 4, N = 4, K = 4)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P5x5x5 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 5, N = 5, K = 5)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 5, N = 5, K = 5)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P6x6x6 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 6, N = 6, K = 6)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 6, N = 6, K = 6)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P7x7x7 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 7, N = 7, K = 7)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 7, N = 7, K = 7)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P8x8x8 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 8, N = 8, K = 8)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 8, N = 8, K = 8)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P9x9x9 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 9, N = 9, K = 9)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 9, N = 9, K = 9)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P10x10x10 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 10, N = 10, K = 10)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 10, N = 10, K = 10)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P11x11x11 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 11, N = 11, K = 11)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 11, N = 11, K = 11)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P12x12x12 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 12, N = 12, K = 12)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 12, N = 12, K = 12)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P13x13x13 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 13, N = 13, K = 13)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 13, N = 13, K = 13)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P14x14x14 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 14, N = 14, K = 14)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 14, N = 14, K = 14)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P15x15x15 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 15, N = 15, K = 15)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 15, N = 15, K = 15)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P16x16x16 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 16, N = 16, K = 16)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 16, N = 16, K = 16)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P17x17x17 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 17, N = 17, K = 17)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 17, N = 17, K = 17)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P18x18x18 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 18, N = 18, K = 18)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 18, N = 18, K = 18)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P19x19x19 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 19, N = 19, K = 19)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 19, N = 19, K = 19)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P20x20x20 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 20, N = 20, K = 20)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 20, N = 20, K = 20)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P21x21x21 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 21, N = 21, K = 21)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 21, N = 21, K = 21)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P22x22x22 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 22, N = 22, K = 22)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 22, N = 22, K = 22)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P23x23x23 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 23, N = 23, K = 23)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 23, N = 23, K = 23)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P24x24x24 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 24, N = 24, K = 24)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 24, N = 24, K = 24)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P25x25x25 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 25, N = 25, K = 25)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 25, N = 25, K = 25)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P26x26x26 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 26, N = 26, K = 26)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 26, N = 26, K = 26)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P27x27x27 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 27, N = 27, K = 27)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 27, N = 27, K = 27)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P28x28x28 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 28, N = 28, K = 28)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 28, N = 28, K = 28)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P29x29x29 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 29, N = 29, K = 29)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 29, N = 29, K = 29)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P30x30x30 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 30, N = 30, K = 30)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 30, N = 30, K = 30)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P31x31x31 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 31, N = 31, K = 31)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 31, N = 31, K = 31)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P32x32x32 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 32, N = 32, K = 32)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 32, N = 32, K = 32)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P8x3x3 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 8, N = 3, K = 3)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 8, N = 3, K = 3)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }

    private readonly partial struct P16x16x64 : IFixedProduct<float>, IFixedProduct<double>
    {
        [FixedGemm(M = 16, N = 16, K = 64)]
        public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

        [FixedGemm(M = 16, N = 16, K = 64)]
        public static partial void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
    }
}
