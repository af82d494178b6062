using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Expressions;

/// <summary>Reads a scalar method into a model, or lists what is wrong with it.</summary>
internal static class ExpressionParser
{
    private const string UniformAttribute = "Kernels.UniformAttribute";

    // Names that emitted kernels use for themselves: the aliases and the lane count.
    private static readonly HashSet<string> Reserved = ["T", "V", "W", "L"];

    // Names that emitted files find through their own using directives, which a type or member of the author's would hide.
    private static readonly string[] Borrowed =
        [.. Reserved, "Span", "ReadOnlySpan", "MethodImpl", "MethodImplAttribute", "MethodImplOptions", "Unsafe", "MemoryMarshal", "Vector128", "Vector256", "Vector512", "VectorizedGuard", "System"];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    public static string AttributeName(ExpressionKind kind) => kind switch
    {
        ExpressionKind.Map => "Kernels.VectorizedAttribute",
        ExpressionKind.Sum => "Kernels.VectorizedSumAttribute",
        _ => "Kernels.VectorizedMaxAttribute",
    };

    /// <summary>Whether the method carries one of the three attributes.</summary>
    public static bool IsExpression(IMethodSymbol method) => KindOf(method) is not null;

    /// <summary>The model of the method, or null after adding at least one entry to <paramref name="problems"/>.</summary>
    public static ExpressionModel? Parse(
        MethodDeclarationSyntax declaration, IMethodSymbol method, SemanticModel semantics, List<Problem> problems, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (KindOf(method) is not { } kind)
        {
            return null;
        }

        CheckContainer(method, problems);
        CheckDuplicate(declaration, method, problems);
        CheckHidden(declaration, method, semantics, problems);
        if (ScalarParameter(declaration, method, problems) is not { } scalar)
        {
            return null;
        }

        AttributeData attribute = method.GetAttributes().First(data => NameOf(data) == AttributeName(kind));
        string[] scalars = Scalars(attribute, problems, token);
        string[] outputNames = OutputNames(declaration, method, scalar, kind, problems);
        ParameterModel[] parameters = Parameters(declaration, method, scalar, kind == ExpressionKind.Map ? outputNames : [], problems);
        if (problems.Count != 0)
        {
            return null;
        }

        var body = new ExpressionBody(method, scalar, semantics, new ExpressionCode(), problems, token);
        int[] outputs = body.Translate(declaration, outputNames.Length);
        if (problems.Count != 0)
        {
            return null;
        }

        Documentation docs = Documentation.Of(method, token);
        return new(
            kind,
            method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
            new(Containers(method).Reverse().Select(type => Escaped(type.Name))),
            Escaped(method.Name),
            SourceOf(declaration),
            docs.Summary,
            docs.Returns,
            AtLeast(attribute),
            new(scalars),
            new(parameters.Select(parameter => parameter with { Doc = docs.Parameter(parameter.Name) })),
            new(body.Code.Instructions),
            new(outputs),
            new(outputNames));
    }

    internal static string NameOf(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() ?? "";

    private static ExpressionKind? KindOf(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            foreach (ExpressionKind kind in new[] { ExpressionKind.Map, ExpressionKind.Sum, ExpressionKind.Max })
            {
                if (NameOf(attribute) == AttributeName(kind))
                {
                    return kind;
                }
            }
        }

        return null;
    }

    private static IEnumerable<INamedTypeSymbol> Containers(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            yield return type;
        }
    }

    private static void CheckContainer(IMethodSymbol method, List<Problem> problems)
    {
        foreach (INamedTypeSymbol type in Containers(method))
        {
            bool innermost = SymbolEqualityComparer.Default.Equals(type, method.ContainingType);
            bool partial = type.DeclaringSyntaxReferences.All(reference =>
                reference.GetSyntax() is TypeDeclarationSyntax syntax && syntax.Modifiers.Any(SyntaxKind.PartialKeyword));
            if (!partial || type.TypeKind != TypeKind.Class || type.IsRecord || type.IsGenericType || (innermost && !type.IsStatic))
            {
                problems.Add(new(VectorizedDiagnostics.Container, type.Locations[0], type.Name));
            }
        }
    }

    private static void CheckDuplicate(MethodDeclarationSyntax declaration, IMethodSymbol method, List<Problem> problems)
    {
        bool earlier = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
            .TakeWhile(other => !SymbolEqualityComparer.Default.Equals(other, method)).Any(IsExpression);
        int attributes = method.GetAttributes().Count(data => NameOf(data) is { } name
            && (name == AttributeName(ExpressionKind.Map) || name == AttributeName(ExpressionKind.Sum) || name == AttributeName(ExpressionKind.Max)));
        if (earlier || attributes > 1)
        {
            problems.Add(new(VectorizedDiagnostics.Duplicate, declaration.Identifier.GetLocation(), method.Name, method.ContainingType.Name));
        }
    }

    // Only what the class and the namespaces around it declare: the author's own using directives do not reach emitted files.
    private static void CheckHidden(MethodDeclarationSyntax declaration, IMethodSymbol method, SemanticModel semantics, List<Problem> problems)
    {
        foreach (string name in Borrowed)
        {
            ISymbol? taken = Containers(method).SelectMany(type => type.GetMembers(name)).FirstOrDefault();
            for (INamespaceSymbol space = method.ContainingNamespace; taken is null && !space.IsGlobalNamespace; space = space.ContainingNamespace)
            {
                taken = space.GetMembers(name).FirstOrDefault(member => semantics.IsAccessible(declaration.SpanStart, member)
                    && !(name == "VectorizedGuard" && space.ToDisplayString() == "Kernels"));
            }

            if (taken is not null)
            {
                problems.Add(new(VectorizedDiagnostics.Hidden, declaration.Identifier.GetLocation(), name, taken.ContainingSymbol.ToDisplayString()));
            }
        }
    }

    /// <summary>The one type parameter, when the method is static and every constraint on it holds for float and double.</summary>
    private static ITypeParameterSymbol? ScalarParameter(MethodDeclarationSyntax declaration, IMethodSymbol method, List<Problem> problems)
    {
        string? fault = null;
        if (!method.IsStatic)
        {
            fault = "it is not static";
        }
        else if (method.TypeParameters.Length != 1)
        {
            fault = $"it has {method.TypeParameters.Length} type parameters";
        }
        else if (!method.TypeParameters[0].HasUnmanagedTypeConstraint)
        {
            fault = $"{method.TypeParameters[0].Name} is not constrained to unmanaged";
        }
        else if (!method.TypeParameters[0].ConstraintTypes.Any(type => type.Name == "IFloatingPointIeee754"))
        {
            fault = $"{method.TypeParameters[0].Name} is not constrained to IFloatingPointIeee754<{method.TypeParameters[0].Name}>";
        }
        else if (method.TypeParameters[0].ConstraintTypes.FirstOrDefault(type => type.ContainingNamespace?.ToDisplayString() != "System.Numerics") is { } other)
        {
            fault = $"float and double do not satisfy the constraint {other.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}";
        }
        else if (declaration.Body is null && declaration.ExpressionBody is null)
        {
            fault = "it has no body";
        }

        if (fault is null)
        {
            return method.TypeParameters[0];
        }

        problems.Add(new(VectorizedDiagnostics.Signature, declaration.Identifier.GetLocation(), method.Name, fault));
        return null;
    }

    private static string[] Scalars(AttributeData attribute, List<Problem> problems, CancellationToken token)
    {
        TypedConstant[] given = [.. attribute.ConstructorArguments.Where(argument => argument.Kind == TypedConstantKind.Array && !argument.IsNull).SelectMany(argument => argument.Values)];
        var syntax = (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax(token);
        var scalars = new List<string>();
        for (int i = 0; i < given.Length; i++)
        {
            var type = given[i].Value as ITypeSymbol;
            if (type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double)
            {
                scalars.Add(type.SpecialType == SpecialType.System_Single ? "float" : "double");
            }
            else
            {
                SyntaxNode place = syntax.ArgumentList!.Arguments.Count > i ? syntax.ArgumentList.Arguments[i] : syntax;
                problems.Add(new(VectorizedDiagnostics.Scalar, place.GetLocation(), type?.ToDisplayString() ?? "null"));
            }
        }

        return given.Length == 0 ? ["float", "double"] : [.. scalars.Distinct()];
    }

    private static string[] OutputNames(
        MethodDeclarationSyntax declaration, IMethodSymbol method, ITypeParameterSymbol scalar, ExpressionKind kind, List<Problem> problems)
    {
        if (SymbolEqualityComparer.Default.Equals(method.ReturnType, scalar) && !method.ReturnsByRef && !method.ReturnsByRefReadonly)
        {
            return ["destination"];
        }

        if (method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            && tuple.TupleElements.Length <= Ordinals.Length
            && tuple.TupleElements.All(element => SymbolEqualityComparer.Default.Equals(element.Type, scalar)))
        {
            return [.. tuple.TupleElements.Select((element, i) => !element.IsExplicitlyNamedTupleElement ? Ordinals[i]
                : kind == ExpressionKind.Map ? Escaped(char.ToLowerInvariant(element.Name[0]) + element.Name.Substring(1))
                : Escaped(element.Name))];
        }

        problems.Add(new(
            VectorizedDiagnostics.Result, declaration.ReturnType.GetLocation(), method.Name,
            method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), scalar.Name));
        return [];
    }

    private static ParameterModel[] Parameters(
        MethodDeclarationSyntax declaration, IMethodSymbol method, ITypeParameterSymbol scalar, string[] destinations, List<Problem> problems)
    {
        var parameters = new List<ParameterModel>();
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            AttributeData? uniform = parameter.GetAttributes().FirstOrDefault(data => NameOf(data) == UniformAttribute);
            bool both = uniform?.NamedArguments.Any(argument => argument is { Key: "PerElementToo", Value.Value: true }) ?? false;
            string? fault =
                !SymbolEqualityComparer.Default.Equals(parameter.Type, scalar) ? $"has type {parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}; every parameter must have type {scalar.Name}"
                : parameter.RefKind != RefKind.None ? "must be passed by value"
                : parameter.IsOptional || parameter.IsParams ? "must not have a default value: overloads take spans"
                : Reserved.Contains(parameter.Name) ? "has a name that kernels use for themselves (T, V, W, L); give it another"
                : destinations.Contains(Escaped(parameter.Name)) ? "has the name of a destination; give it another"
                : null;
            if (fault is not null)
            {
                problems.Add(new(VectorizedDiagnostics.Parameter, PlaceOf(declaration, parameter), parameter.Name, fault));
            }

            parameters.Add(new(Escaped(parameter.Name), uniform is not null, both, ""));
        }

        if (parameters.All(parameter => parameter.Uniform))
        {
            problems.Add(new(VectorizedDiagnostics.Signature, declaration.Identifier.GetLocation(), method.Name, "it has no parameter that varies by element; leave one without [Uniform]"));
        }
        else if (parameters.Count(parameter => parameter.PerElementToo) > 3)
        {
            IParameterSymbol fourth = method.Parameters.Where((_, i) => parameters[i].PerElementToo).ElementAt(3);
            problems.Add(new(VectorizedDiagnostics.Parameter, PlaceOf(declaration, fourth), fourth.Name, "is the fourth with PerElementToo, which would make sixteen overloads; mark at most three"));
        }

        return [.. parameters];
    }

    private static Location PlaceOf(MethodDeclarationSyntax declaration, IParameterSymbol parameter)
        => declaration.ParameterList.Parameters[parameter.Ordinal].Identifier.GetLocation();

    /// <summary>The C# constant that a maximum starts from, in terms of the alias <c>T</c>.</summary>
    private static string AtLeast(AttributeData attribute)
    {
        object? value = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "AtLeast").Value.Value;
        return value is not double number || double.IsNegativeInfinity(number) ? "T.NegativeInfinity"
            : double.IsPositiveInfinity(number) ? "T.PositiveInfinity"
            : double.IsNaN(number) ? "T.NaN"
            : $"(T){ExpressionCode.Literal(number)}";
    }

    /// <summary>The method as written, without attributes, documentation and common indent, for the banner of emitted files.</summary>
    private static string SourceOf(MethodDeclarationSyntax declaration)
    {
        string[] lines = declaration.WithAttributeLists(default).WithoutTrivia().ToString().Replace("\r\n", "\n").Split('\n');
        int indent = lines.Skip(1).Where(line => line.Trim().Length != 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        IEnumerable<string> rest = lines.Skip(1).Select(line => line.Trim().Length == 0 ? "" : "    " + line.Substring(indent).TrimEnd());
        return string.Join("\n", [lines[0].TrimEnd(), .. rest]);
    }

    private static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
