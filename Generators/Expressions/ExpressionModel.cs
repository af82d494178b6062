using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>What becomes of the results of the elements.</summary>
internal enum ExpressionKind
{
    /// <summary>Each goes to its place in a destination.</summary>
    Map,

    /// <summary>They are added up.</summary>
    Sum,

    /// <summary>The largest is kept.</summary>
    Max,
}

/// <summary>The operations that translate one for one, with the same bits in every lane as the scalar method.</summary>
internal enum Operation
{
    Parameter,
    Constant,
    Zero,
    One,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Abs,
    Sqrt,
    Min,
    Max,
    Clamp,
    CopySign,
    FusedMultiplyAdd,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Not,
    And,
    Or,
    Select,

    /// <summary>One instruction; B where an operand is NaN or both are zero. Made by <see cref="NativeBounds"/>, never by the author.</summary>
    MinNative,
    MaxNative,

    /// <summary>Throws where A &gt; B, as <c>T.Clamp</c> does, in the lanes of the mask C (in every lane when C is negative).</summary>
    RequireOrder,
}

/// <summary>
/// One step of an expression in single-assignment form. A, B, C are indices of earlier steps, negative when unused.
/// <paramref name="Text"/> is the name of a parameter, the C# of a constant, or the source of a checked clamp;
/// <paramref name="Name"/> is the local that the author gave the value to, or empty.
/// </summary>
internal readonly record struct Instruction(Operation Operation, int A, int B, int C, string Text, string Name);

/// <summary>A parameter of the scalar method.</summary>
internal readonly record struct ParameterModel(string Name, bool Uniform, bool PerElementToo, string Doc);

/// <summary>Everything the emitters need to know about one scalar method; compares by value.</summary>
internal sealed record ExpressionModel(
    ExpressionKind Kind,
    string Namespace,
    EquatableArray<string> Containers,
    string Method,
    string Source,
    string Summary,
    string Returns,
    string AtLeast,
    EquatableArray<string> Scalars,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<Instruction> Code,
    EquatableArray<int> Outputs,
    EquatableArray<string> OutputNames)
{
    /// <summary>Name of the class with its outer classes, as in <c>Outer.Prox</c>.</summary>
    public string Class => string.Join(".", Containers);

    /// <summary>The overload shapes: for each, whether each parameter is a span.</summary>
    public IEnumerable<EquatableArray<bool>> Shapes()
    {
        int[] both = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].PerElementToo)];
        for (int choice = 0; choice < 1 << both.Length; choice++)
        {
            yield return new(Parameters.Select((parameter, i) =>
                !parameter.Uniform || (parameter.PerElementToo && (choice >> Array.IndexOf(both, i) & 1) != 0)).ToArray());
        }
    }
}

/// <summary>A scalar type at a vector width.</summary>
internal readonly record struct Variant(string Scalar, int Bits)
{
    public static readonly int[] Widths = [512, 256, 128];

    public int ScalarBits => Scalar == "double" ? 64 : 32;

    /// <summary>Lanes of one vector.</summary>
    public int Lanes => Bits / ScalarBits;

    public string Suffix => $"V{Bits}";

    public Variant At(int bits) => this with { Bits = bits };
}
