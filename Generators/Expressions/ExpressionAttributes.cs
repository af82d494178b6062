using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Expressions;

/// <summary>Reads the attributes of a vectorized expression: what becomes of its results, and for which scalar types.</summary>
internal static class ExpressionAttributes
{
    private const string Mixed = "Kernels.VectorizedReduceAttribute";

    // The attributes that treat every result alike.
    private static readonly Dictionary<string, Fold> Plain = new()
    {
        ["Kernels.VectorizedAttribute"] = Fold.Store,
        ["Kernels.VectorizedSumAttribute"] = Fold.Sum,
        ["Kernels.VectorizedMaxAttribute"] = Fold.Max,
        ["Kernels.VectorizedMinAttribute"] = Fold.Min,
        ["Kernels.VectorizedCountAttribute"] = Fold.Count,
        ["Kernels.VectorizedArgMaxAttribute"] = Fold.ArgMax,
        ["Kernels.VectorizedArgMinAttribute"] = Fold.ArgMin,
    };

    /// <summary>Full names, for the pipeline.</summary>
    public static IEnumerable<string> Names => [.. Plain.Keys, Mixed];

    public static string NameOf(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() ?? "";

    public static bool IsOne(AttributeData attribute) => NameOf(attribute) is var name && (Plain.ContainsKey(name) || name == Mixed);

    /// <summary>What becomes of each result.</summary>
    public static Fold[] Folds(AttributeData attribute, int results, List<Problem> problems, CancellationToken token)
    {
        if (Plain.TryGetValue(NameOf(attribute), out Fold same))
        {
            return [.. Enumerable.Repeat(same, results)];
        }

        Fold[] folds = [.. Values(attribute).Select(value => value.Value is int number and >= 0 and <= (int)Fold.ArgMin ? (Fold)number : Fold.Store)];
        if (folds.Length == results)
        {
            return folds;
        }

        problems.Add(new(VectorizedDiagnostics.Folds, Syntax(attribute, token).GetLocation(), folds.Length, results));
        return [.. folds.Concat(Enumerable.Repeat(Fold.Sum, results)).Take(results)];
    }

    /// <summary>The scalar types asked for, or those that the method can be called with.</summary>
    public static string[] Scalars(AttributeData attribute, ITypeSymbol scalar, Compilation compilation, List<Problem> problems, CancellationToken token)
    {
        bool mixed = NameOf(attribute) == Mixed;
        TypedConstant[] given = mixed
            ? [.. attribute.NamedArguments.Where(argument => argument.Key == "Scalars" && !argument.Value.IsNull).SelectMany(argument => argument.Value.Values)]
            : [.. Values(attribute)];
        string[] possible = [.. ScalarTypes.All.Where(name => Satisfies(name, scalar, compilation))];
        AttributeSyntax syntax = Syntax(attribute, token);
        if (possible.Length == 0)
        {
            problems.Add(new(VectorizedDiagnostics.Scalar, syntax.GetLocation(), $"the constraints of {scalar.Name}", "a constraint that float, double, int, uint, long or ulong satisfies"));
            return [];
        }

        var scalars = new List<string>();
        for (int i = 0; i < given.Length; i++)
        {
            var type = given[i].Value as ITypeSymbol;
            if (ScalarTypes.NameOf(type) is { } name && possible.Contains(name))
            {
                scalars.Add(name);
            }
            else
            {
                SyntaxNode place = !mixed && syntax.ArgumentList!.Arguments.Count > i ? syntax.ArgumentList.Arguments[i] : syntax;
                problems.Add(new(VectorizedDiagnostics.Scalar, place.GetLocation(), type?.ToDisplayString() ?? "null", string.Join(", ", possible.Select(other => $"typeof({other})"))));
            }
        }

        bool floats = possible.Any(ScalarTypes.IsFloating);
        return given.Length == 0 ? [.. possible.Where(name => ScalarTypes.IsFloating(name) == floats)] : [.. scalars.Distinct()];
    }

    /// <summary>The C# constant that a maximum or minimum starts from, in terms of the alias <c>T</c>; empty for the natural one.</summary>
    public static string Start(AttributeData attribute, string[] scalars, List<Problem> problems, CancellationToken token)
    {
        object? value = attribute.NamedArguments.FirstOrDefault(argument => argument.Key is "AtLeast" or "AtMost").Value.Value;
        if (value is double start && scalars.FirstOrDefault(scalar => !ScalarTypes.IsFloating(scalar) && !Holds(scalar, start)) is { } integer)
        {
            problems.Add(new(VectorizedDiagnostics.Constant, Syntax(attribute, token).GetLocation(), start, integer));
        }

        return value is not double number ? ""
            : double.IsNegativeInfinity(number) ? "T.NegativeInfinity"
            : double.IsPositiveInfinity(number) ? "T.PositiveInfinity"
            : double.IsNaN(number) ? "T.NaN"
            : $"(T){ExpressionCode.Literal(number)}";
    }

    // Every whole number of 32 bits; beyond that a double does not name every integer.
    private static bool Holds(string scalar, double value)
        => value == Math.Floor(value) && value <= int.MaxValue && value >= (scalar is "uint" or "ulong" ? 0 : int.MinValue);

    /// <summary>Whether a scalar type can take the place of the type of the method: is it, or satisfies every constraint on it.</summary>
    private static bool Satisfies(string name, ITypeSymbol scalar, Compilation compilation)
    {
        if (scalar is not ITypeParameterSymbol parameter)
        {
            return ScalarTypes.NameOf(scalar) == name;
        }

        INamedTypeSymbol? type = compilation.GetTypeByMetadataName("System." + ScalarTypes.SystemName(name));
        return type is not null && parameter.ConstraintTypes.All(constraint =>
            type.AllInterfaces.Any(implemented => SymbolEqualityComparer.Default.Equals(implemented.OriginalDefinition, constraint.OriginalDefinition)));
    }

    private static IEnumerable<TypedConstant> Values(AttributeData attribute)
        => attribute.ConstructorArguments.Where(argument => argument.Kind == TypedConstantKind.Array && !argument.IsNull).SelectMany(argument => argument.Values);

    private static AttributeSyntax Syntax(AttributeData attribute, CancellationToken token)
        => (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax(token);
}
