using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// What a reduction keeps for one result, how an element changes it, and how two lanes become one. Everything here is either
/// independent of order (largest, smallest, counts, indices, integers) or done on logical lanes in one fixed order (sums of
/// floating-point numbers).
/// </summary>
/// <param name="model">The expression.</param>
/// <param name="variant">Scalar type and width.</param>
/// <param name="index">Which result.</param>
/// <param name="native">Largest and smallest of floating-point numbers by single instructions: right where no number is NaN and the result is not zero.</param>
internal sealed class FoldCode(ExpressionModel model, Variant variant, int index, bool native = false)
{
    private readonly OutputModel _result = model.Results[index];

    /// <summary>One vector of state for each vector of logical lanes.</summary>
    public readonly record struct Slot(string Suffix, Lane Lane, string Start);

    public bool IsIndex => _result.Fold is Fold.ArgMax or Fold.ArgMin;

    private bool IsLargest => _result.Fold is Fold.Max or Fold.ArgMax;

    private bool IsNative => native && IsFloating;

    private string Best => (IsLargest ? "Max" : "Min") + (IsNative ? "Native" : "");

    private string IsBetter => IsLargest ? "GreaterThan" : "LessThan";

    public bool IsFloating => ScalarTypes.IsFloating(ScalarTypes.Of(_result.Lane, variant.Scalar));

    /// <summary>Floating-point keys are compared as integers of the same order.</summary>
    private Lane KeyLane => IsFloating && !native ? Lane.Signed : _result.Lane;

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
            new("Key", KeyLane, $"W.Create({variant.Element(KeyLane)}.{(IsNative ? IsLargest ? "NegativeInfinity" : "PositiveInfinity" : IsLargest ? "MinValue" : "MaxValue")})"),
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
                set(0, $"W.{Best}({state[0]}, {roots[0]})");
                break;
            case Fold.Count:
                // The lanes of a condition that holds are -1.
                set(0, $"{state[0]} - {Signed($"({roots[0]})", Lane.Mask)}");
                break;
            default:
                string key = names.Fresh(Name + "Candidate");
                string better = names.Fresh(Name + "Better");
                writer.Line($"{variant.Vector(KeyLane)} {key} = {roots[0]};");
                writer.Line($"{variant.Vector(Lane.Signed)} {better} = {Signed($"W.{IsBetter}({key}, {state[0]})", KeyLane)};");
                set(0, $"W.{Best}({key}, {state[0]})");
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
        WriteIndices(writer, level);
        WriteVectors(writer, names, level);
        return WriteLanes(writer, names, level[0], length);
    }

    /// <summary>Makes indices of the numbers of blocks of logical lanes.</summary>
    public void WriteIndices(CodeWriter writer, string[][] level)
    {
        int log = (int)Math.Log(level.Length * variant.Lanes, 2);
        for (int vector = 0; IsIndex && vector < level.Length; vector++)
        {
            string lane = vector == 0 ? "" : $" + W.Create(({variant.Element(Lane.Signed)}){vector * variant.Lanes})";
            writer.Line($"{level[vector][1]} = ({level[vector][1]} << {log}) + {variant.Vector(Lane.Signed)}.Indices{lane};");
        }
    }

    /// <summary>Folds vectors of logical lanes into the first.</summary>
    public void WriteVectors(CodeWriter writer, Names names, string[][] level)
    {
        for (int half = level.Length / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                WriteCombine(writer, names, "W", level[i], level[i], level[i + half]);
            }
        }
    }

    /// <summary>Folds the lanes of a vector; gives the result.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="names">Names taken in the method.</param>
    /// <param name="vectors">The slots.</param>
    /// <param name="length">Number of elements, where there may be none.</param>
    /// <param name="careful">Told when single instructions may have gone wrong.</param>
    public string WriteLanes(CodeWriter writer, Names names, string[] vectors, string length, Action<string>? careful = null)
    {
        if (_result.Fold is Fold.Sum or Fold.Count)
        {
            string vector = WriteHalves(writer, names, vectors[0], Slots[0].Lane, "Sum", Name);
            string result = variant.ScalarBits == 64 ? $"{vector}[0] + {vector}[1]" : $"({vector}[0] + {vector}[2]) + ({vector}[1] + {vector}[3])";
            return _result.Fold == Fold.Count && variant.ScalarBits == 64 ? $"(int)({result})"
                : _result.Fold == Fold.Sum && !IsFloating ? $"unchecked({result})"
                : result;
        }

        string best = WriteBest(writer, names, vectors[0], Slots[0].Lane, Best, Name + Slots[0].Suffix);
        careful?.Invoke($"{best}.ToScalar() == 0");
        if (!IsIndex)
        {
            return best + ".ToScalar()";
        }

        // The first of the indices that have the best.
        string first = names.Fresh(Name + "First");
        writer.Line($"{variant.Vector(Lane.Signed)} {first} = W.ConditionalSelect({Signed($"W.Equals({vectors[0]}, W.Create({best}.ToScalar()))", KeyLane)}, {vectors[1]}, W.Create({variant.Element(Lane.Signed)}.MaxValue));");
        return IndexOf(WriteBest(writer, names, first, Lane.Signed, "Min", first), length);
    }

    /// <summary>The result where all lanes have the same state.</summary>
    public string Single(string[] vectors, string length) => IsIndex ? IndexOf(vectors[1], length) : $"{vectors[0]}.ToScalar()";

    // No lane has an index where no key was better than the worst integer, and then the first element is as good as any.
    private string IndexOf(string vector, string length)
        => $"{(length.Length == 0 ? "" : $"{length} == 0 ? -1 : ")}Math.Max({(variant.ScalarBits == 64 ? "(int)" : "")}{vector}.ToScalar(), 0)";

    // A vector of 128 bits with the best lane in every lane: all on vectors, since the scalar functions take longer.
    private string WriteBest(CodeWriter writer, Names names, string vector, Lane lane, string operation, string name)
    {
        vector = WriteHalves(writer, names, vector, lane, operation, name);
        for (int lanes = 64 / variant.ScalarBits; lanes > 0; lanes /= 2)
        {
            string next = names.Fresh($"{name}{lanes}");
            writer.Line($"Vector128<{variant.Element(lane)}> {next} = Vector128.{operation}({vector}, {Down(vector, lane, lanes)});");
            vector = next;
        }

        return vector;
    }

    // Halves down to 128 bits.
    private string WriteHalves(CodeWriter writer, Names names, string vector, Lane lane, string operation, string name)
    {
        for (int bits = variant.Bits / 2; bits >= 128; bits /= 2)
        {
            string half = names.Fresh($"{name}V{bits}");
            string value = operation == "Sum" ? $"{vector}.GetLower() + {vector}.GetUpper()" : $"Vector{bits}.{operation}({vector}.GetLower(), {vector}.GetUpper())";
            writer.Line($"Vector{bits}<{variant.Element(lane)}> {half} = {value};");
            vector = half;
        }

        return vector;
    }

    // A vector of 128 bits with lanes moved down by one or two.
    private string Down(string vector, Lane lane, int lanes)
    {
        string suffix = ScalarTypes.Of(lane, variant.Scalar) switch { "double" or "long" => "L", "ulong" => "UL", "uint" => "u", _ => "" };
        int count = 128 / variant.ScalarBits;
        return $"Vector128.Shuffle({vector}, Vector128.Create({string.Join(", ", Enumerable.Range(0, count).Select(i => $"{(i + lanes) % count}{suffix}"))}))";
    }

    private string Combine(string type, string a, string b) => _result.Fold is Fold.Sum or Fold.Count ? $"{a} + {b}" : $"{type}.{Best}({a}, {b})";

    /// <summary>Writes how <paramref name="target"/> becomes the fold of <paramref name="a"/> and <paramref name="b"/>, slot by slot.</summary>
    public void WriteCombine(CodeWriter writer, Names names, string type, string[] target, string[] a, string[] b)
    {
        if (!IsIndex)
        {
            writer.Line($"{target[0]} = {Combine(type, a[0], b[0])};");
            return;
        }

        // The better key, and of equal keys the first.
        string better = names.Fresh(Name + "Better");
        string Mask(string mask) => Signed(mask, KeyLane);
        writer.Line($"{variant.Vector(Lane.Signed)} {better} = {Mask($"{type}.{IsBetter}({b[0]}, {a[0]})")} | ({Mask($"{type}.Equals({b[0]}, {a[0]})")} & {type}.LessThan({b[1]}, {a[1]}));");
        writer.Line($"{target[0]} = {type}.{Best}({a[0]}, {b[0]});");
        writer.Line($"{target[1]} = {type}.ConditionalSelect({better}, {b[1]}, {a[1]});");
    }

    // A mask as the signed integers that indices are.
    private string Signed(string mask, Lane from)
    {
        string type = ScalarTypes.Of(Lane.Signed, variant.Scalar);
        return type == ScalarTypes.Of(from == Lane.Mask ? Lane.Scalar : from, variant.Scalar) ? mask : $"{mask}.As{ScalarTypes.SystemName(type)}()";
    }
}
