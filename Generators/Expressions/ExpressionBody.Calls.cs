using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernels.Generators.Expressions;

/// <content>Calls: functions of the scalar types, and other expressions, which are inlined.</content>
internal sealed partial class ExpressionBody
{
    private enum Domain
    {
        Floating,
        Number,
    }

    private static readonly Dictionary<string, (Operation Operation, int Arguments, Domain Domain)> Functions = new()
    {
        ["Abs"] = (Operation.Abs, 1, Domain.Floating),
        ["Sqrt"] = (Operation.Sqrt, 1, Domain.Floating),
        ["Floor"] = (Operation.Floor, 1, Domain.Floating),
        ["Ceiling"] = (Operation.Ceiling, 1, Domain.Floating),
        ["Truncate"] = (Operation.Truncate, 1, Domain.Floating),
        ["Round"] = (Operation.Round, 1, Domain.Floating),
        ["Min"] = (Operation.Min, 2, Domain.Number),
        ["Max"] = (Operation.Max, 2, Domain.Number),
        ["CopySign"] = (Operation.CopySign, 2, Domain.Floating),
        ["Clamp"] = (Operation.Clamp, 3, Domain.Number),
        ["FusedMultiplyAdd"] = (Operation.FusedMultiplyAdd, 3, Domain.Floating),
        ["Lerp"] = (Operation.Lerp, 3, Domain.Floating),
        ["Exp"] = (Operation.Exp, 1, Domain.Floating),
        ["Log"] = (Operation.Log, 1, Domain.Floating),
        ["Sin"] = (Operation.Sin, 1, Domain.Floating),
        ["Cos"] = (Operation.Cos, 1, Domain.Floating),
        ["Hypot"] = (Operation.Hypot, 2, Domain.Floating),
        ["MinNumber"] = (Operation.Min, 2, Domain.Floating),
        ["MaxNumber"] = (Operation.Max, 2, Domain.Floating),
        ["MinMagnitude"] = (Operation.MinMagnitude, 2, Domain.Floating),
        ["MaxMagnitude"] = (Operation.MaxMagnitude, 2, Domain.Floating),
    };

    private static readonly string[] Others =
        ["IsNaN", "IsFinite", "IsInfinity", "IsNegative", "IsPositive", "RotateLeft", "RotateRight", "PopCount", "CreateChecked"];

    private int[] Call(IInvocationOperation call)
    {
        IMethodSymbol target = call.TargetMethod;
        if (ExpressionParser.IsExpression(target.OriginalDefinition))
        {
            return Inlined(call, target.OriginalDefinition);
        }

        string owner = target.ContainingType.ToDisplayString();
        bool ofScalar = call.ConstrainedToType is not null && target.ContainingNamespace.ToDisplayString() == "System.Numerics"
            ? types.Of(call.ConstrainedToType) is not null
            : ScalarTypes.NameOf(target.ContainingType) is not null || owner is "System.Math" or "System.MathF" or "System.Numerics.BitOperations";
        if (ofScalar)
        {
            return [Function(call, target.Name)];
        }

        if ((owner == "System.BitConverter" && target.Name.EndsWith("Bits", StringComparison.Ordinal) | target.Name.Contains("BitsTo"))
            || (owner == "System.Runtime.CompilerServices.Unsafe" && target.Name == "BitCast"))
        {
            return [BitCast(call)];
        }

        return [Refuse(
            VectorizedDiagnostics.Call, NameOrExpression(call), NameText(call),
            target.ContainingType.TypeKind == TypeKind.Class && target.DeclaringSyntaxReferences.Length != 0
                ? "mark the method it calls with [Vectorized], and it will be inlined"
                : $"call functions of {types.Name}, or methods marked [Vectorized]")];
    }

    private int Function(IInvocationOperation call, string name)
    {
        IOperation[]? arguments = Arguments(call);
        if (name is "CreateChecked" or "CreateSaturating" or "CreateTruncating" && arguments?.Length == 1 && types.Of(call.Type) is { } created)
        {
            return Number(arguments[0], created, name);
        }

        if (arguments is null || types.Of(call.Type) is not { } lane)
        {
            return types.Of(call.Type) is null && ScalarTypes.NameOf(call.Type) is not null && arguments is not null && Functions.ContainsKey(name) ? RefuseType(call, call.Type) : RefuseCall(call, name);
        }

        if (Functions.TryGetValue(name, out (Operation Operation, int Arguments, Domain Domain) function))
        {
            if (function.Domain == Domain.Floating && types.MayBeInteger(lane))
            {
                return Refuse(VectorizedDiagnostics.Call, NameOrExpression(call), NameText(call), name switch
                {
                    "Abs" => "the scalar function throws for the least integer; write x < 0 ? -x : x (x < T.Zero in a generic method)",
                    _ => "it exists for floating-point lanes only",
                });
            }

            if (name == "Clamp" && types.MayBeFloating(lane) && call.TargetMethod.ContainingType.Name == "Math")
            {
                return Refuse(VectorizedDiagnostics.Call, NameOrExpression(call), NameText(call), $"it treats NaN and signed zeros unlike {Element(lane).Replace("T", types.Name)}.Clamp, which has one");
            }

            string text = "";
            if (name == "Round" && arguments.Length == 2 && arguments[1].ConstantValue is { HasValue: true, Value: int mode }
                && arguments[1].Type?.Name == "MidpointRounding" && mode is >= 0 and <= 4)
            {
                text = $"(System.MidpointRounding){mode}";
            }
            else if (arguments.Length != function.Arguments)
            {
                return RefuseCall(call, name);
            }

            int[] values = [.. arguments.Take(function.Arguments).Select(Value), -1, -1];
            if (function.Operation == Operation.Clamp)
            {
                code.Add(Operation.RequireOrder, lane, values[1], values[2], _guard, OneLine(call.Syntax));
            }

            int result = code.Add(function.Operation, lane, values[0], values[1], values[2], text);
            return name.EndsWith("Number", StringComparison.Ordinal) ? UnlessNaN(values[0], values[1], UnlessNaN(values[1], values[0], result)) : result;
        }

        return lane == Lane.Mask && arguments.Length == 1 ? Predicate(call, name, arguments[0]) : IntegerFunction(call, name, arguments, lane);
    }

    // Vector512.MinNumber and its like are not used: with a constant zero the JIT of .NET 10 loses the order of signed zeros.
    private int UnlessNaN(int value, int other, int result)
        => code.Add(Operation.Select, code[result].Lane, code.Add(Operation.NotEqual, Lane.Mask, value, value), other, result);

    private int Predicate(IInvocationOperation call, string name, IOperation argument)
    {
        if (types.Of(argument.Type) is not { } lane || types.MayBeInteger(lane) || lane == Lane.Mask)
        {
            return RefuseCall(call, name);
        }

        int x = Value(argument);
        int Infinity() => code.Add(Operation.Constant, lane, text: Element(lane) + ".PositiveInfinity");
        int Size() => code.Add(Operation.Abs, lane, x);
        int Bits() => code.Add(Operation.Reinterpret, Lane.Signed, x);
        return name switch
        {
            "IsNaN" => code.Add(Operation.NotEqual, Lane.Mask, x, x),
            "IsFinite" => code.Add(Operation.Less, Lane.Mask, Size(), Infinity()),
            "IsInfinity" => code.Add(Operation.Equal, Lane.Mask, Size(), Infinity()),
            "IsNegative" => code.Add(Operation.Less, Lane.Mask, Bits(), code.Add(Operation.Zero, Lane.Signed)),
            "IsPositive" => code.Add(Operation.GreaterOrEqual, Lane.Mask, Bits(), code.Add(Operation.Zero, Lane.Signed)),
            _ => RefuseCall(call, name),
        };
    }

    private int IntegerFunction(IInvocationOperation call, string name, IOperation[] arguments, Lane lane)
    {
        if (types.MayBeFloating(lane) || lane == Lane.Mask || types.Of(arguments[0].Type) is not { } from || types.MayBeFloating(from))
        {
            return RefuseCall(call, name);
        }

        switch (name)
        {
            case "RotateLeft" or "RotateRight" when arguments.Length == 2:
                if (Distance(arguments[1]) is not { } distance)
                {
                    return code.Add(Operation.Zero, Lane.Scalar);
                }

                int x = Value(arguments[0]);
                string back = $"-{distance}";
                (string left, string right) = name == "RotateLeft" ? (distance, back) : (back, distance);
                return code.Add(Operation.Or, lane, code.Add(Operation.ShiftLeft, lane, x, text: left), code.Add(Operation.ShiftRightLogical, lane, x, text: right));

            case "PopCount" when arguments.Length == 1:
                int count = PopCount(Value(arguments[0]), from);
                return from == lane ? count : code.Add(Operation.Reinterpret, lane, count);

            default:
                return RefuseCall(call, name);
        }
    }

    // Sums of neighbouring fields, of 1, 2 and 4 bits, and the bytes added up by a multiplication
    // (H. S. Warren, "Hacker's Delight", 2nd ed., section 5-1).
    private int PopCount(int x, Lane lane)
    {
        int Pattern(string digits) => code.Add(Operation.Constant, lane, text: $"unchecked(({Element(lane)})0x{string.Concat(Enumerable.Repeat(digits, 8))}UL)");
        int Shifted(int value, string by) => code.Add(Operation.ShiftRightLogical, lane, value, text: by);
        int Masked(int value, int mask) => code.Add(Operation.And, lane, value, mask);
        int pairs = code.Add(Operation.Subtract, lane, x, Masked(Shifted(x, "1"), Pattern("55")));
        int fours = code.Add(Operation.Add, lane, Masked(pairs, Pattern("33")), Masked(Shifted(pairs, "2"), Pattern("33")));
        int bytes = Masked(code.Add(Operation.Add, lane, fours, Shifted(fours, "4")), Pattern("0F"));
        return Shifted(code.Add(Operation.Multiply, lane, bytes, Pattern("01")), "-8");
    }

    /// <summary>A constant of every scalar type.</summary>
    private int Number(IOperation argument, Lane lane, string function)
    {
        IOperation value = argument is IConversionOperation { Conversion.IsIdentity: true } same ? same.Operand : argument;
        if (value.ConstantValue is not { HasValue: true, Value: { } number } || ExpressionCode.Literal(number) is not { } literal
            || (types.MayBeInteger(lane) && !(number is int whole && (whole >= 0 || (function == "CreateChecked" && types.Scalars.All(scalar => scalar is not ("uint" or "ulong")))))))
        {
            return Refuse(VectorizedDiagnostics.Constant, argument.Syntax.GetLocation(), OneLine(argument.Syntax), types.Name);
        }

        return code.Add(Operation.Constant, lane, text: $"({Element(lane)}){literal}");
    }

    private int BitCast(IInvocationOperation call)
    {
        IOperation[]? arguments = Arguments(call);
        if (arguments?.Length != 1 || types.Of(call.Type) is not { } to || to == Lane.Mask || types.Of(arguments[0].Type) is not { } from || from == Lane.Mask)
        {
            return RefuseCall(call, call.TargetMethod.Name);
        }

        int value = Value(arguments[0]);
        return from == to ? value : code.Add(Operation.Reinterpret, to, value);
    }

    /// <summary>A call of another expression becomes the steps of that expression.</summary>
    private int[] Inlined(IInvocationOperation call, IMethodSymbol target)
    {
        Location place = ((InvocationExpressionSyntax)call.Syntax).Expression.GetLocation();
        int results = target.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Length : 1;
        int[] Fault(string why) => [.. Enumerable.Repeat(Refuse(VectorizedDiagnostics.Nested, place, target.Name, why), results)];

        if (_callers.Contains(target, SymbolEqualityComparer.Default) || SymbolEqualityComparer.Default.Equals(target, method))
        {
            return Fault("it would call itself without end");
        }

        if (target.DeclaringSyntaxReferences.Length == 0)
        {
            return Fault("its source is in another project");
        }

        var declaration = (MethodDeclarationSyntax)target.DeclaringSyntaxReferences[0].GetSyntax(token);
        if (Arguments(call) is not { } arguments || target.TypeParameters.Length > 1 || (declaration.Body is null && declaration.ExpressionBody is null))
        {
            return Fault("only static methods on one scalar type, with parameters passed by value, can be");
        }

        LaneTypes inside = types;
        if (target.TypeParameters.Length == 1)
        {
            if (types.Of(call.TargetMethod.TypeArguments[0]) is not { } lane)
            {
                return Fault($"its type argument {call.TargetMethod.TypeArguments[0].ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} is no lane of {types.Name}");
            }

            inside = types.With(target.TypeParameters[0], lane);
        }

        var found = new List<Problem>();
        var inner = new ExpressionBody(target, inside, semantics.Compilation.GetSemanticModel(declaration.SyntaxTree), code, found, token) { Parameters = Parameters };
        inner._callers.AddRange([.. _callers, method]);
        inner._guard = _guard;
        for (int i = 0; i < arguments.Length; i++)
        {
            inner._values[target.Parameters[i]] = target.Parameters[i].Type.SpecialType == SpecialType.System_Int32 && arguments[i] is IParameterReferenceOperation count
                && _values.TryGetValue(count.Parameter, out int[]? counts) ? counts : Values(arguments[i]);
        }

        int[] values = inner.Body(declaration, results);
        return found.Count == 0 ? values : Fault($"it has no vector form itself ({found[0].Descriptor.Id})");
    }

    /// <summary>The arguments in the order of the parameters; null when one is by reference, or left out.</summary>
    private static IOperation[]? Arguments(IInvocationOperation call)
        => call.Arguments.All(argument => argument is { ArgumentKind: ArgumentKind.Explicit, Parameter.RefKind: RefKind.None })
            ? [.. call.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => argument.Value)]
            : null;

    private int RefuseCall(IInvocationOperation call, string name) => Refuse(
        VectorizedDiagnostics.Call, NameOrExpression(call), NameText(call), name switch
        {
            "Sign" => "write a choice, as in x > y ? a : x < y ? b : c",
            "Pow" => "write products, or Exp of Log",
            "ReciprocalEstimate" or "ReciprocalSqrtEstimate" => "estimates differ from processor to processor; divide",
            _ => $"use {types.Name}.{string.Join(", ", Functions.Keys.Concat(Others))}, and compute anything else in a pass of its own",
        });

    private static Location NameOrExpression(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member }
        ? member.Name.Identifier.GetLocation()
        : ((InvocationExpressionSyntax)call.Syntax).Expression.GetLocation();

    private static string NameText(IInvocationOperation call) => OneLine(((InvocationExpressionSyntax)call.Syntax).Expression);
}
