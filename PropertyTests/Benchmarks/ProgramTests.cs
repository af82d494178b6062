namespace Kernels.PropertyTests.Benchmarks;

public sealed class ProgramTests : ProgramRun
{
    [Theory]
    [InlineData("--help")]
    [InlineData("solve", "--help")]
    [InlineData("solve", "svt", "--help")]
    [InlineData("solve", "dropout", "--help")]
    [InlineData("compare", "gemm", "--help")]
    [InlineData("bench", "--help")]
    public void HelpExplainsWithAnExample(params string[] args)
    {
        var (exitCode, output, error) = Run(args);
        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.Contains("Example:", output);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'paint'.", "paint")]
    [InlineData("Required command was not provided.", "solve")]
    [InlineData("Required command was not provided.", "compare")]
    [InlineData("--rank: 'two' is not a whole number.", "solve", "dropout", "--input", "x.csv", "--rank", "two", "--lambda", "1")]
    [InlineData("--rank: '1.5' is not a whole number.", "solve", "dropout", "--input", "x.csv", "--rank", "1.5", "--lambda", "1")]
    [InlineData("--lambda: '1,5' is not a number.", "solve", "svt", "--input", "x.csv", "--lambda", "1,5")]
    [InlineData("--threads: 'many' is not a whole number.", "compare", "gemm", "--threads", "many")]
    public void BadCommandsAreOneLine(string line, params string[] args) => Refuses(line, args);

    [Fact]
    public void TheTourFindsAnUnwritableFolderBeforeTheWork()
    {
        string file = Write("file", "");
        Refuses($"The output folder '{file}/out' cannot be written: '{file}' is a file.", "--out", $"{file}/out");
    }
}
