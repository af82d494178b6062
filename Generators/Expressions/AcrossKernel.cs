using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes reductions of lines side by side, one in each lane of a vector. Each line has logical lanes of its own, in memory, and takes the
/// steps that the reduction of adjacent elements takes, in the same order: so the bits do not depend on how a matrix lies in memory.
/// </summary>
internal sealed class AcrossKernel
{
    private readonly ExpressionModel _model;
    private readonly Variant _variant;
    private readonly int _lanes;
    private readonly FoldCode[] _folds;
    private readonly FoldCode.Slot[] _slots;

    private AcrossKernel(ExpressionModel model, Variant variant)
    {
        (_model, _variant, _lanes) = (model, variant, ReductionKernel.LogicalLanes(model, variant.Scalar));
        _folds = [.. Enumerable.Range(0, model.Results.Count).Select(i => new FoldCode(model, variant, i))];
        _slots = [.. _folds.SelectMany(fold => fold.Slots)];
    }

    private bool HasIndex => _model.Results.Any(result => result.Fold is Fold.ArgMax or Fold.ArgMin);

    private string Stride => $"{_slots.Length * _variant.Lanes}";

    /// <summary>Elements of the scalar type that the logical lanes of a vector of lines take at 512 bits.</summary>
    public static int StateOf(ExpressionModel model, string scalar)
        => ReductionKernel.LogicalLanes(model, scalar) * new AcrossKernel(model, new(scalar, 512))._slots.Length * new Variant(scalar, 512).Lanes;

    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant)
    {
        var kernel = new AcrossKernel(model, variant);
        foreach (string lines in MatrixForm.Of(model).Select(form => form.Lines).Distinct())
        {
            writer.Line();
            kernel.WriteSteps(writer, lines);
        }

        writer.Line();
        kernel.WriteEnd(writer);
    }

    /// <summary>The parameters, or the arguments for them, of one kind of lines: views and spans by the reference of their first element.</summary>
    /// <param name="model">The expression.</param>
    /// <param name="lines">How each parameter is given.</param>
    /// <param name="uniform">For what is the same for all.</param>
    /// <param name="line">For one value a line.</param>
    /// <param name="along">For one value an element of every line.</param>
    /// <param name="element">For a view, read or written.</param>
    public static IEnumerable<string> Each(
        ExpressionModel model, string lines, Func<ParameterModel, string> uniform, Func<string, Lane, string> line, Func<string, Lane, string> along, Func<string, Lane, string> element)
        => model.Parameters.Select((parameter, i) => lines[i] switch
        {
            MatrixForm.Uniform => uniform(parameter),
            MatrixForm.Row => line(parameter.Name, parameter.Lane),
            MatrixForm.Column => along(parameter.Name, parameter.Lane),
            _ => element(parameter.Name, parameter.Lane),
        }).Concat(model.Stored.Select(result => element(result.Name, result.Lane)));

    private void WriteSteps(CodeWriter writer, string lines)
    {
        EquatableArray<bool> shape = new(MatrixForm.Shape(lines));
        var names = new Names([_model.Method, .. _model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. _model.Stored.Select(result => result.Name.TrimStart('@'))]);
        string first = names.Fresh("first"), count = names.Fresh("count"), state = names.Fresh("state"), lane = names.Fresh("lane"), active = names.Fresh("active");
        string block = HasIndex ? names.Fresh("block") : "";
        Dictionary<string, string> at = _model.Parameters.Select(parameter => parameter.Name).Where((_, i) => lines[i] != MatrixForm.Uniform)
            .Concat(_model.Stored.Select(result => result.Name)).ToDictionary(name => name, name => names.Fresh(name + "At"));
        Dictionary<string, string> step = at.Keys.ToDictionary(name => name, name => names.Fresh(name + "Step"));
        HashSet<string> along = [.. _model.Parameters.Where((_, i) => lines[i] == MatrixForm.Column).Select(parameter => parameter.Name)];
        HashSet<string> fixedly = [.. _model.Parameters.Where((_, i) => lines[i] == MatrixForm.Row).Select(parameter => parameter.Name)];
        var body = new KernelBody(
            _model, _variant, shape, _folds.SelectMany(fold => fold.Roots), names, name => fixedly.Contains(name) ? $"W.LoadUnsafe(ref {at[name]})" : $"W.Create({name})");
        string Slot(int slot) => Place(lane, slot);

        string parameters = string.Join(", ", [
            .. Each(
                _model, lines, parameter => _model.Declaration(parameter, span: false, "T"),
                (name, type) => $"ref {_variant.Element(type)} {at[name]}",
                (name, type) => $"ref {_variant.Element(type)} {at[name]}",
                (name, type) => $"ref {_variant.Element(type)} {at[name]}, nint {step[name]}"),
            $"nuint {first}", $"nuint {count}", $"nuint {active}", $"ref T {state}"]);
        writer.Line($"// {_variant.Lanes} lines side by side: element i of each steps on logical lane i mod {_lanes} of its own, in memory.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {_model.Method}{_variant.Suffix}Across{new MatrixForm(FormAxis.Rows, lines).Tag}({parameters})", () =>
        {
            body.WriteUniform(writer);
            writer.Block($"if ({first} == 0)", () =>
                writer.Block($"for (nuint {lane} = 0; {lane} < {active}; {lane}++)", () =>
                {
                    for (int slot = 0; slot < _slots.Length; slot++)
                    {
                        writer.Line($"W.StoreUnsafe({_slots[slot].Start}, {Place(state, slot, $"{lane} * {Stride}")});");
                    }
                }));
            writer.Line();
            writer.Block($"for (; {count} != 0; {count}--)", () =>
            {
                writer.Line($"ref T {lane} = ref Unsafe.Add(ref {state}, {first} % {_lanes} * {Stride});");
                if (HasIndex)
                {
                    writer.Line($"{_variant.Vector(Lane.Signed)} {block} = W.Create(({_variant.Element(Lane.Signed)})({first} / {_lanes}));");
                }

                string[] roots = body.WriteVarying(writer, 0, name => along.Contains(name) ? $"W.Create({at[name]})" : $"W.LoadUnsafe(ref {at[name]})");
                int root = 0, slot = 0;
                for (int i = 0; i < _folds.Length; i++)
                {
                    string[] own = [.. roots.Skip(root).Take(_folds[i].Roots.Length)];
                    int start = slot;
                    if (_folds[i].Slots.Count == 0)
                    {
                        writer.Line($"W.StoreUnsafe({own[0]}, ref {at[_model.Results[i].Name]});");
                    }
                    else
                    {
                        _folds[i].WriteStep(
                            writer, names, own, [.. _folds[i].Slots.Select((_, j) => $"W.LoadUnsafe({Slot(start + j)})")],
                            (j, value) => writer.Line($"W.StoreUnsafe({value}, {Slot(start + j)});"), block);
                    }

                    root += own.Length;
                    slot += _folds[i].Slots.Count;
                }

                writer.Line();
                foreach (string name in at.Keys.Where(name => !fixedly.Contains(name)))
                {
                    writer.Line($"{at[name]} = ref Unsafe.Add(ref {at[name]}, {(along.Contains(name) ? "1" : step[name])});");
                }

                writer.Line($"{first}++;");
            });
        });
    }

    // The results go to the first lane.
    private void WriteEnd(CodeWriter writer)
    {
        int log = (int)Math.Log(_lanes, 2);
        var names = new Names([_model.Method]);
        string state = names.Fresh("state"), lane = names.Fresh("lane"), active = names.Fresh("active"), half = names.Fresh("half"), low = names.Fresh("low"), high = names.Fresh("high");
        writer.Line("// The tree of every reduction, for all lines at once: lane i takes lane i + n/2, and n halves. Lanes that saw no element change nothing");
        writer.Line("// but a sum of -0, and that the first time alone: so the tree begins where half of its lanes are such.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static void {_model.Method}{_variant.Suffix}AcrossEnd(nuint {active}, ref T {state})", () =>
        {
            if (HasIndex)
            {
                writer.Block($"for (nuint {lane} = 0; {lane} < {active}; {lane}++)", () =>
                {
                    int slot = 0;
                    foreach (FoldCode fold in _folds)
                    {
                        if (fold.IsIndex)
                        {
                            string place = Place(state, slot + 1, $"{lane} * {Stride}");
                            writer.Line($"W.StoreUnsafe((W.LoadUnsafe({place}) << {log}) + W.Create(({_variant.Element(Lane.Signed)}){lane}), {place});");
                        }

                        slot += fold.Slots.Count;
                    }
                });
                writer.Line();
            }

            writer.Block($"for (nuint {half} = {active} / 2; {half} != 0; {half} /= 2)", () =>
                writer.Block($"for (nuint {lane} = 0; {lane} < {half}; {lane}++)", () =>
                {
                    writer.Line($"ref T {low} = ref Unsafe.Add(ref {state}, {lane} * {Stride});");
                    writer.Line($"ref T {high} = ref Unsafe.Add(ref {low}, {half} * {Stride});");
                    int slot = 0;
                    foreach (FoldCode fold in _folds.Where(fold => fold.Slots.Count != 0))
                    {
                        string[] a = [.. fold.Slots.Select(part => names.Fresh(fold.Name + part.Suffix + "Low"))];
                        string[] b = [.. fold.Slots.Select(part => names.Fresh(fold.Name + part.Suffix + "High"))];
                        for (int i = 0; i < a.Length; i++)
                        {
                            writer.Line($"{_variant.Vector(fold.Slots[i].Lane)} {a[i]} = W.LoadUnsafe({Place(low, slot + i)}), {b[i]} = W.LoadUnsafe({Place(high, slot + i)});");
                        }

                        fold.WriteCombine(writer, names, "W", a, a, b);
                        for (int i = 0; i < a.Length; i++)
                        {
                            writer.Line($"W.StoreUnsafe({a[i]}, {Place(low, slot + i)});");
                        }

                        slot += a.Length;
                    }
                }));
        });
    }

    // Arguments that name a vector of the state.
    private string Place(string memory, int slot, string offset = "")
    {
        string element = _variant.Element(_slots[slot].Lane);
        string start = element == "T" ? $"ref {memory}" : $"ref Unsafe.As<T, {element}>(ref {memory})";
        string[] parts = [.. new[] { offset, slot == 0 ? "" : $"{slot * _variant.Lanes}" }.Where(part => part.Length != 0)];
        return parts.Length == 0 ? start : $"{start}, {string.Join(" + ", parts)}";
    }
}
