using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernels.Generators.Expressions;

/// <content>Expressions.</content>
internal sealed partial class ExpressionBody
{
    private static readonly Dictionary<BinaryOperatorKind, Operation> Comparisons = new()
    {
        [BinaryOperatorKind.LessThan] = Operation.Less,
        [BinaryOperatorKind.LessThanOrEqual] = Operation.LessOrEqual,
        [BinaryOperatorKind.GreaterThan] = Operation.Greater,
        [BinaryOperatorKind.GreaterThanOrEqual] = Operation.GreaterOrEqual,
        [BinaryOperatorKind.Equals] = Operation.Equal,
        [BinaryOperatorKind.NotEquals] = Operation.NotEqual,
    };

    private static readonly Dictionary<BinaryOperatorKind, Operation> Arithmetic = new()
    {
        [BinaryOperatorKind.Add] = Operation.Add,
        [BinaryOperatorKind.Subtract] = Operation.Subtract,
        [BinaryOperatorKind.Multiply] = Operation.Multiply,
        [BinaryOperatorKind.Divide] = Operation.Divide,
        [BinaryOperatorKind.And] = Operation.And,
        [BinaryOperatorKind.Or] = Operation.Or,
        [BinaryOperatorKind.ExclusiveOr] = Operation.Xor,
    };

    private static readonly Dictionary<BinaryOperatorKind, Operation> Shifts = new()
    {
        [BinaryOperatorKind.LeftShift] = Operation.ShiftLeft,
        [BinaryOperatorKind.RightShift] = Operation.ShiftRight,
        [BinaryOperatorKind.UnsignedRightShift] = Operation.ShiftRightLogical,
    };

    // Properties of the scalar type of a generic method that are constants of each scalar type.
    private static readonly HashSet<string> Constants =
        ["NaN", "PositiveInfinity", "NegativeInfinity", "NegativeZero", "Epsilon", "E", "Pi", "Tau", "MinValue", "MaxValue"];

    private int[] Several(IOperation operation, int results)
    {
        int[] values = Values(operation);
        return values.Length == results ? values : [.. Enumerable.Repeat(problems.Count == 0 ? Refuse(operation) : values[0], results)];
    }

    /// <summary>One value; a tuple in its place is refused.</summary>
    private int Value(IOperation operation) => Several(operation, 1)[0];

    /// <summary>The values of an expression: one, or as many as a tuple has.</summary>
    private int[] Values(IOperation operation)
    {
        if (operation.ConstantValue.HasValue)
        {
            return [Constant(operation)];
        }

        switch (operation)
        {
            case ITupleOperation tuple:
                return [.. tuple.Elements.Select(Value)];

            case IConversionOperation { Conversion.IsIdentity: true } same:
                return Values(same.Operand);

            case IConversionOperation { Operand: ITupleOperation tuple } target when SameElements(tuple, target.Type):
                return Values(tuple);

            case IConversionOperation conversion:
                return [Conversion(conversion)];

            case ILocalReferenceOperation local when _values.TryGetValue(local.Local, out int[]? values):
                return values;

            case IParameterReferenceOperation parameter when _values.TryGetValue(parameter.Parameter, out int[]? values):
                return code[values[0]].Lane == Lane.Count ? [Refuse(VectorizedDiagnostics.Expression, operation.Syntax.GetLocation(), OneLine(operation.Syntax), types.Name)] : values;

            case IConditionalOperation { WhenFalse: { } otherwise, IsRef: false } conditional:
                return Branch(Value(conditional.Condition), () => Values(conditional.WhenTrue), () => Values(otherwise));

            case ISwitchExpressionOperation choice:
                return Switch(choice);

            case IInvocationOperation call:
                return Call(call);

            case IFieldReferenceOperation { Instance: { } tuple, Field: { ContainingType.IsTupleType: true } field }:
                return [Values(tuple)[Ordinal(field)]];

            case IBinaryOperation { IsLifted: false } binary:
                return [Binary(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand, binary.IsChecked, binary.OperatorMethod)];

            case IUnaryOperation { IsLifted: false } unary:
                return [Unary(unary)];

            case IIsPatternOperation match:
                return [Matches(match.Pattern, Values(match.Value))];

            case IPropertyReferenceOperation { Instance: null } property when types.Of(property.ConstrainedToType) is { } lane and not Lane.Mask:
                return [Property(property, lane)];

            case IDefaultValueOperation when types.Of(operation.Type) is { } lane and not Lane.Mask:
                return [code.Add(Operation.Zero, lane)];

            // Does not compile, and the compiler says why; here it is said what would.
            case IInvalidOperation { Syntax: InvocationExpressionSyntax invalid } when invalid.Expression.ToString().Contains("Math"):
                return [Refuse(
                    VectorizedDiagnostics.Call, invalid.Expression.GetLocation(), OneLine(invalid.Expression),
                    $"call the function of the scalar type, as in {types.Name}.Abs(x)")];

            case IInvalidOperation:
                return [Invalid(operation)];

            default:
                return [Refuse(operation)];
        }
    }

    // What does not compile is refused at the part of it that has no vector form.
    private int Invalid(IOperation operation)
    {
        int before = problems.Count;
        foreach (IOperation part in operation.ChildOperations)
        {
            Values(part);
        }

        return problems.Count == before ? Refuse(operation) : code.Add(Operation.Zero, Lane.Scalar);
    }

    private static bool SameElements(ITupleOperation tuple, ITypeSymbol? target)
        => target is INamedTypeSymbol { IsTupleType: true } named && named.TupleElements.Length == tuple.Elements.Length
        && tuple.Elements.Zip(named.TupleElements, (element, field) => SymbolEqualityComparer.Default.Equals(element.Type, field.Type)).All(same => same);

    private static int Ordinal(IFieldSymbol element)
        => int.Parse((element.CorrespondingTupleField ?? element).Name.Substring("Item".Length), System.Globalization.CultureInfo.InvariantCulture) - 1;

    private int Constant(IOperation operation)
    {
        if (operation.ConstantValue.Value is bool truth)
        {
            return code.Add(truth ? Operation.True : Operation.False, Lane.Mask);
        }

        if (types.Of(operation.Type) is { } lane && ExpressionCode.Typed(operation.ConstantValue.Value) is { } literal)
        {
            return code.Add(Operation.Constant, lane, text: literal);
        }

        return ScalarTypes.NameOf(operation.Type) is not null && types.Scalars.Count == 1 && !types.IsGeneric
            ? RefuseType(operation, operation.Type!)
            : Refuse(VectorizedDiagnostics.Constant, operation.Syntax.GetLocation(), OneLine(operation.Syntax), types.Name);
    }

    private int Property(IPropertyReferenceOperation property, Lane lane)
    {
        string name = property.Property.Name;
        return name switch
        {
            "Zero" or "AdditiveIdentity" => code.Add(Operation.Zero, lane),
            "One" or "MultiplicativeIdentity" => code.Add(Operation.One, lane),
            "NegativeOne" => code.Add(Operation.Constant, lane, text: $"({Element(lane)})(-1)"),
            _ when Constants.Contains(name) => code.Add(Operation.Constant, lane, text: $"{Element(lane)}.{name}"),
            _ => Refuse(VectorizedDiagnostics.Expression, NameOf(property.Syntax), OneLine(property.Syntax), types.Name),
        };
    }

    // The alias T names the scalar type in emitted files.
    private string Element(Lane lane) => lane == Lane.Scalar ? "T" : ScalarTypes.Of(lane, types.Scalars[0]);

    private int Unary(IUnaryOperation unary)
    {
        if (types.Of(unary.Type) is not { } lane)
        {
            return RefuseType(unary, unary.Type);
        }

        if (!Allowed(unary, unary.IsChecked, unary.OperatorMethod, lane))
        {
            return code.Add(Operation.Zero, Lane.Scalar);
        }

        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Plus => Value(unary.Operand),
            UnaryOperatorKind.Minus => code.Add(Operation.Negate, lane, Value(unary.Operand)),
            UnaryOperatorKind.Not => Not(Value(unary.Operand)),
            UnaryOperatorKind.BitwiseNegation when !types.MayBeFloating(lane) => code.Add(Operation.Not, lane, Value(unary.Operand)),
            _ => Refuse(unary),
        };
    }

    private int Binary(IOperation operation, BinaryOperatorKind kind, IOperation left, IOperation right, bool isChecked, IMethodSymbol? method)
    {
        if (types.Of(left.Type) is not { } lane)
        {
            return RefuseType(left, left.Type);
        }

        if (!Allowed(operation, isChecked, method, lane))
        {
            return code.Add(Operation.Zero, Lane.Scalar);
        }

        if (Shifts.TryGetValue(kind, out Operation shift) && !types.MayBeFloating(lane))
        {
            return Distance(right) is { } distance ? code.Add(shift, lane, Value(left), text: distance) : code.Add(Operation.Zero, Lane.Scalar);
        }

        if (types.Of(right.Type) != lane)
        {
            return RefuseType(right, right.Type);
        }

        if (lane == Lane.Mask)
        {
            return Logical(operation, kind, left, right);
        }

        if (Comparisons.TryGetValue(kind, out Operation comparison))
        {
            return code.Add(comparison, Lane.Mask, Value(left), Value(right));
        }

        bool bits = kind is BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr;
        if (Arithmetic.TryGetValue(kind, out Operation arithmetic)
            && !(arithmetic == Operation.Divide && types.MayBeInteger(lane)) && !(bits && types.MayBeFloating(lane)))
        {
            return code.Add(arithmetic, lane, Value(left), Value(right));
        }

        return Refuse(VectorizedDiagnostics.Expression, OperatorOf(operation.Syntax), OperatorText(operation.Syntax), types.Name);
    }

    private int Logical(IOperation operation, BinaryOperatorKind kind, IOperation left, IOperation right)
    {
        int a = Value(left);
        return kind switch
        {
            BinaryOperatorKind.ConditionalAnd => And(a, Guarded(a, () => Value(right))),
            BinaryOperatorKind.ConditionalOr => Or(a, Guarded(Not(a), () => Value(right))),
            BinaryOperatorKind.And => And(a, Value(right)),
            BinaryOperatorKind.Or => Or(a, Value(right)),
            BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => code.Add(Operation.Xor, Lane.Mask, a, Value(right)),
            BinaryOperatorKind.Equals => Not(code.Add(Operation.Xor, Lane.Mask, a, Value(right))),
            _ => Refuse(operation),
        };
    }

    /// <summary>How far to shift: a constant or a uniform <c>int</c>, as C# that is masked where it is emitted; null after a refusal.</summary>
    private string? Distance(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: int constant })
        {
            return constant.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (operation is IParameterReferenceOperation reference && _values.TryGetValue(reference.Parameter, out int[]? values)
            && code[values[0]] is { Operation: Operation.Parameter } parameter
            && Parameters.Any(model => model is { Uniform: true, PerElementToo: false } && model.Name == parameter.Text))
        {
            return parameter.Text;
        }

        Refuse(VectorizedDiagnostics.Shift, operation.Syntax.GetLocation(), OneLine(operation.Syntax));
        return null;
    }

    /// <summary>Refuses what throws on overflow, and operators of types that are not the runtime's.</summary>
    private bool Allowed(IOperation operation, bool isChecked, IMethodSymbol? method, Lane lane)
    {
        if ((isChecked || method?.Name.StartsWith("op_Checked", StringComparison.Ordinal) == true) && types.MayBeInteger(lane))
        {
            Refuse(VectorizedDiagnostics.Checked, OperatorOf(operation.Syntax), OperatorText(operation.Syntax));
            return false;
        }

        if (method is not null && method.ContainingNamespace.ToDisplayString() != "System.Numerics")
        {
            Refuse(operation);
            return false;
        }

        return true;
    }

    private int Conversion(IConversionOperation conversion)
    {
        // Does not compile; only what is wrong with the operand is said.
        if (!conversion.Conversion.Exists)
        {
            return Value(conversion.Operand);
        }

        if (types.Of(conversion.Operand.Type) is not { } from || from == Lane.Mask)
        {
            return ScalarTypes.NameOf(conversion.Operand.Type) is null ? Refuse(conversion) : RefuseType(conversion.Operand, conversion.Operand.Type);
        }

        if (types.Of(conversion.Type) is not { } to || to == Lane.Mask)
        {
            return ScalarTypes.NameOf(conversion.Type) is null ? Refuse(conversion) : RefuseType(conversion, conversion.Type);
        }

        if (!conversion.Conversion.IsNumeric || conversion.OperatorMethod is not null)
        {
            return Refuse(conversion);
        }

        if (conversion.IsChecked)
        {
            return Refuse(VectorizedDiagnostics.Checked, conversion.Syntax.GetLocation(), OneLine(conversion.Syntax));
        }

        bool sameBits = !types.MayBeFloating(from) && !types.MayBeFloating(to);
        return code.Add(sameBits ? Operation.Reinterpret : Operation.Convert, to, Value(conversion.Operand));
    }

    /// <summary>Refuses a value of a type that is no lane, at the constant that brought the type in, if one did.</summary>
    private int RefuseType(IOperation operation, ITypeSymbol? type)
    {
        if (operation is IInvalidOperation)
        {
            return Values(operation)[0];
        }

        IOperation culprit = operation.DescendantsAndSelf().FirstOrDefault(inner =>
            inner is ILiteralOperation or IFieldReferenceOperation && inner.ConstantValue.HasValue && SymbolEqualityComparer.Default.Equals(inner.Type, type)) ?? operation;
        if (types.IsGeneric && culprit.ConstantValue.HasValue)
        {
            return Refuse(VectorizedDiagnostics.Constant, culprit.Syntax.GetLocation(), OneLine(culprit.Syntax), types.Name);
        }

        string name = type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "no type";
        string advice = types.IsGeneric
            ? $"write it in terms of {types.Name}, with {types.Name}.CreateChecked(number) for constants"
            : types.Scalars[0] == "float" && name == "double"
                ? "write constants with the suffix f, and functions of float or MathF instead of Math"
                : "lanes keep their width: cast the operands to types of that width before, or write the method for another type";
        return Refuse(VectorizedDiagnostics.Width, culprit.Syntax.GetLocation(), OneLine(culprit.Syntax), name, types.Name, advice);
    }

    private static Location NameOf(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax call => NameOf(call.Expression),
        MemberAccessExpressionSyntax member => member.Name.Identifier.GetLocation(),
        _ => node.GetLocation(),
    };

    private static Location OperatorOf(SyntaxNode node) => TokenOf(node)?.GetLocation() ?? node.GetLocation();

    private static string OperatorText(SyntaxNode node) => TokenOf(node)?.Text ?? OneLine(node);

    private static SyntaxToken? TokenOf(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax binary => binary.OperatorToken,
        AssignmentExpressionSyntax assignment => assignment.OperatorToken,
        PrefixUnaryExpressionSyntax unary => unary.OperatorToken,
        _ => null,
    };
}
