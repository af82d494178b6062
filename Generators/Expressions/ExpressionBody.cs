using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Translates the body of a scalar method into steps; this part reads statements. A conditional evaluates both sides and selects,
/// which is the same because every operation is pure; the one that can throw, <c>T.Clamp</c>, carries the condition under which it
/// is reached. The compiler's operations are read rather than its syntax, because they show every implicit conversion.
/// </summary>
internal sealed partial class ExpressionBody(
    IMethodSymbol method, LaneTypes types, SemanticModel semantics, ExpressionCode code, List<Problem> problems, CancellationToken token)
{
    /// <summary>
    /// More steps than this are refused: each is up to a dozen bytes of IL, there are up to eight copies of it in a method, and
    /// the JIT gives up at 60,000 bytes.
    /// </summary>
    public const int MostSteps = 300;

    private readonly List<IMethodSymbol> _callers = [];
    private Dictionary<ISymbol, int[]> _values = new(SymbolEqualityComparer.Default);
    private int _guard = -1;

    public ExpressionCode Code => code;

    /// <summary>The parameters of the outermost method, whose names emitted methods have.</summary>
    public IReadOnlyList<ParameterModel> Parameters { get; init; } = [];

    /// <summary>Translates the method with its own parameters; gives one step for each result.</summary>
    public int[] Translate(MethodDeclarationSyntax declaration, int results)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            _values[method.Parameters[i]] = [code.Add(Operation.Parameter, Parameters[i].Lane, text: Parameters[i].Name)];
        }

        return Body(declaration, results);
    }

    private int[] Body(MethodDeclarationSyntax declaration, int results)
    {
        var body = semantics.GetOperation(declaration, token) as IMethodBodyOperation;
        IBlockOperation? block = body?.BlockBody ?? body?.ExpressionBody;
        return block is null ? Refuse(declaration.Identifier.GetLocation(), results) : Statements([.. block.Operations], results);
    }

    private int[] Statements(List<IOperation> statements, int results)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            if (code.Instructions.Count > 4 * MostSteps)
            {
                return [.. Enumerable.Repeat(code.Add(Operation.Zero, Lane.Scalar), results)];
            }

            switch (statements[i])
            {
                case IBlockOperation block:
                    return Statements([.. block.Operations, .. statements.Skip(i + 1)], results);

                case IReturnOperation { ReturnedValue: { } result } when statements[i].Kind == OperationKind.Return:
                    return Several(result, results);

                case IConditionalOperation branch when branch.DescendantsAndSelf().Any(inner => inner is IReturnOperation):
                    IEnumerable<IOperation> rest = statements.Skip(i + 1);
                    return Branch(
                        Value(branch.Condition),
                        () => Statements([branch.WhenTrue, .. rest], results),
                        () => Statements(branch.WhenFalse is { } alternative ? [alternative, .. rest] : [.. rest], results));

                default:
                    if (!Plain(statements[i]))
                    {
                        return Refuse(statements[i].Syntax.GetFirstToken().GetLocation(), results);
                    }

                    break;
            }
        }

        // The compiler has already said that not every path returns.
        return Refuse(method.Locations[0], results);
    }

    /// <summary>A statement that does not return; false when it has no vector form.</summary>
    private bool Plain(IOperation statement)
    {
        switch (statement)
        {
            case IEmptyOperation:
                return true;

            case IBlockOperation block:
                return block.Operations.All(Plain);

            case IVariableDeclarationGroupOperation group:
                return group.Declarations.SelectMany(declaration => declaration.Declarators).All(Declare);

            case IExpressionStatementOperation { Operation: { } assignment }:
                return Assign(assignment);

            case IConditionalOperation branch:
                int condition = Value(branch.Condition);
                Dictionary<ISymbol, int[]> before = _values;
                _values = new(before, SymbolEqualityComparer.Default);
                bool plain = Guarded(condition, () => Plain(branch.WhenTrue));
                Dictionary<ISymbol, int[]> taken = _values;
                _values = new(before, SymbolEqualityComparer.Default);
                plain = plain && (branch.WhenFalse is null || Guarded(Not(condition), () => Plain(branch.WhenFalse)));
                // A local that one side alone gives a value to cannot be read after, says the compiler.
                foreach (ISymbol symbol in taken.Keys.Where(_values.ContainsKey).ToArray())
                {
                    _values[symbol] = Select(condition, taken[symbol], _values[symbol]);
                }

                return plain;

            default:
                return false;
        }
    }

    private bool Declare(IVariableDeclaratorOperation variable)
    {
        if (variable.Symbol.RefKind != RefKind.None)
        {
            return false;
        }

        IOperation? value = variable.GetVariableInitializer()?.Value;
        if (!variable.Symbol.IsConst && value is not null)
        {
            Bind(variable.Symbol, Values(value), StatementOf(variable.Syntax));
        }

        return true;
    }

    private bool Assign(IOperation assignment)
    {
        switch (assignment)
        {
            case ISimpleAssignmentOperation { IsRef: false } simple when VariableOf(simple.Target) is { } symbol:
                Bind(symbol, Values(simple.Value), StatementOf(simple.Syntax));
                return true;

            case ISimpleAssignmentOperation { Target: IDiscardOperation, Value: { } discarded }:
                Values(discarded);
                return true;

            case ICompoundAssignmentOperation { InConversion.IsIdentity: true, OutConversion.IsIdentity: true } compound when VariableOf(compound.Target) is { } symbol:
                Bind(symbol, [Binary(compound, compound.OperatorKind, compound.Target, compound.Value, compound.IsChecked, compound.OperatorMethod)], StatementOf(compound.Syntax));
                return true;

            case IIncrementOrDecrementOperation { IsChecked: false } step when VariableOf(step.Target) is { } symbol && types.Of(step.Type) is { } lane and not Lane.Count:
                Operation operation = step.Kind == OperationKind.Increment ? Operation.Add : Operation.Subtract;
                Bind(symbol, [code.Add(operation, lane, Value(step.Target), code.Add(Operation.One, lane))], StatementOf(step.Syntax));
                return true;

            case IDeconstructionAssignmentOperation deconstruction:
                int[] values = Values(deconstruction.Value);
                ISymbol?[]? targets = Targets(deconstruction.Target);
                if (targets is null || targets.Length != values.Length)
                {
                    return false;
                }

                for (int i = 0; i < targets.Length; i++)
                {
                    if (targets[i] is { } target)
                    {
                        Bind(target, [values[i]], StatementOf(deconstruction.Syntax));
                    }
                }

                return true;

            default:
                return false;
        }
    }

    // Null for an element that is discarded.
    private static ISymbol?[]? Targets(IOperation target)
    {
        switch (target)
        {
            case IDeclarationExpressionOperation declaration:
                return Targets(declaration.Expression);
            case ITupleOperation tuple:
                ISymbol?[]?[] elements = [.. tuple.Elements.Select(Targets)];
                return elements.All(element => element?.Length == 1) ? [.. elements.Select(element => element![0])] : null;
            case IDiscardOperation:
                return [null];
            default:
                return VariableOf(target) is { } symbol ? [symbol] : null;
        }
    }

    private static ISymbol? VariableOf(IOperation target) => target switch
    {
        ILocalReferenceOperation { Local.RefKind: RefKind.None } local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => local.Local,
        _ => null,
    };

    private void Bind(ISymbol symbol, int[] values, string quote)
    {
        _values[symbol] = values;
        if (values.Length == 1)
        {
            code.Name(values[0], symbol.Name, quote);
        }
    }

    /// <summary>Both sides, and the choice between them.</summary>
    private int[] Branch(int condition, Func<int[]> taken, Func<int[]> other)
    {
        Dictionary<ISymbol, int[]> before = _values;
        _values = new(before, SymbolEqualityComparer.Default);
        int[] first = Guarded(condition, taken);
        _values = new(before, SymbolEqualityComparer.Default);
        int[] second = Guarded(Not(condition), other);
        _values = before;
        return Select(condition, first, second);
    }

    private int[] Select(int condition, int[] taken, int[] other)
        => [.. taken.Zip(other, (a, b) => a == b ? a : code.Add(Operation.Select, code[a].Lane, condition, a, b))];

    private int Not(int condition) => code.Add(Operation.Not, Lane.Mask, condition);

    private int And(int a, int b) => code.Add(Operation.And, Lane.Mask, a, b);

    private int Or(int a, int b) => code.Add(Operation.Or, Lane.Mask, a, b);

    private TResult Guarded<TResult>(int condition, Func<TResult> translate)
    {
        int outer = _guard;
        _guard = outer < 0 ? condition : And(outer, condition);
        TResult result = translate();
        _guard = outer;
        return result;
    }

    private int[] Refuse(Location statement, int results)
    {
        problems.Add(new(VectorizedDiagnostics.Statement, statement));
        return [.. Enumerable.Repeat(code.Add(Operation.Zero, Lane.Scalar), results)];
    }

    private int Refuse(IOperation operation) => Refuse(VectorizedDiagnostics.Expression, operation.Syntax.GetLocation(), OneLine(operation.Syntax), types.Name);

    private int Refuse(DiagnosticDescriptor descriptor, Location location, params object[] arguments)
    {
        problems.Add(new(descriptor, location, [.. arguments.Select(argument => argument.ToString())]));
        return code.Add(Operation.Zero, Lane.Scalar);
    }

    private static string StatementOf(SyntaxNode node)
        => OneLine(node.FirstAncestorOrSelf<StatementSyntax>() ?? node);

    private static string OneLine(SyntaxNode node) => string.Join(" ", node.ToString().Split(['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));
}
