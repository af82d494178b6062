using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// What a reduction keeps for one result, how an element changes it, and how two lanes become one. Everything here is either
/// independent of order (largest, smallest, counts, indices, integers) or done on logical lanes in one fixed order (sums of
/// floating-point numbers).
/// </summary>
internal sealed class FoldCode(ExpressionModel model, Variant variant, int index)
{
    private readonly OutputModel _result = model.Results[index];

    /// <summary>One vector of state for each vector of logical lanes.</summary>
    public readonly record struct Slot(string Suffix, Lane Lane, string Start);

    public bool IsIndex => _result.Fold is Fold.ArgMax or Fold.ArgMin;

    private bool IsFloating => ScalarTypes.IsFloating(ScalarTypes.Of(_result.Lane, variant.Scalar));

    /// <summary>Floating-point keys are compared as integers of the same order.</summary>
    private Lane KeyLane => IsFloating ? Lane.Signed : _result.Lane;

    /// <summary>A summand that is a product is accumulated by FMA, so its factors are wanted rather than itself.</summary>
    private bool IsProduct => _result.Fold == Fold.Sum && IsFloating && model.Code[_result.Step].Operation == Operation.Multiply;

    public IReadOnlyList<Slot> Slots => _result.Fold switch
    {
        Fold.Store => [],
        Fold.Sum => [new("", _result.Lane, variant.Vector(_result.Lane) + ".Zero")],
        Fold.Count => [new("", Lane.Signed, variant.Vector(Lane.Signed) + ".Zero")],
        Fold.Max or Fold.Min => [new("", _result.Lane, $"W.Create({Start})")],
        _ =>
        [
            new("Key", KeyLane, $"W.Create({variant.Element(KeyLane)}.MinValue)"),
            new("Block", Lane.Signed, $"{variant.Vector(Lane.Signed)}.AllBitsSet"),
        ],
    };

    /// <summary>What a maximum or minimum starts from, in terms of the alias <c>T</c>.</summary>
    public string Start => model.Start.Length != 0 ? model.Start
        : variant.Element(_result.Lane) + (IsFloating
            ? _result.Fold == Fold.Max ? ".NegativeInfinity" : ".PositiveInfinity"
            : _result.Fold == Fold.Max ? ".MinValue" : ".MaxValue");

    /// <summary>The steps whose values are wanted for each element.</summary>
    public int[] Roots => IsProduct ? [model.Code[_result.Step].A, model.Code[_result.Step].B] : [_result.Step];

    /// <summary>What the state is called.</summary>
    public string Name => model.Folded.Count() != 1 ? _result.Name.TrimStart('@')
        : _result.Fold switch
        {
            Fold.Sum => "sum",
            Fold.Max => "max",
            Fold.Min => "min",
            Fold.Count => "count",
            _ => "best",
        };

    /// <summary>The C# type of the returned value, where the scalar is called <paramref name="scalar"/>.</summary>
    public static string ReturnType(ExpressionModel model, OutputModel result, string scalar)
        => result.Fold is Fold.Count or Fold.ArgMax or Fold.ArgMin ? "int" : model.TypeOf(result.Lane, scalar);

    /// <summary>Writes the step of one vector of elements.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="names">Names taken in the method.</param>
    /// <param name="roots">The values of <see cref="Roots"/>.</param>
    /// <param name="state">Expressions that read the slots.</param>
    /// <param name="set">Writes the assignment of a slot.</param>
    /// <param name="block">The number of the block of logical lanes, in every lane.</param>
    public void WriteStep(CodeWriter writer, Names names, string[] roots, string[] state, Action<int, string> set, string block)
    {
        switch (_result.Fold)
        {
            case Fold.Sum when IsProduct:
                set(0, $"W.FusedMultiplyAdd({roots[0]}, {roots[1]}, {state[0]})");
                break;
            case Fold.Sum:
                set(0, $"{state[0]} + ({roots[0]})");
                break;
            case Fold.Max or Fold.Min:
                set(0, $"W.{_result.Fold}({state[0]}, {roots[0]})");
                break;
            case Fold.Count:
                // The lanes of a condition that holds are -1.
                set(0, $"{state[0]} - {Signed($"({roots[0]})", Lane.Mask)}");
                break;
            default:
                string key = names.Fresh(Name + "Candidate");
                string better = names.Fresh(Name + "Better");
                writer.Line($"{variant.Vector(KeyLane)} {key} = {roots[0]};");
                writer.Line($"{variant.Vector(Lane.Signed)} {better} = {Signed($"W.GreaterThan({key}, {state[0]})", KeyLane)};");
                set(0, $"W.Max({key}, {state[0]})");
                set(1, $"W.ConditionalSelect({better}, {block}, {state[1]})");
                break;
        }
    }

    /// <summary>Folds the vectors of logical lanes into the result: lane i takes lane i + n/2 while n halves.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="names">Names taken in the method.</param>
    /// <param name="level">For each vector of logical lanes, its slots.</param>
    /// <param name="length">Number of elements.</param>
    /// <returns>The result.</returns>
    public string WriteFold(CodeWriter writer, Names names, string[][] level, string length)
    {
        if (IsIndex)
        {
            int log = (int)Math.Log(level.Length * variant.Lanes, 2);
            for (int vector = 0; vector < level.Length; vector++)
            {
                string lane = vector == 0 ? "" : $" + W.Create(({variant.Element(Lane.Signed)}){vector * variant.Lanes})";
                writer.Line($"{level[vector][1]} = ({level[vector][1]} << {log}) + {variant.Vector(Lane.Signed)}.Indices{lane};");
            }
        }

        for (int half = level.Length / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                WriteCombine(writer, names, "W", level[i], level[i], level[i + half]);
            }
        }

        string[] vectors = level[0];
        for (int bits = variant.Bits / 2; bits >= 128; bits /= 2)
        {
            Variant half = variant.At(bits);
            string[] halves = [.. Slots.Select(slot => names.Fresh($"{Name}{slot.Suffix}V{bits}"))];
            string[] types = [.. Slots.Select(slot => $"Vector{bits}<{half.Element(slot.Lane)}> ")];
            string[] upper = [.. vectors.Select(vector => vector + ".GetUpper()")];
            if (IsIndex)
            {
                for (int slot = 0; slot < halves.Length; slot++)
                {
                    writer.Line($"{types[slot]}{halves[slot]} = {vectors[slot]}.GetLower();");
                }

                WriteCombine(writer, names, $"Vector{bits}", halves, halves, upper, half);
            }
            else
            {
                writer.Line($"{types[0]}{halves[0]} = {Combine($"Vector{bits}", vectors[0] + ".GetLower()", upper[0])};");
            }

            vectors = halves;
        }

        if (IsIndex)
        {
            return $"VectorizedGuard.IndexOfBest({vectors[0]}, {vectors[1]}, {length})";
        }

        string element = variant.Element(Slots[0].Lane);
        string result = variant.ScalarBits == 64
            ? Combine(element, $"{vectors[0]}[0]", $"{vectors[0]}[1]")
            : Combine(element, Grouped(Combine(element, $"{vectors[0]}[0]", $"{vectors[0]}[2]")), Grouped(Combine(element, $"{vectors[0]}[1]", $"{vectors[0]}[3]")));
        return _result.Fold == Fold.Count && variant.ScalarBits == 64 ? $"(int)({result})"
            : _result.Fold == Fold.Sum && !IsFloating ? $"unchecked({result})"
            : result;
    }

    private string Grouped(string text) => _result.Fold is Fold.Sum or Fold.Count ? $"({text})" : text;

    private string Combine(string type, string a, string b) => _result.Fold is Fold.Sum or Fold.Count ? $"{a} + {b}" : $"{type}.{_result.Fold}({a}, {b})";

    /// <summary>Writes how <paramref name="target"/> becomes the fold of <paramref name="a"/> and <paramref name="b"/>, slot by slot.</summary>
    public void WriteCombine(CodeWriter writer, Names names, string type, string[] target, string[] a, string[] b, Variant? narrower = null)
    {
        if (!IsIndex)
        {
            writer.Line($"{target[0]} = {Combine(type, a[0], b[0])};");
            return;
        }

        // The larger key, and of equal keys the first.
        string better = names.Fresh(Name + "Better");
        Variant at = narrower ?? variant;
        string Mask(string mask) => Signed(mask, KeyLane);
        string vector = at.Bits == variant.Bits ? variant.Vector(Lane.Signed) : $"Vector{at.Bits}<{at.Element(Lane.Signed)}>";
        writer.Line($"{vector} {better} = {Mask($"{type}.GreaterThan({b[0]}, {a[0]})")} | ({Mask($"{type}.Equals({b[0]}, {a[0]})")} & {type}.LessThan({b[1]}, {a[1]}));");
        writer.Line($"{target[0]} = {type}.Max({a[0]}, {b[0]});");
        writer.Line($"{target[1]} = {type}.ConditionalSelect({better}, {b[1]}, {a[1]});");
    }

    // A mask as the signed integers that indices are.
    private string Signed(string mask, Lane from)
    {
        string type = ScalarTypes.Of(Lane.Signed, variant.Scalar);
        return type == ScalarTypes.Of(from == Lane.Mask ? Lane.Scalar : from, variant.Scalar) ? mask : $"{mask}.As{ScalarTypes.SystemName(type)}()";
    }
}
