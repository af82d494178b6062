using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes the loops of an element-wise map at one width, for one overload shape.</summary>
internal static class MapKernel
{
    /// <param name="writer">Where to.</param>
    /// <param name="model">The expression.</param>
    /// <param name="variant">Scalar type and width.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    /// <param name="streams">Also writes the loop for large arrays, which needs pointers.</param>
    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, bool streams)
    {
        var native = NativeBounds.Of(model, shape);
        (ExpressionModel fast, IReadOnlyList<int> bounds) = native ?? (model, []);
        WriteKernel(writer, fast, variant, shape, bounds, streams);
        if (native is not null)
        {
            writer.Line();
            writer.Line("// For bounds that are zero or NaN.");
            WriteCareful(writer, model, variant, shape);
        }

        if (streams)
        {
            writer.Line();
            StreamedMapKernel.Write(writer, fast, variant, shape, bounds);
        }
    }

    /// <summary>Parameters of an overload; <paramref name="scalar"/> is the element type's name.</summary>
    public static string Signature(ExpressionModel model, EquatableArray<bool> shape, string scalar)
        => string.Join(", ", [
            .. model.Parameters.Select((parameter, i) => shape[i] ? $"ReadOnlySpan<{scalar}> {parameter.Name}" : $"{scalar} {parameter.Name}"),
            .. model.OutputNames.Select(name => $"Span<{scalar}> {name}")]);

    /// <summary>What to pass on to another kernel of the same shape.</summary>
    public static string Arguments(ExpressionModel model) => string.Join(", ", model.Parameters.Select(parameter => parameter.Name).Concat(model.OutputNames));

    /// <summary>True in emitted code when a bound is zero or NaN.</summary>
    public static string AnyExceptional(KernelBody body, IEnumerable<int> bounds)
        => string.Join(" || ", bounds.Select(bound => $"!(T.Abs({body.Uniform(bound)}.ToScalar()) > 0)"));

    private static void WriteKernel(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, IReadOnlyList<int> bounds, bool streams)
    {
        var loop = new Loop(writer, model, shape);
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static void {model.Method}{variant.Suffix}({Signature(model, shape, "T")})", () =>
        {
            loop.WriteLength(variant);
            writer.Block($"if ({loop.Rest} < L)", () => WriteShort(writer, model, variant, shape, loop));
            writer.Line();
            if (streams)
            {
                StreamedMapKernel.WriteCall(writer, model, variant, shape, loop.Rest);
            }

            loop.WriteStart();
            if (bounds.Count != 0)
            {
                writer.Block($"if ({AnyExceptional(loop.Body, bounds)})", () =>
                {
                    writer.Line($"{model.Method}{variant.Suffix}Careful({Arguments(model)});");
                    writer.Line("return;");
                });
            }

            loop.WriteLast();
            loop.Write(MapTuning.Unroll(loop.Body.Operations));
            loop.WriteEnd();
        });
    }

    private static void WriteCareful(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        var loop = new Loop(writer, model, shape);
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {model.Method}{variant.Suffix}Careful({Signature(model, shape, "T")})", () =>
        {
            loop.WriteLength(variant);
            loop.WriteStart();
            loop.WriteLast();
            loop.Write(1);
            loop.WriteEnd();
        });
    }

    // Fewer elements than a vector: the next width, and at the narrowest the scalar method itself.
    private static void WriteShort(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, Loop loop)
    {
        if (variant.Bits > 128)
        {
            writer.Line($"{model.Method}{variant.At(variant.Bits / 2).Suffix}({Arguments(model)});");
        }
        else
        {
            string index = loop.Names.Fresh("i");
            writer.Block($"for (int {index} = 0; {index} < {loop.Inputs[0]}.Length; {index}++)", () =>
            {
                string arguments = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"{parameter.Name}[{index}]" : parameter.Name));
                string targets = string.Join(", ", model.OutputNames.Select(name => $"{name}[{index}]"));
                writer.Line($"{(model.OutputNames.Count == 1 ? targets : $"({targets})")} = {model.Method}<T>({arguments});");
            });
            writer.Line();
        }

        writer.Line("return;");
    }

    /// <summary>The parts of a kernel, in the order in which it has them.</summary>
    private sealed class Loop
    {
        private readonly CodeWriter _writer;
        private readonly string[] _outputs;
        private readonly Dictionary<string, string> _at;
        private readonly string[] _last;

        public Loop(CodeWriter writer, ExpressionModel model, EquatableArray<bool> shape)
        {
            _writer = writer;
            Inputs = [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];
            _outputs = [.. model.OutputNames];
            Names = new([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. _outputs.Select(name => name.TrimStart('@'))]);
            Rest = Names.Fresh("rest");
            _at = Inputs.Concat(_outputs).ToDictionary(name => name, name => Names.Fresh(name + "At"));
            _last = [.. _outputs.Select(name => Names.Fresh(_outputs.Length == 1 ? "last" : "last_" + name.TrimStart('@')))];
            Body = new(model, shape, model.Outputs, Names);
        }

        public string[] Inputs { get; }

        public Names Names { get; }

        public KernelBody Body { get; }

        public string Rest { get; }

        public void WriteLength(Variant variant)
        {
            _writer.Line($"const nuint L = {variant.Lanes};");
            _writer.Line($"nuint {Rest} = (nuint){Inputs[0]}.Length;");
        }

        public void WriteStart()
        {
            foreach (string name in _at.Keys)
            {
                _writer.Line($"ref T {_at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            Body.WriteUniform(_writer);
        }

        public void WriteLast()
        {
            _writer.Line();
            _writer.Line("// The last vector is read before anything is written and written after everything else, so that working in place is exact.");
            foreach (string name in _last)
            {
                _writer.Line($"V {name};");
            }

            _writer.Block(() =>
            {
                string[] results = Body.WriteVarying(_writer, 0, name => $"W.LoadUnsafe(ref {_at[name]}, {Rest} - L)");
                for (int i = 0; i < _last.Length; i++)
                {
                    _writer.Line($"{_last[i]} = {results[i]};");
                }
            });
        }

        // Stops before the last vector, which is computed already: after the loop come fewer vectors than it takes in a turn.
        public void Write(int unroll)
        {
            for (int copies = unroll; copies > 0; copies /= 2)
            {
                string block = copies == 1 ? "L" : $"{copies} * L";
                _writer.Line();
                _writer.Block($"{(copies == unroll ? "while" : "if")} ({Rest} > {block})", () => WriteTurn(copies, block));
            }
        }

        public void WriteEnd()
        {
            _writer.Line();
            for (int i = 0; i < _outputs.Length; i++)
            {
                _writer.Line($"{_last[i]}.StoreUnsafe(ref Unsafe.Subtract(ref {_at[_outputs[i]]}, L - {Rest}));");
            }
        }

        // All loads before the first store: a load waits for an earlier store whose address differs by a multiple of 4096 bytes, or nearly.
        private void WriteTurn(int copies, string block)
        {
            var stores = new List<string>();
            for (int copy = 0; copy < copies; copy++)
            {
                string offset = copy switch { 0 => "", 1 => ", L", _ => $", {copy} * L" };
                string[] results = Body.WriteVarying(_writer, copy, name => $"W.LoadUnsafe(ref {_at[name]}{offset})");
                stores.AddRange(results.Select((result, i) => $"W.StoreUnsafe({result}, ref {_at[_outputs[i]]}{offset});"));
            }

            stores.ForEach(store => _writer.Line(store));

            _writer.Line();
            foreach (string name in _at.Values)
            {
                _writer.Line($"{name} = ref Unsafe.Add(ref {name}, {block});");
            }

            _writer.Line($"{Rest} -= {block};");
        }
    }
}
