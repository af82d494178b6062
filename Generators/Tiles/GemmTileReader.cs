using System.Collections.Immutable;
using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Tiles;

/// <summary>Turns <c>[GemmTile]</c> into a row of the table, or into the reason why not. Generator and analyzer read the same.</summary>
internal static class GemmTileReader
{
    internal readonly record struct Row(GemmTileSpec? Spec, AttributeData Attribute, DiagnosticDescriptor? Problem, object[] Arguments);

    public static IEnumerable<Row> Read(ISymbol target, ImmutableArray<AttributeData> attributes)
    {
        var seen = new HashSet<string>();
        foreach (AttributeData attribute in attributes)
        {
            var row = ReadOne((INamedTypeSymbol)target, attribute);
            yield return row.Problem is null && !seen.Add(row.Spec!.Name)
                ? row with { Problem = TileDiagnostics.Duplicate, Arguments = [row.Spec.Name] }
                : row;
        }
    }

    private static Row ReadOne(INamedTypeSymbol type, AttributeData attribute)
    {
        Row Reject(DiagnosticDescriptor problem, params object[] arguments) => new(null, attribute, problem, arguments);

        int Number(string name) => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value.Value as int? ?? 0;

        if (!type.IsStatic || type.ContainingType is not null || type.IsGenericType || !IsPartial(type))
        {
            return Reject(TileDiagnostics.ClassShape, type.Name);
        }

        string? scalar = (attribute.ConstructorArguments.FirstOrDefault().Value as ITypeSymbol)?.SpecialType switch
        {
            SpecialType.System_Single => "float",
            SpecialType.System_Double => "double",
            _ => null,
        };
        if (scalar is null)
        {
            return Reject(TileDiagnostics.Scalar, attribute.ConstructorArguments.FirstOrDefault().Value?.ToString() ?? "null");
        }

        if (Number("Width") is not (128 or 256 or 512))
        {
            return Reject(TileDiagnostics.Width, Number("Width"));
        }

        foreach (string name in new[] { "Rows", "Vectors", "DepthBlock", "RowBlock", "ColumnBlock", "PackingKiB" })
        {
            if (Number(name) < 1)
            {
                return Reject(TileDiagnostics.Positive, name, Number(name));
            }
        }

        string home = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        var spec = new GemmTileSpec(
            home,
            type.Name,
            scalar,
            Number("Width"),
            Number("Rows"),
            Number("Vectors"),
            Number("DepthBlock"),
            Number("RowBlock"),
            Number("ColumnBlock"),
            Number("PackingKiB"));
        return spec.LiveRegisters > spec.Registers
            ? Reject(TileDiagnostics.RegisterBudget, spec.Name, spec.Rows, spec.Vectors, spec.LiveRegisters, spec.Registers)
            : new(spec, attribute, null, []);
    }

    private static bool IsPartial(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.Text == "partial"));
}
