using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes the documented forms over matrix views: checks, the width, and what walks the lines.</summary>
internal static class MatrixMethods
{
    public static void Write(CodeWriter writer, ExpressionModel model)
    {
        MatrixForm[] forms = [.. MatrixForm.Of(model)];
        foreach (MatrixForm form in forms)
        {
            foreach (string scalar in model.Scalars)
            {
                WriteDocs(writer, model, form, generic: false);
                WriteForm(writer, model, form, scalar);
                writer.Line();
            }

            if (model.Generic)
            {
                WriteDocs(writer, model, form, generic: true);
                WriteFacade(writer, model, form);
                writer.Line();
            }
        }

        bool first = true;
        foreach (string scalar in model.Scalars)
        {
            foreach (MatrixForm form in forms.GroupBy(form => (form.Axis == FormAxis.Whole, form.Lines)).Select(group => group.First()))
            {
                if (!first)
                {
                    writer.Line();
                }

                first = false;
                if (model.IsMap)
                {
                    MapLines.Write(writer, model, form, scalar);
                }
                else
                {
                    FoldLines.Write(writer, model, form, scalar);
                }
            }

            foreach (EquatableArray<bool> shape in forms.SelectMany(model.LineShapes).Distinct())
            {
                writer.Line();
                WriteLine(writer, model, shape, scalar);
            }
        }
    }

    /// <summary>The parameters of a form, and the destinations.</summary>
    public static IEnumerable<string> Signature(ExpressionModel model, MatrixForm form, string scalar)
        => model.Parameters.Select((parameter, i) => form.Kinds[i] == MatrixForm.Element
                ? $"ReadOnlyMatrixView<{model.TypeOf(parameter.Lane, scalar)}> {parameter.Name}"
                : model.Declaration(parameter, form.Kinds[i] != MatrixForm.Uniform, scalar))
            .Concat(model.Stored.Select(result => $"MatrixView<{model.TypeOf(result.Lane, scalar)}> {result.Name}"))
            .Concat(Spans(model, form).Select(result => $"Span<{FoldCode.ReturnType(model, result, scalar)}> {MatrixForm.DestinationOf(result)}"));

    /// <summary>The results that a form gives for each line.</summary>
    private static IEnumerable<OutputModel> Spans(ExpressionModel model, MatrixForm form) => form.Axis is FormAxis.Rows or FormAxis.Columns ? model.Folded : [];

    /// <summary>Names taken in a method with the parameters of a form.</summary>
    public static Names NamesOf(ExpressionModel model, params string[] more) => new([
        model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. model.Results.Select(MatrixForm.DestinationOf).Select(name => name.TrimStart('@')), .. more]);

    /// <summary>The views of a form: inputs, then destinations.</summary>
    public static string[] Views(ExpressionModel model, string kinds)
        => [.. model.Parameters.Where((_, i) => kinds[i] == MatrixForm.Element).Select(parameter => parameter.Name), .. model.Stored.Select(result => result.Name)];

    /// <summary>The type that a form returns.</summary>
    private static string Returns(ExpressionModel model, MatrixForm form, string scalar) => form.Axis == FormAxis.Whole ? ReductionKernel.ReturnType(model, scalar) : "void";

    private static void WriteForm(CodeWriter writer, ExpressionModel model, MatrixForm form, string scalar)
    {
        string[] views = [.. model.Parameters.Where((_, i) => form.Kinds[i] == MatrixForm.Element).Select(parameter => parameter.Name)];
        string first = views[0];
        string[] destinations = [.. model.Stored.Select(result => result.Name)];
        string[] spans = [.. Spans(model, form).Select(MatrixForm.DestinationOf)];
        string Type(string name) => Spans(model, form).Where(result => MatrixForm.DestinationOf(result) == name).Select(result => FoldCode.ReturnType(model, result, scalar))
            .FirstOrDefault() ?? model.TypeOf(model.LaneOf(name), scalar);
        var lines = model.Parameters.Select((parameter, i) => (parameter.Name, Kind: form.Kinds[i])).Where(line => line.Kind is MatrixForm.Row or MatrixForm.Column).ToArray();
        char own = form.Axis == FormAxis.Columns ? MatrixForm.Column : MatrixForm.Row;
        writer.Block($"public static {Returns(model, form, scalar)} {model.Method}{form.Suffix}({string.Join(", ", Signature(model, form, scalar))})", () =>
        {
            foreach (string view in views.Skip(1).Concat(destinations))
            {
                writer.Line($"MatrixLines.SameShape({view}.Rows, {view}.Columns, nameof({view}), {first}.Rows, {first}.Columns, nameof({first}));");
            }

            foreach ((string name, char kind) in lines.Concat(spans.Select(name => (name, own))))
            {
                writer.Line($"MatrixLines.OnePer{(kind == MatrixForm.Row ? "Row" : "Column")}({name}.Length, nameof({name}), {first}.Rows, {first}.Columns, nameof({first}));");
            }

            for (int i = 0; i < destinations.Length; i++)
            {
                foreach (string view in views)
                {
                    writer.Line($"MatrixLines.SameOrApart({view}, nameof({view}), {destinations[i]}, nameof({destinations[i]}));");
                }

                foreach (string other in lines.Select(line => line.Name).Concat(destinations.Take(i)))
                {
                    writer.Line($"MatrixLines.Apart<{Type(other)}, {Type(destinations[i])}>({other}, nameof({other}), {destinations[i]}, nameof({destinations[i]}));");
                }
            }

            for (int i = 0; i < spans.Length; i++)
            {
                foreach (string other in views.Concat(destinations).Concat(lines.Select(line => line.Name)).Concat(spans.Take(i)))
                {
                    writer.Line($"MatrixLines.Apart<{Type(other)}, {Type(spans[i])}>({other}, nameof({other}), {spans[i]}, nameof({spans[i]}));");
                }
            }

            string turned = form.Axis == FormAxis.Columns ? ".Transposed" : "";
            IEnumerable<string> arguments = model.Parameters.Select((parameter, i) => form.Kinds[i] == MatrixForm.Element ? parameter.Name + turned : parameter.Name)
                .Concat(destinations.Select(name => name + turned)).Concat(spans).Prepend("MatrixLines.Width");
            writer.Line($"{(form.Axis == FormAxis.Whole ? "return " : "")}{model.Method}{Walker(form)}({string.Join(", ", arguments)});");
        });
    }

    /// <summary>What the method that walks the lines is called after the scalar one.</summary>
    public static string Walker(MatrixForm form) => (form.Axis == FormAxis.Whole ? "Whole" : "Lines") + form.Tag;

    private static void WriteFacade(CodeWriter writer, ExpressionModel model, MatrixForm form)
    {
        var names = NamesOf(model);
        OutputModel[] folded = form.Axis == FormAxis.Whole ? [.. model.Folded] : [];
        string[] results = [.. folded.Select((_, i) => names.Fresh($"result{i}"))];
        writer.Line($"public static {Returns(model, form, "T")} {model.Method}{form.Suffix}<T>({string.Join(", ", Signature(model, form, "T"))})");
        writer.Block("    where T : unmanaged", () =>
        {
            foreach (string scalar in model.Scalars)
            {
                string Span(string name, Lane lane) => lane == Lane.Scalar ? $"MemoryMarshal.Cast<T, {scalar}>({name})" : name;
                IEnumerable<string> arguments = model.Parameters
                    .Select((parameter, i) => form.Kinds[i] switch
                    {
                        MatrixForm.Element => $"MatrixLines.Cast<T, {scalar}>({parameter.Name})",
                        MatrixForm.Uniform => parameter.Lane == Lane.Scalar ? $"Unsafe.BitCast<T, {scalar}>({parameter.Name})" : parameter.Name,
                        _ => Span(parameter.Name, parameter.Lane),
                    })
                    .Concat(model.Stored.Select(result => $"MatrixLines.Cast<T, {scalar}>({result.Name})"))
                    .Concat(Spans(model, form).Select(result => FoldCode.ReturnType(model, result, "T") == "T" ? Span(MatrixForm.DestinationOf(result), Lane.Scalar) : MatrixForm.DestinationOf(result)));
                string call = $"{model.Method}{form.Suffix}({string.Join(", ", arguments)})";
                writer.Block($"if (typeof(T) == typeof({scalar}))", () =>
                {
                    string Cast(string name, int i) => FoldCode.ReturnType(model, folded[i], "T") == "T" ? $"Unsafe.BitCast<{scalar}, T>({name})" : name;
                    if (folded.Length == 0)
                    {
                        writer.Line($"{call};").Line("return;");
                    }
                    else if (folded.Length == 1)
                    {
                        writer.Line($"return {Cast(call, 0)};");
                    }
                    else
                    {
                        writer.Line($"({string.Join(", ", results.Select((name, i) => $"{FoldCode.ReturnType(model, folded[i], scalar)} {name}"))}) = {call};");
                        writer.Line($"return ({string.Join(", ", results.Select(Cast))});");
                    }
                });
                writer.Line();
            }

            writer.Line($"throw VectorizedGuard.UnsupportedScalar(typeof(T), {KernelBody.Literal(string.Join(", ", model.Scalars))});");
        });
    }

    // One line of adjacent elements.
    private static void WriteLine(CodeWriter writer, ExpressionModel model, EquatableArray<bool> shape, string scalar)
    {
        var names = NamesOf(model);
        string width = names.Fresh("width");
        string arguments = string.Join(", ", model.Parameters.Select(parameter => parameter.Name).Concat(model.Stored.Select(result => result.Name)));
        string returns = model.IsMap ? "void" : ReductionKernel.ReturnType(model, scalar);
        writer.Line("// One line of adjacent elements.");
        writer.Block($"private static {returns} {model.Method}At(int {width}, {MapKernel.Signature(model, shape, scalar)})", () => WriteWidths(
            writer, width, variant => $"{(model.IsMap ? "" : "return ")}{model.Method}{variant}({arguments});", leaves: !model.IsMap));
    }

    /// <summary>Writes a choice among the widths.</summary>
    public static void WriteWidths(CodeWriter writer, string width, Func<string, string> call, bool leaves = false)
        => writer.Block($"switch ({width})", () =>
        {
            foreach (int bits in Variant.Widths)
            {
                writer.Line(bits == 128 ? "default:" : $"case {bits}:");
                writer.Line("    " + call($"V{bits}"));
                if (!leaves)
                {
                    writer.Line("    break;");
                }
            }
        });

    private static void WriteDocs(CodeWriter writer, ExpressionModel model, MatrixForm form, bool generic)
    {
        string Ref(string name) => $"<paramref name=\"{PublicMethods.Xml(name)}\"/>";
        string first = Views(model, form.Kinds)[0];
        string over = form.Axis switch
        {
            FormAxis.Rows => " Of each row of a matrix.",
            FormAxis.Columns => " Of each column of a matrix.",
            FormAxis.Whole => " Of a whole matrix.",
            _ => " Of each element of a matrix.",
        };
        PublicMethods.Tag(writer, "summary", (model.Summary.Length != 0 ? model.Summary : PublicMethods.DefaultSummary(model)) + over);
        PublicMethods.Tag(writer, "remarks", Remarks(model, form));
        if (generic)
        {
            PublicMethods.Tag(writer, "typeparam name=\"T\"", string.Join(" or ", model.Scalars.Select(scalar => $"<see cref=\"{scalar}\"/>")) + ".");
        }

        for (int i = 0; i < model.Parameters.Count; i++)
        {
            ParameterModel parameter = model.Parameters[i];
            string role = form.Kinds[i] switch
            {
                MatrixForm.Uniform => "One value for all elements.",
                MatrixForm.Row => $"One value for each row of {Ref(first)}.",
                MatrixForm.Column => $"One value for each column of {Ref(first)}.",
                _ => parameter.Name == first ? "m x n, any strides." : $"Of the shape of {Ref(first)}, any strides.",
            };
            PublicMethods.Tag(writer, $"param name=\"{PublicMethods.Xml(parameter.Name)}\"", parameter.Doc.Length == 0 ? role : $"{parameter.Doc} {role}");
        }

        foreach (OutputModel result in model.Stored)
        {
            PublicMethods.Tag(writer, $"param name=\"{PublicMethods.Xml(result.Name)}\"", $"Receives the results. Of the shape of {Ref(first)}, any strides.");
        }

        foreach (OutputModel result in Spans(model, form))
        {
            PublicMethods.Tag(writer, $"param name=\"{PublicMethods.Xml(MatrixForm.DestinationOf(result))}\"", $"Receives one result for each {(form.Axis == FormAxis.Rows ? "row" : "column")} of {Ref(first)}.");
        }

        if (form.Axis == FormAxis.Whole)
        {
            PublicMethods.Tag(writer, "returns", (model.Returns.Length != 0 ? model.Returns : "The result.") + $" For no elements {PublicMethods.Empty(model)}.");
        }

        if (Signature(model, form, "T").Count() > 1)
        {
            PublicMethods.Tag(writer, "exception cref=\"ArgumentException\"", "Shapes or lengths do not fit"
                + (form.Axis == FormAxis.Whole && !model.Stored.Any() ? "." : ", or a destination overlaps something else, unless it is exactly an input view."));
        }

        if (generic)
        {
            PublicMethods.Tag(writer, "exception cref=\"NotSupportedException\"", "<typeparamref name=\"T\"/> is another type.");
        }
    }

    private static string Remarks(ExpressionModel model, MatrixForm form)
    {
        string[] remarks = [
            .. model.Stored.Any() ? new[] { $"Each {(model.IsMap ? "result" : "stored result")} has the bits of the scalar method." } : [],
            form.Axis switch
            {
                FormAxis.Elements => "",
                FormAxis.Whole => "The results of the rows, each with the bits of the form over spans, are put together row by row"
                    + (model.Folded.Any(result => FoldLines.IsFloatingSum(model, result)) ? "; sums are added in double." : "."),
                _ => "Each result has the bits of the form over spans, however the line lies in memory.",
            },
            "O(m n), no allocation."];
        return string.Join("\n", remarks.Where(remark => remark.Length != 0));
    }
}
