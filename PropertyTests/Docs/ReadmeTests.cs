using System.Text.RegularExpressions;
using Kernels.Generators.Expressions;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kernels.PropertyTests.Docs;

/// <summary>Every C# example of the README compiles against what is built, with the generator, without a warning.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void EveryExampleCompiles()
    {
        string[] examples = [.. Example().Matches(File.ReadAllText(Checkout.Path("README.md"))).Select(match => match.Groups[1].Value)];
        Assert.True(examples.Length >= 2);
        foreach (string example in examples)
        {
            Assert.Empty(Problems(example));
        }
    }

    [Fact]
    public void AWrongExampleWouldBeSeen()
        => Assert.NotEmpty(Problems("using Kernels;\nGemm.Multiply(1, 2);"));

    private static IEnumerable<string> Problems(string example)
    {
        // Top-level statements make a program, a type makes a library; implicit usings as in any new project.
        var options = new CSharpParseOptions(LanguageVersion.CSharp12);
        bool library = example.Contains("namespace ", StringComparison.Ordinal);
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText("global using System;", options), CSharpSyntaxTree.ParseText(example, options)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Append(typeof(KernelInfo).Assembly.Location).Append(typeof(SolverStatus).Assembly.Location).Distinct()
                .Where(path => !Path.GetFileName(path).StartsWith("PropertyTests", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(library ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication));
        CSharpGeneratorDriver.Create(new VectorizedGenerator()).WithUpdatedParseOptions(options).RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        return output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString());
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
