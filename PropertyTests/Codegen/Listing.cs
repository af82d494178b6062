using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kernels.PropertyTests.Codegen;

/// <summary>What the code generator of .NET makes of kernels on an x64 machine of a width: from this machine's JIT if it is one, from a compiler for such a machine otherwise.</summary>
internal static class Listing
{
    /// <summary>The widths that have instructions of their own for fused multiply-adds.</summary>
    public static TheoryData<int> Widths { get; } = [256, 512];

    /// <summary>Listings of the methods of a type and of those nested in it whose names match a pattern of the JIT.</summary>
    /// <param name="type">The type.</param>
    /// <param name="pattern">Names and beginnings of names, separated by spaces.</param>
    /// <param name="width">Bits of the widest vectors that the machine has, 256 or 512. At 256 it has sixteen registers, at 512 thirty-two.</param>
    internal static string Read(Type type, string pattern, int width)
        => (width, Avx2.IsSupported && Fma.IsSupported, Vector512.IsHardwareAccelerated) switch
        {
            (256, true, _) => JitListing.Read(type, pattern, ("DOTNET_EnableAVX512", "0")),
            (512, _, true) => JitListing.Read(type, pattern),
            _ => CrossListing.Read(type.Assembly, pattern, $"x86-64-v{(width == 512 ? 4 : 3)}"),
        };
}
