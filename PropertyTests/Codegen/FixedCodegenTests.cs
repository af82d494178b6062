using System.Text.RegularExpressions;
using Kernels.PropertyTests.Gemm;

namespace Kernels.PropertyTests.Codegen;

/// <summary>Reads what the code generator makes of products of a fixed shape: the planned number of fused multiply-adds, and no vector on the stack.</summary>
public partial class FixedCodegenTests
{
    // Multiply-adds in the text of each kernel: float at 512 and 256 bits, then double. A width that would do what the next
    // narrower one does has no kernel, here a null.
    private static readonly (string Name, int?[] Single, int?[] Double)[] Planned =
    [
        // Pairs: vectors by steps, of 256 bits and one of 128 for what is left. In double rows where a row is wider than 128 bits.
        ("Multiply2x2x2", [null, null], [null, 2]),
        ("Multiply3x3x3", [null, 2 * 3], [null, 3 * 3]),
        ("Multiply6x3x3", [null, 3 * 3], [null, 6 * 3]),
        ("Multiply5x2x2", [null, 2 * 2], [null, 3 * 2]),
        ("Multiply5x4x3", [null, 3 * 3], [null, 5 * 3]),
        ("Add7x3x2", [null, 4 * 2], [null, 7 * 2]),
        // Eight points: columns by steps, once and twice.
        ("Multiply8x3x3", [null, 3 * 3], [null, 8 * 3]),
        ("Multiply13x3x3", [null, 2 * 3 * 3], [13 * 3, 13 * 3]),
        // Packed at 512 bits, pairs or rows below, in double rows.
        ("Multiply4x4x4", [4, 2 * 4], [null, 4 * 4]),
        ("Multiply16x4x4", [4 * 4, 8 * 4], [16 * 4, 8 * 4]),
        ("Multiply8x8x8", [4 * 8, 8 * 8], [8 * 8, 4 * 2 * 8]),
        // Rows by vectors by steps; of rows in a loop, those of one turn.
        ("Multiply5x5x5", [null, 5 * 5], [5 * 5, 5 * 2 * 5]),
        ("Add6x6x6", [null, 6 * 6], [6 * 6, 3 * 2 * 6]),
        ("Multiply16x16x16", [16 * 16, 4 * 2 * 16], [8 * 2 * 16, 2 * 4 * 2 * 16]),
        // Steps in a loop too: about 64 in the body, for each of the groups of columns.
        ("Multiply32x32x32", [8 * 2 * 4, 2 * 4 * 2 * 8], [4 * 4 * 4, 4 * 4 * 2 * 8]),
    ];

    [Theory]
    [MemberData(nameof(Listing.Widths), MemberType = typeof(Listing))]
    public void EveryKernelIsItsMultiplyAddsAndNothingSpilled(int widest)
    {
        var kernels = Listing.Read(typeof(FixedGemmSamples), "Multiply* Add*", widest)
            .Split("; Assembly listing for method ")
            .Select(text => (Text: text, Head: KernelHead().Match(text)))
            .Where(listing => listing.Head.Success)
            .Select(listing => (listing.Text, Name: listing.Head.Groups[1].Value, Width: int.Parse(listing.Head.Groups[2].Value, null), IsDouble: DoubleFused().IsMatch(listing.Text)))
            .Where(kernel => kernel.Width <= widest)
            .ToList();
        Assert.All(kernels, kernel => Assert.False(VectorOnStack().IsMatch(kernel.Text), $"{kernel.Name} spills:\n{kernel.Text}"));
        foreach (var (name, single, @double) in Planned)
        {
            foreach (int width in new[] { 512, 256 }.Where(width => width <= widest))
            {
                foreach (bool isDouble in new[] { false, true })
                {
                    int? planned = (isDouble ? @double : single)[width == 512 ? 0 : 1];
                    var found = kernels.Where(kernel => (kernel.Name, kernel.Width, kernel.IsDouble) == (name, width, isDouble)).Select(kernel => kernel.Text).ToList();
                    Assert.True(found.Count == (planned is null ? 0 : 1), $"{name}, {width} bits, double {isDouble}: {found.Count} kernels");
                    Assert.All(found, text => Assert.True(planned == Fused().Count(text), $"{name} has {Fused().Count(text)} multiply-adds, not {planned}:\n{text}"));
                }
            }
        }
    }

    [GeneratedRegex(@"^[\w.]+:(\w+)V(\d+)\(byref,byref,byref\)")]
    private static partial Regex KernelHead();

    [GeneratedRegex(@"vfmadd\d+p[sd]")]
    private static partial Regex Fused();

    [GeneratedRegex(@"vfmadd\d+[ps]d")]
    private static partial Regex DoubleFused();

    [GeneratedRegex(@"mmword ptr \[r[bs]p")]
    private static partial Regex VectorOnStack();
}
