using Kernels.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Fills partial methods marked <c>[FixedGemm]</c>. A method that cannot be filled gets nothing from here;
/// <see cref="Analysis.FixedGemmAnalyzer"/> says why.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class FixedGemmGenerator : IIncrementalGenerator
{
    /// <summary>Name of the pipeline step that turns a method into its model.</summary>
    public const string ModelStep = "FixedGemmModel";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
        {
            output.AddSource(EmbeddedMarker.HintName, EmbeddedMarker.Source);
            output.AddSource(FixedGemmSources.AttributeHint, FixedGemmSources.Attribute);
            output.AddSource(FixedGemmSources.GuardHint, FixedGemmSources.Guard);
        });

        var models = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                FixedGemmSources.AttributeName,
                static (node, _) => node is MethodDeclarationSyntax,
                static (attributed, token) => FixedGemmReader.Read(
                    (MethodDeclarationSyntax)attributed.TargetNode, (IMethodSymbol)attributed.TargetSymbol, attributed.Attributes[0], [], token))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(ModelStep);

        context.RegisterSourceOutput(models, static (output, model) => output.AddSource(FixedGemmEmitter.HintName(model), FixedGemmEmitter.Emit(model)));
    }
}
