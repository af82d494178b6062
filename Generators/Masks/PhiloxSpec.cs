namespace Kernels.Generators.Masks;

/// <summary>One line of the table: which width, and how many vectors of blocks are in flight.</summary>
internal sealed record PhiloxSpec(string Namespace, string Class, int Width, int Chains)
{
    public string Name => $"PhiloxV{Width}";

    /// <summary>Blocks in a vector, one a 64-bit lane.</summary>
    public int Lanes => Width / 64;

    /// <summary>Four words of each chain, the two multipliers, a mask of halves, two round keys and a product.</summary>
    public int LiveRegisters => 4 * Chains + 6;

    /// <summary>What an x64 host of that width offers: AVX-512 doubled the file.</summary>
    public int Registers => Width == 512 ? 32 : 16;
}
