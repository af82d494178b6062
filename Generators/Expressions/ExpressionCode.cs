using System.Globalization;

namespace Kernels.Generators.Expressions;

/// <summary>Grows an expression step by step; equal steps are one, since every operation is pure.</summary>
/// <param name="scalar">The scalar type, where steps are written for one.</param>
internal sealed class ExpressionCode(string scalar = "")
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<(Operation, Lane, int, int, int, string), int> _known = [];

    public IReadOnlyList<Instruction> Instructions => _instructions;

    /// <summary>Whether a lane holds floats.</summary>
    public bool IsSingle(Lane lane) => ScalarTypes.Of(lane, scalar) == "float";

    public Instruction this[int step] => _instructions[step];

    public int Add(Operation operation, Lane lane, int a = -1, int b = -1, int c = -1, string text = "")
    {
        if (Simpler(operation, a, b, c) is { } simpler)
        {
            return simpler;
        }

        if (!_known.TryGetValue((operation, lane, a, b, c, text), out int index))
        {
            index = _instructions.Count;
            _instructions.Add(new(operation, lane, a, b, c, text, "", ""));
            _known.Add((operation, lane, a, b, c, text), index);
        }

        return index;
    }

    /// <summary>Remembers the author's name for a value, and the statement that gave it, unless it has one already.</summary>
    public void Name(int index, string name, string quote)
    {
        if (name.Length != 0 && _instructions[index].Name.Length == 0
            && _instructions[index].Operation is not (Operation.Parameter or Operation.Zero or Operation.One or Operation.True or Operation.False))
        {
            _instructions[index] = _instructions[index] with { Name = name, Quote = quote };
        }
    }

    public bool Is(int step, Operation operation) => step >= 0 && _instructions[step].Operation == operation;

    /// <summary>Whether a step is the same for every element, given which parameters are.</summary>
    public bool IsUniform(int step, Func<string, bool> uniform)
    {
        Instruction instruction = _instructions[step];
        return instruction.Operation == Operation.Parameter
            ? uniform(instruction.Text)
            : new[] { instruction.A, instruction.B, instruction.C }.All(operand => operand < 0 || IsUniform(operand, uniform));
    }

    // What conditions that are always or never true make of the steps that use them.
    private int? Simpler(Operation operation, int a, int b, int c) => operation switch
    {
        Operation.Not when Is(a, Operation.True) => Add(Operation.False, Lane.Mask),
        Operation.Not when Is(a, Operation.False) => Add(Operation.True, Lane.Mask),
        Operation.Not when Is(a, Operation.Not) => _instructions[a].A,
        Operation.And when Is(a, Operation.True) || Is(b, Operation.False) => b,
        Operation.And when Is(b, Operation.True) || Is(a, Operation.False) => a,
        Operation.Or when Is(a, Operation.False) || Is(b, Operation.True) => b,
        Operation.Or when Is(b, Operation.False) || Is(a, Operation.True) => a,
        Operation.Select when Is(a, Operation.True) || b == c => b,
        Operation.Select when Is(a, Operation.False) => c,
        _ => null,
    };

    /// <summary>A C# literal of exactly this value, or null for a type whose conversion could round twice, and for no number.</summary>
    public static string? Literal(object? value) => value switch
    {
        int number => Signed(number, ""),
        float number => Finite(number, number.ToString("R", CultureInfo.InvariantCulture), number.ToString("G9", CultureInfo.InvariantCulture), "f"),
        double number => Finite(number, number.ToString("R", CultureInfo.InvariantCulture), number.ToString("G17", CultureInfo.InvariantCulture), "d"),
        _ => null,
    };

    /// <summary>The C# of a constant of one of the scalar types.</summary>
    public static string? Typed(object? value) => value switch
    {
        uint number => number.ToString(CultureInfo.InvariantCulture) + "u",
        long number => Signed(number, "L"),
        ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
        float.NaN => "float.NaN",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        double.NaN => "double.NaN",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        _ => Literal(value),
    };

    private static string Signed(long number, string suffix)
    {
        string text = number.ToString(CultureInfo.InvariantCulture) + suffix;
        return number < 0 ? $"({text})" : text;
    }

    // "R" is the shortest text that reads back as the value, except on .NET Framework, where some doubles need all digits
    // and a negative zero loses its sign.
    private static string? Finite(double value, string shortest, string exact, string suffix)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return null;
        }

        if (value == 0)
        {
            return 1 / value < 0 ? $"(-0{suffix})" : "0" + suffix;
        }

        double read = double.Parse(shortest, CultureInfo.InvariantCulture);
        string text = (suffix == "f" ? (float)read == (float)value : read.Equals(value)) ? shortest : exact;
        return text.StartsWith("-", StringComparison.Ordinal) ? $"({text}{suffix})" : text + suffix;
    }
}
