using System.Collections.Immutable;
using Kernels.Generators.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Masks;

/// <summary>Turns <c>[PhiloxKernels]</c> into a row of the table, or into the reason why not. Generator and analyzer read the same.</summary>
internal static class PhiloxReader
{
    internal readonly record struct Row(PhiloxSpec? Spec, AttributeData Attribute, DiagnosticDescriptor? Problem, object[] Arguments);

    public static IEnumerable<Row> Read(ISymbol target, ImmutableArray<AttributeData> attributes)
    {
        var seen = new HashSet<int>();
        foreach (AttributeData attribute in attributes)
        {
            Row row = ReadOne((INamedTypeSymbol)target, attribute);
            yield return row.Problem is null && !seen.Add(row.Spec!.Width)
                ? row with { Problem = PhiloxDiagnostics.Duplicate, Arguments = [row.Spec.Width] }
                : row;
        }
    }

    private static Row ReadOne(INamedTypeSymbol type, AttributeData attribute)
    {
        Row Reject(DiagnosticDescriptor problem, params object[] arguments) => new(null, attribute, problem, arguments);

        int Number(string name) => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value.Value as int? ?? 0;

        if (!type.IsStatic || type.ContainingType is not null || type.IsGenericType || !IsPartial(type))
        {
            return Reject(PhiloxDiagnostics.ClassShape, type.Name);
        }

        if (Number("Width") is not (128 or 256 or 512))
        {
            return Reject(PhiloxDiagnostics.Width, Number("Width"));
        }

        if (Number("Chains") < 1)
        {
            return Reject(PhiloxDiagnostics.Chains, Number("Chains"));
        }

        string home = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        var spec = new PhiloxSpec(home, type.Name, Number("Width"), Number("Chains"));
        return spec.LiveRegisters > spec.Registers
            ? Reject(PhiloxDiagnostics.RegisterBudget, spec.Name, spec.Chains, spec.LiveRegisters, spec.Registers)
            : new(spec, attribute, null, []);
    }

    private static bool IsPartial(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is ClassDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.Text == "partial"));
}
