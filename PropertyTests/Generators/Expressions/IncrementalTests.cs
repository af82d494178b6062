using Kernels.Generators.Expressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>What an edit makes the generator do again.</summary>
public class IncrementalTests
{
    private const string Source = Driver.Head + """
        public static partial class C
        {
            [Vectorized]
            private static T F<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => x + x;

            [VectorizedSum]
            private static T G<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => x * x;
        }
        """;

    [Fact]
    public void AnUnrelatedEditReRunsNothing()
    {
        GeneratorRunResult after = RunTwice(Source, Source, "class Elsewhere { }", "class Elsewhere { int _more; } // and a comment");
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], ModelReasons(after));
        Assert.All(OutputReasons(after), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void AnEditBesideTheExpressionInItsOwnFileReRunsNoOutput()
    {
        GeneratorRunResult after = RunTwice(Source, "// A comment above moves everything.\n" + Source.Replace("public static", "internal sealed class Other { }\n\npublic static"), "", "");
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached], ModelReasons(after));
        Assert.All(OutputReasons(after), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void AnEditOfOneExpressionReRunsThatOneAlone()
    {
        GeneratorRunResult after = RunTwice(Source, Source.Replace("x + x", "x - x"), "", "");
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], ModelReasons(after).Order());
        Assert.Contains(IncrementalStepRunReason.Modified, OutputReasons(after));
        Assert.Contains(IncrementalStepRunReason.Cached, OutputReasons(after));
        Assert.Contains("x0 - x0", after.GeneratedSources.Single(source => source.HintName == "Stranger.C.F.float.V512.g.cs").SourceText.ToString());
    }

    [Fact]
    public void FunctionsOfUnusualArgumentsComeWithTheFirstElementaryFunctionAndGoWithTheLast()
    {
        string elementary = Source.Replace("x + x", "T.Exp(x)");
        Assert.Empty(MathFiles(Source, Source));
        Assert.Equal(7, MathFiles(Source, elementary).Count());
        Assert.Empty(MathFiles(elementary, Source));

        IEnumerable<string> MathFiles(string source, string edited)
            => RunTwice(source, edited, "", "").GeneratedSources.Select(file => file.HintName).Where(name => name.StartsWith("Kernels.VectorizedMath", StringComparison.Ordinal));
    }

    [Fact]
    public void EqualModelsAreEqual()
    {
        ExpressionModel[] models = [.. new[] { Source, "// Moved.\n" + Source }.Select(source => (ExpressionModel)Driver.Create().RunGenerators(Driver.Compile(source))
            .GetRunResult().Results.Single().TrackedSteps[VectorizedGenerator.ModelStep].First().Outputs.Single().Value)];
        Assert.Equal(models[0], models[1]);
        Assert.Equal(models[0].GetHashCode(), models[1].GetHashCode());
    }

    private static GeneratorRunResult RunTwice(string source, string edited, string other, string otherEdited)
    {
        CSharpCompilation before = Driver.Compile(source, other);
        SyntaxTree[] trees = [.. before.SyntaxTrees];
        CSharpCompilation after = before;
        foreach ((SyntaxTree tree, string text) in trees.Zip([edited, otherEdited]))
        {
            after = tree.ToString() == text ? after : after.ReplaceSyntaxTree(tree, Driver.Tree(text, tree.FilePath));
        }

        return Driver.Create().RunGenerators(before).RunGenerators(after).GetRunResult().Results.Single();
    }

    private static IEnumerable<IncrementalStepRunReason> ModelReasons(GeneratorRunResult result)
        => result.TrackedSteps[VectorizedGenerator.ModelStep].SelectMany(step => step.Outputs).Select(output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> OutputReasons(GeneratorRunResult result)
        => result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);
}
