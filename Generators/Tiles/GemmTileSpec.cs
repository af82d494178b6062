namespace Kernels.Generators.Tiles;

/// <summary>One line of the tuning table: which scalar, which width, which tile, which blocks.</summary>
internal sealed record GemmTileSpec(
    string Namespace, string Class, string Scalar, int Width, int Rows, int Vectors, int DepthBlock, int RowBlock, int ColumnBlock)
{
    public int Lanes => Width / (Scalar == "float" ? 32 : 64);

    /// <summary>Named for what it is, never for a processor: <c>Tile6x4V512Single</c>.</summary>
    public string Name => $"Tile{Rows}x{Vectors}V{Width}{(Scalar == "float" ? "Single" : "Double")}";

    /// <summary>Accumulators, one row of B, one broadcast element of A.</summary>
    public int LiveRegisters => Rows * Vectors + Vectors + 1;

    /// <summary>What an x64 host of that width offers: AVX-512 doubled the file.</summary>
    public int Registers => Width == 512 ? 32 : 16;

    /// <summary>Rows of the tallest tile with so many vectors: what the registers allow, since a narrow tile needs rows for its chains.</summary>
    public int RowsOf(int vectors) => vectors == Vectors ? Rows : Math.Max(Rows, Math.Min(2 * TileTemplate.LowRows, (Registers - 1 - vectors) / vectors));
}
