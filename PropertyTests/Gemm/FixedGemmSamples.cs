namespace Kernels.PropertyTests.Gemm;

/// <summary>Products of fixed shapes for the tests, one a name; each is checked at every width by <see cref="FixedGemmTests"/>.</summary>
internal static partial class FixedGemmSamples
{
    [FixedGemm(M = 1, N = 1, K = 1)]
    internal static partial void Multiply1x1x1(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 1, N = 1, K = 1)]
    internal static partial void Multiply1x1x1(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 2, N = 2, K = 2)]
    internal static partial void Multiply2x2x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 2, N = 2, K = 2)]
    internal static partial void Multiply2x2x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 3, K = 3)]
    internal static partial void Multiply3x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 3, K = 3)]
    internal static partial void Multiply3x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Multiply4x4x4(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Multiply4x4x4(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 5, K = 5)]
    internal static partial void Multiply5x5x5(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 5, K = 5)]
    internal static partial void Multiply5x5x5(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 6, N = 6, K = 6)]
    internal static partial void Multiply6x6x6(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 6, N = 6, K = 6)]
    internal static partial void Multiply6x6x6(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 7, N = 7, K = 7)]
    internal static partial void Multiply7x7x7(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 7, N = 7, K = 7)]
    internal static partial void Multiply7x7x7(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 8, N = 8, K = 8)]
    internal static partial void Multiply8x8x8(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 8, N = 8, K = 8)]
    internal static partial void Multiply8x8x8(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 9, N = 9, K = 9)]
    internal static partial void Multiply9x9x9(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 9, N = 9, K = 9)]
    internal static partial void Multiply9x9x9(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 13, N = 13, K = 13)]
    internal static partial void Multiply13x13x13(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 13, N = 13, K = 13)]
    internal static partial void Multiply13x13x13(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 16, N = 16, K = 16)]
    internal static partial void Multiply16x16x16(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 16, N = 16, K = 16)]
    internal static partial void Multiply16x16x16(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 17, N = 17, K = 17)]
    internal static partial void Multiply17x17x17(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 17, N = 17, K = 17)]
    internal static partial void Multiply17x17x17(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 24, N = 24, K = 24)]
    internal static partial void Multiply24x24x24(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 24, N = 24, K = 24)]
    internal static partial void Multiply24x24x24(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 31, N = 31, K = 31)]
    internal static partial void Multiply31x31x31(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 31, N = 31, K = 31)]
    internal static partial void Multiply31x31x31(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 32, N = 32, K = 32)]
    internal static partial void Multiply32x32x32(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 32, N = 32, K = 32)]
    internal static partial void Multiply32x32x32(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 8, N = 3, K = 3)]
    internal static partial void Multiply8x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 8, N = 3, K = 3)]
    internal static partial void Multiply8x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 16, N = 16, K = 64)]
    internal static partial void Multiply16x16x64(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 16, N = 16, K = 64)]
    internal static partial void Multiply16x16x64(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 12, N = 4, K = 4)]
    internal static partial void Multiply12x4x4(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 12, N = 4, K = 4)]
    internal static partial void Multiply12x4x4(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 2, N = 8, K = 8)]
    internal static partial void Multiply2x8x8(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 2, N = 8, K = 8)]
    internal static partial void Multiply2x8x8(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 13, K = 1)]
    internal static partial void Multiply5x13x1(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 13, K = 1)]
    internal static partial void Multiply5x13x1(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 1, N = 11, K = 3)]
    internal static partial void Multiply1x11x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 1, N = 11, K = 3)]
    internal static partial void Multiply1x11x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 1, K = 7)]
    internal static partial void Multiply3x1x7(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 1, K = 7)]
    internal static partial void Multiply3x1x7(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 7, N = 2, K = 5)]
    internal static partial void Multiply7x2x5(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 7, N = 2, K = 5)]
    internal static partial void Multiply7x2x5(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 33, N = 61, K = 40)]
    internal static partial void Multiply33x61x40(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 33, N = 61, K = 40)]
    internal static partial void Multiply33x61x40(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 61, N = 64, K = 64)]
    internal static partial void Multiply61x64x64(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 61, N = 64, K = 64)]
    internal static partial void Multiply61x64x64(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add3x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add3x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 4, N = 4, K = 4, Accumulate = true)]
    internal static partial void Add4x4x4(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 4, N = 4, K = 4, Accumulate = true)]
    internal static partial void Add4x4x4(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 8, N = 8, K = 8, Accumulate = true)]
    internal static partial void Add8x8x8(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 8, N = 8, K = 8, Accumulate = true)]
    internal static partial void Add8x8x8(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 6, N = 6, K = 6, Accumulate = true)]
    internal static partial void Add6x6x6(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 6, N = 6, K = 6, Accumulate = true)]
    internal static partial void Add6x6x6(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 17, N = 17, K = 17, Accumulate = true)]
    internal static partial void Add17x17x17(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 17, N = 17, K = 17, Accumulate = true)]
    internal static partial void Add17x17x17(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 7, N = 13, K = 20, Accumulate = true)]
    internal static partial void Add7x13x20(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 7, N = 13, K = 20, Accumulate = true)]
    internal static partial void Add7x13x20(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 1, N = 3, K = 2, Accumulate = true)]
    internal static partial void Add1x3x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 1, N = 3, K = 2, Accumulate = true)]
    internal static partial void Add1x3x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 35, K = 9, Accumulate = true)]
    internal static partial void Add5x35x9(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 35, K = 9, Accumulate = true)]
    internal static partial void Add5x35x9(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 32, N = 7, K = 32, Accumulate = true)]
    internal static partial void Add32x7x32(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 32, N = 7, K = 32, Accumulate = true)]
    internal static partial void Add32x7x32(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 9, N = 59, K = 9, Accumulate = true)]
    internal static partial void Add9x59x9(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 9, N = 59, K = 9, Accumulate = true)]
    internal static partial void Add9x59x9(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 2, K = 2)]
    internal static partial void Multiply3x2x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 2, K = 2)]
    internal static partial void Multiply3x2x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 2, K = 2)]
    internal static partial void Multiply5x2x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 2, K = 2)]
    internal static partial void Multiply5x2x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 6, N = 3, K = 3)]
    internal static partial void Multiply6x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 6, N = 3, K = 3)]
    internal static partial void Multiply6x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 7, N = 3, K = 2)]
    internal static partial void Multiply7x3x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 7, N = 3, K = 2)]
    internal static partial void Multiply7x3x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 4, K = 3)]
    internal static partial void Multiply5x4x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 4, K = 3)]
    internal static partial void Multiply5x4x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 16, N = 4, K = 4)]
    internal static partial void Multiply16x4x4(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 16, N = 4, K = 4)]
    internal static partial void Multiply16x4x4(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 9, N = 3, K = 3)]
    internal static partial void Multiply9x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 9, N = 3, K = 3)]
    internal static partial void Multiply9x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 13, N = 3, K = 3)]
    internal static partial void Multiply13x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 13, N = 3, K = 3)]
    internal static partial void Multiply13x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 2, K = 2, Accumulate = true)]
    internal static partial void Add5x2x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 2, K = 2, Accumulate = true)]
    internal static partial void Add5x2x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 7, N = 3, K = 2, Accumulate = true)]
    internal static partial void Add7x3x2(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 7, N = 3, K = 2, Accumulate = true)]
    internal static partial void Add7x3x2(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 8, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add8x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 8, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add8x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 13, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add13x3x3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 13, N = 3, K = 3, Accumulate = true)]
    internal static partial void Add13x3x3(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 3, K = 3, LdA = 4, LdB = 5, LdC = 6)]
    internal static partial void Multiply3x3x3Leading4x5x6(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 3, K = 3, LdA = 4, LdB = 5, LdC = 6)]
    internal static partial void Multiply3x3x3Leading4x5x6(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 3, N = 3, K = 3, LdA = 4, LdB = 5, LdC = 6, Accumulate = true)]
    internal static partial void Add3x3x3Leading4x5x6(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 3, N = 3, K = 3, LdA = 4, LdB = 5, LdC = 6, Accumulate = true)]
    internal static partial void Add3x3x3Leading4x5x6(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 4, N = 4, K = 4, LdA = 4, LdB = 4, LdC = 7)]
    internal static partial void Multiply4x4x4Leading4x4x7(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 4, N = 4, K = 4, LdA = 4, LdB = 4, LdC = 7)]
    internal static partial void Multiply4x4x4Leading4x4x7(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 4, N = 4, K = 4, LdA = 4, LdB = 4, LdC = 7, Accumulate = true)]
    internal static partial void Add4x4x4Leading4x4x7(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 4, N = 4, K = 4, LdA = 4, LdB = 4, LdC = 7, Accumulate = true)]
    internal static partial void Add4x4x4Leading4x4x7(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 13, N = 13, K = 13, LdA = 20, LdB = 13, LdC = 14)]
    internal static partial void Multiply13x13x13Leading20x13x14(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 13, N = 13, K = 13, LdA = 20, LdB = 13, LdC = 14)]
    internal static partial void Multiply13x13x13Leading20x13x14(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 13, N = 13, K = 13, LdA = 20, LdB = 13, LdC = 14, Accumulate = true)]
    internal static partial void Add13x13x13Leading20x13x14(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 13, N = 13, K = 13, LdA = 20, LdB = 13, LdC = 14, Accumulate = true)]
    internal static partial void Add13x13x13Leading20x13x14(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 16, N = 15, K = 40, LdA = 41, LdB = 17, LdC = 15)]
    internal static partial void Multiply16x15x40Leading41x17x15(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 16, N = 15, K = 40, LdA = 41, LdB = 17, LdC = 15)]
    internal static partial void Multiply16x15x40Leading41x17x15(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 16, N = 15, K = 40, LdA = 41, LdB = 17, LdC = 15, Accumulate = true)]
    internal static partial void Add16x15x40Leading41x17x15(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 16, N = 15, K = 40, LdA = 41, LdB = 17, LdC = 15, Accumulate = true)]
    internal static partial void Add16x15x40Leading41x17x15(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 6, K = 7, LdA = 9, LdB = 8, LdC = 9)]
    internal static partial void Multiply5x6x7Leading9x8x9(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 6, K = 7, LdA = 9, LdB = 8, LdC = 9)]
    internal static partial void Multiply5x6x7Leading9x8x9(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 5, N = 6, K = 7, LdA = 9, LdB = 8, LdC = 9, Accumulate = true)]
    internal static partial void Add5x6x7Leading9x8x9(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    [FixedGemm(M = 5, N = 6, K = 7, LdA = 9, LdB = 8, LdC = 9, Accumulate = true)]
    internal static partial void Add5x6x7Leading9x8x9(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Multiply4x4x4(ref readonly float a, ref readonly float b, ref float c);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Multiply4x4x4(ref readonly double a, ref readonly double b, ref double c);

    [FixedGemm(M = 3, N = 3, K = 3)]
    internal static partial void Many3x3x3(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

    [FixedGemm(M = 3, N = 3, K = 3)]
    internal static partial void Many3x3x3(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Many4x4x4(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

    [FixedGemm(M = 4, N = 4, K = 4)]
    internal static partial void Many4x4x4(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);

    [FixedGemm(M = 6, N = 6, K = 6)]
    internal static partial void Many6x6x6(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

    [FixedGemm(M = 6, N = 6, K = 6)]
    internal static partial void Many6x6x6(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);

    [FixedGemm(M = 16, N = 16, K = 16)]
    internal static partial void Many16x16x16(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

    [FixedGemm(M = 16, N = 16, K = 16)]
    internal static partial void Many16x16x16(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);

    [FixedGemm(M = 3, N = 3, K = 3, Accumulate = true)]
    internal static partial void AddMany3x3x3(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);

    [FixedGemm(M = 3, N = 3, K = 3, Accumulate = true)]
    internal static partial void AddMany3x3x3(int count, ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, Span<double> c, int strideC);
}
