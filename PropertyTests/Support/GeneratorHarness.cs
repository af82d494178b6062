using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernels.PropertyTests.Support;

/// <summary>Compiles a stranger's project that has nothing but a generator and its analyzer.</summary>
internal sealed class GeneratorHarness
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp12);

    private static readonly MetadataReference[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private GeneratorDriver _driver;

    internal GeneratorHarness(IIncrementalGenerator generator, params string[] sources)
    {
        Compilation = CSharpCompilation.Create(
            "Stranger",
            sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, Options, path: $"File{i}.cs")),
            Framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));
        _driver = CSharpGeneratorDriver.Create(
            [generator.AsSourceGenerator()], parseOptions: Options, driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Run();
    }

    internal CSharpCompilation Compilation { get; private set; }

    internal Compilation Output { get; private set; } = null!;

    internal GeneratorRunResult Result { get; private set; }

    internal IEnumerable<Diagnostic> Problems => Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

    /// <summary>The emitted file whose name ends so.</summary>
    internal string Emitted(string ending)
        => Result.GeneratedSources.Single(source => source.HintName.EndsWith(ending, StringComparison.Ordinal)).SourceText.ToString();

    /// <summary>Runs the generator again after an edit of one file.</summary>
    internal void Edit(int file, Func<string, string> change)
    {
        var old = Compilation.SyntaxTrees[file];
        Compilation = Compilation.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(change(old.ToString()), Options, path: old.FilePath));
        Run();
    }

    /// <summary>Why each output of a named step ran, or did not.</summary>
    internal IncrementalStepRunReason[] Reasons(string step)
        => [.. Result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];

    /// <summary>Why each emitted file was written, or was not.</summary>
    internal IncrementalStepRunReason[] OutputReasons()
        => [.. Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason)];

    /// <summary>What an analyzer says, each with its line (from 1) and the text it points at.</summary>
    internal async Task<(string Id, int Line, string At, string Message)[]> Analyze(DiagnosticAnalyzer analyzer)
    {
        var diagnostics = await Output.WithAnalyzers([analyzer]).GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).Select(diagnostic => (
            diagnostic.Id,
            diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1,
            diagnostic.Location.SourceTree!.ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length),
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)))];
    }

    private void Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(Compilation, out var output, out ImmutableArray<Diagnostic> problems);
        Assert.Empty(problems);
        Output = output;
        Result = _driver.GetRunResult().Results.Single();
    }
}
