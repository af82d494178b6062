using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes the loops of an element-wise map at one width, for one overload shape.</summary>
internal static class MapKernel
{
    /// <param name="writer">Where to.</param>
    /// <param name="model">The expression.</param>
    /// <param name="variant">Scalar type and width.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    /// <param name="streams">Whether the project allows pointers: also writes the loop for large arrays.</param>
    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, bool streams)
    {
        var native = NativeBounds.Of(model, variant, shape);
        (ExpressionModel fast, IReadOnlyList<int> bounds) = native ?? (model, []);
        // What a careful function gets by reference needs no zeros.
        if (streams && model.IsApproximate)
        {
            writer.Line("[SkipLocalsInit]");
        }

        streams &= StreamedMapKernel.Takes(model, shape);
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
            .. model.Parameters.Select((parameter, i) => model.Declaration(parameter, shape[i], scalar)),
            .. model.Stored.Select(result => $"Span<{model.TypeOf(result.Lane, scalar)}> {result.Name}")]);

    /// <summary>What to pass on to another kernel of the same shape.</summary>
    public static string Arguments(ExpressionModel model) => string.Join(", ", model.Parameters.Select(parameter => parameter.Name).Concat(model.OutputNames));

    /// <summary>True in emitted code when a bound is zero or NaN.</summary>
    public static string AnyExceptional(KernelBody body, IEnumerable<int> bounds)
        => string.Join(" || ", bounds.Select(bound => $"!(T.Abs({body.Uniform(bound)}.ToScalar()) > 0)"));

    private static void WriteKernel(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, IReadOnlyList<int> bounds, bool streams)
    {
        var loop = new Loop(writer, model, variant, shape);
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static void {model.Method}{variant.Suffix}({Signature(model, shape, "T")})", () =>
        {
            loop.WriteLength();
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

            if (model.IsApproximate)
            {
                loop.WriteOneBody();
                return;
            }

            loop.WriteLast();
            loop.Write(MapTuning.Unroll(loop.Body.Operations));
            loop.WriteEnd();
        });
    }

    private static void WriteCareful(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        var loop = new Loop(writer, model, variant, shape);
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {model.Method}{variant.Suffix}Careful({Signature(model, shape, "T")})", () =>
        {
            loop.WriteLength();
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
        else if (model.IsApproximate)
        {
            writer.Line($"{model.Method}OneByOne({Arguments(model)});");
        }
        else
        {
            string index = loop.Names.Fresh("i");
            writer.Block($"for (int {index} = 0; {index} < {loop.Inputs[0]}.Length; {index}++)", () =>
            {
                string arguments = string.Join(", ", model.Parameters.Select((parameter, i) => shape[i] ? $"{parameter.Name}[{index}]" : parameter.Name));
                string targets = string.Join(", ", model.OutputNames.Select(name => $"{name}[{index}]"));
                writer.Line($"{(model.OutputNames.Count == 1 ? targets : $"({targets})")} = {model.ScalarMethod}({arguments});");
            });
            writer.Line();
        }

        writer.Line("return;");
    }

    /// <summary>The parts of a kernel, in the order in which it has them.</summary>
    private sealed class Loop
    {
        private readonly CodeWriter _writer;
        private readonly ExpressionModel _model;
        private readonly Variant _variant;
        private readonly string[] _outputs;
        private readonly Dictionary<string, string> _at;
        private readonly string[] _last;

        public Loop(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
        {
            (_writer, _model, _variant) = (writer, model, variant);
            Inputs = [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];
            _outputs = [.. model.OutputNames];
            Names = new([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. _outputs.Select(name => name.TrimStart('@'))]);
            Rest = Names.Fresh("rest");
            _at = Inputs.Concat(_outputs).ToDictionary(name => name, name => Names.Fresh(name + "At"));
            _last = [.. _outputs.Select(name => Names.Fresh(_outputs.Length == 1 ? "last" : "last_" + name.TrimStart('@')))];
            Body = new(model, variant, shape, model.Outputs, Names, inlinesConstants: model.IsApproximate);
        }

        public string[] Inputs { get; }

        public Names Names { get; }

        public KernelBody Body { get; }

        public string Rest { get; }

        public void WriteLength()
        {
            _writer.Line($"const nuint L = {_variant.Lanes};");
            _writer.Line($"nuint {Rest} = (nuint){Inputs[0]}.Length;");
        }

        public void WriteStart()
        {
            foreach (string name in _at.Keys)
            {
                _writer.Line($"ref {_variant.Element(_model.LaneOf(name))} {_at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            Body.WriteUniform(_writer);
        }

        // Elementary functions are long and have many constants: one body serves every vector. The first two overlap where the length is no multiple of a vector, and each
        // vector is read before the one in front of it is written, so that working in place is exact and nothing waits on the stack for the end.
        public void WriteOneBody()
        {
            string index = Names.Fresh("index"), next = Names.Fresh("next");
            Dictionary<string, string> ahead = Inputs.ToDictionary(name => name, name => Names.Fresh(name + "Next"));
            foreach (string name in Inputs)
            {
                _writer.Line($"{_variant.Vector(_model.LaneOf(name))} {ahead[name]} = W.LoadUnsafe(ref {_at[name]});");
            }

            _writer.Line("// The second vector may begin inside the first; each is read before the one in front of it is written, so that working in place is exact.");
            _writer.Block($"for (nuint {index} = 0, {next} = (({Rest} - 1) % L) + 1; ; {index} = {next}, {next} += L)", () =>
            {
                string[] results = Body.WriteVarying(_writer, 0, name => ahead[name]);
                string[] stores = [.. results.Select((result, i) => $"W.StoreUnsafe({result}, ref {_at[_outputs[i]]}, {index});")];
                _writer.Line();
                _writer.Block($"if ({next} == {Rest})", () =>
                {
                    Lines(stores);
                    _writer.Line("return;");
                });
                _writer.Line();
                Lines(Inputs.Select(name => $"{ahead[name]} = W.LoadUnsafe(ref {_at[name]}, {next});"));
                Lines(stores);
            });
        }

        private void Lines(IEnumerable<string> lines)
        {
            foreach (string line in lines)
            {
                _writer.Line(line);
            }
        }

        public void WriteLast()
        {
            _writer.Line();
            _writer.Line("// The last vector is read before anything is written and written after everything else, so that working in place is exact.");
            for (int i = 0; i < _last.Length; i++)
            {
                _writer.Line($"{_variant.Vector(_model.Results[i].Lane)} {_last[i]};");
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

            Lines(stores);

            _writer.Line();
            foreach (string name in _at.Values)
            {
                _writer.Line($"{name} = ref Unsafe.Add(ref {name}, {block});");
            }

            _writer.Line($"{Rest} -= {block};");
        }
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
