using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes the steps of an expression as vector code: what does not vary by element once, before the loop; the rest
/// once for each copy of the unrolled loop. A value used once goes into the expression that uses it, unless the author named it.
/// </summary>
internal sealed class KernelBody
{
    private const int InlineLength = 60;

    private readonly ExpressionModel _model;
    private readonly EquatableArray<bool> _shape;
    private readonly Names _names;
    private readonly int[] _roots;
    private readonly bool[] _varies;
    private readonly int[] _uses;
    private readonly bool[] _usedInLoop;
    private readonly string[] _uniform;
    private readonly Dictionary<(int, int), string> _locals = [];

    /// <param name="model">The expression.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    /// <param name="roots">The steps whose values are wanted.</param>
    /// <param name="names">Names already taken in the method.</param>
    public KernelBody(ExpressionModel model, EquatableArray<bool> shape, IEnumerable<int> roots, Names names)
    {
        (_model, _shape, _names, _roots) = (model, shape, names, [.. roots]);
        int count = model.Code.Count;
        (_varies, _uses, _usedInLoop, _uniform) = (new bool[count], new int[count], new bool[count], new string[count]);
        FindWhatVaries();
        CountUses();
    }

    /// <summary>Number of operations a vector of elements costs.</summary>
    public int Operations => Enumerable.Range(0, _uses.Length).Count(i => _uses[i] > 0 && _varies[i] && _model.Code[i].Operation != Operation.Parameter);

    /// <summary>The vector of a step that is the same for every element, once <see cref="WriteUniform"/> has written it.</summary>
    public string Uniform(int step) => _uniform[step];

    private IEnumerable<int> Operands(int step)
    {
        Instruction instruction = _model.Code[step];
        return new[] { instruction.A, instruction.B, instruction.C }.Where(operand => operand >= 0);
    }

    private void FindWhatVaries()
    {
        for (int i = 0; i < _varies.Length; i++)
        {
            Instruction instruction = _model.Code[i];
            _varies[i] = instruction.Operation == Operation.Parameter ? _shape[ParameterOf(instruction)] : Operands(i).Any(operand => _varies[operand]);
        }
    }

    private int ParameterOf(Instruction instruction)
        => Enumerable.Range(0, _model.Parameters.Count).First(i => _model.Parameters[i].Name == instruction.Text);

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
            if (_uses[i] > 0 || _model.Code[i].Operation == Operation.RequireOrder)
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
            Instruction instruction = _model.Code[i];
            if (_varies[i] || (_uses[i] == 0 && instruction.Operation != Operation.RequireOrder))
            {
                continue;
            }

            if (instruction.Operation is Operation.Zero or Operation.One)
            {
                _uniform[i] = instruction.Operation == Operation.Zero ? "V.Zero" : "V.One";
                continue;
            }

            if (instruction.Operation == Operation.RequireOrder)
            {
                WriteCheck(writer, instruction, operand => _uniform[operand]);
                continue;
            }

            string text = instruction.Operation switch
            {
                Operation.Parameter => $"W.Create({instruction.Text})",
                Operation.Constant => $"W.Create({instruction.Text})",
                _ => Text(instruction, operand => _uniform[operand]),
            };
            bool local = _usedInLoop[i] || _uses[i] > 1 || instruction.Name.Length != 0;
            _uniform[i] = local ? Declare(writer, UniformName(instruction), text) : text;
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
            Instruction instruction = _model.Code[i];
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
            if (parameter || _uses[i] > 1 || instruction.Name.Length != 0 || text[i].Length > InlineLength)
            {
                text[i] = Declare(writer, LocalName(i, copy, instruction), text[i]);
            }
        }

        return [.. _roots.Select(root => Bare(text[root]))];
    }

    private static void WriteCheck(CodeWriter writer, Instruction check, Func<int, string> operand)
    {
        // Lanes that the condition does not reach compare the upper bound with itself.
        string lower = check.C < 0 ? operand(check.A) : $"W.ConditionalSelect({Bare(operand(check.C))}, {Bare(operand(check.A))}, {Bare(operand(check.B))})";
        writer.Block($"if (W.GreaterThanAny({Bare(lower)}, {Bare(operand(check.B))}))", () =>
            writer.Line($"VectorizedGuard.ThrowClamp({Literal(check.Text)});"));
    }

    internal static string Literal(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    private static string Declare(CodeWriter writer, string name, string text)
    {
        writer.Line($"V {name} = {Bare(text)};");
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

    private static string Text(Instruction instruction, Func<int, string> operand)
    {
        string A() => operand(instruction.A);
        string B() => operand(instruction.B);
        string Call(string name, params int[] operands) => $"W.{name}({string.Join(", ", operands.Select(step => Bare(operand(step))))})";
        return instruction.Operation switch
        {
            Operation.Negate => $"(-{A()})",
            Operation.Add => $"({A()} + {B()})",
            Operation.Subtract => $"({A()} - {B()})",
            Operation.Multiply => $"({A()} * {B()})",
            Operation.Divide => $"({A()} / {B()})",
            Operation.Not => $"(~{A()})",
            Operation.And => $"({A()} & {B()})",
            Operation.Or => $"({A()} | {B()})",
            Operation.NotEqual => $"(~{Call("Equals", instruction.A, instruction.B)})",
            Operation.Equal => Call("Equals", instruction.A, instruction.B),
            Operation.Less => Call("LessThan", instruction.A, instruction.B),
            Operation.LessOrEqual => Call("LessThanOrEqual", instruction.A, instruction.B),
            Operation.Greater => Call("GreaterThan", instruction.A, instruction.B),
            Operation.GreaterOrEqual => Call("GreaterThanOrEqual", instruction.A, instruction.B),
            Operation.Select => Call("ConditionalSelect", instruction.A, instruction.B, instruction.C),
            Operation.Abs or Operation.Sqrt => Call(instruction.Operation.ToString(), instruction.A),
            Operation.Min or Operation.Max or Operation.MinNative or Operation.MaxNative or Operation.CopySign => Call(instruction.Operation.ToString(), instruction.A, instruction.B),
            Operation.Clamp or Operation.FusedMultiplyAdd => Call(instruction.Operation.ToString(), instruction.A, instruction.B, instruction.C),
            _ => throw new InvalidOperationException($"{instruction.Operation} is not an operation on vectors."),
        };
    }
}
