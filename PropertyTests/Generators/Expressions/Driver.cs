using System.Collections.Immutable;
using Kernels.Generators.Analysis;
using Kernels.Generators.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Compiles sources as a stranger's project would that has the analyzer package and nothing else.</summary>
internal static class Driver
{
    /// <summary>The directives and the constraint that every sample repeats.</summary>
    public const string Head = "using System.Numerics;\nusing Kernels;\nnamespace Stranger;\n";

    /// <summary>A source that starts with this is of a project that references Kernels too.</summary>
    public const string WithKernels = "// In a project that references Kernels.\n";

    public const string Where = "where T : unmanaged, IFloatingPointIeee754<T>";

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp12, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] Framework = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name == "netstandard.dll")
            && !name.StartsWith("System.Numerics.Tensors", StringComparison.Ordinal) && !name.StartsWith("System.CommandLine", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly MetadataReference Kernels = MetadataReference.CreateFromFile(typeof(MatrixLines).Assembly.Location);

    public static SyntaxTree Tree(string source, string path = "Source.cs") => CSharpSyntaxTree.ParseText(source, Parse, path);

    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Stranger",
        sources.Select((source, i) => Tree(source, $"Source{i}.cs")),
        sources.Any(source => source.StartsWith(WithKernels, StringComparison.Ordinal)) ? [.. Framework, Kernels] : Framework,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    public static GeneratorDriver Create() => CSharpGeneratorDriver.Create(
        [new VectorizedGenerator().AsSourceGenerator()],
        parseOptions: Parse,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The emitted files by hint name, without those that every project receives.</summary>
    public static Dictionary<string, string> Emit(params string[] sources) => Emitted(Create().RunGenerators(Compile(sources)));

    public static Dictionary<string, string> Emitted(GeneratorDriver driver) => driver.GetRunResult().Results.Single().GeneratedSources
        .Where(source => !source.HintName.StartsWith("Kernels.Vectorized", StringComparison.Ordinal) && !source.HintName.StartsWith("Microsoft.", StringComparison.Ordinal))
        .ToDictionary(source => source.HintName, source => source.SourceText.ToString());

    /// <summary>The compilation with the emitted files, and everything the compiler and the generator say about it.</summary>
    public static (Compilation Compilation, ImmutableArray<Diagnostic> Diagnostics) Build(params string[] sources)
    {
        Create().RunGeneratorsAndUpdateCompilation(Compile(sources), out Compilation updated, out ImmutableArray<Diagnostic> reported);
        return (updated, [.. reported, .. updated.GetDiagnostics()]);
    }

    /// <summary>What the analyzer reports.</summary>
    public static async Task<ImmutableArray<Diagnostic>> Analyze(params string[] sources)
    {
        Create().RunGeneratorsAndUpdateCompilation(Compile(sources), out Compilation updated, out _);
        return await updated.WithAnalyzers([new VectorizedExpressionAnalyzer()]).GetAnalyzerDiagnosticsAsync();
    }
}
