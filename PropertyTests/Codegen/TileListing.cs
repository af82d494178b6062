using System.Text.RegularExpressions;

namespace Kernels.PropertyTests.Codegen;

/// <summary>The JIT's listing of every GEMM tile.</summary>
internal static partial class TileListing
{
    internal sealed record Method(string Tile, int Width, int Rows, int Vectors, bool IsPart, string[] Blocks);

    internal static IReadOnlyList<Method> Read(params (string Name, string Value)[] environment)
        => [.. ListingStart().Split(JitListing.Read(typeof(GemmTiles), "Multiply*", environment)).Skip(1).Chunk(6).Select(Parse)];

    private static Method Parse(string[] parts)
        => new(parts[0], int.Parse(parts[1], null), int.Parse(parts[2], null), int.Parse(parts[3], null), parts[4] == "Part", BlockStart().Split(parts[5]));

    [GeneratedRegex(@"; Assembly listing for method Kernels\.GemmTiles\+(Tile\dx\dV(\d+)\w+):Multiply(\d+)x(\d+)(Part|)\(")]
    private static partial Regex ListingStart();

    [GeneratedRegex(@"^G_M\w+:", RegexOptions.Multiline)]
    private static partial Regex BlockStart();
}
