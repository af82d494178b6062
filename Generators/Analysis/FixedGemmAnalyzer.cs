using System.Collections.Immutable;
using Kernels.Generators.Expressions;
using Kernels.Generators.Fixed;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.Generators.Analysis;

/// <summary>Reports, at the offending token, why a <c>[FixedGemm]</c> method is not filled in.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixedGemmAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(FixedGemmDiagnostics.All);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.MethodDeclaration);
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var declaration = (MethodDeclarationSyntax)context.Node;
        if (declaration.AttributeLists.Count == 0
            || context.SemanticModel.GetDeclaredSymbol(declaration, context.CancellationToken) is not { } method
            || method.GetAttributes().FirstOrDefault(data => data.AttributeClass?.ToDisplayString() == FixedGemmSources.AttributeName) is not { } attribute)
        {
            return;
        }

        var problems = new List<Problem>();
        FixedGemmReader.Read(declaration, method, attribute, problems, context.CancellationToken);
        foreach (Problem problem in problems)
        {
            context.ReportDiagnostic(problem.ToDiagnostic());
        }
    }
}
