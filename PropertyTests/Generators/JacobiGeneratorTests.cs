using Kernels.Generators.Analysis;
using Kernels.Generators.Jacobi;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators;

public class JacobiGeneratorTests
{
    private const string Table = """
        using Kernels;

        namespace Stranger;

        [JacobiKernels(typeof(float), Width = 128)]
        [JacobiKernels(typeof(double), Width = 256)]
        [JacobiKernels(typeof(float), Width = 512)]
        internal static partial class Table;
        """;

    private const string Unrelated = "namespace Stranger; internal static class Other { internal static int One => 1; }";

    [Fact]
    public void EmittedKernelsCompileWithoutAWarningInAStrangersProject()
        => Assert.Empty(new GeneratorHarness(new JacobiGenerator(), Table, Unrelated).Problems);

    [Fact]
    public void AnEmittedFileIsTheSnapshot()
        => Snapshot.Verify(new GeneratorHarness(new JacobiGenerator(), Table).Emitted("JacobiV256Double.g.cs"), "JacobiV256Double");

    [Fact]
    public void EmittedTextIsWholeAndHasUnixLineEnds()
    {
        foreach (var source in new GeneratorHarness(new JacobiGenerator(), Table).Result.GeneratedSources)
        {
            string text = source.SourceText.ToString();
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotContain('$', text);
            Assert.DoesNotContain(" \n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnUnrelatedEditReRunsNothing()
    {
        var harness = new GeneratorHarness(new JacobiGenerator(), Table, Unrelated);
        harness.Edit(1, text => text.Replace("=> 1", "=> 2 // edited", StringComparison.Ordinal));
        Assert.All(harness.Reasons(JacobiKernelTable.SpecsStep), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Theory]
    [InlineData("[JacobiKernels(typeof(int), Width = 512)] internal static partial class Table;", "KRN401", "'int' is neither")]
    [InlineData("[JacobiKernels(typeof(float), Width = 64)] internal static partial class Table;", "KRN402", "Width is 64")]
    [InlineData("[JacobiKernels(typeof(float), Width = 128)] internal partial class Table { }", "KRN403", "'Table' must be")]
    [InlineData("[JacobiKernels(typeof(float), Width = 128)] [JacobiKernels(typeof(float), Width = 128)] internal static partial class Table;", "KRN404", "JacobiV128Single is already")]
    public async Task ABadRowIsNamed(string declaration, string id, string message)
    {
        var harness = new GeneratorHarness(new JacobiGenerator(), "using Kernels;\n\n" + declaration);
        var (foundId, _, _, text) = Assert.Single(await harness.Analyze(new JacobiAnalyzer()));
        Assert.Equal(id, foundId);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }
}
