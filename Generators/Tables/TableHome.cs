using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Tables;

/// <summary>The class that a table's kernels go into.</summary>
internal sealed record TableHome(string Namespace, string Class)
{
    /// <summary>Null where the class cannot take them.</summary>
    public static TableHome? Of(INamedTypeSymbol type)
        => type.IsStatic && type.ContainingType is null && !type.IsGenericType && IsPartial(type)
            ? new(type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(), type.Name)
            : null;

    private static bool IsPartial(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.Text == "partial"));
}
