using System.Text;
using Kernels.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kernels.Generators.Masks;

/// <summary>Emits the kernels of every <c>[PhiloxKernels]</c>. Rows of the table that the analyzer rejects emit nothing.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PhiloxGenerator : IIncrementalGenerator
{
    internal const string SpecsStep = "PhiloxSpecs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
        {
            output.AddSource(EmbeddedMarker.HintName, SourceText.From(EmbeddedMarker.Source, Encoding.UTF8));
            output.AddSource(PhiloxAttributes.HintName, SourceText.From(PhiloxAttributes.Attribute, Encoding.UTF8));
        });

        UnsafeCode.AddContract(context, PhiloxAttributes.ContractHintName, PhiloxAttributes.Contract);

        var specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                PhiloxAttributes.FullName,
                static (node, _) => node is ClassDeclarationSyntax,
                static (target, _) => new EquatableArray<PhiloxSpec>(PhiloxReader.Read(target.TargetSymbol, target.Attributes)
                    .Where(row => row.Problem is null)
                    .Select(row => row.Spec!)))
            .SelectMany(static (rows, _) => rows)
            .WithTrackingName(SpecsStep);

        context.RegisterSourceOutput(
            specs,
            static (output, spec) => output.AddSource(PhiloxEmitter.HintName(spec), SourceText.From(PhiloxEmitter.Emit(spec), Encoding.UTF8)));
    }
}
