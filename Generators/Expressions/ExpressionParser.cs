using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Expressions;

/// <summary>Reads a scalar method into a model, or lists what is wrong with it.</summary>
internal static class ExpressionParser
{
    private const string UniformAttribute = "Kernels.UniformAttribute";
    private const string MatrixFormsAttribute = "Kernels.MatrixFormsAttribute";

    // Names that emitted kernels use for themselves: the aliases and the lane count.
    private static readonly HashSet<string> Reserved = ["T", "V", "W", "L"];

    // Names that emitted files find through their own using directives, which a type or member of the author's would hide.
    private static readonly string[] Borrowed =
        [.. Reserved, "Span", "ReadOnlySpan", "MethodImpl", "MethodImplAttribute", "MethodImplOptions", "Unsafe", "MemoryMarshal", "Vector128", "Vector256", "Vector512", "VectorizedGuard", "System"];

    // And those of matrix forms.
    private static readonly string[] BorrowedByMatrices = ["MatrixView", "ReadOnlyMatrixView", "MatrixLines"];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    /// <summary>Whether the method carries one of the attributes.</summary>
    public static bool IsExpression(IMethodSymbol method) => method.GetAttributes().Any(data => ExpressionAttributes.IsOne(data));

    /// <summary>The model of the method, or null after adding at least one entry to <paramref name="problems"/>.</summary>
    public static ExpressionModel? Parse(
        MethodDeclarationSyntax declaration, IMethodSymbol method, SemanticModel semantics, List<Problem> problems, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (method.GetAttributes().FirstOrDefault(ExpressionAttributes.IsOne) is not { } attribute)
        {
            return null;
        }

        CheckContainer(method, problems);
        CheckDuplicate(declaration, method, problems);
        bool matrices = HasMatrixForms(method);
        CheckHidden(declaration, method, semantics, matrices ? [.. Borrowed, .. BorrowedByMatrices] : Borrowed, problems);
        CheckMatrixForms(declaration, method, semantics, problems);
        if (ScalarOf(declaration, method, problems) is not { } scalar)
        {
            return null;
        }

        string[] scalars = ExpressionAttributes.Scalars(attribute, scalar, semantics.Compilation, problems, token);
        if (scalars.Length == 0)
        {
            return null;
        }

        var types = new LaneTypes(scalar, scalars);
        OutputModel[] outputs = Outputs(declaration, method, types, attribute, problems, token);
        string start = ExpressionAttributes.Start(attribute, scalars, problems, token);
        ParameterModel[] parameters = Parameters(declaration, method, types, [.. outputs.Where(output => output.Fold == Fold.Store || matrices).Select(MatrixForm.DestinationOf)], problems);
        if (problems.Count != 0)
        {
            return null;
        }

        var body = new ExpressionBody(method, types, semantics, new ExpressionCode(), problems, token) { Parameters = parameters };
        int[] steps = body.Translate(declaration, outputs.Length);
        int size = body.Code.Instructions.Count + 40 * body.Code.Instructions.Count(step => ExpressionModel.IsElementary(step.Operation));
        if (problems.Count == 0 && size > ExpressionBody.MostSteps)
        {
            problems.Add(new(VectorizedDiagnostics.Size, declaration.Identifier.GetLocation(), method.Name, size, ExpressionBody.MostSteps));
        }

        if (problems.Count != 0)
        {
            return null;
        }

        Documentation docs = Documentation.Of(method, token);
        return new(
            method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
            new(Containers(method).Reverse().Select(type => Escaped(type.Name))),
            Escaped(method.Name),
            method.TypeParameters.Length == 1,
            SourceOf(declaration),
            docs.Summary,
            docs.Returns,
            start,
            matrices,
            new(scalars),
            new(parameters.Select(parameter => parameter with { Doc = docs.Parameter(parameter.Name) })),
            new(body.Code.Instructions),
            new(outputs.Select((output, i) => output with { Step = steps[i] })));
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
        // Names that differ in case alone would make files that do.
        bool earlier = method.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .TakeWhile(other => !SymbolEqualityComparer.Default.Equals(other, method))
            .Any(other => string.Equals(other.Name, method.Name, StringComparison.OrdinalIgnoreCase) && IsExpression(other));
        if (earlier || method.GetAttributes().Count(ExpressionAttributes.IsOne) > 1)
        {
            problems.Add(new(VectorizedDiagnostics.Duplicate, declaration.Identifier.GetLocation(), method.Name, method.ContainingType.Name));
        }
    }

    // Only what the class and the namespaces around it declare: the author's own using directives do not reach emitted files.
    private static void CheckHidden(MethodDeclarationSyntax declaration, IMethodSymbol method, SemanticModel semantics, string[] borrowed, List<Problem> problems)
    {
        foreach (string name in borrowed)
        {
            ISymbol? taken = Containers(method).SelectMany(type => type.GetMembers(name)).FirstOrDefault();
            for (INamespaceSymbol space = method.ContainingNamespace; taken is null && !space.IsGlobalNamespace; space = space.ContainingNamespace)
            {
                taken = space.GetMembers(name).FirstOrDefault(member => semantics.IsAccessible(declaration.SpanStart, member)
                    && !((name == "VectorizedGuard" || BorrowedByMatrices.Contains(name)) && space.ToDisplayString() == "Kernels"));
            }

            if (taken is not null)
            {
                problems.Add(new(VectorizedDiagnostics.Hidden, declaration.Identifier.GetLocation(), name, taken.ContainingSymbol.ToDisplayString()));
            }
        }
    }

    /// <summary>Whether the method asks for forms over matrices.</summary>
    public static bool HasMatrixForms(IMethodSymbol method)
        => method.GetAttributes().Any(data => ExpressionAttributes.NameOf(data) == MatrixFormsAttribute);

    /// <summary>Matrix forms are of a vectorized expression, and their views come with Kernels.</summary>
    public static void CheckMatrixForms(MethodDeclarationSyntax declaration, IMethodSymbol method, SemanticModel semantics, List<Problem> problems)
    {
        string? fault = !HasMatrixForms(method) ? null
            : !IsExpression(method) ? "add [Vectorized] or another attribute of vectorized expressions"
            : semantics.Compilation.GetTypeByMetadataName("Kernels.MatrixLines") is null ? "reference the package Kernels, which has MatrixView<T>"
            : null;
        if (fault is not null)
        {
            AttributeData forms = method.GetAttributes().First(data => ExpressionAttributes.NameOf(data) == MatrixFormsAttribute);
            problems.Add(new(VectorizedDiagnostics.Matrices, forms.ApplicationSyntaxReference!.GetSyntax().GetLocation(), method.Name, fault));
        }
    }

    /// <summary>
    /// The scalar type of a static method: its one type parameter, when every constraint on it is one of numbers; or the type of its
    /// first parameter that varies.
    /// </summary>
    private static ITypeSymbol? ScalarOf(MethodDeclarationSyntax declaration, IMethodSymbol method, List<Problem> problems)
    {
        ITypeSymbol? scalar = null;
        string? fault = null;
        if (!method.IsStatic)
        {
            fault = "it is not static";
        }
        else if (method.TypeParameters.Length > 1)
        {
            fault = $"it has {method.TypeParameters.Length} type parameters";
        }
        else if (method.TypeParameters.Length == 1)
        {
            scalar = method.TypeParameters[0];
            fault = Fault(method.TypeParameters[0]);
        }
        else if (method.Parameters.FirstOrDefault(parameter => !HasUniform(parameter)) is not { } first)
        {
            fault = NothingVaries;
        }
        else
        {
            scalar = first.Type;
            fault = ScalarTypes.NameOf(scalar) is null ? $"'{first.Name}' has type {scalar.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}" : null;
        }

        fault ??= declaration.Body is null && declaration.ExpressionBody is null ? "it has no body" : null;
        if (fault is null)
        {
            return scalar;
        }

        problems.Add(new(VectorizedDiagnostics.Signature, declaration.Identifier.GetLocation(), method.Name, fault));
        return null;
    }

    private const string NothingVaries = "it has no parameter that varies by element; leave one without [Uniform]";

    private static string? Fault(ITypeParameterSymbol scalar)
    {
        if (!scalar.HasUnmanagedTypeConstraint)
        {
            return $"{scalar.Name} is not constrained to unmanaged";
        }

        if (scalar.ConstraintTypes.FirstOrDefault(type => type.ContainingNamespace?.ToDisplayString() != "System.Numerics") is { } other)
        {
            return $"float and double do not satisfy the constraint {other.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}";
        }

        return scalar.ConstraintTypes.IsEmpty
            ? $"{scalar.Name} is not constrained to IFloatingPointIeee754<{scalar.Name}> (IBinaryInteger<{scalar.Name}> for integers, INumber<{scalar.Name}> for both)"
            : null;
    }

    private static OutputModel[] Outputs(
        MethodDeclarationSyntax declaration, IMethodSymbol method, LaneTypes types, AttributeData attribute, List<Problem> problems, CancellationToken token)
    {
        ITypeSymbol[]? results = method.ReturnsByRef || method.ReturnsByRefReadonly ? null
            : method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
                ? tuple.TupleElements.Length <= Ordinals.Length ? [.. tuple.TupleElements.Select(element => element.Type)] : null
                : [method.ReturnType];
        Fold[] folds = ExpressionAttributes.Folds(attribute, results?.Length ?? 1, problems, token);
        bool fits = results is not null && results.Zip(folds, (type, fold) => types.Of(type) is { } lane && lane == Lane.Mask == (fold == Fold.Count)).All(fit => fit);
        if (!fits)
        {
            string wanted = folds.All(fold => fold == Fold.Count) ? "bool" : folds.Contains(Fold.Count) ? $"bool where elements are counted, {types.Name} elsewhere" : types.Name;
            problems.Add(new(
                VectorizedDiagnostics.Result, declaration.ReturnType.GetLocation(), method.Name,
                method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), wanted));
            return [];
        }

        if (results!.Length == 1)
        {
            return [new(-1, "destination", folds[0], types.Of(results[0])!.Value)];
        }

        return [.. ((INamedTypeSymbol)method.ReturnType).TupleElements.Select((element, i) => new OutputModel(
            -1,
            !element.IsExplicitlyNamedTupleElement ? Ordinals[i]
                : folds[i] == Fold.Store ? Escaped(char.ToLowerInvariant(element.Name[0]) + element.Name.Substring(1))
                : Escaped(element.Name),
            folds[i],
            types.Of(element.Type)!.Value))];
    }

    private static bool HasUniform(IParameterSymbol parameter)
        => parameter.GetAttributes().Any(data => ExpressionAttributes.NameOf(data) == UniformAttribute);

    private static ParameterModel[] Parameters(
        MethodDeclarationSyntax declaration, IMethodSymbol method, LaneTypes types, string[] destinations, List<Problem> problems)
    {
        var parameters = new List<ParameterModel>();
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            AttributeData? uniform = parameter.GetAttributes().FirstOrDefault(data => ExpressionAttributes.NameOf(data) == UniformAttribute);
            bool Has(string option) => uniform?.NamedArguments.Any(argument => argument.Key == option && argument.Value.Value is true) ?? false;
            (bool both, bool perRow, bool perColumn) = (Has("PerElementToo"), Has("PerRowToo"), Has("PerColumnToo"));
            Lane? lane = types.Of(parameter.Type) ?? (parameter.Type.SpecialType == SpecialType.System_Int32 && uniform is not null ? Lane.Count : null);
            string type = parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
            string? fault =
                lane is null ? $"has type {type}; " + (types.IsGeneric
                    ? $"every parameter must have type {types.Name} (bool and the int that says how far to shift may be [Uniform])"
                    : $"the lanes of {types.Name} keep their width, so every parameter must be as wide")
                : lane is Lane.Mask or Lane.Count && (uniform is null || both || perRow || perColumn) ? $"has type {type}, which must be [Uniform] and the same for all elements"
                : parameter.RefKind != RefKind.None ? "must be passed by value"
                : parameter.IsOptional || parameter.IsParams ? "must not have a default value: overloads take spans"
                : Reserved.Contains(parameter.Name) ? "has a name that kernels use for themselves (T, V, W, L); give it another"
                : destinations.Contains(Escaped(parameter.Name)) ? "has the name of a destination; give it another"
                : (perRow || perColumn) && !HasMatrixForms(method) ? "has one value for each row or column in matrix forms alone; add [MatrixForms] to the method"
                : null;
            if (fault is not null)
            {
                problems.Add(new(VectorizedDiagnostics.Parameter, PlaceOf(declaration, parameter), parameter.Name, fault));
            }

            parameters.Add(new(Escaped(parameter.Name), lane ?? Lane.Scalar, uniform is not null, both, perRow, perColumn, ""));
        }

        if (parameters.All(parameter => parameter.Uniform))
        {
            problems.Add(new(VectorizedDiagnostics.Signature, declaration.Identifier.GetLocation(), method.Name, NothingVaries));
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
