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
        context.RegisterSymbolAction(GemmTileTable.Table.Report, SymbolKind.NamedType);
    }
}
