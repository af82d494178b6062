using System.Collections.Immutable;
using Kernels.Generators.Masks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.Generators.Analysis;

/// <summary>Rejects a row of the table of the Philox kernels that cannot be emitted, at the attribute that asks for it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PhiloxAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        PhiloxDiagnostics.RegisterBudget,
        PhiloxDiagnostics.Width,
        PhiloxDiagnostics.Chains,
        PhiloxDiagnostics.ClassShape,
        PhiloxDiagnostics.Duplicate);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var rows = context.Symbol.GetAttributes()
            .Where(attribute => attribute.AttributeClass?.ToDisplayString() == PhiloxAttributes.FullName)
            .ToImmutableArray();
        foreach (var row in PhiloxReader.Read(context.Symbol, rows))
        {
            if (row.Problem is not null && row.Attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
            {
                context.ReportDiagnostic(Diagnostic.Create(row.Problem, syntax.GetLocation(), row.Arguments));
            }
        }
    }
}
