using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes the steps of an expression as vector code: what does not vary by element once, before the loop; the rest
/// once for each copy of the unrolled loop. A value used once goes into the expression that uses it, unless the author named it.
/// </summary>
internal sealed class KernelBody
{
    private const int InlineLength = 60;

    private readonly Instruction[] _code;
    private readonly string[] _parameters;
    private readonly Variant _variant;
    private readonly EquatableArray<bool> _shape;
    private readonly Names _names;
    private readonly int[] _roots;
    private readonly bool[] _varies;
    private readonly int[] _uses;
    private readonly bool[] _usedInLoop;
    private readonly string[] _uniform;
    private readonly Dictionary<(int, int), string> _locals = [];
    private readonly Func<string, string> _create;
    private readonly bool _inlinesConstants;
    private bool _quoted;

    /// <summary>The body of a whole expression.</summary>
    /// <param name="model">The expression.</param>
    /// <param name="variant">The scalar type and width.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    /// <param name="roots">The steps whose values are wanted.</param>
    /// <param name="names">Names already taken in the method.</param>
    /// <param name="create">The vector of a parameter that is no span; of one value in every lane unless given.</param>
    /// <param name="inlinesConstants">
    /// Writes constants where they are used. Where each is used once, in one loop, the JIT takes them from memory then; as locals they would be more than there are registers,
    /// and live across calls, and go to the stack, whose slots may straddle cache lines.
    /// </param>
    public KernelBody(ExpressionModel model, Variant variant, EquatableArray<bool> shape, IEnumerable<int> roots, Names names, Func<string, string>? create = null, bool inlinesConstants = false)
        : this(model.Code, model.Parameters.Select(parameter => parameter.Name), variant, shape, roots, names, create, inlinesConstants)
    {
    }

    /// <param name="code">The steps.</param>
    /// <param name="parameters">Names of the parameters.</param>
    /// <param name="variant">The scalar type and width.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    /// <param name="roots">The steps whose values are wanted.</param>
    /// <param name="names">Names already taken in the method.</param>
    /// <param name="create">The vector of a parameter that is no span; of one value in every lane unless given.</param>
    /// <param name="inlinesConstants">
    /// Writes constants where they are used. Where each is used once, in one loop, the JIT takes them from memory then; as locals they would be more than there are registers,
    /// and live across calls, and go to the stack, whose slots may straddle cache lines.
    /// </param>
    public KernelBody(
        IEnumerable<Instruction> code, IEnumerable<string> parameters, Variant variant, EquatableArray<bool> shape, IEnumerable<int> roots, Names names,
        Func<string, string>? create = null, bool inlinesConstants = false)
    {
        _inlinesConstants = inlinesConstants;
        _create = create ?? (name => $"W.Create({name})");
        (_code, _parameters, _variant, _shape, _names, _roots) = ([.. code], [.. parameters], variant, shape, names, [.. roots]);
        int count = _code.Length;
        (_varies, _uses, _usedInLoop, _uniform) = (new bool[count], new int[count], new bool[count], new string[count]);
        FindWhatVaries();
        CountUses();
    }

    /// <summary>Number of operations a vector of elements costs.</summary>
    public int Operations => Enumerable.Range(0, _uses.Length).Count(i => _uses[i] > 0 && _varies[i] && _code[i].Operation != Operation.Parameter);

    /// <summary>The vector of a step that is the same for every element, once <see cref="WriteUniform"/> has written it.</summary>
    public string Uniform(int step) => _uniform[step];

    private IEnumerable<int> Operands(int step)
    {
        Instruction instruction = _code[step];
        int[] operands = instruction.Operation == Operation.Careful
            ? [instruction.A, instruction.C, Comparison(instruction.B).A, Comparison(instruction.B).B]
            : [instruction.A, instruction.B, instruction.C];
        return operands.Where(operand => operand >= 0);
    }

    // Of a mask that is tested as a whole, what it compares; it is no vector then.
    private Instruction Comparison(int mask) => _code[mask].Operation == Operation.Not ? _code[_code[mask].A] : _code[mask];

    private void FindWhatVaries()
    {
        for (int i = 0; i < _varies.Length; i++)
        {
            Instruction instruction = _code[i];
            _varies[i] = instruction.Operation == Operation.Parameter ? _shape[ParameterOf(instruction)] : Operands(i).Any(operand => _varies[operand]);
        }
    }

    private int ParameterOf(Instruction instruction)
        => Array.IndexOf(_parameters, instruction.Text);

    // Backwards, so that what only dead steps use is dead too. A check is alive by itself.
    private void CountUses()
    {
        foreach (int root in _roots)
        {
            _uses[root]++;
            _usedInLoop[root] = true;
        }

        for (int i = _uses.Length - 1; i >= 0; i--)
        {
            if (_uses[i] > 0 || _code[i].Operation == Operation.RequireOrder)
            {
                foreach (int operand in Operands(i))
                {
                    _uses[operand]++;
                    _usedInLoop[operand] |= _varies[i];
                }
            }
        }
    }

    /// <summary>Writes what is the same for every element.</summary>
    public void WriteUniform(CodeWriter writer)
    {
        for (int i = 0; i < _uniform.Length; i++)
        {
            Instruction instruction = _code[i];
            if (_varies[i] || (_uses[i] == 0 && instruction.Operation != Operation.RequireOrder))
            {
                continue;
            }

            string vector = _variant.Vector(instruction.Lane);
            string? constant = instruction.Operation switch
            {
                Operation.Zero or Operation.False => $"{vector}.Zero",
                Operation.One => $"{vector}.One",
                Operation.True => $"{vector}.AllBitsSet",
                _ => null,
            };
            if (constant is not null)
            {
                _uniform[i] = constant;
                continue;
            }

            if (instruction.Operation == Operation.RequireOrder)
            {
                WriteCheck(writer, instruction, operand => _uniform[operand]);
                continue;
            }

            string text = instruction.Operation switch
            {
                Operation.Parameter when instruction.Lane == Lane.Mask => $"{instruction.Text} ? V.AllBitsSet : V.Zero",
                Operation.Parameter => _create(instruction.Text),
                Operation.Constant => $"W.Create({instruction.Text})",
                _ => Text(instruction, operand => _uniform[operand]),
            };
            if (instruction.Operation == Operation.Constant && _inlinesConstants)
            {
                _uniform[i] = text;
                continue;
            }

            bool local = _usedInLoop[i] || _uses[i] > 1 || instruction.Operation == Operation.Careful || instruction.Name.Length != 0 || instruction is { Operation: Operation.Parameter, Lane: Lane.Mask };
            if (local && instruction.Quote.Length != 0)
            {
                writer.Line("// " + instruction.Quote);
            }

            _uniform[i] = local ? Declare(writer, instruction.Lane, UniformName(instruction), text) : text;
            if (instruction.Operation == Operation.Careful)
            {
                WriteCareful(writer, instruction, _uniform[i], operand => _uniform[operand]);
            }
        }
    }

    /// <summary>Writes one copy of the work of one vector of elements; gives an expression for each root.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="copy">Number of the copy in the unrolled loop.</param>
    /// <param name="load">Expression that loads the vector of a parameter.</param>
    public string[] WriteVarying(CodeWriter writer, int copy, Func<string, string> load)
    {
        string[] text = [.. _uniform];
        for (int i = 0; i < text.Length; i++)
        {
            Instruction instruction = _code[i];
            if (!_varies[i] || (_uses[i] == 0 && instruction.Operation != Operation.RequireOrder))
            {
                continue;
            }

            if (instruction.Operation == Operation.RequireOrder)
            {
                WriteCheck(writer, instruction, operand => text[operand]);
                continue;
            }

            bool parameter = instruction.Operation == Operation.Parameter;
            text[i] = parameter ? load(instruction.Text) : Text(instruction, operand => text[operand]);
            if (parameter || _uses[i] > 1 || instruction.Name.Length != 0 || instruction.Operation == Operation.Careful || text[i].Length > InlineLength)
            {
                // The author's own line, once a method.
                if (!_quoted && instruction.Quote.Length != 0)
                {
                    writer.Line("// " + instruction.Quote);
                }

                text[i] = Declare(writer, instruction.Lane, LocalName(i, copy, instruction), text[i]);
                if (instruction.Operation == Operation.Careful)
                {
                    WriteCareful(writer, instruction, text[i], operand => text[operand]);
                }
            }
        }

        _quoted = true;
        return [.. _roots.Select(root => Bare(text[root]))];
    }

    private void WriteCheck(CodeWriter writer, Instruction check, Func<int, string> operand)
    {
        // Lanes that the condition does not reach compare the upper bound with itself.
        string lower = check.C < 0 ? operand(check.A) : $"W.ConditionalSelect({Bare(As(operand(check.C), Lane.Scalar, check.Lane))}, {Bare(operand(check.A))}, {Bare(operand(check.B))})";
        writer.Block($"if (W.GreaterThanAny({Bare(lower)}, {Bare(operand(check.B))}))", () =>
            writer.Line($"VectorizedGuard.ThrowClamp({Literal(check.Text)});"));
    }

    // Through a reference of its own, which alone is on the stack then, and not the value that the loop goes on with.
    private void WriteCareful(CodeWriter writer, Instruction careful, string value, Func<int, string> operand)
        => writer.Block($"if ({IsAny(careful.B, operand)})", () =>
        {
            string result = _names.Fresh("careful");
            bool keepsLanes = Elementary.KeepsLanes(careful.Text);
            writer.Line($"{_variant.Vector(careful.Lane)} {result} = {(keepsLanes ? value : Bare(operand(careful.A)))};");
            writer.Line($"VectorizedMath.{careful.Text}({(keepsLanes ? Bare(operand(careful.A)) + ", " : "")}ref {result});");
            writer.Line($"{value} = {result};");
        });

    internal static string Literal(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    private string Declare(CodeWriter writer, Lane lane, string name, string text)
    {
        writer.Line($"{_variant.Vector(lane)} {name} = {Bare(text)};");
        return name;
    }

    private string UniformName(Instruction instruction) => _names.Fresh(instruction switch
    {
        { Operation: Operation.Parameter } => instruction.Text + "V",
        { Name.Length: > 0 } => instruction.Name,
        { Operation: Operation.Constant } => "constant",
        _ => "uniform",
    });

    private string LocalName(int step, int copy, Instruction instruction)
    {
        if (!_locals.TryGetValue((step, copy), out string? name))
        {
            name = _names.Fresh((instruction switch
            {
                { Operation: Operation.Parameter } => instruction.Text,
                { Name.Length: > 0 } => instruction.Name,
                _ => $"step{step}_",
            }) + copy);
            _locals.Add((step, copy), name);
        }

        return name;
    }

    /// <summary>Without the parentheses around the whole, which <see cref="Text"/> puts around operators.</summary>
    private static string Bare(string text)
    {
        if (!text.StartsWith("(", StringComparison.Ordinal))
        {
            return text;
        }

        int depth = 0;
        for (int i = 0; i < text.Length - 1; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return text;
            }
        }

        return text.Substring(1, text.Length - 2);
    }

    // Masks are vectors of the scalar type.
    private string As(string vector, Lane from, Lane to)
    {
        string type = ScalarTypes.Of(to == Lane.Mask ? Lane.Scalar : to, _variant.Scalar);
        return type == ScalarTypes.Of(from == Lane.Mask ? Lane.Scalar : from, _variant.Scalar) ? vector : $"{vector}.As{ScalarTypes.SystemName(type)}()";
    }

    // C# looks at the lowest five or six bits of the distance alone.
    private string Distance(Lane lane, string distance)
    {
        int mask = ScalarTypes.Bits(ScalarTypes.Of(lane, _variant.Scalar)) - 1;
        return int.TryParse(distance, out int constant) ? $"{constant & mask}" : $"({distance} & {mask})";
    }

    // Comparisons of unsigned integers with zero that have one outcome alone: the JIT of .NET 10 takes (x & (0 > y)) for x.
    private string? Certain(Instruction instruction)
    {
        bool IsZero(int step) => _code[step] is { Lane: not (Lane.Mask or Lane.Count), Operation: Operation.Zero or Operation.Constant } number
            && ScalarTypes.Of(number.Lane, _variant.Scalar) is "uint" or "ulong"
            && (number.Operation == Operation.Zero || number.Text is "0u" or "0UL" or "(T)0" or "T.MinValue");
        return instruction.Operation switch
        {
            Operation.Greater when IsZero(instruction.A) => "V.Zero",
            Operation.Less when IsZero(instruction.B) => "V.Zero",
            Operation.LessOrEqual when IsZero(instruction.A) => "V.AllBitsSet",
            Operation.GreaterOrEqual when IsZero(instruction.B) => "V.AllBitsSet",
            _ => null,
        };
    }

    // Whether a mask holds in some lane, as the comparison that it comes from: greater, or not at most, which NaN is.
    private string IsAny(int mask, Func<int, string> operand)
        => $"{(_code[mask].Operation == Operation.Not ? "!W.LessThanOrEqualAll" : "W.GreaterThanAny")}({Bare(operand(Comparison(mask).A))}, {Bare(operand(Comparison(mask).B))})";

    private string Text(Instruction instruction, Func<int, string> operand)
    {
        string A() => operand(instruction.A);
        string B() => operand(instruction.B);
        string Call(string name, params int[] operands) => $"W.{name}({string.Join(", ", operands.Select(step => Bare(operand(step))))})";
        string Mask(string mask) => As(mask, _code[instruction.A].Lane, instruction.Lane);
        if (Certain(instruction) is { } certain)
        {
            return certain;
        }

        string scalar = ScalarTypes.SystemName(ScalarTypes.Of(instruction.Lane, _variant.Scalar));
        return instruction.Operation switch
        {
            Operation.Negate => $"(-{A()})",
            Operation.Add => $"({A()} + {B()})",
            Operation.Subtract => $"({A()} - {B()})",
            Operation.Multiply => $"({A()} * {B()})",
            Operation.Divide => $"({A()} / {B()})",
            Operation.ShiftLeft => $"({A()} << {Distance(instruction.Lane, instruction.Text)})",
            // Before 512 bits x64 has no such shift of 64-bit lanes, and the JIT of .NET 10 takes six instructions for it.
            Operation.ShiftRight when _variant is { ScalarBits: 64, Bits: < 512 } && instruction.Text == "63" && ScalarTypes.Of(instruction.Lane, _variant.Scalar) == "long"
                => $"W.LessThan({Bare(A())}, {_variant.Vector(instruction.Lane)}.Zero)",
            Operation.ShiftRight => $"({A()} >> {Distance(instruction.Lane, instruction.Text)})",
            Operation.ShiftRightLogical => $"({A()} >>> {Distance(instruction.Lane, instruction.Text)})",
            Operation.Reinterpret => As(A(), _code[instruction.A].Lane, instruction.Lane),
            Operation.Convert => $"W.ConvertTo{scalar}({Bare(A())})",
            Operation.Not => $"(~{A()})",
            Operation.And => $"({A()} & {B()})",
            Operation.Or => $"({A()} | {B()})",
            Operation.Xor => $"({A()} ^ {B()})",
            Operation.NotEqual => $"(~{Mask(Call("Equals", instruction.A, instruction.B))})",
            Operation.Equal => Mask(Call("Equals", instruction.A, instruction.B)),
            Operation.Less => Mask(Call("LessThan", instruction.A, instruction.B)),
            Operation.LessOrEqual => Mask(Call("LessThanOrEqual", instruction.A, instruction.B)),
            Operation.Greater => Mask(Call("GreaterThan", instruction.A, instruction.B)),
            Operation.GreaterOrEqual => Mask(Call("GreaterThanOrEqual", instruction.A, instruction.B)),
            Operation.Select => $"W.ConditionalSelect({Bare(As(A(), _code[instruction.A].Lane, instruction.Lane))}, {Bare(B())}, {Bare(operand(instruction.C))})",
            Operation.MinNative or Operation.MaxNative => Call(instruction.Operation.ToString(), instruction.A, instruction.B),
            Operation.WidenLower or Operation.WidenUpper => Call(instruction.Operation.ToString(), instruction.A),
            Operation.Narrow => Call("Narrow", instruction.A, instruction.B),
            Operation.Careful => operand(instruction.C),
            Operation.Round when instruction.Text.Length != 0 => $"W.Round({Bare(A())}, {instruction.Text})",
            Operation.Abs or Operation.Sqrt or Operation.Floor or Operation.Ceiling or Operation.Truncate or Operation.Round => Call(instruction.Operation.ToString(), instruction.A),
            Operation.Min or Operation.Max or Operation.CopySign or Operation.Hypot
                or Operation.MinMagnitude or Operation.MaxMagnitude => Call(instruction.Operation.ToString(), instruction.A, instruction.B),
            Operation.Clamp or Operation.FusedMultiplyAdd or Operation.Lerp => Call(instruction.Operation.ToString(), instruction.A, instruction.B, instruction.C),
            _ => throw new InvalidOperationException($"{instruction.Operation} is not an operation on vectors."),
        };
    }
}
