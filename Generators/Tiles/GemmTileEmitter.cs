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
                ("ShallowDepth", spec.ShallowDepth), ("NearDepth", spec.NearDepth), ("StreamDepth", spec.StreamDepth), ("Ways", spec.Ways),
            })
            {
                writer.Line($"public static int {name} => {value};").Line();
            }

            string rowsOf = string.Join(", ", Enumerable.Range(1, spec.MostVectors).Select(vectors => $"{vectors} => {spec.RowsOf(vectors)}"));
            writer.Line($"public static int RowsOf(int vectors) => vectors switch {{ {rowsOf}, _ => 0 }};").Line();
            string streamDepthOf = string.Join(", ", Enumerable.Range(1, GemmTileSpec.StreamRows).Select(rows => $"{rows} => {GemmTileSpec.StreamDepthOf(rows)}"));
            string outerVectors = string.Join(", ", Enumerable.Range(1, GemmTileSpec.OuterDepth).Select(depth => $"{depth} => {spec.OuterVectors(depth)}"));
            writer.Line($"public static int OuterVectors(int depth) => depth switch {{ {outerVectors}, _ => 0 }};").Line();
            writer.Line($"public static int StreamDepthOf(int rows) => rows switch {{ {streamDepthOf}, _ => 0 }};").Line();
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

            for (int columns = 1; columns <= spec.DotColumns; columns++)
            {
                for (int rows = columns == 1 ? spec.MostDotRows : spec.DotRowsOf(columns); rows >= 1; rows--)
                {
                    writer.Line().Line(Dots(spec, rows, columns, spec.DotsAreHalved(columns) ? GemmDotsTemplate.Halved : GemmDotsTemplate.Method));
                }
            }

            writer.Line().Line(Dots(spec, 1, 1, GemmDotsTemplate.Helpers));
            for (int rows = spec.QuadRows; rows >= 1; rows--)
            {
                writer.Line().Line(Quads(spec, rows, GemmQuadsTemplate.Method));
            }

            for (int rows = spec.QuadSliceRows; rows >= 1; rows--)
            {
                writer.Line().Line(Quads(spec, rows, GemmQuadsTemplate.OfSlices));
            }

            if (spec.QuadSliceRows > 0)
            {
                writer.Line().Line(Quads(spec, 1, GemmQuadsTemplate.Helpers));
            }

            for (int rows = 1; rows <= GemmTileSpec.SliceRows; rows++)
            {
                for (int vectors = 1; vectors <= spec.SliceVectors(rows); vectors++)
                {
                    writer.Line().Line(Slices(spec, rows, vectors, LastVector.Whole)).Line().Line(Slices(spec, rows, vectors, LastVector.Part));
                }
            }

            writer.Line().Line(Slices(spec, 1, 1, LastVector.Whole, GemmSlicesTemplate.Helpers));
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
        return TileTemplate.Expand(GemmStreamTemplate.Method, new(rows, 1, last == LastVector.Part, depth), constants, Options(spec, last)).TrimEnd();
    }

    private static string Dots(GemmTileSpec spec, int rows, int columns, string template)
    {
        var constants = Constants(spec, rows, columns, LastVector.Part);
        string inLoop = "\n" + new string(' ', 4 * (spec.DotsAreHalved(columns) ? 5 : 2));
        constants.Add("Results", string.Join(inLoop, Results(spec, rows, columns)));

        // Lower blocks are the last ones.
        bool goesOn = rows == spec.DotRowsOf(columns);
        constants.Add("ChunkVectors", GemmDotsTemplate.ChunkVectors.ToString());
        constants.Add("ChunkTiles", (goesOn ? GemmDotsTemplate.ChunkTiles : 1).ToString());
        constants.Add("Four", spec.Scalar == "float" ? "Vector128" : "Vector256");
        return TileTemplate.Expand(template, new(rows, columns, Parts: spec.DotParts), constants, spec.Width.ToString(), spec.Width == 512 ? "" : "narrow", spec.Scalar, goesOn ? "fetching" : "").TrimEnd();
    }

    private static string Quads(GemmTileSpec spec, int rows, string template)
    {
        var constants = Constants(spec, rows, 4, LastVector.Part);
        int steps = spec.Lanes / 4;
        for (int vector = 0; vector < 4; vector++)
        {
            constants.Add($"Steps{vector}", string.Join(", ", Enumerable.Range(0, spec.Lanes).Select(lane => $"{vector * steps + lane / 4}{(spec.Scalar == "double" ? "L" : "")}")));
        }

        constants.Add("Folded", steps == 4
            ? "(steps.GetLower().GetLower() + steps.GetUpper().GetLower() + (steps.GetLower().GetUpper() + steps.GetUpper().GetUpper()))"
            : "(steps.GetLower() + steps.GetUpper())");
        constants.Add("Four", spec.Scalar == "float" ? "Vector128" : "Vector256");
        constants.Add("LogicalSlices", GemmTileSpec.LogicalSlices.ToString());
        constants.Add("LoadEight", spec.Lanes == GemmTileSpec.LogicalSlices ? "W.Load(a$r + p)" : "Vector256.Load(a$r + p).ToVector512Unsafe()");
        constants.Add("OfSlices", Halves([.. Enumerable.Range(0, spec.QuadSliceParts).Select(part => $"s$r_{part}")]));
        constants.Add("Results", string.Join("\n                ", Enumerable.Range(0, rows).Select(row =>
            $"PutFour(c + {row} * cRow, cColumn, {Halves([.. Enumerable.Range(0, 4 * spec.DotParts).Select(i => $"s{row}_{i / 4}_{i % 4}")])}, arguments->Alpha, arguments->Beta);")));
        return TileTemplate.Expand(template, new(rows, 4, Parts: template == GemmQuadsTemplate.OfSlices ? spec.QuadSliceParts : spec.DotParts), constants, spec.Width.ToString(), spec.Scalar).TrimEnd();
    }

    private static string Slices(GemmTileSpec spec, int rows, int vectors, LastVector last, string? template = null)
    {
        var constants = Constants(spec, rows, vectors, last);
        int slices = spec.SlicesOf(rows, vectors), passes = GemmTileSpec.LogicalSlices / slices;
        constants.Add("Slices", slices.ToString());
        constants.Add("LogicalSlices", GemmTileSpec.LogicalSlices.ToString());
        constants.Add("Passes", passes.ToString());
        constants.Add("OfPass", Halves([.. Enumerable.Range(0, slices).Select(slice => $"s$r_$v_{slice}")]));
        constants.Add("OfPasses", Halves([.. Enumerable.Range(0, passes).Select(pass => $"W.Load(sums + (({pass} * {rows} + $r) * {vectors} + $v) * L)")]));
        constants.Add("LoadPart", $"HasMasks ? {MaskSet(spec)}.MaskLoad(right + $v * L, mask{constants["MaskRest"].Replace("$P", "V")}) : Part(right + $v * L, lanes)");
        return TileTemplate.Expand(
            template ?? GemmSlicesTemplate.Method,
            new(rows, vectors, last == LastVector.Part, Parts: slices),
            constants,
            [rows < vectors ? "wide" : "tall", .. Options(spec, last)]).TrimEnd();
    }

    // The second half is added to the first until one is left: the tree of every sum over logical lanes.
    private static string Halves(string[] terms)
        => terms.Length == 1
            ? terms[0]
            : Halves([.. Enumerable.Range(0, terms.Length / 2).Select(i => $"({terms[i]} + {terms[i + terms.Length / 2]})")]);

    // Sixteen sums at 512 bits, else four at a time: of a row where it has four, of two rows where they have two or three, else of a column.
    private static IEnumerable<string> Results(GemmTileSpec spec, int rows, int columns)
    {
        string Sum(int row, int column) => spec.DotParts switch
        {
            1 => $"s{row}_{column}_0",
            2 when spec.DotsAreHalved(columns) => $"W.Load(sum + {(row - rows) * columns + column} * L) + s{row}_{column}",
            2 => $"s{row}_{column}_0 + s{row}_{column}_1",
            _ => $"s{row}_{column}_0 + s{row}_{column}_2 + (s{row}_{column}_1 + s{row}_{column}_3)",
        };

        if (rows == 2 && columns is (2 or 3))
        {
            yield return $"Put(c, cRow, cColumn, {Sum(0, 0)}, {Sum(0, 1)}, {Sum(1, 0)}, {Sum(1, 1)}, arguments->Alpha, arguments->Beta);";
            for (int row = 0; columns == 3 && row < rows; row++)
            {
                yield return $"Put(c + {row} * cRow + 2 * cColumn, {Sum(row, 2)}, arguments->Alpha, arguments->Beta);";
            }

            yield break;
        }

        if (spec.Width == 512 && rows == 4 && columns == 4)
        {
            string quarters = string.Join(", ", Enumerable.Range(0, columns).Select(column => $"Quarters({string.Join(", ", Enumerable.Range(0, rows).Select(row => Sum(row, column)))})"));
            yield return "if (HasMasks)";
            yield return "{";
            yield return $"    PutBlock(c, cRow, cColumn, {quarters}, arguments->Alpha, arguments->Beta);";
            yield return "}";
            yield return "else";
            yield return "{";
            foreach (string four in Fours(rows, columns, Sum))
            {
                yield return "    " + four;
            }

            yield return "}";
            yield break;
        }

        foreach (string four in Fours(rows, columns, Sum))
        {
            yield return four;
        }
    }

    private static IEnumerable<string> Fours(int rows, int columns, Func<int, int, string> sum)
    {
        bool byRows = columns == 4;
        for (int i = 0; i < (byRows ? rows : columns); i++)
        {
            int count = byRows ? columns : rows;
            for (int j = 0; j < count;)
            {
                string to = byRows ? $"c + {i} * cRow + {j} * cColumn" : $"c + {j} * cRow + {i} * cColumn";
                int group = count - j >= 4 ? 4 : 1;
                string sums = string.Join(", ", Enumerable.Range(j, group).Select(at => byRows ? sum(i, at) : sum(at, i)));
                yield return $"Put({to}, {(group == 4 ? byRows ? "cColumn, " : "cRow, " : "")}{sums}, arguments->Alpha, arguments->Beta);";
                j += group;
            }
        }
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

    private static string[] Options(GemmTileSpec spec, LastVector last)
        => [last == LastVector.Whole ? "" : spec.Width == 512 ? "masked" : "pieces", spec.Width.ToString(), spec.Scalar];

    private static Dictionary<string, string> Constants(GemmTileSpec spec, int rows, int vectors, LastVector last)
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

    private static string MaskSet(GemmTileSpec spec, LastVector last = LastVector.Part)
        => spec.Width < 512 ? "Avx" : last == LastVector.Half ? "Avx512F.VL" : "Avx512F";
}
