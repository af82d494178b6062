using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernels.Generators.Expressions;

/// <content><c>switch</c> expressions and <c>is</c>: patterns become conditions.</content>
internal sealed partial class ExpressionBody
{
    private int[] Switch(ISwitchExpressionOperation expression)
    {
        // A value that no pattern looks at need not translate, as in "x switch { _ when x > y => ... }".
        int[] subject = expression.Arms.All(arm => arm.Pattern is IDiscardPatternOperation) ? [] : Values(expression.Value);
        int none = code.Add(Operation.True, Lane.Mask);
        var arms = new List<(int Matched, int[] Values)>();
        foreach (ISwitchExpressionArmOperation arm in expression.Arms)
        {
            (int matched, int[] values) = Guarded(none, () =>
            {
                int pattern = Matches(arm.Pattern, subject);
                int condition = arm.Guard is null ? pattern : And(pattern, Guarded(pattern, () => Value(arm.Guard)));
                return (condition, Guarded(condition, () => Values(arm.Value)));
            });
            arms.Add((matched, values));
            none = And(none, Not(matched));
        }

        if (arms.Count == 0 || (!code.Is(arms[arms.Count - 1].Matched, Operation.True) && !Exhaustive(expression)))
        {
            SyntaxToken keyword = ((SwitchExpressionSyntax)expression.Syntax).SwitchKeyword;
            return [Refuse(VectorizedDiagnostics.OpenSwitch, keyword.GetLocation())];
        }

        int[] result = arms[arms.Count - 1].Values;
        for (int i = arms.Count - 2; i >= 0; i--)
        {
            result = Select(arms[i].Matched, arms[i].Values, result);
        }

        return result;
    }

    /// <summary>The condition under which a value, or a tuple of them, matches.</summary>
    private int Matches(IPatternOperation pattern, int[] subject)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return code.Add(Operation.True, Lane.Mask);

            case IDeclarationPatternOperation { MatchesNull: true, DeclaredSymbol: { } symbol }:
                Bind(symbol, subject, OneLine(pattern.Syntax));
                return code.Add(Operation.True, Lane.Mask);

            case INegatedPatternOperation negated:
                return Not(Matches(negated.Pattern, subject));

            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both:
                int left = Matches(both.LeftPattern, subject);
                return And(left, Matches(both.RightPattern, subject));

            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either:
                int first = Matches(either.LeftPattern, subject);
                return Or(first, Matches(either.RightPattern, subject));

            case IConstantPatternOperation constant when subject.Length == 1 && Fits(constant.InputType, subject[0]):
                return Equals(constant.Value, subject[0]);

            case IRelationalPatternOperation relation when subject.Length == 1 && Fits(relation.InputType, subject[0])
                && Comparisons.TryGetValue(relation.OperatorKind, out Operation comparison):
                return code.Add(comparison, Lane.Mask, subject[0], Value(relation.Value));

            case IRecursivePatternOperation { DeclaredSymbol: null, PropertySubpatterns.IsEmpty: true } tuple
                when tuple.DeconstructionSubpatterns.Length == subject.Length && tuple.InputType.IsTupleType:
                int all = code.Add(Operation.True, Lane.Mask);
                for (int i = 0; i < subject.Length; i++)
                {
                    all = And(all, Matches(tuple.DeconstructionSubpatterns[i], [subject[i]]));
                }

                return all;

            // No constant has the type of the scalar of a generic method.
            case IConstantPatternOperation { InputType: ITypeParameterSymbol } or IRelationalPatternOperation { InputType: ITypeParameterSymbol }:
                return Refuse(VectorizedDiagnostics.Constant, pattern.Syntax.GetLocation(), OneLine(pattern.Syntax), types.Name);

            default:
                return Refuse(pattern);
        }
    }

    // Constants are of the type of the value: no pattern compares a scalar of a generic method with one.
    private bool Fits(ITypeSymbol type, int value) => type is not ITypeParameterSymbol && types.Of(type) == code[value].Lane;

    private int Equals(IOperation constant, int value)
    {
        switch (constant.ConstantValue.Value)
        {
            case true:
                return value;
            case false:
                return Not(value);
            case float.NaN or double.NaN:
                return code.Add(Operation.NotEqual, Lane.Mask, value, value);
            default:
                return code.Add(Operation.Equal, Lane.Mask, value, Value(constant));
        }
    }

    /// <summary>Whether arms without conditions cover every combination of the truth values that the switch is on.</summary>
    private bool Exhaustive(ISwitchExpressionOperation expression)
    {
        int values = expression.Value is ITupleOperation tuple ? tuple.Elements.Length : 1;
        bool[] combination = new bool[values];
        bool All(int from) => from == values
            ? expression.Arms.Any(arm => arm.Guard is null && Covers(arm.Pattern, combination) == true)
            : new[] { false, true }.All(value =>
            {
                combination[from] = value;
                return All(from + 1);
            });
        return values <= 6 && All(0);
    }

    // Null when the pattern is on anything but truth values.
    private static bool? Covers(IPatternOperation pattern, bool[] values) => pattern switch
    {
        IDiscardPatternOperation or IDeclarationPatternOperation { MatchesNull: true } => true,
        INegatedPatternOperation negated => !Covers(negated.Pattern, values),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => Covers(both.LeftPattern, values) & Covers(both.RightPattern, values),
        IBinaryPatternOperation both => Covers(both.LeftPattern, values) | Covers(both.RightPattern, values),
        IConstantPatternOperation { Value.ConstantValue.Value: bool value } when values.Length == 1 => values[0] == value,
        IRecursivePatternOperation tuple when tuple.DeconstructionSubpatterns.Length == values.Length
            => tuple.DeconstructionSubpatterns.Select((element, i) => Covers(element, [values[i]])).Aggregate((bool?)true, (all, element) => all & element),
        _ => null,
    };
}
