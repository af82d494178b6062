using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes a sum or maximum at one width, for one overload shape: the loop on logical lanes with the tree that folds them, and the tail.</summary>
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
        WriteKernel(writer, model, variant, shape);
        if (variant.Bits < 512)
        {
            writer.Line();
            WriteTail(writer, model, variant, shape);
        }
    }

    /// <summary>Type that an overload returns.</summary>
    public static string ReturnType(ExpressionModel model, string scalar)
        => model.OutputNames.Count == 1 ? scalar : $"({string.Join(", ", model.OutputNames.Select(name => $"{scalar} {name}"))})";

    /// <summary>Parameters of an overload.</summary>
    public static string Signature(ExpressionModel model, EquatableArray<bool> shape, string scalar)
        => string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ReadOnlySpan<{scalar}> {parameter.Name}" : $"{scalar} {parameter.Name}"));

    private static Names NamesOf(ExpressionModel model) => new([.. model.Parameters.Select(parameter => parameter.Name.TrimStart('@'))]);

    private static void WriteKernel(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        int lanes = LogicalLanes(variant.Scalar, model.Outputs.Count);
        int vectors = lanes / variant.Lanes;
        Names names = NamesOf(model);
        string rest = names.Fresh("rest");
        Dictionary<string, string> at = Inputs(model, shape).ToDictionary(name => name, name => names.Fresh(name + "At"));
        string[][] sums = [.. Enumerable.Range(0, model.Outputs.Count).Select(output =>
            Enumerable.Range(0, vectors).Select(vector => names.Fresh(AccumulatorName(model, output) + vector)).ToArray())];
        var body = new KernelBody(model, shape, Roots(model), names);

        void Step(int vector)
        {
            string offset = Offset(vector * variant.Lanes);
            string[] roots = body.WriteVarying(writer, vector, name => $"W.LoadUnsafe(ref {at[name]}{offset})");
            string[] steps = Steps(model, roots, output => sums[output][vector]);
            for (int output = 0; output < steps.Length; output++)
            {
                writer.Line($"{sums[output][vector]} = {steps[output]};");
            }
        }

        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static {ReturnType(model, "T")} {model.Method}{variant.Suffix}({Signature(model, shape, "T")})", () =>
        {
            writer.Line($"const nuint L = {variant.Lanes};");
            writer.Line($"nuint {rest} = (nuint){at.Keys.First()}.Length;");
            foreach (string name in at.Keys)
            {
                writer.Line($"ref T {at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            body.WriteUniform(writer);
            string start = model.Kind == ExpressionKind.Sum ? "V.Zero" : $"W.Create({model.AtLeast})";
            foreach (string sum in sums.SelectMany(result => result))
            {
                writer.Line($"V {sum} = {start};");
            }

            writer.Line();
            writer.Block($"while ({rest} >= {lanes})", () =>
            {
                for (int vector = 0; vector < vectors; vector++)
                {
                    Step(vector);
                }

                writer.Line();
                foreach (string name in at.Values)
                {
                    writer.Line($"{name} = ref Unsafe.Add(ref {name}, {lanes});");
                }

                writer.Line($"{rest} -= {lanes};");
            });
            writer.Line();
            writer.Line("// The elements after the last whole block go to the first lanes.");
            for (int vector = 0; vector < vectors - 1; vector++)
            {
                int copy = vector;
                writer.Block($"if ({rest} >= {(vector == 0 ? "L" : $"{vector + 1} * L")})", () => Step(copy));
                writer.Line();
            }

            WriteCallOfTail(writer, model, variant, shape, names, rest, at, sums);
            writer.Line();
            writer.Line("// One tree at every width: lane i takes lane i + n/2, and n halves.");
            string[] results = [.. Enumerable.Range(0, model.Outputs.Count).Select(output => Fold(writer, model, variant, names, output, sums[output]))];
            writer.Line(results.Length == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        });
    }

    // Elements that do not fill a vector step on their lanes in memory, so that no lane sees a padding element.
    private static void WriteCallOfTail(
        CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, Names names,
        string rest, Dictionary<string, string> at, string[][] sums)
    {
        int lanes = LogicalLanes(variant.Scalar, model.Outputs.Count);
        string whole = names.Fresh("whole");
        string memory = names.Fresh("lanes");
        string lane = names.Fresh("lanesAt");
        IEnumerable<string> arguments = model.Parameters.Select((parameter, i) => shape[i] ? $"ref Unsafe.Add(ref {at[parameter.Name]}, {whole})" : parameter.Name);
        writer.Block($"if ({rest} % L != 0)", () =>
        {
            writer.Line($"Span<T> {memory} = stackalloc T[{lanes * sums.Length}];");
            writer.Line($"ref T {lane} = ref MemoryMarshal.GetReference({memory});");
            for (int i = 0; i < sums.Length * sums[0].Length; i++)
            {
                (int output, int vector) = (i / sums[0].Length, i % sums[0].Length);
                writer.Line($"W.StoreUnsafe({sums[output][vector]}, ref {lane}{Offset(output * lanes + vector * variant.Lanes)});");
            }

            writer.Line($"nuint {whole} = {rest} - {rest} % L;");
            writer.Line($"{model.Method}V{Math.Max(variant.Bits / 2, 128)}Tail({string.Join(", ", arguments)}, {rest} - {whole}, ref Unsafe.Add(ref {lane}, {whole}));");
            for (int i = 0; i < sums.Length * sums[0].Length; i++)
            {
                (int output, int vector) = (i / sums[0].Length, i % sums[0].Length);
                writer.Line($"{sums[output][vector]} = W.LoadUnsafe(ref {lane}{Offset(output * lanes + vector * variant.Lanes)});");
            }
        });
    }

    private static string Fold(CodeWriter writer, ExpressionModel model, Variant variant, Names names, int output, string[] level)
    {
        string Combine(string type, string a, string b) => model.Kind == ExpressionKind.Sum ? $"{a} + {b}" : $"{type}.Max({a}, {b})";
        string name = AccumulatorName(model, output);
        for (int half = level.Length / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                writer.Line($"{level[i]} = {Combine("W", level[i], level[i + half])};");
            }
        }

        string vector = level[0];
        for (int bits = variant.Bits / 2; bits >= 128; bits /= 2)
        {
            string half = names.Fresh($"{name}V{bits}");
            writer.Line($"Vector{bits}<T> {half} = {Combine($"Vector{bits}", $"{vector}.GetLower()", $"{vector}.GetUpper()")};");
            vector = half;
        }

        return variant.ScalarBits == 64
            ? Combine("T", $"{vector}[0]", $"{vector}[1]")
            : model.Kind == ExpressionKind.Sum
                ? $"({vector}[0] + {vector}[2]) + ({vector}[1] + {vector}[3])"
                : $"T.Max(T.Max({vector}[0], {vector}[2]), T.Max({vector}[1], {vector}[3]))";
    }

    // Less than two vectors: one of them, and then the next width; at the narrowest one element at a time, by the same operations.
    private static void WriteTail(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        int lanes = LogicalLanes(variant.Scalar, model.Outputs.Count);
        Names names = NamesOf(model);
        string rest = names.Fresh("rest");
        string memory = names.Fresh("lanes");
        Dictionary<string, string> at = Inputs(model, shape).ToDictionary(name => name, name => names.Fresh(name + "At"));
        var body = new KernelBody(model, shape, Roots(model), names);
        string parameters = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ref T {at[parameter.Name]}" : $"T {parameter.Name}"));

        void Advance(string count)
        {
            writer.Line();
            foreach (string name in at.Values.Append(memory))
            {
                writer.Line($"{name} = ref Unsafe.Add(ref {name}, {count});");
            }

            writer.Line($"{rest} -= {count};");
        }

        writer.Line($"// Less than two vectors of elements, the first for lane 0 of the reference.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {model.Method}{variant.Suffix}Tail({parameters}, nuint {rest}, ref T {memory})", () =>
        {
            writer.Line($"const nuint L = {variant.Lanes};");
            body.WriteUniform(writer);
            writer.Block($"if ({rest} >= L)", () =>
            {
                string[] roots = body.WriteVarying(writer, 0, name => $"W.LoadUnsafe(ref {at[name]})");
                string[] steps = Steps(model, roots, output => $"W.LoadUnsafe(ref {memory}{Offset(output * lanes)})");
                for (int output = 0; output < steps.Length; output++)
                {
                    writer.Line($"W.StoreUnsafe({steps[output]}, ref {memory}{Offset(output * lanes)});");
                }

                Advance("L");
            });
            writer.Line();
            if (variant.Bits > 128)
            {
                string arguments = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"ref {at[parameter.Name]}" : parameter.Name));
                writer.Block($"if ({rest} != 0)", () =>
                    writer.Line($"{model.Method}{variant.At(variant.Bits / 2).Suffix}Tail({arguments}, {rest}, ref {memory});"));
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

                Advance("1");
            });
        });
    }

    private static string[] Inputs(ExpressionModel model, EquatableArray<bool> shape)
        => [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];

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
