using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes a reduction at one width, for one overload shape: the loop on logical lanes with the tree that folds them, and the tail.
/// Results that are stored go to their destinations in the same pass.
/// </summary>
internal sealed class ReductionKernel
{
    private readonly ExpressionModel _model;
    private readonly Variant _variant;
    private readonly EquatableArray<bool> _shape;
    private readonly int _lanes;
    private readonly FoldCode[] _folds;

    // Each slot of state, with the result that it is for.
    private readonly (int Result, FoldCode.Slot Slot)[] _slots;

    private ReductionKernel(ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        (_model, _variant, _shape) = (model, variant, shape);
        _lanes = LogicalLanes(model, variant.Scalar);
        _folds = [.. Enumerable.Range(0, model.Results.Count).Select(i => new FoldCode(model, variant, i))];
        _slots = [.. _folds.SelectMany((fold, i) => fold.Slots.Select(slot => (i, slot)))];
    }

    private bool HasIndex => _model.Results.Any(result => result.Fold is Fold.ArgMax or Fold.ArgMin);

    /// <summary>
    /// Logical lanes of one result: element i belongs to lane i mod N at every width, which is what makes the bits the same.
    /// Four, two or one 512-bit accumulators for each keep four to eight independent chains in flight, against the
    /// latency of the addition, and fit the sixteen registers of 256-bit hosts. A long expression has work enough beside its chain.
    /// </summary>
    public static int LogicalLanes(ExpressionModel model, string scalar)
    {
        int accumulators = model.Folded.Sum(result => result.Fold is Fold.ArgMax or Fold.ArgMin ? 2 : 1);
        return (model.IsLong ? 16 : accumulators switch { 1 => 64, <= 3 => 32, _ => 16 }) * 32 / ScalarTypes.Bits(scalar);
    }

    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        if (ExtremeKernel.Takes(model))
        {
            ExtremeKernel.Write(writer, model, variant, shape);
            return;
        }

        var kernel = new ReductionKernel(model, variant, shape);
        kernel.WriteKernel(writer);
        if (variant.Bits < 512)
        {
            writer.Line();
            kernel.WriteTail(writer);
        }
    }

    /// <summary>Type that an overload returns.</summary>
    public static string ReturnType(ExpressionModel model, string scalar)
    {
        OutputModel[] folded = [.. model.Folded];
        return folded.Length == 1
            ? FoldCode.ReturnType(model, folded[0], scalar)
            : $"({string.Join(", ", folded.Select(result => $"{FoldCode.ReturnType(model, result, scalar)} {result.Name}"))})";
    }

    private Names NamesOf() => new([
        _model.Method, .. _model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. _model.Stored.Select(result => result.Name.TrimStart('@'))]);

    // Everything that is walked: inputs, then destinations.
    private IEnumerable<string> Spans() => _model.Parameters.Where((_, i) => _shape[i]).Select(parameter => parameter.Name).Concat(_model.Stored.Select(result => result.Name));

    private KernelBody BodyOf(Names names) => new(_model, _variant, _shape, _folds.SelectMany(fold => fold.Roots), names);

    private void WriteKernel(CodeWriter writer)
    {
        int vectors = _lanes / _variant.Lanes;
        Names names = NamesOf();
        string rest = names.Fresh("rest");
        Dictionary<string, string> at = Spans().ToDictionary(name => name, name => names.Fresh(name + "At"));
        string[][] state = [.. _slots.Select(slot => Enumerable.Range(0, vectors).Select(vector => names.Fresh($"{_folds[slot.Result].Name}{slot.Slot.Suffix}{vector}")).ToArray())];
        string block = HasIndex ? names.Fresh("block") : "";
        KernelBody body = BodyOf(names);

        void Step(int vector)
        {
            string offset = Offset(vector * _variant.Lanes);
            string[] roots = body.WriteVarying(writer, vector, name => $"W.LoadUnsafe(ref {at[name]}{offset})");
            WriteSteps(
                writer, names, roots,
                slot => state[slot][vector],
                (slot, value) => writer.Line($"{state[slot][vector]} = {value};"),
                (name, value) => writer.Line($"W.StoreUnsafe({value}, ref {at[name]}{offset});"),
                block);
        }

        string first = at.Keys.First();
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"internal static {ReturnType(_model, "T")} {_model.Method}{_variant.Suffix}({MapKernel.Signature(_model, _shape, "T")})", () =>
        {
            if (!_model.IsLong)
            {
                writer.Line($"const nuint L = {_variant.Lanes};");
            }

            writer.Line($"nuint {rest} = (nuint){first}.Length;");
            foreach (string name in at.Keys)
            {
                writer.Line($"ref {_variant.Element(_model.LaneOf(name))} {at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            body.WriteUniform(writer);
            for (int slot = 0; slot < state.Length; slot++)
            {
                foreach (string name in state[slot])
                {
                    writer.Line($"{_variant.Vector(_slots[slot].Slot.Lane)} {name} = {_slots[slot].Slot.Start};");
                }
            }

            if (HasIndex)
            {
                writer.Line("// Indices are kept as the number of the block of logical lanes.");
                writer.Line($"{_variant.Vector(Lane.Signed)} {block} = {_variant.Vector(Lane.Signed)}.Zero;");
            }

            writer.Line();
            writer.Block($"while ({rest} >= {_lanes})", () =>
            {
                for (int vector = 0; vector < vectors; vector++)
                {
                    Step(vector);
                }

                writer.Line();
                WriteAdvance(writer, at.Values, rest, $"{_lanes}");
                if (HasIndex)
                {
                    writer.Line($"{block} += {_variant.Vector(Lane.Signed)}.One;");
                }
            });
            writer.Line();
            if (!_model.IsLong)
            {
                writer.Line("// The elements after the last whole block go to the first lanes.");
                for (int vector = 0; vector < vectors - 1; vector++)
                {
                    int copy = vector;
                    writer.Block($"if ({rest} >= {(vector == 0 ? "L" : $"{vector + 1} * L")})", () => Step(copy));
                    writer.Line();
                }
            }

            WriteCallOfTail(writer, names, rest, at, state, block);
            writer.Line();
            writer.Line("// One tree at every width: lane i takes lane i + n/2, and n halves.");
            string[] results = [.. Enumerable.Range(0, _folds.Length).Where(i => _folds[i].Slots.Count != 0).Select(i =>
                _folds[i].WriteFold(
                    writer, names,
                    [.. Enumerable.Range(0, vectors).Select(vector => Enumerable.Range(0, state.Length).Where(slot => _slots[slot].Result == i).Select(slot => state[slot][vector]).ToArray())],
                    $"{first}.Length"))];
            writer.Line(results.Length == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        });
    }

    private void WriteSteps(
        CodeWriter writer, Names names, string[] roots, Func<int, string> read, Action<int, string> set, Action<string, string> store, string block)
    {
        int root = 0, slot = 0;
        for (int i = 0; i < _folds.Length; i++)
        {
            string[] own = [.. roots.Skip(root).Take(_folds[i].Roots.Length)];
            int firstSlot = slot;
            if (_folds[i].Slots.Count == 0)
            {
                store(_model.Results[i].Name, own[0]);
            }
            else
            {
                _folds[i].WriteStep(writer, names, own, [.. _folds[i].Slots.Select((_, j) => read(firstSlot + j))], (j, value) => set(firstSlot + j, value), block);
            }

            root += own.Length;
            slot += _folds[i].Slots.Count;
        }
    }

    // Elements that do not fill a vector step on their lanes in memory, so that no lane sees a padding element.
    private void WriteCallOfTail(CodeWriter writer, Names names, string rest, Dictionary<string, string> at, string[][] state, string block)
    {
        string whole = names.Fresh("whole");
        string memory = names.Fresh("lanes");
        string lane = names.Fresh("lanesAt");
        string[] arguments = [.. _model.Parameters.Where((_, i) => !_shape[i]).Select(parameter => parameter.Name), .. at.Values.Select(name => $"ref Unsafe.Add(ref {name}, {whole})")];
        string last = HasIndex ? $", {block}.ToScalar()" : "";
        // A long expression has one copy of itself in the tail instead of one for each vector.
        int bits = _model.IsLong ? Math.Min(_variant.Bits, 256) : Math.Max(_variant.Bits / 2, 128);
        writer.Block(_model.IsLong ? $"if ({rest} != 0)" : $"if ({rest} % L != 0)", () =>
        {
            writer.Line($"Span<T> {memory} = stackalloc T[{_lanes * state.Length}];");
            writer.Line($"ref T {lane} = ref MemoryMarshal.GetReference({memory});");
            string Place(int slot, int vector) => Slot(lane, slot, Offset(slot * _lanes + vector * _variant.Lanes));
            for (int slot = 0; slot < state.Length; slot++)
            {
                for (int vector = 0; vector < state[slot].Length; vector++)
                {
                    writer.Line($"W.StoreUnsafe({state[slot][vector]}, {Place(slot, vector)});");
                }
            }

            writer.Line(_model.IsLong ? $"const nuint {whole} = 0;" : $"nuint {whole} = {rest} - {rest} % L;");
            writer.Line($"{_model.Method}V{bits}Tail({string.Join(", ", arguments)}, {rest} - {whole}, ref Unsafe.Add(ref {lane}, {whole}){last});");
            for (int slot = 0; slot < state.Length; slot++)
            {
                for (int vector = 0; vector < state[slot].Length; vector++)
                {
                    writer.Line($"{state[slot][vector]} = W.LoadUnsafe({Place(slot, vector)});");
                }
            }
        });
    }

    // A reference to the state of a slot in memory, for a load or store of a vector.
    private string Slot(string memory, int slot, string offset)
        => _variant.Element(_slots[slot].Slot.Lane) is var element && element == "T" ? $"ref {memory}{offset}" : $"ref Unsafe.As<T, {element}>(ref {memory}){offset}";

    // Whole vectors, and then the next width; at the narrowest one element at a time, by the same operations.
    private void WriteTail(CodeWriter writer)
    {
        Names names = NamesOf();
        string rest = names.Fresh("rest");
        string memory = names.Fresh("lanes");
        Dictionary<string, string> at = Spans().ToDictionary(name => name, name => names.Fresh(name + "At"));
        string number = HasIndex ? names.Fresh("number") : "";
        string block = HasIndex ? names.Fresh("block") : "";
        KernelBody body = BodyOf(names);
        string parameters = string.Join(", ", [
            .. _model.Parameters.Where((_, i) => !_shape[i]).Select(parameter => _model.Declaration(parameter, span: false, "T")),
            .. at.Select(pair => $"ref {_variant.Element(_model.LaneOf(pair.Key))} {pair.Value}"),
            $"nuint {rest}", $"ref T {memory}", .. HasIndex ? new[] { $"{_variant.Element(Lane.Signed)} {number}" } : []]);

        writer.Line($"// The elements that are left, the first for lane 0 of the reference.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {_model.Method}{_variant.Suffix}Tail({parameters})", () =>
        {
            writer.Line($"const nuint L = {_variant.Lanes};");
            body.WriteUniform(writer);
            if (HasIndex)
            {
                writer.Line($"{_variant.Vector(Lane.Signed)} {block} = W.Create({number});");
            }

            writer.Block($"while ({rest} >= L)", () =>
            {
                string[] roots = body.WriteVarying(writer, 0, name => $"W.LoadUnsafe(ref {at[name]})");
                string Place(int slot) => Slot(memory, slot, Offset(slot * _lanes));
                WriteSteps(
                    writer, names, roots,
                    slot => $"W.LoadUnsafe({Place(slot)})",
                    (slot, value) => writer.Line($"W.StoreUnsafe({value}, {Place(slot)});"),
                    (name, value) => writer.Line($"W.StoreUnsafe({value}, ref {at[name]});"),
                    block);
                writer.Line();
                WriteAdvance(writer, at.Values.Append(memory), rest, "L");
            });
            writer.Line();
            if (_variant.Bits > 128)
            {
                string arguments = string.Join(", ", [.. _model.Parameters.Where((_, i) => !_shape[i]).Select(parameter => parameter.Name), .. at.Values.Select(name => $"ref {name}")]);
                writer.Block($"if ({rest} != 0)", () =>
                    writer.Line($"{_model.Method}{_variant.At(_variant.Bits / 2).Suffix}Tail({arguments}, {rest}, ref {memory}{(HasIndex ? $", {number}" : "")});"));
                return;
            }

            writer.Block($"while ({rest} != 0)", () =>
            {
                string[] roots = body.WriteVarying(writer, 0, name => $"W.Create({at[name]})");
                string Place(int slot)
                {
                    string element = _variant.Element(_slots[slot].Slot.Lane);
                    string start = element == "T" ? memory : $"Unsafe.As<T, {element}>(ref {memory})";
                    return slot == 0 ? start : $"Unsafe.Add(ref {start}, {slot * _lanes})";
                }

                WriteSteps(
                    writer, names, roots,
                    slot => $"W.Create({Place(slot)})",
                    (slot, value) => writer.Line($"{Place(slot)} = ({value}).ToScalar();"),
                    (name, value) => writer.Line($"{at[name]} = ({value}).ToScalar();"),
                    block);
                writer.Line();
                WriteAdvance(writer, at.Values.Append(memory), rest, "1");
            });
        });
    }

    private static void WriteAdvance(CodeWriter writer, IEnumerable<string> references, string rest, string count)
    {
        foreach (string name in references)
        {
            writer.Line($"{name} = ref Unsafe.Add(ref {name}, {count});");
        }

        writer.Line($"{rest} -= {count};");
    }

    private static string Offset(int elements) => elements == 0 ? "" : $", {elements}";
}
