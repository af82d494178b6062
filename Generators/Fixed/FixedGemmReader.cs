using Kernels.Generators.Analysis;
using Kernels.Generators.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Fixed;

/// <summary>Turns a method marked <c>[FixedGemm]</c> into a model, or lists what is wrong with it. Generator and analyzer read the same.</summary>
internal static class FixedGemmReader
{
    /// <summary>Beyond this a product does not gain from unrolling, and blocking for the caches (<c>Gemm.Multiply</c>) wins.</summary>
    public const int Largest = 64;

    // Keeps every offset inside a kernel far below 2^31.
    private const int LargestLeading = 1 << 20;

    /// <summary>The model of the method, or null after adding at least one entry to <paramref name="problems"/>.</summary>
    public static FixedGemmModel? Read(
        MethodDeclarationSyntax declaration, IMethodSymbol method, AttributeData attribute, List<Problem> problems, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var attributeSyntax = attribute.ApplicationSyntaxReference?.GetSyntax(token) as AttributeSyntax;
        CheckPlace(declaration, method, problems);
        var form = Form(method);
        if (form is null)
        {
            problems.Add(new(FixedGemmDiagnostics.Signature, declaration.ParameterList.GetLocation(), method.Name));
        }

        string? scalar = form is null ? null : Scalar(declaration, method, problems);
        var shape = Shape(attribute, attributeSyntax, scalar ?? "float", problems);
        if (problems.Count != 0)
        {
            return null;
        }

        return new(
            method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
            new(Containers(method).Reverse().Select(type => $"{(type.IsValueType ? "struct" : "class")} {Escaped(type.Name)}")),
            string.Join(" ", declaration.Modifiers.Select(modifier => modifier.Text)),
            Escaped(method.Name),
            new(method.Parameters.Select(Declaration)),
            new(method.Parameters.Select(parameter => Escaped(parameter.Name))),
            form!.Value,
            shape);
    }

    private static void CheckPlace(MethodDeclarationSyntax declaration, IMethodSymbol method, List<Problem> problems)
    {
        string? wrong =
            !declaration.Modifiers.Any(SyntaxKind.PartialKeyword) ? "it is not partial"
            : !method.IsStatic ? "it is not static"
            : declaration.Body is not null || declaration.ExpressionBody is not null ? "it has a body"
            : method.IsGenericMethod ? "it has type parameters"
            : !method.ReturnsVoid ? "it returns a value"
            : Containers(method).FirstOrDefault(type => type.IsGenericType || type.IsRecord || type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || !IsPartial(type)) is { } outer
                ? $"'{outer.Name}' is not a partial class or struct without type parameters"
            : null;
        if (wrong is not null)
        {
            problems.Add(new(FixedGemmDiagnostics.Place, declaration.Identifier.GetLocation(), method.Name, wrong));
        }
    }

    private static FixedGemmForm? Form(IMethodSymbol method)
    {
        var types = method.Parameters;
        if (types.Length == 3 && IsSpan(types[0], "ReadOnlySpan") && IsSpan(types[1], "ReadOnlySpan") && IsSpan(types[2], "Span"))
        {
            return FixedGemmForm.Spans;
        }

        if (types.Length == 3 && IsReadOnlyReference(types[0]) && IsReadOnlyReference(types[1]) && types[2].RefKind == RefKind.Ref)
        {
            return FixedGemmForm.References;
        }

        return types.Length == 7
            && IsInt(types[0]) && IsSpan(types[1], "ReadOnlySpan") && IsInt(types[2]) && IsSpan(types[3], "ReadOnlySpan") && IsInt(types[4])
            && IsSpan(types[5], "Span") && IsInt(types[6])
            ? FixedGemmForm.Batch
            : null;
    }

    private static string? Scalar(MethodDeclarationSyntax declaration, IMethodSymbol method, List<Problem> problems)
    {
        int[] operands = method.Parameters.Length == 3 ? [0, 1, 2] : [1, 3, 5];
        var first = Element(method.Parameters[operands[0]]);
        foreach (int operand in operands)
        {
            var element = Element(method.Parameters[operand]);
            bool supported = element.SpecialType is SpecialType.System_Single or SpecialType.System_Double;
            if (!supported || !SymbolEqualityComparer.Default.Equals(element, first))
            {
                var at = declaration.ParameterList.Parameters[operand].Type!.GetLocation();
                problems.Add(new(
                    FixedGemmDiagnostics.Scalar, at, method.Parameters[operand].Name, element.ToDisplayString(), supported ? $"the first operand has {first.ToDisplayString()}" : "products exist for float and double"));
                return null;
            }
        }

        return first.SpecialType == SpecialType.System_Double ? "double" : "float";
    }

    private static FixedShape Shape(AttributeData attribute, AttributeSyntax? syntax, string scalar, List<Problem> problems)
    {
        object? Value(string name) => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value.Value;

        Location At(string name)
            => (syntax?.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name) as SyntaxNode ?? syntax)?.GetLocation()
                ?? Location.None;

        int Extent(string name)
        {
            int value = Value(name) as int? ?? 0;
            if (value is < 1 or > Largest)
            {
                problems.Add(new(FixedGemmDiagnostics.Extent, At(name), name, value, Largest));
            }

            return value;
        }

        int Leading(string name, string columnsName, int columns)
        {
            // Not set is not the same as set to zero.
            int value = Value(name) as int? ?? columns;
            if (columns >= 1 && (value < columns || value > LargestLeading))
            {
                problems.Add(new(FixedGemmDiagnostics.Leading, At(name), name, value, columnsName, columns, LargestLeading));
            }

            return value;
        }

        int m = Extent("M"), n = Extent("N"), k = Extent("K");
        return new(scalar, m, n, k, Leading("LdA", "K", k), Leading("LdB", "N", n), Leading("LdC", "N", n), Value("Accumulate") is true);
    }

    private static string Declaration(IParameterSymbol parameter)
    {
        string kind = parameter.RefKind switch
        {
            RefKind.In => "in ",
            RefKind.Ref => "ref ",
            RefKind.RefReadOnlyParameter => "ref readonly ",
            _ => "",
        };
        return $"{(parameter.ScopedKind == ScopedKind.None ? "" : "scoped ")}{kind}{parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} {Escaped(parameter.Name)}";
    }

    private static bool IsInt(IParameterSymbol parameter) => parameter.RefKind == RefKind.None && parameter.Type.SpecialType == SpecialType.System_Int32;

    private static bool IsReadOnlyReference(IParameterSymbol parameter) => parameter.RefKind is RefKind.In or RefKind.RefReadOnlyParameter;

    private static bool IsSpan(IParameterSymbol parameter, string name)
        => parameter is { RefKind: RefKind.None, Type: INamedTypeSymbol { Arity: 1 } type } && type.Name == name && type.ContainingNamespace.ToDisplayString() == "System";

    private static ITypeSymbol Element(IParameterSymbol parameter) => parameter.RefKind == RefKind.None ? ((INamedTypeSymbol)parameter.Type).TypeArguments[0] : parameter.Type;

    private static IEnumerable<INamedTypeSymbol> Containers(IMethodSymbol method)
    {
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            yield return type;
        }
    }

    private static bool IsPartial(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is TypeDeclarationSyntax declared && declared.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Escaped(string name)
        => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
