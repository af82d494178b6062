using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Translates the body of a scalar method into steps. A conditional evaluates both sides and selects, which is the same
/// because every operation is pure; the one that can throw, <c>T.Clamp</c>, carries the condition under which it is reached.
/// </summary>
internal sealed class ExpressionBody(
    IMethodSymbol method, ITypeParameterSymbol scalar, SemanticModel semantics, ExpressionCode code, List<Problem> problems, CancellationToken token)
{
    private static readonly Dictionary<SyntaxKind, Operation> Binary = new()
    {
        [SyntaxKind.AddExpression] = Operation.Add,
        [SyntaxKind.SubtractExpression] = Operation.Subtract,
        [SyntaxKind.MultiplyExpression] = Operation.Multiply,
        [SyntaxKind.DivideExpression] = Operation.Divide,
        [SyntaxKind.LessThanExpression] = Operation.Less,
        [SyntaxKind.LessThanOrEqualExpression] = Operation.LessOrEqual,
        [SyntaxKind.GreaterThanExpression] = Operation.Greater,
        [SyntaxKind.GreaterThanOrEqualExpression] = Operation.GreaterOrEqual,
        [SyntaxKind.EqualsExpression] = Operation.Equal,
        [SyntaxKind.NotEqualsExpression] = Operation.NotEqual,
        [SyntaxKind.LogicalAndExpression] = Operation.And,
        [SyntaxKind.LogicalOrExpression] = Operation.Or,
    };

    private static readonly Dictionary<string, (Operation Operation, int Arguments)> Functions = new()
    {
        ["Abs"] = (Operation.Abs, 1),
        ["Sqrt"] = (Operation.Sqrt, 1),
        ["Min"] = (Operation.Min, 2),
        ["Max"] = (Operation.Max, 2),
        ["CopySign"] = (Operation.CopySign, 2),
        ["Clamp"] = (Operation.Clamp, 3),
        ["FusedMultiplyAdd"] = (Operation.FusedMultiplyAdd, 3),
    };

    // The alias T names the scalar type in emitted files, where these are constants.
    private static readonly HashSet<string> Constants = ["NaN", "PositiveInfinity", "NegativeInfinity", "NegativeZero", "Epsilon", "E", "Pi", "Tau"];

    private readonly Dictionary<ISymbol, int> _values = new(SymbolEqualityComparer.Default);
    private readonly List<IMethodSymbol> _callers = [];
    private int _guard = -1;

    public ExpressionCode Code => code;

    /// <summary>Translates the method with its own parameters; gives one step for each result.</summary>
    public int[] Translate(MethodDeclarationSyntax declaration, int results)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            string name = SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name;
            _values[parameter] = code.Add(Operation.Parameter, text: name);
        }

        return Body(declaration, results);
    }

    private int[] Body(MethodDeclarationSyntax declaration, int results)
        => declaration.ExpressionBody is { } arrow ? Results(arrow.Expression, results) : Statements([.. declaration.Body!.Statements], results);

    private int[] Statements(List<StatementSyntax> statements, int results)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            switch (statements[i])
            {
                case LocalDeclarationStatementSyntax { IsConst: false, UsingKeyword.RawKind: 0 } local when local.Declaration.Variables.All(variable => variable.Initializer is not null):
                    foreach (VariableDeclaratorSyntax variable in local.Declaration.Variables)
                    {
                        int value = Value(variable.Initializer!.Value);
                        code.Name(value, variable.Identifier.Text);
                        _values[semantics.GetDeclaredSymbol(variable, token)!] = value;
                    }

                    break;

                case ReturnStatementSyntax { Expression: { } result }:
                    return Results(result, results);

                case IfStatementSyntax branch when Returns(branch.Statement):
                    int condition = Value(branch.Condition);
                    List<StatementSyntax> rest = statements.GetRange(i + 1, statements.Count - i - 1);
                    int[] taken = Guarded(condition, () => Statements(Flat(branch.Statement), results));
                    int[] other = Guarded(
                        code.Add(Operation.Not, condition),
                        () => Statements(branch.Else is { } alternative ? [.. Flat(alternative.Statement), .. rest] : rest, results));
                    return Select(condition, taken, other);

                default:
                    return Refuse(statements[i].GetFirstToken().GetLocation(), results);
            }
        }

        // The compiler has already said that not every path returns.
        return Refuse(method.Locations[0], results);
    }

    private static List<StatementSyntax> Flat(StatementSyntax statement) => statement is BlockSyntax block ? [.. block.Statements] : [statement];

    private static bool Returns(StatementSyntax statement) => Flat(statement).LastOrDefault() switch
    {
        ReturnStatementSyntax => true,
        IfStatementSyntax { Else: { } alternative } branch => Returns(branch.Statement) && Returns(alternative.Statement),
        _ => false,
    };

    private int[] Results(ExpressionSyntax expression, int results)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner when results > 1:
                return Results(inner.Expression, results);

            case ConditionalExpressionSyntax conditional when results > 1:
                int condition = Value(conditional.Condition);
                int[] taken = Guarded(condition, () => Results(conditional.WhenTrue, results));
                return Select(condition, taken, Guarded(code.Add(Operation.Not, condition), () => Results(conditional.WhenFalse, results)));

            case TupleExpressionSyntax tuple when tuple.Arguments.Count == results && results > 1:
                return [.. tuple.Arguments.Select(argument => Value(argument.Expression))];

            default:
                return results > 1 ? Refuse(expression, results) : [Value(expression)];
        }
    }

    private int[] Select(int condition, int[] taken, int[] other)
        => [.. taken.Zip(other, (a, b) => a == b ? a : code.Add(Operation.Select, condition, a, b))];

    private TResult Guarded<TResult>(int condition, Func<TResult> translate)
    {
        int outer = _guard;
        _guard = outer < 0 ? condition : code.Add(Operation.And, outer, condition);
        TResult result = translate();
        _guard = outer;
        return result;
    }

    private int Value(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return Value(inner.Expression);

            case IdentifierNameSyntax when semantics.GetSymbolInfo(expression, token).Symbol is { } symbol && _values.TryGetValue(symbol, out int value):
                return value;

            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NumericLiteralExpression }:
                return Refuse(VectorizedDiagnostics.Constant, expression.GetLocation(), expression, scalar.Name);

            case PrefixUnaryExpressionSyntax unary when unary.IsKind(SyntaxKind.UnaryPlusExpression):
                return Value(unary.Operand);

            case PrefixUnaryExpressionSyntax unary when unary.IsKind(SyntaxKind.UnaryMinusExpression):
                return code.Add(Operation.Negate, Value(unary.Operand));

            case PrefixUnaryExpressionSyntax unary when unary.IsKind(SyntaxKind.LogicalNotExpression):
                return code.Add(Operation.Not, Value(unary.Operand));

            case BinaryExpressionSyntax binary when Binary.TryGetValue(binary.Kind(), out Operation operation) && !ComparesConditions(binary, operation):
                int left = Value(binary.Left);
                int right = operation switch
                {
                    Operation.And => Guarded(left, () => Value(binary.Right)),
                    Operation.Or => Guarded(code.Add(Operation.Not, left), () => Value(binary.Right)),
                    _ => Value(binary.Right),
                };
                return code.Add(operation, left, right);

            case ConditionalExpressionSyntax conditional:
                int condition = Value(conditional.Condition);
                int taken = Guarded(condition, () => Value(conditional.WhenTrue));
                int other = Guarded(code.Add(Operation.Not, condition), () => Value(conditional.WhenFalse));
                return code.Add(Operation.Select, condition, taken, other);

            case MemberAccessExpressionSyntax member when IsScalar(member.Expression):
                return Constant(member);

            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } call when IsScalar(member.Expression):
                return Function(call, member.Name.Identifier);

            case InvocationExpressionSyntax call:
                return Inlined(call);

            case BinaryExpressionSyntax binary:
                return Refuse(VectorizedDiagnostics.Expression, binary.OperatorToken.GetLocation(), binary.OperatorToken.Text, scalar.Name);

            default:
                return Refuse(expression, 1)[0];
        }
    }

    /// <summary>Comparisons of conditions, as in <c>(a &lt; b) == (c &lt; d)</c>, have no vector form here.</summary>
    private bool ComparesConditions(BinaryExpressionSyntax binary, Operation operation)
        => operation is Operation.Equal or Operation.NotEqual
        && semantics.GetTypeInfo(binary.Left, token).Type?.SpecialType == SpecialType.System_Boolean;

    private bool IsScalar(ExpressionSyntax expression)
        => expression is IdentifierNameSyntax && SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(expression, token).Symbol, scalar);

    private int Constant(MemberAccessExpressionSyntax member) => member.Name.Identifier.Text switch
    {
        "Zero" or "AdditiveIdentity" => code.Add(Operation.Zero),
        "One" or "MultiplicativeIdentity" => code.Add(Operation.One),
        "NegativeOne" => code.Add(Operation.Constant, text: "(T)(-1)"),
        string name when Constants.Contains(name) => code.Add(Operation.Constant, text: "T." + name),
        _ => Refuse(VectorizedDiagnostics.Expression, member.Name.GetLocation(), member, scalar.Name),
    };

    private int Function(InvocationExpressionSyntax call, SyntaxToken name)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        if (name.Text == "CreateChecked" && arguments.Count == 1)
        {
            Optional<object?> value = semantics.GetConstantValue(arguments[0].Expression, token);
            return value.HasValue && ExpressionCode.Literal(value.Value) is { } literal
                ? code.Add(Operation.Constant, text: $"(T){literal}")
                : Refuse(VectorizedDiagnostics.Constant, arguments[0].GetLocation(), arguments[0], scalar.Name);
        }

        if (!Functions.TryGetValue(name.Text, out (Operation Operation, int Arguments) function) || !Plain(arguments, function.Arguments))
        {
            return Refuse(
                VectorizedDiagnostics.Call, name.GetLocation(), $"{scalar.Name}.{name.Text}",
                $"use {scalar.Name}.{string.Join(", ", Functions.Keys)} or CreateChecked with positional arguments, and compute anything else in a pass of its own");
        }

        int[] values = [.. arguments.Select(argument => Value(argument.Expression)), -1, -1];
        if (function.Operation == Operation.Clamp)
        {
            code.Add(Operation.RequireOrder, values[1], values[2], _guard, OneLine(call));
        }

        return code.Add(function.Operation, values[0], values[1], values[2]);
    }

    /// <summary>A call of another expression of the class becomes the steps of that expression.</summary>
    private int Inlined(InvocationExpressionSyntax call)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        if (semantics.GetSymbolInfo(call, token).Symbol is not IMethodSymbol target
            || !SymbolEqualityComparer.Default.Equals(target.ContainingType, method.ContainingType)
            || !ExpressionParser.IsExpression(target.OriginalDefinition))
        {
            bool math = call.Expression.ToString().Split('.').Any(part => part is "Math" or "MathF");
            return Refuse(
                VectorizedDiagnostics.Call, call.Expression.GetLocation(), OneLine(call.Expression),
                math ? $"call the function of the scalar type, as in {scalar.Name}.Abs(x)" : "call functions of the scalar type, or another method of this class marked [Vectorized]");
        }

        target = target.OriginalDefinition;
        if (_callers.Contains(target, SymbolEqualityComparer.Default) || SymbolEqualityComparer.Default.Equals(target, method))
        {
            return Refuse(VectorizedDiagnostics.Nested, call.Expression.GetLocation(), target.Name, "it would call itself without end");
        }

        var declaration = (MethodDeclarationSyntax)target.DeclaringSyntaxReferences[0].GetSyntax(token);
        if (target.TypeParameters.Length != 1 || !SymbolEqualityComparer.Default.Equals(target.ReturnType, target.TypeParameters[0])
            || !Plain(arguments, target.Parameters.Length) || (declaration.Body is null && declaration.ExpressionBody is null))
        {
            return Refuse(VectorizedDiagnostics.Nested, call.Expression.GetLocation(), target.Name, "only expressions with one result and positional arguments can be");
        }

        var found = new List<Problem>();
        var inner = new ExpressionBody(
            target, target.TypeParameters[0], semantics.Compilation.GetSemanticModel(declaration.SyntaxTree), code, found, token);
        inner._callers.AddRange([.. _callers, method]);
        inner._guard = _guard;
        for (int i = 0; i < arguments.Count; i++)
        {
            inner._values[target.Parameters[i]] = Value(arguments[i].Expression);
        }

        int result = inner.Body(declaration, 1)[0];
        return found.Count == 0 ? result
            : Refuse(VectorizedDiagnostics.Nested, call.Expression.GetLocation(), target.Name, $"it has no vector form itself ({found[0].Descriptor.Id})");
    }

    private static bool Plain(SeparatedSyntaxList<ArgumentSyntax> arguments, int count)
        => arguments.Count == count && arguments.All(argument => argument.NameColon is null && argument.RefKindKeyword.RawKind == 0);

    private int[] Refuse(Location statement, int results)
    {
        problems.Add(new(VectorizedDiagnostics.Statement, statement));
        return [.. Enumerable.Repeat(code.Add(Operation.Zero), results)];
    }

    private int[] Refuse(ExpressionSyntax expression, int results)
    {
        int zero = Refuse(VectorizedDiagnostics.Expression, expression.GetLocation(), OneLine(expression), scalar.Name);
        return [.. Enumerable.Repeat(zero, results)];
    }

    private int Refuse(DiagnosticDescriptor descriptor, Location location, object first, object second)
    {
        problems.Add(new(descriptor, location, first.ToString(), second));
        return code.Add(Operation.Zero);
    }

    private static string OneLine(SyntaxNode node) => string.Join(" ", node.ToString().Split(['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));
}
