using System.Globalization;

namespace Kernels.Generators.Expressions;

/// <summary>Grows an expression step by step; equal steps are one, since every operation is pure.</summary>
internal sealed class ExpressionCode
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<(Operation, int, int, int, string), int> _known = [];

    public IReadOnlyList<Instruction> Instructions => _instructions;

    public int Add(Operation operation, int a = -1, int b = -1, int c = -1, string text = "")
    {
        if (!_known.TryGetValue((operation, a, b, c, text), out int index))
        {
            index = _instructions.Count;
            _instructions.Add(new(operation, a, b, c, text, ""));
            _known.Add((operation, a, b, c, text), index);
        }

        return index;
    }

    /// <summary>Remembers the author's name for a value, unless it has one already.</summary>
    public void Name(int index, string name)
    {
        if (_instructions[index].Name.Length == 0 && _instructions[index].Operation is not (Operation.Parameter or Operation.Zero or Operation.One))
        {
            _instructions[index] = _instructions[index] with { Name = name };
        }
    }

    /// <summary>A C# literal of exactly this value, or null for a type whose conversion could round twice.</summary>
    public static string? Literal(object? value) => value switch
    {
        int number => number < 0 ? $"({number.ToString(CultureInfo.InvariantCulture)})" : number.ToString(CultureInfo.InvariantCulture),
        float number => Finite(number, number.ToString("R", CultureInfo.InvariantCulture), number.ToString("G9", CultureInfo.InvariantCulture), "f"),
        double number => Finite(number, number.ToString("R", CultureInfo.InvariantCulture), number.ToString("G17", CultureInfo.InvariantCulture), "d"),
        _ => null,
    };

    // "R" is the shortest text that reads back as the value, except on .NET Framework, where some doubles need all digits.
    private static string? Finite(double value, string shortest, string exact, string suffix)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return null;
        }

        double read = double.Parse(shortest, CultureInfo.InvariantCulture);
        string text = (suffix == "f" ? (float)read == (float)value : read.Equals(value)) ? shortest : exact;
        return text.StartsWith("-", StringComparison.Ordinal) ? $"({text}{suffix})" : text + suffix;
    }
}
