using Kernels.Generators.Analysis;
using Kernels.Generators.Fixed;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators;

public class FixedGemmGeneratorTests
{
    private const string Products = """
        using System;
        using Kernels;

        namespace Stranger;

        public partial struct Outer
        {
            internal static partial class Small
            {
                [FixedGemm(M = 4, N = 4, K = 4)]
                public static partial void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

                [FixedGemm(M = 3, N = 3, K = 3, Accumulate = true)]
                static partial void Multiply(scoped ReadOnlySpan<double> @in, ReadOnlySpan<double> b, Span<double> @ref);

                [FixedGemm(M = 5, N = 6, K = 7, LdA = 8, LdB = 9, LdC = 10)]
                internal static partial void Multiply(ref readonly double a, in double b, ref double c);

                [FixedGemm(M = 4, N = 4, K = 4)]
                public static partial void Multiply(int count, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, Span<float> c, int strideC);
            }
        }
        """;

    private const string Unrelated = "namespace Stranger; internal static class Other { internal static int One => 1; }";

    [Fact]
    public void EmittedProductsCompileWithoutAWarningInAStrangersProject()
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), Products, Unrelated);
        Assert.Empty(harness.Problems);
        Assert.Equal(4, Files(harness).Length);
    }

    [Fact]
    public void AnEmittedFileIsTheSnapshot()
        => Snapshot.Verify(new GeneratorHarness(new FixedGemmGenerator(), Products).Emitted("Small.Multiply.float.g.cs"), "FixedGemm.Multiply4x4x4.float");

    [Fact]
    public void EmittedTextHasUnixLineEndsAndNoTrailingSpaceAndNoUnsafeCode()
        => Assert.All(new GeneratorHarness(new FixedGemmGenerator(), Products.ReplaceLineEndings("\r\n")).Result.GeneratedSources, source =>
        {
            string text = source.SourceText.ToString();
            Assert.DoesNotContain('\r', text);
            Assert.DoesNotContain(" \n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe ", text, StringComparison.Ordinal);
        });

    [Fact]
    public void AnUnrelatedEditReRunsNothing()
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), Products, Unrelated);
        harness.Edit(1, text => text.Replace("=> 1", "=> 2 // edited", StringComparison.Ordinal));
        Assert.All(harness.Reasons(FixedGemmGenerator.ModelStep), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void ACommentInTheFileWritesNothingAgain()
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), Products, Unrelated);
        harness.Edit(0, text => "// a comment\n" + text);
        Assert.All(harness.OutputReasons(), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void AnEditedShapeWritesThatFileAlone()
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), Products, Unrelated);
        harness.Edit(0, text => text.Replace("K = 7", "K = 8", StringComparison.Ordinal));
        Assert.Equal(
            [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified],
            harness.OutputReasons().OrderBy(reason => reason.ToString()));
    }

    [Theory]
    [InlineData("M = 0, N = 4, K = 4", "KRN203", "M = 0", "M is 0; give it a value from 1 to 64")]
    [InlineData("M = 4, N = 65, K = 4", "KRN203", "N = 65", "N is 65")]
    [InlineData("M = 4, N = 4", "KRN203", "FixedGemm(M = 4, N = 4)", "K is 0")]
    [InlineData("M = 4, N = 4, K = 4, LdA = 3", "KRN204", "LdA = 3", "LdA is 3; it is the distance between rows, so it must be at least K = 4")]
    [InlineData("M = 4, N = 5, K = 4, LdB = 0", "KRN204", "LdB = 0", "at least N = 5")]
    [InlineData("M = 4, N = 5, K = 4, LdC = 2000000", "KRN204", "LdC = 2000000", "at most 1048576")]
    public Task ABadNumberIsNamedWhereItStands(string arguments, string id, string at, string message)
        => Refused($"[FixedGemm({arguments})] static partial void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);", id, at, message);

    [Theory]
    [InlineData("static void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c) { }", "KRN201", "F", "it is not partial")]
    [InlineData("partial void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);", "KRN201", "F", "it is not static")]
    [InlineData("static partial void F<U>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);", "KRN201", "F", "it has type parameters")]
    [InlineData("internal static partial int F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);", "KRN201", "F", "it returns a value")]
    [InlineData("static partial void F(ReadOnlySpan<float> a, Span<float> b, Span<float> c);", "KRN202", "(ReadOnlySpan<float> a, Span<float> b, Span<float> c)", "'F' must take")]
    [InlineData("static partial void F(float[] a, float[] b, float[] c);", "KRN202", "(float[] a, float[] b, float[] c)", "'F' must take")]
    [InlineData("static partial void F(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<int> c);", "KRN205", "ReadOnlySpan<int>", "'a' has elements of type int; products exist for float and double")]
    [InlineData("static partial void F(ReadOnlySpan<float> a, ReadOnlySpan<double> b, Span<float> c);", "KRN205", "ReadOnlySpan<double>", "'b' has elements of type double; the first operand has float")]
    public Task ABadMethodIsNamedWhereItStands(string method, string id, string at, string message)
        => Refused($"[FixedGemm(M = 4, N = 4, K = 4)] {method}", id, at, message);

    [Theory]
    [InlineData("static class C { [FixedGemm(M = 1, N = 1, K = 1)] static partial void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c); }", "'C' is not a partial class")]
    [InlineData("static partial class C<U> { [FixedGemm(M = 1, N = 1, K = 1)] static partial void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c); }", "'C' is not a partial class")]
    [InlineData("class D { static partial class C { [FixedGemm(M = 1, N = 1, K = 1)] static partial void F(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c); } }", "'D' is not a partial class")]
    public async Task AClassThatCannotBeExtendedIsRefused(string source, string message)
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), "using System;\nusing Kernels;\n" + source);
        var (id, line, at, text) = Assert.Single(await harness.Analyze(new FixedGemmAnalyzer()));
        Assert.Equal(("KRN201", 3, "F"), (id, line, at));
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Empty(Files(harness));
    }

    [Fact]
    public async Task NothingIsSaidOfGoodProducts()
        => Assert.Empty(await new GeneratorHarness(new FixedGemmGenerator(), Products).Analyze(new FixedGemmAnalyzer()));

    private static async Task Refused(string method, string id, string at, string message)
    {
        var harness = new GeneratorHarness(new FixedGemmGenerator(), $"using System;\nusing Kernels;\n\npartial class C\n{{\n    {method}\n}}\n");
        var found = Assert.Single(await harness.Analyze(new FixedGemmAnalyzer()));
        Assert.Equal((id, 6, at), (found.Id, found.Line, found.At));
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
        Assert.Empty(Files(harness));
    }

    // The emitted files without those that every project receives.
    private static string[] Files(GeneratorHarness harness)
        => [.. harness.Result.GeneratedSources.Select(source => source.HintName).Where(name => !name.StartsWith("Kernels.FixedGemm", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal))];
}
