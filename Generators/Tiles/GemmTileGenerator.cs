using System.Text;
using Kernels.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kernels.Generators.Tiles;

/// <summary>Emits the tiles of every <c>[GemmTile]</c>. Rows of the table that the analyzer rejects emit nothing.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class GemmTileGenerator : IIncrementalGenerator
{
    internal const string SpecsStep = "GemmTileSpecs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
        {
            output.AddSource(EmbeddedMarker.HintName, SourceText.From(EmbeddedMarker.Source, Encoding.UTF8));
            output.AddSource(GemmTileAttributes.HintName, SourceText.From(GemmTileAttributes.Attribute, Encoding.UTF8));
        });

        UnsafeCode.AddContract(context, GemmTileAttributes.ContractHintName, GemmTileAttributes.Contract);

        var specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                GemmTileAttributes.FullName,
                static (node, _) => node is ClassDeclarationSyntax,
                static (target, _) => new EquatableArray<GemmTileSpec>(GemmTileReader.Read(target.TargetSymbol, target.Attributes)
                    .Where(row => row.Problem is null)
                    .Select(row => row.Spec!)))
            .SelectMany(static (rows, _) => rows)
            .WithTrackingName(SpecsStep);

        context.RegisterSourceOutput(
            specs,
            static (output, spec) => output.AddSource(GemmTileEmitter.HintName(spec), SourceText.From(GemmTileEmitter.Emit(spec), Encoding.UTF8)));
    }
}
