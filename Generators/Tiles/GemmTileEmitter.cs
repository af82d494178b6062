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
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using System.Runtime.Intrinsics.X86;");
        writer.Line($"using T = {(spec.Scalar == "float" ? "System.Single" : "System.Double")};");
        writer.Line($"using V = {vector}<{(spec.Scalar == "float" ? "System.Single" : "System.Double")}>;");
        writer.Line($"using W = {vector};");
        if (spec.HasHalves)
        {
            // Half a vector, for a last one that fills no more: half the work on processors that split 512-bit operations in two.
            writer.Line($"using H = global::System.Runtime.Intrinsics.Vector{spec.Width / 2}<{(spec.Scalar == "float" ? "System.Single" : "System.Double")}>;");
            writer.Line($"using G = global::System.Runtime.Intrinsics.Vector{spec.Width / 2};");
        }

        writer.Line();
        writer.Line($"namespace {spec.Namespace};").Line();
        writer.Block($"partial class {spec.Class}", () => Tile(writer, spec));
        return writer.ToString();
    }

    private static void Tile(CodeWriter writer, GemmTileSpec spec)
        => writer.Block($"internal readonly unsafe struct {spec.Name} : global::Kernels.IGemmTile<T>", () =>
        {
            writer.Line($"private const int L = {spec.Lanes};").Line();
            writer.Line("// Logical lanes of the dot form, the same at every width.");
            writer.Line($"private const int S = {spec.LogicalLanes};").Line();
            foreach (var (name, value) in new[]
            {
                ("MostShortDepth", GemmTileSpec.MostShortDepth), ("OuterDepth", GemmTileSpec.OuterDepth), ("StreamRows", GemmTileSpec.StreamRows),
                ("Vectors", spec.Vectors), ("Lanes", spec.Lanes), ("MostDotRows", spec.MostDotRows), ("QuadRows", spec.QuadRows), ("QuadSliceRows", spec.QuadSliceRows),
                ("SliceRows", GemmTileSpec.SliceRows), ("StripColumns", GemmTileSpec.StripColumns), ("StripRows", spec.StripRows), ("StripVectors", spec.StripVectors), ("SlicedElements", spec.SlicedElements),
                ("DepthBlock", spec.DepthBlock), ("RowBlock", spec.RowBlock), ("ColumnBlock", spec.ColumnBlock), ("PackingKiB", spec.PackingKiB), ("PanelRows", spec.PanelRows),
                ("ShallowDepth", spec.ShallowDepth), ("NearDepth", spec.NearDepth), ("StreamDepth", spec.StreamDepth), ("Ways", spec.Ways), ("RowByRowKiB", spec.RowByRowKiB),
            })
            {
                writer.Line($"public static int {name} => {value};").Line();
            }

            string rowsOf = string.Join(", ", Enumerable.Range(1, spec.MostVectors).Select(vectors => $"{vectors} => {spec.RowsOf(vectors)}"));
            writer.Line($"public static int RowsOf(int vectors) => vectors switch {{ {rowsOf}, _ => 0 }};").Line();
            string streamDepthOf = string.Join(", ", Enumerable.Range(1, GemmTileSpec.StreamRows).Select(rows => $"{rows} => {GemmTileSpec.StreamDepthOf(rows)}"));
            writer.Line($"public static int StreamDepthOf(int rows) => rows switch {{ {streamDepthOf}, _ => 0 }};").Line();
            string outerVectors = string.Join(", ", Enumerable.Range(1, GemmTileSpec.OuterDepth).Select(depth => $"{depth} => {spec.OuterVectors(depth)}"));
            writer.Line($"public static int OuterVectors(int depth) => depth switch {{ {outerVectors}, _ => 0 }};").Line();
            foreach (var (name, widest) in new (string, Func<int, int>)[] { ("WidestOf", spec.WidestOf), ("WidestSmallOf", spec.WidestSmallOf) })
            {
                int[] rows = [.. Enumerable.Range(1, GemmTileSpec.WideRows + 1)];
                string cases = string.Join(", ", rows.GroupBy(widest).Where(few => few.Last() < rows.Length).Select(few => $"<= {few.Last()} => {few.Key}"));
                writer.Line($"public static int {name}(int rows) => rows switch {{ {cases}, _ => {widest(rows.Length)} }};").Line();
            }

            string dotColumns = spec.HalvedDepth > 0 ? $"depth < {spec.HalvedDepth} ? {spec.ShallowDotColumns} : {spec.DotColumns}" : $"{spec.DotColumns}";
            writer.Line($"public static int DotColumnsOf(int depth) => {dotColumns};").Line();
            string dotRowsOf = string.Join(", ", Enumerable.Range(1, spec.DotColumns).Select(columns => $"{columns} => {spec.DotRowsOf(columns)}"));
            writer.Line($"public static int DotRowsOf(int columns) => columns switch {{ {dotRowsOf}, _ => 0 }};").Line();
            writer.Line($"public static bool HasMasks => {MaskSet(spec)}.IsSupported;").Line();
            GemmTileSelection.Emit(writer, spec);
            for (int vectors = spec.MostVectors; vectors >= 1; vectors--)
            {
                for (int rows = spec.RowsOf(vectors); rows >= 1; rows--)
                {
                    foreach (LastVector last in spec.LastVectors)
                    {
                        writer.Line().Line(Method(GemmTileTemplate.Method, spec, rows, vectors, last));
                    }
                }
            }

            foreach (var (rows, vectors) in spec.FetchingTiles)
            {
                writer.Line().Line(Method(GemmTileTemplate.Method, spec, rows, vectors, LastVector.Whole, "MultiplyFetching"));
            }

            for (int vectors = spec.Vectors; vectors >= 1; vectors--)
            {
                foreach (LastVector last in spec.LastVectors)
                {
                    writer.Line().Line(Method(GemmTileTemplate.Method, spec, spec.Rows, vectors, last, "MultiplyAndPack"));
                }
            }

            for (int vectors = 1; vectors <= spec.MostVectors; vectors++)
            {
                for (int rows = spec.SmallRowsOf(vectors); rows >= 1; rows--)
                {
                    foreach (LastVector last in spec.LastVectors)
                    {
                        writer.Line().Line(Method(GemmTileTemplate.Small, spec, rows, vectors, last));
                    }
                }
            }

            for (int vectors = spec.StripVectors; vectors >= 1; vectors--)
            {
                if (spec.StripsAreTurned)
                {
                    for (int columns = GemmTileSpec.StripColumns; columns >= 1; columns--)
                    {
                        writer.Line().Line(TurnedStrip(spec, vectors, columns));
                    }

                    continue;
                }

                writer.Line().Line(Strip(spec, vectors, LastVector.Whole)).Line().Line(Strip(spec, vectors, LastVector.Part));
            }

            for (int depth = 1; depth <= GemmTileSpec.OuterDepth; depth++)
            {
                for (int vectors = 1; vectors <= spec.OuterVectors(depth); vectors++)
                {
                    writer.Line().Line(Outer(spec, depth, vectors, LastVector.Whole)).Line().Line(Outer(spec, depth, vectors, LastVector.Part));
                }
            }

            for (int depth = 1; depth <= GemmTileSpec.MostShortDepth; depth++)
            {
                writer.Line().Line(Short(spec, depth, LastVector.Whole)).Line().Line(Short(spec, depth, LastVector.Part));
            }

            for (int rows = 1; rows <= GemmTileSpec.StreamRows; rows++)
            {
                for (int depth = 1; depth <= GemmTileSpec.StreamDepthOf(rows); depth++)
                {
                    writer.Line().Line(Stream(spec, rows, depth, LastVector.Whole)).Line().Line(Stream(spec, rows, depth, LastVector.Part));
                }
            }

            GemmSumsEmitter.Emit(writer, spec);
        });

    private static string Short(GemmTileSpec spec, int depth, LastVector last)
    {
        var constants = Constants(spec, spec.Lanes, 1, last);
        bool isPart = last == LastVector.Part;
        const string InMethod = "\n    ", InLoop = InMethod + "    ";
        constants["PartNote"] = isPart ? ", fewer rows than a vector has" : "";
        constants.Add("Depth", depth.ToString());
        constants.Add("Offsets", string.Join(InMethod, GemmShortTemplate.Offsets(spec, isPart)));
        constants.Add("Gather", string.Join(InLoop, GemmShortTemplate.Quarters(spec)));
        constants.Add("Steps", string.Join(isPart ? InMethod : InLoop, GemmShortTemplate.Steps(spec, depth, isPart)));
        return TileTemplate.Expand(GemmShortTemplate.Method, new(1, 1, isPart, depth), constants, Options(spec, last)).TrimEnd();
    }

    private static string Outer(GemmTileSpec spec, int depth, int vectors, LastVector last)
    {
        var constants = Constants(spec, 1, vectors, last);
        bool isOver = last == LastVector.Part && vectors > 1;
        string Load(string from) => isOver ? $"W.Load({from} + last)" : $"{constants["MaskLoad"]}({from}, mask{constants["MaskRest"].Replace("$P", "V")})";
        constants.Add("Depth", depth.ToString());
        constants.Add("LoadPart", Load("b"));
        constants.Add("OldPart", Load("c0"));
        return TileTemplate.Expand(GemmOuterTemplate.Method, new(1, vectors, last == LastVector.Part, depth), constants, [isOver ? "over" : "single", .. Options(spec, last)]).TrimEnd();
    }

    private static string Strip(GemmTileSpec spec, int vectors, LastVector last)
    {
        var constants = Constants(spec, vectors, 1, last);
        foreach (var (name, text) in GemmStripTemplate.Parts(last == LastVector.Part))
        {
            constants[name] = text;
        }

        return TileTemplate.Expand(GemmStripTemplate.Method, new(vectors, 1, last == LastVector.Part, GemmTileSpec.StripColumns), constants, Options(spec, last)).TrimEnd();
    }

    private static string TurnedStrip(GemmTileSpec spec, int vectors, int columns)
    {
        var constants = Constants(spec, vectors, columns, LastVector.Whole);
        foreach (var (name, text) in GemmTurnedStripTemplate.Parts(spec, columns))
        {
            constants[name] = text;
        }

        return TileTemplate.Expand(GemmTurnedStripTemplate.Method, new(vectors, columns, Parts: 4), constants, columns < GemmTileSpec.StripColumns ? "few" : "").TrimEnd();
    }

    private static string Stream(GemmTileSpec spec, int rows, int depth, LastVector last)
    {
        var constants = Constants(spec, rows, 1, last);
        constants.Add("Depth", depth.ToString());
        return TileTemplate.Expand(GemmStreamTemplate.Method, new(rows, 1, last == LastVector.Part, depth), constants, [rows * depth == 1 ? "single" : "", .. Options(spec, last)]).TrimEnd();
    }

    private static string Method(string template, GemmTileSpec spec, int rows, int vectors, LastVector last, string verb = "Multiply")
    {
        int lines = verb == "Multiply" ? 0 : spec.FetchedLines(rows, vectors), steps = verb == "Multiply" ? spec.StepsOf(rows, vectors) : 1;
        var constants = Constants(spec, rows, vectors, last);
        constants["Verb"] = verb;
        constants["Steps"] = steps.ToString();
        return TileTemplate.Expand(
            template,
            new(rows, vectors, last != LastVector.Whole, Lines: lines, Steps: steps),
            constants,
            [
                rows > TileTemplate.LowRows ? "tall" : "", lines > 0 ? "fetched" : "", vectors > spec.Vectors ? "wide" : "plain",
                verb == "MultiplyAndPack" ? "packing" : "", steps > 1 ? "unrolled" : "rolled", .. Options(spec, last),
            ]).TrimEnd();
    }

    internal static string[] Options(GemmTileSpec spec, LastVector last)
        => [last == LastVector.Whole ? "" : spec.Width == 512 ? "masked" : "pieces", spec.Width.ToString(), spec.Scalar];

    internal static Dictionary<string, string> Constants(GemmTileSpec spec, int rows, int vectors, LastVector last)
    {
        bool half = last == LastVector.Half;
        // The broadcast of A is as wide as the widest vector that takes it.
        bool narrow = half && vectors == 1;
        return new()
        {
            ["Rows"] = rows.ToString(),
            ["Vectors"] = vectors.ToString(),
            ["LineElements"] = spec.LineElements.ToString(),
            ["PartNote"] = last switch { LastVector.Part => ", the last one in part", LastVector.Half => ", the last one in part and at most a half", _ => "" },
            ["Parameters"] = last == LastVector.Whole ? "" : "int lanes, ",
            ["Suffix"] = last.Suffix(),
            ["MaskLoad"] = $"{MaskSet(spec, last)}.MaskLoad",
            ["MaskStore"] = $"{MaskSet(spec, last)}.MaskStore",
            // AVX-512 wants to know what the other lanes hold; AVX makes them zero.
            ["MaskRest"] = spec.Width == 512 ? ", $P.Zero" : "",
            ["Left"] = narrow ? "H" : "V",
            ["Spread"] = narrow ? "G" : "W",
            ["Lower"] = half && !narrow ? "W.GetLower" : "",
            ["Quarter"] = spec.Width == 256 ? ".GetLower()" : "",
            ["Whole"] = spec.Width == 256 ? ".ToVector256Unsafe()" : "",
            ["P"] = half ? "H" : "V",
            ["Q"] = half ? "G" : "W",
        };
    }

    internal static string MaskSet(GemmTileSpec spec, LastVector last = LastVector.Part)
        => spec.Width < 512 ? "Avx" : last == LastVector.Half ? "Avx512F.VL" : "Avx512F";
}
