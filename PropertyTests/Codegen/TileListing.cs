using System.Text.RegularExpressions;

namespace Kernels.PropertyTests.Codegen;

/// <summary>The listing of every GEMM tile.</summary>
internal static partial class TileListing
{
    /// <summary>One listed method.</summary>
    /// <param name="Tile">The struct.</param>
    /// <param name="Width">Bits of its vectors.</param>
    /// <param name="Kind"><c>Multiply</c>, <c>MultiplyFetching</c>, <c>MultiplyAndPack</c>, <c>Small</c>, <c>Strip</c>, <c>Short</c>, <c>Outer</c> or <c>Stream</c>, chains over k, or <c>DotColumn</c>, <c>Dots</c> or <c>Quads</c>, sums over adjacent k, or <c>Slices</c> or <c>QuadSlices</c>, sums over slices of it.</param>
    /// <param name="Rows">Rows of C; of <c>Strip</c>, vectors of some rows; of <c>Outer</c>, steps of k.</param>
    /// <param name="Vectors">Vectors of a row of C; of sums and <c>Strip</c>, columns; of <c>Short</c> and <c>Stream</c>, steps of k.</param>
    /// <param name="Last">How much of the last vector is there; empty when all of it.</param>
    /// <param name="Blocks">The code, block by block.</param>
    internal sealed record Method(string Tile, int Width, string Kind, int Rows, int Vectors, string Last, string[] Blocks)
    {
        internal string Name => $"{Tile}.{Kind}{Rows}x{Vectors}{Last}";
    }

    private const string Kernels = "Multiply* Small* Strip* Short* Outer* Stream* Dot* Quad* Slices*";

    /// <summary>On a machine of this width.</summary>
    internal static IReadOnlyList<Method> Read(int width)
        => [.. ListingStart().Split(Listing.Read(typeof(GemmTiles), Kernels, width)).Skip(1).Chunk(7).Select(Parse)];

    private static Method Parse(string[] parts)
        => new(parts[0], int.Parse(parts[1], null), parts[2], int.Parse(parts[3], null), int.Parse(parts[4], null), parts[5], BlockStart().Split(parts[6]));

    [GeneratedRegex(@"; Assembly listing for method Kernels\.GemmTiles\+(Tile\dx\dV(\d+)\w+):(MultiplyFetching|MultiplyAndPack|Multiply|Small|Strip|Short|Outer|Stream|DotColumn|Dots|QuadSlices|Quads|Slices)(\d+)x(\d+)(Part|Half|)\(")]
    private static partial Regex ListingStart();

    [GeneratedRegex(@"^G_M\w+:", RegexOptions.Multiline)]
    private static partial Regex BlockStart();
}
