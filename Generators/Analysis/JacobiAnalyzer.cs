using System.Collections.Immutable;
using Kernels.Generators.Jacobi;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.Generators.Analysis;

/// <summary>Rejects a row of the table of the Jacobi kernels that cannot be emitted, at the attribute that asks for it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class JacobiAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        JacobiDiagnostics.Scalar,
        JacobiDiagnostics.Width,
        JacobiDiagnostics.ClassShape,
        JacobiDiagnostics.Duplicate);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(JacobiKernelTable.Table.Report, SymbolKind.NamedType);
    }
}
