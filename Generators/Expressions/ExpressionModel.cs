using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>What becomes of one result of the elements.</summary>
internal enum Fold
{
    /// <summary>Each goes to its place in a destination.</summary>
    Store,

    /// <summary>They are added up.</summary>
    Sum,

    /// <summary>The largest is kept.</summary>
    Max,

    /// <summary>The smallest is kept.</summary>
    Min,

    /// <summary>The true ones are counted.</summary>
    Count,

    /// <summary>The index of the first of the largest is kept.</summary>
    ArgMax,

    /// <summary>The index of the first of the smallest is kept.</summary>
    ArgMin,
}

/// <summary>The operations on vectors; all but the elementary functions have the bits of the scalar method in every lane.</summary>
internal enum Operation
{
    Parameter,
    Constant,
    Zero,
    One,
    True,
    False,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Abs,
    Sqrt,
    Floor,
    Ceiling,
    Truncate,
    Round,
    Min,
    Max,
    Clamp,
    CopySign,
    FusedMultiplyAdd,
    Lerp,
    Hypot,
    MinMagnitude,
    MaxMagnitude,

    /// <summary>The elementary functions, until <see cref="Lowering"/> replaces them by the steps of <see cref="Elementary"/>.</summary>
    Exp,
    Log,
    Sin,
    Cos,

    // Steps of elementary functions.
    WidenLower,
    WidenUpper,
    Narrow,

    /// <summary>C; where the mask B holds in some lane, the function of <c>VectorizedMath</c> in the text, of A (and C, of which it keeps the other lanes).</summary>
    Careful,

    /// <summary>Shifts by the constant in the text, or by the count B.</summary>
    ShiftLeft,
    ShiftRight,
    ShiftRightLogical,

    /// <summary>The same bits as another type.</summary>
    Reinterpret,

    /// <summary>The same number as another type.</summary>
    Convert,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Not,
    And,
    Or,
    Xor,
    Select,

    /// <summary>One instruction; B where an operand is NaN or both are zero. Made by <see cref="NativeBounds"/> and <see cref="Elementary"/>, never by the author.</summary>
    MinNative,
    MaxNative,

    /// <summary>Throws where A &gt; B, as <c>T.Clamp</c> does, in the lanes of the mask C (in every lane when C is negative).</summary>
    RequireOrder,
}

/// <summary>
/// One step of an expression in single-assignment form. A, B, C are indices of earlier steps, negative when unused.
/// <paramref name="Text"/> is the name of a parameter, the C# of a constant, the distance of a shift, or the source of a checked clamp;
/// <paramref name="Name"/> is the local that the author gave the value to, or empty; <paramref name="Quote"/> is the statement that did.
/// </summary>
internal readonly record struct Instruction(Operation Operation, Lane Lane, int A, int B, int C, string Text, string Name, string Quote);

/// <summary>A parameter of the scalar method.</summary>
internal readonly record struct ParameterModel(string Name, Lane Lane, bool Uniform, bool PerElementToo, bool PerRowToo, bool PerColumnToo, string Doc)
{
    /// <summary>Whether a matrix form takes it in one value for each row or column.</summary>
    public bool PerLineToo => PerRowToo || PerColumnToo;
}

/// <summary>A result of the scalar method: the step that gives it, the name of its destination or of the returned element.</summary>
internal readonly record struct OutputModel(int Step, string Name, Fold Fold, Lane Lane);

/// <summary>Everything the emitters need to know about one scalar method; compares by value.</summary>
internal sealed record ExpressionModel(
    string Namespace,
    EquatableArray<string> Containers,
    string Method,
    bool Generic,
    string Source,
    string Summary,
    string Returns,
    string Start,
    bool Matrices,
    EquatableArray<string> Scalars,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<Instruction> Code,
    EquatableArray<OutputModel> Results)
{
    /// <summary>The model before <see cref="Lowering"/>, or this one.</summary>
    public ExpressionModel AsWritten => Written ?? this;

    /// <summary>The model that this one was lowered from.</summary>
    public ExpressionModel? Written { get; init; }

    /// <summary>Name of the class with its outer classes, as in <c>Outer.Prox</c>.</summary>
    public string Class => string.Join(".", Containers);

    /// <summary>Whether nothing is reduced.</summary>
    public bool IsMap => Results.All(result => result.Fold == Fold.Store);

    /// <summary>The names of the results.</summary>
    public IReadOnlyList<string> OutputNames => [.. Results.Select(result => result.Name)];

    /// <summary>The results that go to destinations.</summary>
    public IEnumerable<OutputModel> Stored => Results.Where(result => result.Fold == Fold.Store);

    /// <summary>The results that are returned.</summary>
    public IEnumerable<OutputModel> Folded => Results.Where(result => result.Fold != Fold.Store);

    /// <summary>The steps of the results.</summary>
    public IEnumerable<int> Outputs => Results.Select(result => result.Step);

    /// <summary>
    /// Whether the expression is so long that its copies in a reduction are kept few. A property of the source alone, since logical
    /// lanes depend on it.
    /// </summary>
    public bool IsLong => AsWritten.Code.Sum(instruction => instruction.Operation <= Operation.False ? 0 : IsElementary(instruction.Operation) ? 24 : 1) > 16;

    /// <summary>Whether vectors give other bits than the scalar method, which then has no part in a kernel.</summary>
    public bool IsApproximate => AsWritten.Code.Any(instruction => IsElementary(instruction.Operation));

    /// <summary>Whether the operation is an elementary function.</summary>
    public static bool IsElementary(Operation operation) => operation is Operation.Exp or Operation.Log or Operation.Sin or Operation.Cos;

    /// <summary>How the scalar method is called in emitted files, where <c>T</c> is the scalar type.</summary>
    public string ScalarMethod => Generic ? Method + "<T>" : Method;

    /// <summary>The lane of a parameter or destination.</summary>
    public Lane LaneOf(string name) => Parameters.Where(parameter => parameter.Name == name).Select(parameter => parameter.Lane)
        .Concat(Results.Where(result => result.Name == name).Select(result => result.Lane)).First();

    /// <summary>
    /// The C# type of a lane where the scalar is called <paramref name="scalar"/>, which is <c>T</c> in kernels and in generic methods.
    /// </summary>
    public string TypeOf(Lane lane, string scalar) => lane == Lane.Scalar ? scalar : ScalarTypes.Of(lane, Scalars[0]);

    /// <summary>A parameter of an overload.</summary>
    public string Declaration(ParameterModel parameter, bool span, string scalar)
        => span ? $"ReadOnlySpan<{TypeOf(parameter.Lane, scalar)}> {parameter.Name}" : $"{TypeOf(parameter.Lane, scalar)} {parameter.Name}";

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

    /// <summary>The shapes that have kernels: those of the overloads, and those that matrix forms call.</summary>
    public IEnumerable<EquatableArray<bool>> KernelShapes()
        => Shapes().Concat(MatrixForm.Of(this).SelectMany(LineShapes)).Distinct();

    /// <summary>The shapes of the kernels that a matrix form calls for one line: a map goes along rows or along columns.</summary>
    public IEnumerable<EquatableArray<bool>> LineShapes(MatrixForm form)
    {
        yield return new(MatrixForm.Shape(form.Lines));
        if (IsMap)
        {
            yield return new(MatrixForm.Shape(MatrixForm.Exchanged(form.Lines)));
        }
    }
}

/// <summary>A scalar type at a vector width.</summary>
internal readonly record struct Variant(string Scalar, int Bits)
{
    public static readonly int[] Widths = [512, 256, 128];

    public int ScalarBits => ScalarTypes.Bits(Scalar);

    /// <summary>Lanes of one vector.</summary>
    public int Lanes => Bits / ScalarBits;

    public string Suffix => $"V{Bits}";

    public Variant At(int bits) => this with { Bits = bits };

    /// <summary>The element type of a lane in the terms of an emitted file.</summary>
    public string Element(Lane lane) => lane == Lane.Scalar ? "T" : ScalarTypes.Of(lane, Scalar);

    /// <summary>The vector type of a lane in the terms of an emitted file; masks are vectors of the scalar type.</summary>
    public string Vector(Lane lane) => lane is Lane.Scalar or Lane.Mask ? "V" : $"Vector{Bits}<{ScalarTypes.Of(lane, Scalar)}>";
}
