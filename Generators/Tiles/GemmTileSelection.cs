using Kernels.Generators.Emit;

namespace Kernels.Generators.Tiles;

/// <summary>Writes the methods that choose a kernel by its size: edges are more instantiations, and which one is a table, never a scalar loop.</summary>
internal static class GemmTileSelection
{
    public static void Emit(CodeWriter writer, GemmTileSpec spec)
    {
        Tiles(writer, spec);
        writer.Line();
        Fetching(writer, spec);
        writer.Line();
        Packing(writer, spec);
        writer.Line();
        Small(writer, spec);
        writer.Line();
        Strip(writer, spec);
        writer.Line();
        Dots(writer, spec);
        DotColumn(writer, spec);
        writer.Line();
        Quads(writer, spec);
        writer.Line();
        Slices(writer, spec);
        writer.Line();
        Short(writer, spec);
        writer.Line();
        Stream(writer);
        writer.Line();
        Outer(writer, spec);
    }

    private static void Tiles(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Multiply(int rows, int vectors, int lanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            ByLastVector(writer, spec, last => Cases(writer, spec, last)));

    private static void ByLastVector(CodeWriter writer, GemmTileSpec spec, Action<LastVector> cases)
    {
        foreach (LastVector last in spec.LastVectors)
        {
            string condition = last switch { LastVector.Whole => "if (lanes == L)", LastVector.Half => "else if (lanes <= L / 2)", _ => "else" };
            writer.Block(condition, () => cases(last));
        }
    }

    private static string Arguments(LastVector last) => last == LastVector.Whole ? "arguments" : "lanes, arguments";

    private static void Fetching(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void MultiplyFetching(int rows, int vectors, global::Kernels.GemmTileArguments<T>* arguments)", () =>
        {
            if (spec.FetchingTiles.Length == 0)
            {
                writer.Line("Multiply(rows, vectors, L, arguments);");
                return;
            }

            writer.Block("switch (vectors * 16 + rows)", () =>
            {
                foreach (var (rows, vectors) in spec.FetchingTiles)
                {
                    writer.Line($"case {vectors * 16 + rows}: MultiplyFetching{rows}x{vectors}(arguments); break;");
                }

                writer.Line("default: Multiply(rows, vectors, L, arguments); break;");
            });
        });

    private static void Packing(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void MultiplyAndPack(int vectors, int lanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            ByLastVector(writer, spec, last => writer.Block("switch (vectors)", () =>
            {
                for (int vectors = 1; vectors <= spec.Vectors; vectors++)
                {
                    writer.Line($"case {vectors}: MultiplyAndPack{spec.Rows}x{vectors}{last.Suffix()}({Arguments(last)}); break;");
                }
            })));

    private static void Small(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void MultiplySmall(T* a, nint aRow, T* b, nint bDepth, nuint depth, int columns, T beta, T* c, nint cRow, int rows)", () =>
        {
            for (int vectors = 1; vectors <= spec.MostVectors; vectors++)
            {
                if (spec.SmallRowsOf(vectors) == 0)
                {
                    continue;
                }

                foreach (LastVector last in spec.LastVectors)
                {
                    string most = vectors == 1 ? "L" : $"{vectors} * L", half = vectors == 1 ? "L / 2" : $"{vectors - 1} * L + L / 2";
                    string condition = last switch { LastVector.Whole => $"columns == {most}", LastVector.Half => $"columns <= {half}", _ => $"columns < {most}" };
                    writer.Block($"if ({condition})", () => SmallCases(writer, spec, vectors, last));
                }
            }
        });

    private static void Strip(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Strip(int vectors, int columns, global::Kernels.GemmTileArguments<T>* arguments)", () =>
        {
            if (spec.StripVectors == 0)
            {
                writer.Line("throw new global::System.NotSupportedException();");
                return;
            }

            if (spec.StripsAreTurned)
            {
                writer.Block("switch (columns * 16 + vectors)", () =>
                {
                    for (int columns = 1; columns <= GemmTileSpec.StripColumns; columns++)
                    {
                        for (int vectors = 1; vectors <= spec.StripVectors; vectors++)
                        {
                            writer.Line($"case {columns * 16 + vectors}: Strip{vectors}x{columns}(arguments); break;");
                        }
                    }
                });
                return;
            }

            foreach (LastVector last in new[] { LastVector.Whole, LastVector.Part })
            {
                writer.Block(last == LastVector.Whole ? $"if (columns == {GemmTileSpec.StripColumns})" : "else", () => writer.Block("switch (vectors)", () =>
                {
                    for (int vectors = 1; vectors <= spec.StripVectors; vectors++)
                    {
                        writer.Line($"case {vectors}: Strip{vectors}x4{last.Suffix()}({(last == LastVector.Whole ? "" : "columns, ")}arguments); break;");
                    }
                }));
            }
        });

    private static void SmallCases(CodeWriter writer, GemmTileSpec spec, int vectors, LastVector last)
    {
        writer.Block("switch (rows)", () =>
        {
            for (int rows = 1; rows <= spec.SmallRowsOf(vectors); rows++)
            {
                writer.Line($"case {rows}: Small{rows}x{vectors}{last.Suffix()}(a, aRow, b, bDepth, depth, columns, beta, c, cRow, rows); return;");
            }
        });
        writer.Line("return;");
    }

    private static void Dots(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Dots(int rows, int columns, global::Kernels.GemmTileArguments<T>* arguments)", () => writer.Block("switch (columns * 16 + rows)", () =>
        {
            for (int columns = 1; columns <= spec.DotColumns; columns++)
            {
                for (int rows = 1; rows <= (columns == 1 ? spec.MostDotRows : spec.DotRowsOf(columns)); rows++)
                {
                    writer.Line($"case {columns * 16 + rows}: Dots{rows}x{columns}(arguments); break;");
                }
            }
        }));

    private static void DotColumn(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void DotColumn(bool hasManyLanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
        {
            if (spec.DotColumnChains.Length == 1)
            {
                writer.Line($"DotColumn1x{spec.DotColumnChains[0]}(arguments);");
                return;
            }

            writer.Block("if (hasManyLanes)", () => writer.Line($"DotColumn1x{spec.DotColumnChains[0]}(arguments);"));
            writer.Block("else", () => writer.Line($"DotColumn1x{spec.DotColumnChains[1]}(arguments);"));
        });

    private static void Quads(CodeWriter writer, GemmTileSpec spec)
    {
        foreach (var (name, most) in new[] { ("Quads", spec.QuadRows), ("QuadSlices", spec.QuadSliceRows) })
        {
            writer.Block($"public static void {name}(int rows, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            {
                if (most == 0)
                {
                    writer.Line("throw new global::System.NotSupportedException();");
                    return;
                }

                writer.Block("switch (rows)", () =>
                {
                    for (int rows = 1; rows <= most; rows++)
                    {
                        writer.Line($"case {rows}: {name}{rows}x4(arguments); break;");
                    }
                });
            });
        }
    }

    private static void Slices(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Slices(int rows, int vectors, int lanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            WholeOrPart(writer, (last, arguments) => writer.Block("switch (vectors * 16 + rows)", () =>
            {
                for (int rows = 1; rows <= GemmTileSpec.SliceRows; rows++)
                {
                    for (int vectors = 1; vectors <= spec.SliceVectors(rows); vectors++)
                    {
                        writer.Line($"case {vectors * 16 + rows}: Slices{rows}x{vectors}{last}({arguments}); break;");
                    }
                }
            })));

    private static void Short(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Short(int depth, int lanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            WholeOrPart(writer, (last, arguments) => writer.Block("switch (depth)", () =>
            {
                for (int depth = 1; depth <= GemmTileSpec.MostShortDepth; depth++)
                {
                    writer.Line($"case {depth}: Short{spec.Lanes}x{depth}{last}({arguments}); break;");
                }
            })));

    private static void Stream(CodeWriter writer)
        => writer.Block("public static void Stream(int rows, int depth, int lanes, global::Kernels.GemmTileArguments<T>* arguments)", () =>
            WholeOrPart(writer, (last, arguments) => writer.Block("switch (rows * 16 + depth)", () =>
            {
                for (int rows = 1; rows <= GemmTileSpec.StreamRows; rows++)
                {
                    for (int depth = 1; depth <= GemmTileSpec.StreamDepthOf(rows); depth++)
                    {
                        writer.Line($"case {rows * 16 + depth}: Stream{rows}x{depth}{last}({arguments}); break;");
                    }
                }
            })));

    private static void Outer(CodeWriter writer, GemmTileSpec spec)
        => writer.Block("public static void Outer(int depth, int columns, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow, nint rows)", () =>
        {
            writer.Line("int vectors = (columns + L - 1) / L, lanes = columns - (vectors - 1) * L;");
            WholeOrPart(writer, (last, _) => writer.Block("switch (depth * 16 + vectors)", () =>
            {
                for (int depth = 1; depth <= GemmTileSpec.OuterDepth; depth++)
                {
                    for (int vectors = 1; vectors <= spec.OuterVectors(depth); vectors++)
                    {
                        writer.Line($"case {depth * 16 + vectors}: Outer{depth}x{vectors}{last}({(last == "" ? "" : "lanes, ")}a, aRow, aDepth, b, bDepth, beta, c, cRow, rows); break;");
                    }
                }
            }));
        });

    private static void WholeOrPart(CodeWriter writer, Action<string, string> cases)
    {
        writer.Block("if (lanes == L)", () => cases("", "arguments"));
        writer.Block("else", () => cases("Part", "lanes, arguments"));
    }

    private static void Cases(CodeWriter writer, GemmTileSpec spec, LastVector last)
        => writer.Block("switch (vectors * 16 + rows)", () =>
        {
            for (int vectors = 1; vectors <= spec.MostVectors; vectors++)
            {
                for (int rows = 1; rows <= spec.RowsOf(vectors); rows++)
                {
                    writer.Line($"case {vectors * 16 + rows}: Multiply{rows}x{vectors}{last.Suffix()}({Arguments(last)}); break;");
                }
            }
        });
}
