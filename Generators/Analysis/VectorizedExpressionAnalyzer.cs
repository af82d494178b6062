using System.Collections.Immutable;
using Kernels.Generators.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.Generators.Analysis;

/// <summary>Reports, at the offending token, why a vectorized expression gets no kernels.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class VectorizedExpressionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(VectorizedDiagnostics.All);

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
            || context.SemanticModel.GetDeclaredSymbol(declaration, context.CancellationToken) is not { } method)
        {
            return;
        }

        var problems = new List<Problem>();
        if (ExpressionParser.IsExpression(method))
        {
            ExpressionParser.Parse(declaration, method, context.SemanticModel, problems, context.CancellationToken);
        }
        else
        {
            ExpressionParser.CheckMatrixForms(declaration, method, context.SemanticModel, problems);
        }

        foreach (Problem problem in problems)
        {
            context.ReportDiagnostic(problem.ToDiagnostic());
        }
    }
}
