namespace Kernels.PropertyTests.Benchmarks;

public sealed class ProgramTests : ProgramRun
{
    [Theory]
    [InlineData("--help")]
    [InlineData("solve", "--help")]
    [InlineData("solve", "svt", "--help")]
    [InlineData("solve", "dropout", "--help")]
    [InlineData("compare", "gemm", "--help")]
    [InlineData("compare", "mask", "--help")]
    [InlineData("bench", "--help")]
    [InlineData("bench", "stream", "--help")]
    public void HelpExplainsWithAnExample(params string[] args)
    {
        var (exitCode, output, error) = Run(args);
        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.Contains("Example:", output);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'paint'.", "paint")]
    [InlineData("solve: a command is missing; there are svt, dropout, dropblock, tied, classify, jacobian, lowrank, complete, nmf, dictionary, rpca, huber, absolute, structured, cp, relu, parallel.", "solve")]
    [InlineData("solve: 'paint' is not one of its commands; there are svt, dropout, dropblock, tied, classify, jacobian, lowrank, complete, nmf, dictionary, rpca, huber, absolute, structured, cp, relu, parallel.", "solve", "paint", "--rank", "2")]
    [InlineData("bench: 'paint' is not an option; benchmarks are named by --filter, as in --filter '*Gemm*'.", "bench", "paint")]
    [InlineData("--rank: 'two' is not a whole number.", "solve", "dropout", "--input", "x.csv", "--rank", "two", "--lambda", "1")]
    [InlineData("--rank: '1.5' is not a whole number.", "solve", "dropout", "--input", "x.csv", "--rank", "1.5", "--lambda", "1")]
    [InlineData("--lambda: '1,5' is not a number.", "solve", "svt", "--input", "x.csv", "--lambda", "1,5")]
    [InlineData("--threads: 'many' is not a whole number.", "compare", "gemm", "--threads", "many")]
    public void BadCommandsAreOneLine(string line, params string[] args) => Refuses(line, args);

    [Theory]
    [InlineData("compare: a command is missing; there ", "compare")]
    [InlineData("compare: 'paint' is not one of its commands; there ", "compare", "paint")]
    public void AMissingFamilyIsSaid(string start, params string[] args)
    {
        var (exitCode, _, error) = Run(args);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"error: {start}", error, StringComparison.Ordinal);
        Assert.Contains("gemm", error);
    }

    [Fact]
    public void TheTourFindsAnUnwritableFolderBeforeTheWork()
    {
        string file = Write("file", "");
        Refuses($"The output folder '{file}/out' cannot be written: '{file}' is a file.", "--out", $"{file}/out");
    }
}
