using System.Text.RegularExpressions;

namespace Kernels.PropertyTests.Codegen;

/// <summary>Reads what the code generator makes of the Philox kernels: the planned number of multiplications, and no vector on the stack.</summary>
public partial class PhiloxCodegenTests
{
    // Ten rounds of two products, less the two that are the same in all lanes.
    private const int Products = 18;

    // With sixteen registers the counter and two round keys, once a step of some eighty operations: an operand in memory costs nothing.
    private const int KeptOnStack = 3;

    private const string Kernels = "Words* Singles* Doubles* WordBits* PlaneBits* Blocks*";

    [Theory]
    [InlineData(256, KeptOnStack)]
    [InlineData(512, 0)]
    public void EveryKernelIsItsProductsAndNothingSpilled(int widest, int onStack)
    {
        var kernels = Listing.Read(typeof(PhiloxTable), Kernels, widest)
            .Split("; Assembly listing for method ")
            .Select(text => (Text: text, Head: KernelHead().Match(text)))
            .Where(listing => listing.Head.Success && int.Parse(listing.Head.Groups[1].Value, null) <= widest)
            .ToList();
        // Seven kernels of all chains and of one, at each width.
        Assert.Equal(7 * 2 * (widest == 512 ? 3 : 2), kernels.Count);
        Assert.All(kernels, kernel =>
        {
            string name = kernel.Head.Value;
            int chains = int.Parse(kernel.Head.Groups[3].Value, null);
            Assert.True(Products * chains == Product().Count(kernel.Text), $"{name} has {Product().Count(kernel.Text)} products:\n{kernel.Text}");
            Assert.True(VectorToStack().Count(kernel.Text) <= onStack, $"{name} spills:\n{kernel.Text}");
        });
    }

    [GeneratedRegex(@"^Kernels\.PhiloxTable\+PhiloxV(\d+):([A-Za-z]+)(\d)\(ptr,nuint\)")]
    private static partial Regex KernelHead();

    [GeneratedRegex("vpmuludq")]
    private static partial Regex Product();

    [GeneratedRegex(@"[xyz]mmword ptr \[r[bs]p[^\]]*\], ")]
    private static partial Regex VectorToStack();
}
