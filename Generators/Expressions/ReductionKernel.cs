using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes a sum or maximum at one width, for one overload shape: a kernel on logical lanes, and the tree that folds them.</summary>
internal static class ReductionKernel
{
    /// <summary>
    /// Logical lanes of one result: element i belongs to lane i mod N at every width, which is what makes the bits the same.
    /// Four, two or one 512-bit accumulators for each result keep four to eight independent chains in flight, against the
    /// latency of the addition, and fit the sixteen registers of 256-bit hosts.
    /// </summary>
    public static int LogicalLanes(string scalar, int results)
        => (results switch { 1 => 64, <= 3 => 32, _ => 16 }) / (scalar == "double" ? 2 : 1);

    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        WriteEntry(writer, model, variant, shape);
        writer.Line();
        WriteLanes(writer, model, variant, shape);
    }

    /// <summary>Type that an overload returns.</summary>
    public static string ReturnType(ExpressionModel model, string scalar)
        => model.OutputNames.Count == 1 ? scalar : $"({string.Join(", ", model.OutputNames.Select(name => $"{scalar} {name}"))})";

    /// <summary>Parameters of an overload.</summary>
    public static string Signature(ExpressionModel model, EquatableArray<bool> shape, string scalar)
        => string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ReadOnlySpan<{scalar}> {parameter.Name}" : $"{scalar} {parameter.Name}"));

    private static Names NamesOf(ExpressionModel model) => new([.. model.Parameters.Select(parameter => parameter.Name.TrimStart('@'))]);

    private static void WriteEntry(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        int lanes = LogicalLanes(variant.Scalar, model.Outputs.Count);
        Names names = NamesOf(model);
        string memory = names.Fresh("lanes");
        string at = names.Fresh("lanesAt");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static {ReturnType(model, "T")} {model.Method}{variant.Suffix}({Signature(model, shape, "T")})", () =>
        {
            writer.Line($"Span<T> {memory} = stackalloc T[{lanes * model.Outputs.Count}];");
            writer.Line($"ref T {at} = ref MemoryMarshal.GetReference({memory});");
            if (model.Kind == ExpressionKind.Max)
            {
                writer.Line($"{memory}.Fill({model.AtLeast});");
            }
            else
            {
                writer.Line($"{memory}.Clear();");
            }

            IEnumerable<string> arguments = model.Parameters.Select((parameter, i) => shape[i] ? $"ref MemoryMarshal.GetReference({parameter.Name})" : parameter.Name);
            string first = model.Parameters.Where((_, i) => shape[i]).First().Name;
            writer.Line($"{model.Method}{variant.Suffix}Lanes({string.Join(", ", arguments)}, (nuint){first}.Length, ref {at});");
            writer.Line();
            writer.Line("// One tree at every width: lane i takes lane i + n/2, and n halves.");
            string[] results = [.. Enumerable.Range(0, model.Outputs.Count).Select(output => Fold(writer, model, variant, names, at, output, lanes))];
            writer.Line(results.Length == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        });
    }

    private static string Fold(CodeWriter writer, ExpressionModel model, Variant variant, Names names, string at, int output, int lanes)
    {
        string Combine(string type, string a, string b) => model.Kind == ExpressionKind.Sum ? $"{a} + {b}" : $"{type}.Max({a}, {b})";
        string name = AccumulatorName(model, output);
        string[] level = [.. Enumerable.Range(0, lanes / variant.Lanes).Select(vector => $"W.LoadUnsafe(ref {at}{Offset(output * lanes + vector * variant.Lanes)})")];
        while (level.Length > 1)
        {
            int half = level.Length / 2;
            string[] next = new string[half];
            for (int i = 0; i < half; i++)
            {
                next[i] = names.Fresh($"{name}{half}_{i}");
                writer.Line($"V {next[i]} = {Combine("W", level[i], level[i + half])};");
            }

            level = next;
        }

        string vectorName = level[0];
        for (int bits = variant.Bits / 2; bits >= 128; bits /= 2)
        {
            string half = names.Fresh($"{name}V{bits}");
            writer.Line($"Vector{bits}<T> {half} = {Combine($"Vector{bits}", $"{vectorName}.GetLower()", $"{vectorName}.GetUpper()")};");
            vectorName = half;
        }

        if (vectorName.Contains('('))
        {
            string only = names.Fresh(name);
            writer.Line($"V {only} = {vectorName};");
            vectorName = only;
        }

        return variant.ScalarBits == 64
            ? Combine("T", $"{vectorName}[0]", $"{vectorName}[1]")
            : model.Kind == ExpressionKind.Sum
                ? $"({vectorName}[0] + {vectorName}[2]) + ({vectorName}[1] + {vectorName}[3])"
                : $"T.Max(T.Max({vectorName}[0], {vectorName}[2]), T.Max({vectorName}[1], {vectorName}[3]))";
    }

    private static void WriteLanes(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        int lanes = LogicalLanes(variant.Scalar, model.Outputs.Count);
        int vectors = lanes / variant.Lanes;
        Names names = NamesOf(model);
        string rest = names.Fresh("rest");
        string memory = names.Fresh("lanes");
        string[] inputs = [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];
        Dictionary<string, string> at = inputs.ToDictionary(name => name, name => names.Fresh(name + "At"));
        string[,] sums = new string[model.Outputs.Count, vectors];
        for (int output = 0; output < model.Outputs.Count; output++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                sums[output, vector] = names.Fresh(AccumulatorName(model, output) + vector);
            }
        }

        var body = new KernelBody(model, shape, Roots(model), names);
        string parameters = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ref T {at[parameter.Name]}" : $"T {parameter.Name}"));

        void Advance(string count)
        {
            foreach (string name in at.Values)
            {
                writer.Line($"{name} = ref Unsafe.Add(ref {name}, {count});");
            }
        }

        writer.Line($"// Adds {rest} elements to the lanes, the first to lane 0 of the reference.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {model.Method}{variant.Suffix}Lanes({parameters}, nuint {rest}, ref T {memory})", () =>
        {
            writer.Line($"const nuint L = {variant.Lanes};");
            body.WriteUniform(writer);
            writer.Block($"if ({rest} >= {lanes})", () =>
            {
                for (int i = 0; i < sums.Length; i++)
                {
                    (int output, int vector) = (i / vectors, i % vectors);
                    writer.Line($"V {sums[output, vector]} = W.LoadUnsafe(ref {memory}{Offset(output * lanes + vector * variant.Lanes)});");
                }

                writer.Line("do");
                writer.Block(() =>
                {
                    for (int vector = 0; vector < vectors; vector++)
                    {
                        string offset = Offset(vector * variant.Lanes);
                        string[] roots = body.WriteVarying(writer, vector, name => $"W.LoadUnsafe(ref {at[name]}{offset})");
                        string[] steps = Steps(model, roots, output => sums[output, vector]);
                        for (int output = 0; output < steps.Length; output++)
                        {
                            writer.Line($"{sums[output, vector]} = {steps[output]};");
                        }
                    }

                    writer.Line();
                    Advance($"{lanes}");
                    writer.Line($"{rest} -= {lanes};");
                });
                writer.Line($"while ({rest} >= {lanes});");
                writer.Line();
                for (int i = 0; i < sums.Length; i++)
                {
                    (int output, int vector) = (i / vectors, i % vectors);
                    writer.Line($"W.StoreUnsafe({sums[output, vector]}, ref {memory}{Offset(output * lanes + vector * variant.Lanes)});");
                }
            });
            writer.Line();
            writer.Line("// The elements after the last whole block go to the first lanes; no lane sees a padding element.");
            writer.Block($"while ({rest} >= L)", () =>
            {
                string[] roots = body.WriteVarying(writer, 0, name => $"W.LoadUnsafe(ref {at[name]})");
                string[] steps = Steps(model, roots, output => $"W.LoadUnsafe(ref {memory}{Offset(output * lanes)})");
                for (int output = 0; output < steps.Length; output++)
                {
                    writer.Line($"W.StoreUnsafe({steps[output]}, ref {memory}{Offset(output * lanes)});");
                }

                writer.Line();
                Advance("L");
                writer.Line($"{memory} = ref Unsafe.Add(ref {memory}, L);");
                writer.Line($"{rest} -= L;");
            });
            writer.Line();
            WriteRest(writer, model, variant, shape, body, rest, memory, at, lanes, Advance);
        });
    }

    // Fewer elements than a vector: the next width, and at the narrowest one at a time, by the same vector operations.
    private static void WriteRest(
        CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, KernelBody body,
        string rest, string memory, Dictionary<string, string> at, int lanes, Action<string> advance)
    {
        if (variant.Bits > 128)
        {
            string arguments = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ref {at[parameter.Name]}" : parameter.Name));
            writer.Block($"if ({rest} != 0)", () =>
                writer.Line($"{model.Method}{variant.At(variant.Bits / 2).Suffix}Lanes({arguments}, {rest}, ref {memory});"));
            return;
        }

        writer.Block($"while ({rest} != 0)", () =>
        {
            string[] roots = body.WriteVarying(writer, 0, name => $"W.Create({at[name]})");
            string Lane(int output) => output == 0 ? memory : $"Unsafe.Add(ref {memory}, {output * lanes})";
            string[] steps = Steps(model, roots, output => $"W.Create({Lane(output)})");
            for (int output = 0; output < steps.Length; output++)
            {
                writer.Line($"{Lane(output)} = ({steps[output]}).ToScalar();");
            }

            writer.Line();
            advance("1");
            writer.Line($"{memory} = ref Unsafe.Add(ref {memory}, 1);");
            writer.Line($"{rest}--;");
        });
    }

    private static string AccumulatorName(ExpressionModel model, int output)
        => model.Outputs.Count == 1 ? (model.Kind == ExpressionKind.Sum ? "sum" : "max") : model.OutputNames[output].TrimStart('@');

    private static bool IsProduct(ExpressionModel model, int output)
        => model.Kind == ExpressionKind.Sum && model.Code[model.Outputs[output]].Operation == Operation.Multiply;

    // A summand that is a product is accumulated by FMA, so its factors are wanted rather than itself.
    private static IEnumerable<int> Roots(ExpressionModel model)
        => Enumerable.Range(0, model.Outputs.Count).SelectMany(output =>
        {
            int root = model.Outputs[output];
            return IsProduct(model, output) ? new[] { model.Code[root].A, model.Code[root].B } : [root];
        });

    private static string[] Steps(ExpressionModel model, string[] roots, Func<int, string> accumulator)
    {
        string[] steps = new string[model.Outputs.Count];
        int next = 0;
        for (int output = 0; output < steps.Length; output++)
        {
            steps[output] = model.Kind == ExpressionKind.Max ? $"W.Max({accumulator(output)}, {roots[next++]})"
                : IsProduct(model, output) ? $"W.FusedMultiplyAdd({roots[next++]}, {roots[next++]}, {accumulator(output)})"
                : $"{accumulator(output)} + ({roots[next++]})";
        }

        return steps;
    }

    private static string Offset(int elements) => elements == 0 ? "" : $", {elements}";
}
