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
        context.RegisterSymbolAction(PhiloxKernelTable.Table.Report, SymbolKind.NamedType);
    }
}
