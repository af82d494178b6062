using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes a reduction whose results are all largest or smallest, or indices of such, at one width. They do not depend on order, and an element may be
/// seen twice: so the last vector is a whole one that overlaps the one before, nothing goes through memory, and few elements take few steps.
/// </summary>
internal sealed class ExtremeKernel
{
    private readonly ExpressionModel _model;
    private readonly Variant _variant;
    private readonly EquatableArray<bool> _shape;
    private readonly FoldCode[] _folds;
    private readonly Names _names;
    private readonly KernelBody _body;
    private readonly string _rest;
    private readonly string _block;
    private readonly string _index;
    private readonly Dictionary<string, string> _at;

    private readonly bool _native;
    private readonly string _odd;

    private ExtremeKernel(ExpressionModel model, Variant variant, EquatableArray<bool> shape, bool native)
    {
        (_model, _variant, _shape, _native) = (model, variant, shape, native);
        _folds = [.. Enumerable.Range(0, model.Results.Count).Select(i => new FoldCode(model, variant, i, native))];
        _names = new([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@'))]);
        (_rest, _block, _index, _odd) = (_names.Fresh("rest"), _names.Fresh("block"), _names.Fresh("index"), _names.Fresh("odd"));
        _at = model.Parameters.Where((_, i) => shape[i]).ToDictionary(parameter => parameter.Name, parameter => _names.Fresh(parameter.Name + "At"));
        _body = new(model, variant, shape, _folds.SelectMany(fold => fold.Roots), _names);
    }

    private bool HasIndex => _folds.Any(fold => fold.IsIndex);

    private string Signed => _variant.Vector(Lane.Signed);

    private string Arguments => string.Join(", ", _model.Parameters.Select(parameter => parameter.Name));

    /// <summary>Whether every result is of this kind.</summary>
    public static bool Takes(ExpressionModel model) => model.Results.All(result => result.Fold is Fold.Max or Fold.Min or Fold.ArgMax or Fold.ArgMin);

    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        var careful = new ExtremeKernel(model, variant, shape, native: false);
        // A long expression gains little.
        if (model.IsLong || !careful._folds.Any(fold => fold.IsFloating))
        {
            careful.Write(writer, "internal", "");
            return;
        }

        new ExtremeKernel(Lowering.Of(model.AsWritten, variant.Scalar, keys: false), variant, shape, native: true).Write(writer, "internal", "");
        writer.Line();
        writer.Line("// Where something is NaN, or the best is a zero.");
        careful.Write(writer, "private", "Careful");
    }

    private void Write(CodeWriter writer, string access, string suffix)
    {
        int lanes = ReductionKernel.LogicalLanes(_model, _variant.Scalar);
        string first = _at.Keys.First();
        // A long expression has few copies of itself.
        int vectors = _model.IsLong ? 1 : lanes / _variant.Lanes;
        string[][][] state = [.. _folds.Select(fold => Enumerable.Range(0, vectors).Select(vector =>
            fold.Slots.Select(slot => _names.Fresh($"{fold.Name}{slot.Suffix}{vector}")).ToArray()).ToArray())];

        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"{access} static {ReductionKernel.ReturnType(_model, "T")} {_model.Method}{_variant.Suffix}{suffix}({MapKernel.Signature(_model, _shape, "T")})", () =>
        {
            writer.Line($"const nuint L = {_variant.Lanes};");
            writer.Line($"nuint {_rest} = (nuint){first}.Length;");
            if (_variant.Bits > 128)
            {
                writer.Block($"if ({_rest} < L)", () => writer.Line(
                    $"return {_model.Method}{_variant.At(_variant.Bits / 2).Suffix}({Arguments});"));
                writer.Line();
            }

            foreach (string name in _at.Keys)
            {
                writer.Line($"ref {_variant.Element(_model.LaneOf(name))} {_at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            _body.WriteUniform(writer);
            WriteStart(writer, state, 0);
            if (_native)
            {
                writer.Line("// Where something is NaN.");
                writer.Line($"{Signed} {_odd} = {Signed}.Zero;");
            }

            if (vectors > 1)
            {
                writer.Line();
                // Folding the blocks of indices costs as much as a dozen steps.
                writer.Block($"if ({_rest} >= {(HasIndex ? 2 * lanes : lanes)})", () => WriteBlocks(writer, state, lanes, vectors));
            }

            string[][] own = [.. state.Select(fold => fold[0])];
            if (HasIndex)
            {
                writer.Line();
                writer.Line($"{Signed} {_index} = {Signed}.Indices + W.Create(({_variant.Element(Lane.Signed)})((nuint){first}.Length - {_rest}));");
            }

            writer.Line();
            writer.Block($"while ({_rest} > L)", () =>
            {
                WriteStep(writer, 0, own, name => $"W.LoadUnsafe(ref {_at[name]})", _index);
                writer.Line();
                WriteAdvance(writer, "L");
                if (HasIndex)
                {
                    writer.Line($"{_index} += W.Create(({_variant.Element(Lane.Signed)})L);");
                }
            });
            writer.Line();
            if (_variant.Bits > 128)
            {
                writer.Line("// The last vector, partly once more.");
                writer.Block($"if ({_rest} != 0)", () => WriteLast(writer, own));
            }
            else
            {
                writer.Line("// The last vector, partly once more; fewer elements than a vector one at a time, in every lane.");
                writer.Block($"if ((nuint){first}.Length >= L)", () => writer.Block($"if ({_rest} != 0)", () => WriteLast(writer, own)));
                writer.Block("else", () =>
                {
                    if (HasIndex)
                    {
                        writer.Line($"{_index} = {Signed}.Zero;");
                    }

                    writer.Block($"while ({_rest} != 0)", () =>
                    {
                        WriteStep(writer, 0, own, name => $"W.Create({_at[name]})", _index);
                        writer.Line();
                        WriteAdvance(writer, "1");
                        if (HasIndex)
                        {
                            writer.Line($"{_index} += {Signed}.One;");
                        }
                    });
                    writer.Line();
                    WriteCareful(writer, [$"{_odd} != {Signed}.Zero", .. _folds.Select((fold, i) => fold.IsFloating ? $"{own[i][0]}.ToScalar() == 0" : "").Where(test => test.Length != 0)]);
                    string[] singles = [.. _folds.Select((fold, i) => fold.Single(own[i], $"{first}.Length"))];
                    writer.Line(singles.Length == 1 ? $"return {singles[0]};" : $"return ({string.Join(", ", singles)});");
                });
            }

            writer.Line();
            WriteCareful(writer, $"{_odd} != {Signed}.Zero");
            string[] results = [.. _folds.Select((fold, i) => fold.WriteLanes(
                writer, _names, own[i], "", fold.IsFloating ? test => WriteCareful(writer, test) : null))];
            writer.Line(results.Length == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        });
    }

    private void WriteCareful(CodeWriter writer, params string[] tests)
    {
        if (_native)
        {
            writer.Block($"if ({string.Join(" || ", tests)})", () => writer.Line($"return {_model.Method}{_variant.Suffix}Careful({Arguments});"));
            writer.Line();
        }
    }

    private void WriteBlocks(CodeWriter writer, string[][][] state, int lanes, int vectors)
    {
        for (int vector = 1; vector < vectors; vector++)
        {
            WriteStart(writer, state, vector);
        }

        if (HasIndex)
        {
            writer.Line("// Indices are kept as the number of the block.");
            writer.Line($"{Signed} {_block} = {Signed}.Zero;");
        }

        writer.Line("do");
        writer.Block(() =>
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                string offset = vector == 0 ? "" : $", {vector * _variant.Lanes}";
                WriteStep(writer, vector, [.. state.Select(fold => fold[vector])], name => $"W.LoadUnsafe(ref {_at[name]}{offset})", _block);
            }

            writer.Line();
            WriteAdvance(writer, $"{lanes}");
            if (HasIndex)
            {
                writer.Line($"{_block} += {Signed}.One;");
            }
        });
        writer.Line($"while ({_rest} >= {lanes});");
        writer.Line();
        for (int i = 0; i < _folds.Length; i++)
        {
            _folds[i].WriteIndices(writer, state[i]);
            _folds[i].WriteVectors(writer, _names, state[i]);
        }
    }

    private void WriteLast(CodeWriter writer, string[][] own)
    {
        if (HasIndex)
        {
            writer.Line($"{_index} -= W.Create(({_variant.Element(Lane.Signed)})(L - {_rest}));");
        }

        WriteStep(writer, 0, own, name => $"W.LoadUnsafe(ref Unsafe.Subtract(ref {_at[name]}, L - {_rest}))", _index);
    }

    private void WriteStart(CodeWriter writer, string[][][] state, int vector)
    {
        for (int i = 0; i < _folds.Length; i++)
        {
            for (int slot = 0; slot < _folds[i].Slots.Count; slot++)
            {
                writer.Line($"{_variant.Vector(_folds[i].Slots[slot].Lane)} {state[i][vector][slot]} = {_folds[i].Slots[slot].Start};");
            }
        }
    }

    private void WriteStep(CodeWriter writer, int copy, string[][] state, Func<string, string> load, string index)
    {
        string[] roots = _body.WriteVarying(writer, copy, load);
        foreach (string value in _folds.Zip(roots, (fold, value) => fold.IsFloating ? value : "").Where(value => _native && value.Length != 0).Distinct())
        {
            writer.Line($"{_odd} |= (~W.Equals({value}, {value})){(Signed == "V" ? "" : $".As{ScalarTypes.SystemName(ScalarTypes.Of(Lane.Signed, _variant.Scalar))}()")};");
        }

        int root = 0;
        for (int i = 0; i < _folds.Length; i++)
        {
            _folds[i].WriteStep(
                writer, _names, [.. roots.Skip(root).Take(_folds[i].Roots.Length)], state[i], (slot, value) => writer.Line($"{state[i][slot]} = {value};"), index);
            root += _folds[i].Roots.Length;
        }
    }

    private void WriteAdvance(CodeWriter writer, string count)
    {
        foreach (string name in _at.Values)
        {
            writer.Line($"{name} = ref Unsafe.Add(ref {name}, {count});");
        }

        writer.Line($"{_rest} -= {count};");
    }
}
