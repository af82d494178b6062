using Kernels.Generators.Emit;

namespace Kernels.Generators.Tiles;

/// <summary>Writes the kernels of sums over lanes or slices of k, which have no chain over all of it.</summary>
internal static class GemmSumsEmitter
{
    public static void Emit(CodeWriter writer, GemmTileSpec spec)
    {
        for (int columns = 1; columns <= spec.DotColumns; columns++)
        {
            for (int rows = columns == 1 ? spec.MostDotRows : spec.DotRowsOf(columns); rows >= 1; rows--)
            {
                writer.Line().Line(Dots(spec, rows, columns, spec.DotsAreHalved(columns) ? GemmDotsTemplate.Halved : GemmDotsTemplate.Method));
            }
        }

        writer.Line().Line(Dots(spec, 1, 1, GemmDotsTemplate.Helpers));
        foreach (int chains in spec.DotColumnChains)
        {
            writer.Line().Line(DotColumn(spec, chains));
        }

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
    }

    private static string Dots(GemmTileSpec spec, int rows, int columns, string template)
    {
        var constants = GemmTileEmitter.Constants(spec, rows, columns, LastVector.Part);
        string inLoop = "\n" + new string(' ', 4 * (spec.DotsAreHalved(columns) ? 5 : 2));
        constants.Add("Results", string.Join(inLoop, Results(spec, rows, columns)));

        // Lower blocks are the last ones.
        bool goesOn = rows == spec.DotRowsOf(columns);
        constants.Add("ChunkVectors", GemmDotsTemplate.ChunkVectors.ToString());
        constants.Add("ChunkTiles", (goesOn ? GemmDotsTemplate.ChunkTiles : 1).ToString());
        constants.Add("Four", spec.Scalar == "float" ? "Vector128" : "Vector256");
        return TileTemplate.Expand(template, new(rows, columns, Parts: spec.DotParts), constants, spec.Width.ToString(), spec.Width == 512 ? "" : "narrow", spec.Scalar, goesOn ? "fetching" : "").TrimEnd();
    }

    private static string DotColumn(GemmTileSpec spec, int chains)
    {
        int parts = 4 * spec.DotParts;
        var constants = GemmTileEmitter.Constants(spec, 1, 1, LastVector.Part);
        constants.Add("Chains", chains.ToString());
        constants.Add("Sum", Halves([.. Enumerable.Range(0, chains).Select(chain => $"s{chain}")]));
        string template = GemmTileTemplate.With(GemmDotColumnTemplate.Method, "@products", string.Join("\n", GemmDotColumnTemplate.Products(parts, chains)));
        template = GemmTileTemplate.With(template, "@rest", string.Join("\n", GemmDotColumnTemplate.Rest(parts, chains, from => LoadPart(spec, from))).TrimEnd());
        return TileTemplate.Expand(template, new(1, 1, Parts: chains), constants).TrimEnd();
    }

    private static string Quads(GemmTileSpec spec, int rows, string template)
    {
        var constants = GemmTileEmitter.Constants(spec, rows, 4, LastVector.Part);
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
        var constants = GemmTileEmitter.Constants(spec, rows, vectors, last);
        int slices = spec.SlicesOf(rows, vectors), passes = GemmTileSpec.LogicalSlices / slices;
        constants.Add("Slices", slices.ToString());
        constants.Add("LogicalSlices", GemmTileSpec.LogicalSlices.ToString());
        constants.Add("Passes", passes.ToString());
        constants.Add("OfPass", Halves([.. Enumerable.Range(0, slices).Select(slice => $"s$r_$v_{slice}")]));
        constants.Add("OfPasses", Halves([.. Enumerable.Range(0, passes).Select(pass => $"W.Load(sums + (({pass} * {rows} + $r) * {vectors} + $v) * L)")]));
        constants.Add("LoadPart", LoadPart(spec, "right + $v * L"));
        return TileTemplate.Expand(
            template ?? GemmSlicesTemplate.Method,
            new(rows, vectors, last == LastVector.Part, Parts: slices),
            constants,
            [rows < vectors ? "wide" : "tall", .. GemmTileEmitter.Options(spec, last)]).TrimEnd();
    }

    // The first lanes of a vector where the mask is set.
    private static string LoadPart(GemmTileSpec spec, string from)
        => $"HasMasks ? {GemmTileEmitter.MaskSet(spec)}.MaskLoad({from}, mask{(spec.Width == 512 ? ", V.Zero" : "")}) : Part({from}, lanes)";

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
}
