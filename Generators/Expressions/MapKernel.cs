using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes the loop of an element-wise map at one width, for one overload shape.</summary>
internal static class MapKernel
{
    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        string[] inputs = [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];
        string[] outputs = [.. model.OutputNames];
        var names = new Names([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. outputs.Select(name => name.TrimStart('@'))]);
        string rest = names.Fresh("rest");
        Dictionary<string, string> at = inputs.Concat(outputs).ToDictionary(name => name, name => names.Fresh(name + "At"));
        string[] last = [.. outputs.Select(name => names.Fresh(outputs.Length == 1 ? "last" : "last_" + name.TrimStart('@')))];
        string index = names.Fresh("i");
        var body = new KernelBody(model, variant, shape, model.Outputs, names);
        // Enough independent work to hide the latency of one element, within a sane size.
        int unroll = body.Operations <= 12 ? 4 : body.Operations <= 32 ? 2 : 1;

        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static void {model.Method}{variant.Suffix}({Signature(model, shape, "T")})", () =>
        {
            writer.Line($"const nuint L = {variant.Lanes};");
            writer.Line($"nuint {rest} = (nuint){inputs[0]}.Length;");
            writer.Block($"if ({rest} < L)", () => WriteShort(writer, model, variant, shape, inputs[0], index));
            writer.Line();
            foreach (string name in at.Keys)
            {
                writer.Line($"ref {variant.Element(model.LaneOf(name))} {at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            body.WriteUniform(writer);
            writer.Line();
            writer.Line("// The last vector is read before anything is written and written after everything else, so that working in place is exact.");
            for (int i = 0; i < last.Length; i++)
            {
                writer.Line($"{variant.Vector(model.Results[i].Lane)} {last[i]};");
            }

            writer.Block(() =>
            {
                string[] results = body.WriteVarying(writer, 0, name => $"W.LoadUnsafe(ref {at[name]}, {rest} - L)");
                for (int i = 0; i < last.Length; i++)
                {
                    writer.Line($"{last[i]} = {results[i]};");
                }
            });
            foreach (int copies in unroll == 1 ? [1] : new[] { unroll, 1 })
            {
                writer.Line();
                WriteLoop(writer, body, copies, rest, at, outputs);
            }

            writer.Line();
            for (int i = 0; i < outputs.Length; i++)
            {
                writer.Line($"{last[i]}.StoreUnsafe(ref Unsafe.Subtract(ref {at[outputs[i]]}, L - {rest}));");
            }
        });
    }

    /// <summary>Parameters of an overload; <paramref name="scalar"/> is the element type's name.</summary>
    public static string Signature(ExpressionModel model, EquatableArray<bool> shape, string scalar)
        => string.Join(", ", [
            .. model.Parameters.Select((parameter, i) => model.Declaration(parameter, shape[i], scalar)),
            .. model.Stored.Select(result => $"Span<{model.TypeOf(result.Lane, scalar)}> {result.Name}")]);

    // Fewer elements than a vector: the next width, and at the narrowest the scalar method itself.
    private static void WriteShort(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, string first, string index)
    {
        if (variant.Bits > 128)
        {
            IEnumerable<string> all = model.Parameters.Select(parameter => parameter.Name).Concat(model.OutputNames);
            writer.Line($"{model.Method}{variant.At(variant.Bits / 2).Suffix}({string.Join(", ", all)});");
        }
        else if (model.IsApproximate)
        {
            writer.Line($"{model.Method}OneByOne({string.Join(", ", model.Parameters.Select(parameter => parameter.Name).Concat(model.OutputNames))});");
        }
        else
        {
            writer.Block($"for (int {index} = 0; {index} < {first}.Length; {index}++)", () =>
            {
                string arguments = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"{parameter.Name}[{index}]" : parameter.Name));
                string targets = string.Join(", ", model.OutputNames.Select(name => $"{name}[{index}]"));
                writer.Line($"{(model.OutputNames.Count == 1 ? targets : $"({targets})")} = {model.ScalarMethod}({arguments});");
            });
            writer.Line();
        }

        writer.Line("return;");
    }

    // Stops before the last vector, which is computed already.
    private static void WriteLoop(CodeWriter writer, KernelBody body, int copies, string rest, Dictionary<string, string> at, string[] outputs)
    {
        string block = copies == 1 ? "L" : $"{copies} * L";
        writer.Block($"while ({rest} > {block})", () =>
        {
            for (int copy = 0; copy < copies; copy++)
            {
                string offset = copy switch { 0 => "", 1 => ", L", _ => $", {copy} * L" };
                string[] results = body.WriteVarying(writer, copy, name => $"W.LoadUnsafe(ref {at[name]}{offset})");
                for (int i = 0; i < outputs.Length; i++)
                {
                    writer.Line($"W.StoreUnsafe({results[i]}, ref {at[outputs[i]]}{offset});");
                }
            }

            writer.Line();
            foreach (string name in at.Values)
            {
                writer.Line($"{name} = ref Unsafe.Add(ref {name}, {block});");
            }

            writer.Line($"{rest} -= {block};");
        });
    }

    /// <summary>Writes what takes fewer elements than a vector where the scalar method has other bits than vectors: each is a vector of itself.</summary>
    public static void WriteOneByOne(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        string first = model.Parameters.Where((_, i) => shape[i]).First().Name;
        var names = new Names([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. model.OutputNames.Select(name => name.TrimStart('@'))]);
        string index = names.Fresh("i");
        var body = new KernelBody(model, variant, shape, model.Outputs, names);
        writer.Line();
        writer.Line("// Fewer elements than a vector, by the same operations.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {model.Method}OneByOne({Signature(model, shape, "T")})", () =>
        {
            body.WriteUniform(writer);
            writer.Block($"for (int {index} = 0; {index} < {first}.Length; {index}++)", () =>
            {
                string[] results = body.WriteVarying(writer, 0, name => $"W.Create({name}[{index}])");
                for (int i = 0; i < results.Length; i++)
                {
                    writer.Line($"{model.OutputNames[i]}[{index}] = ({results[i]}).ToScalar();");
                }
            });
        });
    }
}
