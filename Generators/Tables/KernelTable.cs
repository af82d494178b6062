using System.Collections.Immutable;
using System.Text;
using Kernels.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kernels.Generators.Tables;

/// <summary>
/// Kernels listed by attributes on a static partial class: one attribute a row, one emitted file a row. Generator and analyzer read the rows
/// alike, so that whatever is not emitted has a diagnostic.
/// </summary>
/// <param name="Attribute">Full name of the attribute.</param>
/// <param name="AttributeFile">The file of the attribute, which every project gets.</param>
/// <param name="ContractFile">The file of the contract, which has pointers.</param>
/// <param name="SpecsStep">Name of the pipeline step that turns attributes into rows.</param>
/// <param name="ReadRow">Reads an attribute whose class can take kernels.</param>
/// <param name="Key">What no two rows of a class have in common.</param>
/// <param name="ClassShape">The class cannot take kernels; the argument is its name.</param>
/// <param name="Duplicate">A key is there twice; the argument is the key.</param>
/// <param name="Emit">The file of a row.</param>
internal sealed record KernelTable<TSpec>(
    string Attribute,
    EmittedFile AttributeFile,
    EmittedFile ContractFile,
    string SpecsStep,
    Func<TableHome, AttributeData, TableRow<TSpec>> ReadRow,
    Func<TSpec, object> Key,
    DiagnosticDescriptor ClassShape,
    DiagnosticDescriptor Duplicate,
    Func<TSpec, EmittedFile> Emit)
    where TSpec : class, IEquatable<TSpec>
{
    /// <summary>The pipeline from attributes to files. Rows with a problem emit nothing.</summary>
    public void Register(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(output =>
        {
            output.AddSource(EmbeddedMarker.HintName, SourceText.From(EmbeddedMarker.Source, Encoding.UTF8));
            output.AddSource(AttributeFile.Hint, SourceText.From(AttributeFile.Text, Encoding.UTF8));
        });

        UnsafeCode.AddContract(context, ContractFile.Hint, ContractFile.Text);

        var specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Attribute,
                static (node, _) => node is ClassDeclarationSyntax,
                (target, _) => new EquatableArray<TSpec>(Read(target.TargetSymbol, target.Attributes).Where(row => row.Problem is null).Select(row => row.Spec!)))
            .SelectMany(static (rows, _) => rows)
            .WithTrackingName(SpecsStep);

        context.RegisterSourceOutput(specs, (output, spec) =>
        {
            EmittedFile file = Emit(spec);
            output.AddSource(file.Hint, SourceText.From(file.Text, Encoding.UTF8));
        });
    }

    /// <summary>Reports the problems of a class, each at its attribute.</summary>
    public void Report(SymbolAnalysisContext context)
    {
        var attributes = context.Symbol.GetAttributes().Where(attribute => attribute.AttributeClass?.ToDisplayString() == Attribute).ToImmutableArray();
        foreach (var row in Read(context.Symbol, attributes))
        {
            if (row.Problem is not null && row.Attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
            {
                context.ReportDiagnostic(Diagnostic.Create(row.Problem, syntax.GetLocation(), row.Arguments));
            }
        }
    }

    private IEnumerable<TableRow<TSpec>> Read(ISymbol target, ImmutableArray<AttributeData> attributes)
    {
        var type = (INamedTypeSymbol)target;
        TableHome? home = TableHome.Of(type);
        var seen = new HashSet<object>();
        foreach (AttributeData attribute in attributes)
        {
            var row = home is null ? TableRow<TSpec>.Rejected(attribute, ClassShape, type.Name) : ReadRow(home, attribute);
            yield return row.Spec is { } spec && !seen.Add(Key(spec)) ? TableRow<TSpec>.Rejected(attribute, Duplicate, Key(spec)) : row;
        }
    }
}
