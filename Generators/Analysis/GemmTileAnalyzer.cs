using System.Collections.Immutable;
using Kernels.Generators.Tiles;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.Generators.Analysis;

/// <summary>Rejects a row of the tuning table that cannot become a good tile, at the attribute that asks for it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GemmTileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        TileDiagnostics.RegisterBudget,
        TileDiagnostics.Scalar,
        TileDiagnostics.Width,
        TileDiagnostics.Positive,
        TileDiagnostics.ClassShape,
        TileDiagnostics.Duplicate);

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
            .Where(attribute => attribute.AttributeClass?.ToDisplayString() == GemmTileAttributes.FullName)
            .ToImmutableArray();
        foreach (var row in GemmTileReader.Read(context.Symbol, rows))
        {
            if (row.Problem is not null && row.Attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
            {
                context.ReportDiagnostic(Diagnostic.Create(row.Problem, syntax.GetLocation(), row.Arguments));
            }
        }
    }
}
