using Kernels.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes vector kernels for methods marked <c>[Vectorized]</c>, <c>[VectorizedSum]</c> and the other attributes of this family.
/// A method that does not translate gets nothing from here; <see cref="Analysis.VectorizedExpressionAnalyzer"/> says why.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class VectorizedGenerator : IIncrementalGenerator
{
    /// <summary>Name of the pipeline step that turns a method into its model.</summary>
    public const string ModelStep = "VectorizedModel";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
        {
            output.AddSource(EmbeddedMarker.HintName, EmbeddedMarker.Source);
            output.AddSource(VectorizedSources.AttributesHint, VectorizedSources.Attributes);
            output.AddSource(VectorizedSources.GuardHint, VectorizedSources.Guard);
        });

        // Without pointers there are no stores past the caches.
        IncrementalValueProvider<bool> streams = UnsafeCode.IsAllowed(context);
        IncrementalValueProvider<bool> needsMath = streams.Select(static (_, _) => false);
        foreach (string attribute in ExpressionAttributes.Names)
        {
            IncrementalValuesProvider<ExpressionModel> models = context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    attribute,
                    static (node, _) => node is MethodDeclarationSyntax,
                    (attributed, token) => ExpressionParser.Parse(
                        (MethodDeclarationSyntax)attributed.TargetNode, (IMethodSymbol)attributed.TargetSymbol, attributed.SemanticModel, [], token))
                .Where(static model => model is not null)
                .Select(static (model, _) => model!)
                .WithTrackingName(ModelStep);

            context.RegisterSourceOutput(models.Combine(streams), static (output, pair) =>
            {
                foreach ((string hint, string text) in ExpressionFiles.Of(pair.Left, pair.Right))
                {
                    output.CancellationToken.ThrowIfCancellationRequested();
                    output.AddSource(hint, text);
                }
            });
            needsMath = needsMath.Combine(models.Select(static (model, _) => model.IsApproximate).Collect()).Select(static (pair, _) => pair.Left || pair.Right.Contains(true));
        }

        context.RegisterSourceOutput(needsMath, static (output, needed) =>
        {
            foreach ((string hint, string text) in needed ? VectorizedMathSource.Files() : [])
            {
                output.AddSource(hint, text);
            }
        });
    }
}
