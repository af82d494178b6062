using Kernels.Generators.Emit;

namespace Kernels.Generators.Tiles;

/// <summary>Writes one file a row of the tuning table: the full tile and every smaller one.</summary>
internal static class GemmTileEmitter
{
    public static string HintName(GemmTileSpec spec) => $"{spec.Class}.{spec.Name}.g.cs";

    public static string Emit(GemmTileSpec spec)
    {
        string vector = $"global::System.Runtime.Intrinsics.Vector{spec.Width}";
        var writer = new CodeWriter();
        writer.Line(Banner.Of(
            $"GEMM tile, {spec.Rows} rows x {spec.Vectors} vectors of {spec.Width} bits, {spec.Scalar}: {spec.LiveRegisters} of {spec.Registers} vector registers live.",
            "Template: Generators/Tiles/GemmTileTemplate.cs. Contract: docs/contracts/gemm-tile.md."));
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.Intrinsics.X86;");
        writer.Line($"using T = {(spec.Scalar == "float" ? "System.Single" : "System.Double")};");
        writer.Line($"using V = {vector}<{(spec.Scalar == "float" ? "System.Single" : "System.Double")}>;");
        writer.Line($"using W = {vector};");
        writer.Line();
        writer.Line($"namespace {spec.Namespace};").Line();
        writer.Block($"partial class {spec.Class}", () => Tile(writer, spec));
        return writer.ToString();
    }

    private static void Tile(CodeWriter writer, GemmTileSpec spec)
        => writer.Block($"internal readonly unsafe struct {spec.Name} : global::Kernels.IGemmTile<T>", () =>
        {
            writer.Line($"private const int L = {spec.Lanes};").Line();
            foreach (var (name, value) in new[]
            {
                ("Vectors", spec.Vectors), ("Lanes", spec.Lanes),
                ("DepthBlock", spec.DepthBlock), ("RowBlock", spec.RowBlock), ("ColumnBlock", spec.ColumnBlock),
            })
            {
                writer.Line($"public static int {name} => {value};").Line();
            }

            string rowsOf = string.Join(", ", Enumerable.Range(1, spec.Vectors).Select(vectors => $"{vectors} => {spec.RowsOf(vectors)}"));
            writer.Line($"public static int RowsOf(int vectors) => vectors switch {{ {rowsOf}, _ => 0 }};").Line();
            writer.Line($"public static bool HasMasks => {MaskSet(spec)}.IsSupported;").Line();
            Select(writer, spec, part: false);
            writer.Line();
            Select(writer, spec, part: true);
            for (int vectors = spec.Vectors; vectors >= 1; vectors--)
            {
                for (int rows = spec.RowsOf(vectors); rows >= 1; rows--)
                {
                    writer.Line().Line(Method(spec, rows, vectors, part: false));
                    writer.Line().Line(Method(spec, rows, vectors, part: true));
                }
            }
        });

    private static string Method(GemmTileSpec spec, int rows, int vectors, bool part)
        => TileTemplate.Expand(GemmTileTemplate.Method, rows, vectors, part, Constants(spec, rows, vectors, part), rows > TileTemplate.LowRows ? "tall" : "").TrimEnd();

    private static Dictionary<string, string> Constants(GemmTileSpec spec, int rows, int vectors, bool part)
        => new()
        {
            ["Rows"] = rows.ToString(),
            ["Vectors"] = vectors.ToString(),
            ["PrefetchDepth"] = "64",
            ["PartNote"] = part ? ", the last one in part" : "",
            ["LanesParameter"] = part ? "int lanes, " : "",
            ["Part"] = part ? "Part" : "",
            ["MaskLoad"] = $"{MaskSet(spec)}.MaskLoad",
            ["MaskStore"] = $"{MaskSet(spec)}.MaskStore",
            // AVX-512 wants to know what the other lanes hold; AVX makes them zero.
            ["MaskRest"] = spec.Width == 512 ? ", V.Zero" : "",
        };

    private static string MaskSet(GemmTileSpec spec) => spec.Width == 512 ? "Avx512F" : "Avx";

    // Edge tiles are more instantiations; which one is a table, not a scalar loop.
    private static void Select(CodeWriter writer, GemmTileSpec spec, bool part)
    {
        string suffix = part ? "Part" : "", lanes = part ? "lanes, " : "";
        writer.Block(
            $"public static void Multiply{suffix}(\n    int rows, int vectors, {(part ? "int lanes, " : "")}nuint tiles, nuint depth, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow)",
            () => writer.Block("switch (vectors * 16 + rows)", () =>
            {
                for (int vectors = 1; vectors <= spec.Vectors; vectors++)
                {
                    for (int rows = 1; rows <= spec.RowsOf(vectors); rows++)
                    {
                        writer.Line($"case {vectors * 16 + rows}: Multiply{rows}x{vectors}{suffix}({lanes}tiles, depth, a, aRow, aDepth, b, bDepth, beta, c, cRow); break;");
                    }
                }
            }));
    }
}
