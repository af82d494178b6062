using System.Text.RegularExpressions;
using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes how a reduction walks matrix views: along rows whose elements are adjacent, or several rows side by side, through adjacent memory
/// where they do not lie side by side; and how the rows of a whole matrix are put together.
/// </summary>
internal static class FoldLines
{
    // Elements of each row in a tile.
    private const int TileSteps = 64;

    // Of the logical lanes of all rows that are walked at a time: half of a first-level cache.
    private const int StateBytes = 16384;

    // Rows of a whole matrix at a time.
    private const int Block = 64;

    public static void Write(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar)
    {
        if (form.Axis == FormAxis.Whole)
        {
            WriteWhole(writer, model, form, scalar);
        }
        else
        {
            WriteLines(writer, model, new(FormAxis.Rows, form.Lines), scalar);
        }
    }

    /// <summary>Whether a result is a sum that rounds.</summary>
    public static bool IsFloatingSum(ExpressionModel model, OutputModel result)
        => result.Fold == Fold.Sum && model.Scalars.Any(scalar => ScalarTypes.IsFloating(ScalarTypes.Of(result.Lane, scalar)));

    private static void WriteLines(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar)
    {
        string kinds = form.Kinds;
        string[] views = MatrixMethods.Views(model, kinds);
        string[] stored = [.. model.Stored.Select(result => result.Name)];
        string[] lines = [.. model.Parameters.Where((_, i) => kinds[i] == MatrixForm.Row).Select(parameter => parameter.Name)];
        OutputModel[] folded = [.. model.Folded];
        string first = views[0];
        int most = new Variant(scalar, 512).Lanes;
        Names names = MatrixMethods.NamesOf(model);
        string width = names.Fresh("width"), i = names.Fresh("i"), j = names.Fresh("j"), k = names.Fresh("k");
        string side = names.Fresh("side"), state = names.Fresh("state"), stateAt = names.Fresh("stateAt");
        string active = names.Fresh("active"), group = names.Fresh("group"), start = names.Fresh("start"), end = names.Fresh("end");
        int each = AcrossKernel.StateOf(model, scalar) / most;
        // A multiple of the lanes at every width.
        int longest = Math.Max(StateBytes * 8 / ScalarTypes.Bits(scalar) / each / most, 1) * most;
        string adjacent = names.Fresh("adjacent"), direct = names.Fresh("direct"), rows = names.Fresh("rows"), count = names.Fresh("count");
        Dictionary<string, string> tile = views.Concat(lines).ToDictionary(view => view, view => names.Fresh(view + "Tile"));
        Dictionary<string, string> at = views.ToDictionary(view => view, view => names.Fresh(view + "At"));
        Dictionary<string, string> step = views.ToDictionary(view => view, view => names.Fresh(view + "Step"));
        string Type(string view) => model.TypeOf(model.LaneOf(view), scalar);

        writer.Block($"internal static void {model.Method}{MatrixMethods.Walker(form)}(int {width}, {string.Join(", ", MatrixMethods.Signature(model, form, scalar))})", () =>
        {
            writer.Block($"if ({string.Join(" && ", views.Select(view => $"MatrixLines.AreRows<{Type(view)}>({view})"))})", () =>
            {
                string[] targets = [.. folded.Select(result => $"{MatrixForm.DestinationOf(result)}[{i}]")];
                IEnumerable<string> arguments = AcrossKernel.Each(model, kinds, parameter => parameter.Name, (name, _) => $"{name}[{i}]", (name, _) => name, (name, _) => $"{name}.Row({i})");
                writer.Block($"for (int {i} = 0; {i} < {first}.Rows; {i}++)", () =>
                    writer.Line($"{(targets.Length == 1 ? targets[0] : $"({string.Join(", ", targets)})")} = {model.Method}At({string.Join(", ", arguments.Prepend(width))});"));
                writer.Line();
                writer.Line("return;");
            });
            writer.Line();
            writer.Line("// As many rows side by side as a vector has lanes, each on logical lanes of its own; and several such vectors, so that memory is read in longer pieces.");
            writer.Line($"int {side} = {width} / {ScalarTypes.Bits(scalar)}, {group} = Math.Min(({first}.Rows + {side} - 1) / {side} * {side}, {longest});");
            writer.Line($"Span<{scalar}> {state} = stackalloc {scalar}[{group} * {each}];");
            writer.Line($"nuint {active} = Math.Min({ReductionKernel.LogicalLanes(model, scalar)}, 2 * (nuint)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max({first}.Columns, 1)));");
            foreach (string view in views)
            {
                writer.Line($"Span<{Type(view)}> {tile[view]} = stackalloc {Type(view)}[{TileSteps * most}];");
            }

            foreach (string line in lines)
            {
                writer.Line($"Span<{Type(line)}> {tile[line]} = stackalloc {Type(line)}[{most}];");
            }

            writer.Line($"bool {adjacent} = {string.Join(" && ", views.Select(view => $"{view}.RowStride == 1"))} && {first}.Columns != 0;");
            writer.Block($"for (int {start} = 0; {start} < {first}.Rows; {start} += {group})", () =>
            {
                writer.Line($"int {end} = Math.Min({start} + {group}, {first}.Rows), {j} = 0;");
                writer.Line("do");
                writer.Block(() =>
                {
                    writer.Line($"int {count} = Math.Min({TileSteps}, {first}.Columns - {j});");
                    writer.Block($"if ({adjacent})", () =>
                    {
                        foreach (string view in views)
                        {
                            writer.Line($"MatrixLines.Fetch<{Type(view)}>({view}, {start}, {j}, {end} - {start}, {count});");
                        }
                    });
                    writer.Line();
                    writer.Block($"for (int {i} = {start}; {i} < {end}; {i} += {side})", () => WriteStep());
                    writer.Line();
                    writer.Line($"{j} += {count};");
                });
                writer.Line($"while ({j} < {first}.Columns);");
                writer.Line();
                writer.Block($"for (int {i} = {start}; {i} < {end}; {i} += {side})", () =>
                {
                    writer.Line($"ref {scalar} {stateAt} = ref {state}[({i} - {start}) * {each}];");
                    MatrixMethods.WriteWidths(writer, width, variant => $"{model.Method}{variant}AcrossEnd({active}, ref {stateAt});");
                    writer.Line();
                    writer.Block($"for (int {k} = 0; {k} < Math.Min({side}, {end} - {i}); {k}++)", () => WriteResults());
                });
            });
        });

        void WriteStep()
        {
            writer.Line($"ref {scalar} {stateAt} = ref {state}[({i} - {start}) * {each}];");
            writer.Line($"int {rows} = Math.Min({side}, {end} - {i});");
            foreach (string line in lines)
            {
                writer.Line($"MatrixLines.Repeat({line}.Slice({i}, {rows}), {tile[line]});");
            }

            foreach (string view in views)
            {
                writer.Line($"ref {Type(view)} {at[view]} = ref MemoryMarshal.GetReference({tile[view]});");
                writer.Line($"nint {step[view]} = {side};");
            }

            writer.Line($"bool {direct} = {adjacent} && {rows} == {side};");
            writer.Block($"if ({direct})", () =>
            {
                foreach (string view in views)
                {
                    writer.Line($"{at[view]} = ref {(stored.Contains(view) ? $"{view}[{i}, {j}]" : $"Unsafe.AsRef(in {view}[{i}, {j}])")};");
                    writer.Line($"{step[view]} = {view}.ColumnStride;");
                }
            });
            writer.Block("else", () =>
            {
                foreach (string view in views.Except(stored))
                {
                    writer.Line($"MatrixLines.PackAcross({view}.Slice({i}, {j}, {rows}, {count}), {side}, {tile[view]});");
                }
            });
            writer.Line();
            string arguments = string.Join(", ", AcrossKernel.Each(
                model, kinds, parameter => parameter.Name,
                (name, _) => $"ref MemoryMarshal.GetReference({tile[name]})",
                (name, _) => $"ref Unsafe.Add(ref MemoryMarshal.GetReference({name}), {j})",
                (name, _) => $"ref {at[name]}, {step[name]}"));
            MatrixMethods.WriteWidths(writer, width, variant => $"{model.Method}{variant}Across{form.Tag}({arguments}, (nuint){j}, (nuint){count}, {active}, ref {stateAt});");
            if (stored.Length != 0)
            {
                writer.Line();
                writer.Block($"if (!{direct})", () =>
                {
                    foreach (string view in stored)
                    {
                        writer.Line($"MatrixLines.UnpackAcross({tile[view]}, {side}, {view}.Slice({i}, {j}, {rows}, {count}));");
                    }
                });
            }
        }

        void WriteResults()
        {
            int slot = 0;
            foreach (OutputModel result in folded)
            {
                var fold = new FoldCode(model, new(scalar, 128), Array.IndexOf([.. model.Results], result));
                int own = slot + (fold.IsIndex ? 1 : 0);
                string type = ScalarTypes.Of(fold.Slots[own - slot].Lane, scalar);
                string place = $"Unsafe.Add(ref {stateAt}, {(own == 0 ? "" : $"{own} * {side} + ")}{k})";
                string value = type == scalar ? place : $"Unsafe.BitCast<{scalar}, {type}>({place})";
                string whole = type == "int" ? value : $"(int){value}";
                writer.Line($"{MatrixForm.DestinationOf(result)}[{i} + {k}] = {(fold.IsIndex ? $"{first}.Columns == 0 ? -1 : Math.Max({whole}, 0)" : result.Fold == Fold.Count ? whole : value)};");
                slot += fold.Slots.Count;
            }
        }
    }

    // What has no order is read as it lies: in one piece where there are no gaps, else by columns where those are adjacent.
    private static void WriteAlongMemory(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar, string width)
    {
        string[] views = MatrixMethods.Views(model, form.Kinds);
        string All(Func<string, string> test) => string.Join(" && ", views.Select(test));
        string Type(string view) => model.TypeOf(model.LaneOf(view), scalar);
        foreach (string turned in new[] { "", ".Transposed" })
        {
            IEnumerable<string> arguments = AcrossKernel.Each(model, form.Kinds, parameter => parameter.Name, (name, _) => name, (name, _) => name, (name, _) => $"MatrixLines.Flat({name}{turned})");
            writer.Block($"if ({All(view => $"MatrixLines.IsTight<{Type(view)}>({view}{turned})")})", () =>
                writer.Line($"return {model.Method}At({string.Join(", ", arguments.Prepend(width))});"));
            writer.Line();
        }

        writer.Block($"if (!({All(view => $"MatrixLines.AreRows<{Type(view)}>({view})")}) && {All(view => $"MatrixLines.AreRows<{Type(view)}>({view}.Transposed)")})", () =>
        {
            foreach (string view in views)
            {
                writer.Line($"{view} = {view}.Transposed;");
            }
        });
        writer.Line();
    }

    private static void WriteWhole(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar)
    {
        OutputModel[] folded = [.. model.Folded];
        string first = MatrixMethods.Views(model, form.Kinds)[0];
        Names names = MatrixMethods.NamesOf(model);
        string width = names.Fresh("width"), i = names.Fresh("i"), k = names.Fresh("k"), rows = names.Fresh("rows");
        string[] totals = [.. folded.Select(result => names.Fresh("whole" + (folded.Length == 1 ? "" : result.Name.TrimStart('@'))))];
        string[] types = [.. folded.Select(result => FoldCode.ReturnType(model, result, scalar))];
        bool InDouble(int n) => folded[n].Fold == Fold.Sum && types[n] == "float";
        writer.Block($"internal static {ReductionKernel.ReturnType(model, scalar)} {model.Method}{MatrixMethods.Walker(form)}(int {width}, {string.Join(", ", MatrixMethods.Signature(model, form, scalar))})", () =>
        {
            if (!form.HasLines && folded.All(result => !IsFloatingSum(model, result)))
            {
                WriteAlongMemory(writer, model, form, scalar, width);
            }

            for (int n = 0; n < folded.Length; n++)
            {
                string start = folded[n].Fold is Fold.Max or Fold.Min
                    ? Regex.Replace(new FoldCode(model, new(scalar, 128), Array.IndexOf([.. model.Results], folded[n])).Start, @"\bT\b", scalar)
                    : "0";
                writer.Line($"{(InDouble(n) ? "double" : types[n])} {totals[n]} = {start};");
                writer.Line($"Span<{types[n]}> {MatrixForm.DestinationOf(folded[n])} = stackalloc {types[n]}[{Block}];");
            }

            writer.Block($"for (int {i} = 0; {i} < {first}.Rows; {i} += {Block})", () =>
            {
                writer.Line($"int {rows} = Math.Min({Block}, {first}.Rows - {i});");
                IEnumerable<string> arguments = AcrossKernel.Each(
                    model, form.Kinds, parameter => parameter.Name, (name, _) => $"{name}.Slice({i}, {rows})", (name, _) => name, (name, _) => $"{name}.Slice({i}, 0, {rows}, {first}.Columns)");
                writer.Line($"{model.Method}{MatrixMethods.Walker(new(FormAxis.Rows, form.Kinds))}({string.Join(", ", arguments.Prepend(width).Concat(folded.Select(MatrixForm.DestinationOf)))});");
                writer.Block($"for (int {k} = 0; {k} < {rows}; {k}++)", () =>
                {
                    for (int n = 0; n < folded.Length; n++)
                    {
                        string value = $"{MatrixForm.DestinationOf(folded[n])}[{k}]";
                        writer.Line(folded[n].Fold is Fold.Max or Fold.Min ? $"{totals[n]} = {types[n]}.{folded[n].Fold}({totals[n]}, {value});"
                            : ScalarTypes.IsFloating(types[n]) ? $"{totals[n]} += {value};"
                            : $"{totals[n]} = unchecked({totals[n]} + {value});");
                    }
                });
            });
            writer.Line();
            string[] results = [.. totals.Select((total, n) => InDouble(n) ? $"(float){total}" : total)];
            writer.Line($"return {(results.Length == 1 ? results[0] : $"({string.Join(", ", results)})")};");
        });
    }
}
