using Kernels.Generators.Analysis;
using Kernels.Generators.Masks;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators;

public class PhiloxGeneratorTests
{
    private const string Table = """
        using Kernels;

        namespace Stranger;

        [PhiloxKernels(Width = 128, Chains = 2)]
        [PhiloxKernels(Width = 256, Chains = 1)]
        [PhiloxKernels(Width = 512, Chains = 4)]
        internal static partial class Table;
        """;

    private const string Unrelated = "namespace Stranger; internal static class Other { internal static int One => 1; }";

    [Fact]
    public void EmittedKernelsCompileWithoutAWarningInAStrangersProject()
        => Assert.Empty(new GeneratorHarness(new PhiloxGenerator(), Table, Unrelated).Problems);

    [Fact]
    public void AnEmittedFileIsTheSnapshot()
        => Snapshot.Verify(new GeneratorHarness(new PhiloxGenerator(), Table).Emitted("PhiloxV256.g.cs"), "PhiloxV256");

    [Fact]
    public void EmittedTextIsWholeAndHasUnixLineEnds()
    {
        foreach (var source in new GeneratorHarness(new PhiloxGenerator(), Table).Result.GeneratedSources)
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
        var harness = new GeneratorHarness(new PhiloxGenerator(), Table, Unrelated);
        harness.Edit(1, text => text.Replace("=> 1", "=> 2 // edited", StringComparison.Ordinal));
        Assert.All(harness.Reasons(PhiloxKernelTable.SpecsStep), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Theory]
    [InlineData("Width = 512, Chains = 6", null, "")]
    [InlineData("Width = 512, Chains = 7", "KRN301", "34 vectors live, but there are 32")]
    [InlineData("Width = 256, Chains = 3", "KRN301", "18 vectors live, but there are 16")]
    [InlineData("Width = 64, Chains = 1", "KRN302", "Width is 64")]
    [InlineData("Width = 128", "KRN303", "Chains is 0")]
    public async Task ABadRowIsNamedWhereItStands(string row, string? id, string message)
    {
        var harness = new GeneratorHarness(new PhiloxGenerator(), $"using Kernels;\n\n[PhiloxKernels({row})]\ninternal static partial class Table;");
        var found = await harness.Analyze(new PhiloxAnalyzer());
        int files = harness.Result.GeneratedSources.Count(source => source.HintName.StartsWith("Table.", StringComparison.Ordinal));
        if (id is null)
        {
            Assert.Empty(found);
            Assert.Equal(1, files);
            return;
        }

        var (foundId, line, at, text) = Assert.Single(found);
        Assert.Equal((id, 3, $"PhiloxKernels({row})"), (foundId, line, at));
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Equal(0, files);
    }

    [Theory]
    [InlineData("[PhiloxKernels(Width = 128, Chains = 1)] internal partial class Table { }", "KRN304", "'Table' must be")]
    [InlineData("[PhiloxKernels(Width = 128, Chains = 1)] [PhiloxKernels(Width = 128, Chains = 2)] internal static partial class Table { }", "KRN305", "Width = 128 is already")]
    public async Task ATableInTheWrongPlaceOrWithARowTwiceIsRefused(string declaration, string id, string message)
    {
        var (foundId, _, _, text) = Assert.Single(await new GeneratorHarness(new PhiloxGenerator(), $"using Kernels;\n{declaration}").Analyze(new PhiloxAnalyzer()));
        Assert.Equal(id, foundId);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }
}
