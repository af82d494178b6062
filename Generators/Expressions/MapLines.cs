using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes how a map walks matrix views: in one piece, along rows or columns whose elements are adjacent, or tile by tile through adjacent memory.</summary>
internal static class MapLines
{
    /// <summary>Bytes of a tile of one view, at most: several fit the first-level cache.</summary>
    private const int TileBytes = 4096;

    /// <summary>Rows of a tile, at most: a column of it fills a cache line.</summary>
    private const int TileRows = 16;

    public static void Write(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar)
    {
        string kinds = form.Kinds, turnedKinds = MatrixForm.Exchanged(kinds);
        string[] views = MatrixMethods.Views(model, kinds);
        string first = views[0];
        Names names = MatrixMethods.NamesOf(model);
        string width = names.Fresh("width"), i = names.Fresh("i"), j = names.Fresh("j"), k = names.Fresh("k");
        string rows = names.Fresh("rows"), columns = names.Fresh("columns"), height = names.Fresh("height"), breadth = names.Fresh("breadth");
        Dictionary<string, string> tile = views.ToDictionary(view => view, view => names.Fresh(view + "Tile"));
        string All(Func<string, string> test) => string.Join(" && ", views.Select(test));
        string Call(string lines, Func<string, string> view, Func<string, string> line, Func<string, string> along)
            => $"{model.Method}At({string.Join(", ", AcrossKernel.Each(model, lines, parameter => parameter.Name, (name, _) => line(name), (name, _) => along(name), (name, _) => view(name)).Prepend(width))});";
        string Type(string view) => model.TypeOf(model.LaneOf(view), scalar);
        string Row(string name) => $"{name}[{i}]";

        writer.Block($"internal static void {model.Method}{MatrixMethods.Walker(form)}(int {width}, {string.Join(", ", MatrixMethods.Signature(model, form, scalar))})", () =>
        {
            if (!form.HasLines)
            {
                foreach (string turned in new[] { "", ".Transposed" })
                {
                    writer.Block($"if ({All(view => $"MatrixLines.IsTight<{Type(view)}>({view}{turned})")})", () =>
                    {
                        writer.Line(Call(kinds, view => $"MatrixLines.Flat({view}{turned})", Row, name => name));
                        writer.Line("return;");
                    });
                    writer.Line();
                }
            }

            foreach (string turned in new[] { "", ".Transposed" })
            {
                writer.Block($"if ({All(view => $"MatrixLines.AreRows<{Type(view)}>({view}{turned})")})", () =>
                {
                    writer.Block($"for (int {i} = 0; {i} < {first}.{(turned.Length == 0 ? "Rows" : "Columns")}; {i}++)", () =>
                        writer.Line(Call(turned.Length == 0 ? kinds : turnedKinds, view => $"{view}{turned}.Row({i})", Row, name => name)));
                    writer.Line();
                    writer.Line("return;");
                });
                writer.Line();
            }

            writer.Line("// Rows of some views, columns of others, or neither: tile by tile through adjacent memory.");
            foreach (string view in views)
            {
                writer.Line($"Span<{Type(view)}> {tile[view]} = stackalloc {Type(view)}[{TileBytes * 8 / ScalarTypes.Bits(scalar)}];");
            }

            writer.Line($"int {height} = Math.Clamp({first}.Rows, 1, {TileRows}), {breadth} = {TileBytes * 8 / ScalarTypes.Bits(scalar)} / {height};");
            writer.Block($"for (int {i} = 0; {i} < {first}.Rows; {i} += {height})", () =>
                writer.Block($"for (int {j} = 0; {j} < {first}.Columns; {j} += {breadth})", () =>
                {
                    writer.Line($"int {rows} = Math.Min({height}, {first}.Rows - {i}), {columns} = Math.Min({breadth}, {first}.Columns - {j});");
                    foreach (string view in views.Take(views.Length - model.Stored.Count()))
                    {
                        writer.Line($"MatrixLines.Pack({view}.Slice({i}, {j}, {rows}, {columns}), {tile[view]});");
                    }

                    if (form.HasLines)
                    {
                        writer.Block($"for (int {k} = 0; {k} < {rows}; {k}++)", () => writer.Line(Call(
                            kinds, view => $"{tile[view]}.Slice({k} * {columns}, {columns})", name => $"{name}[{i} + {k}]", name => $"{name}.Slice({j}, {columns})")));
                        writer.Line();
                    }
                    else
                    {
                        writer.Line(Call(kinds, view => $"{tile[view]}.Slice(0, {rows} * {columns})", Row, name => name));
                    }

                    foreach (string view in views.Skip(views.Length - model.Stored.Count()))
                    {
                        writer.Line($"MatrixLines.Unpack({tile[view]}, {view}.Slice({i}, {j}, {rows}, {columns}));");
                    }
                }));
        });
    }
}
