using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class ClassifyCommandTests : ProgramRun
{
    [Fact]
    public void AStrictSaddleIsLeftAlongItsDirection()
    {
        string y = Write("y.csv", "2,0\n0,1\n"), first = Write("w1.csv", "2,0\n0,0\n"), identity = Write("w2.csv", "1,0\n0,1\n"), last = Write("w3.csv", "1,0\n0,0\n");
        var (exitCode, output, error) = Run("solve", "classify", "--input", y, "--weights", first, identity, last, "--step", "0.1", "--out", PathOf("out"));
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Matches(@"point\s+strict saddle", output);
        Assert.Matches(@"least curvature\s+-(2|2\.0000|1\.9999)", output);
        Assert.Matches(@"rank of W_\(L-1\) \.\.\. W_2\s+2, the least hidden width", output);

        // dW_1 = dW_3 = e_2 e_2^T / sqrt 2: f = (1 - t^2 / 2)^2.
        Assert.Matches(@"objective after a step\s+0\.9900", output);
        Assert.Equal(0.7071067812, Math.Abs(MatrixFile.Read(PathOf("out/direction1.npy"), default)[1, 1]), 1e-5);
        Assert.Equal(3, Directory.GetFiles(PathOf("out")).Length);
    }

    [Fact]
    public void TwoLayersAreDecidedByTheirCertificate()
    {
        // M = diag(2, 1) with the second direction alone, W_1 = W_2^T = e_1 e_2^T: the curvature is 2 (1 - 2) or, along the unit that is free, -2 x 2.
        string y = Write("y.csv", "2,0\n0,1\n"), first = Write("w1.csv", "0,1\n0,0\n"), second = Write("w2.csv", "0,0\n1,0\n");
        var (exitCode, output, error) = Run("solve", "classify", "--input", y, "--weights", first, second, "--step", "0.1");
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Matches(@"point\s+strict saddle", output);
        Assert.Matches(@"curvature along the direction\s+-4", output);
        Assert.Matches(@"decided by\s+the residual's leading singular triple", output);

        // Both layers move by t / sqrt 2 in the free unit: f = (2 - t^2 / 2)^2.
        Assert.Matches(@"objective after a step\s+3\.9800", output);
    }

    [Fact]
    public void NonStrictSaddlesAndMinimaHaveNoDirection()
    {
        string y = Write("y.csv", "1\n"), zero = Write("w.csv", "0\n"), one = Write("one.csv", "1\n");
        Assert.Contains("non-strict saddle", Run("solve", "classify", "--input", y, "--weights", zero, zero, zero).Output);
        Assert.Matches(@"point\s+global minimum", Run("solve", "classify", "--input", y, "--weights", one, one).Output);
        Assert.Contains("not critical", Run("solve", "classify", "--input", y, "--weights", one, Write("half.csv", "0.5\n")).Output);
        Refuses("--step must be finite and positive, but is 0.", "solve", "classify", "--input", y, "--weights", one, one, "--step", "0");
        Assert.Contains("Layer 1 must be", Run("solve", "classify", "--input", y, "--weights", Write("wide.csv", "1,2\n"), one).Error);
    }

    [Fact]
    public void BlocksAndTiedWeightsAreSolved()
    {
        string y = Write("y.csv", "4,0,0,0\n0,3,0,0\n0,0,2,0\n0,0,0,1\n");
        var blocks = Run("solve", "dropblock", "--input", y, "--block-size", "2", "--lambda", "0.5", "--out", PathOf("blocks"));
        Assert.Equal("", blocks.Error);
        Assert.Matches(@"objective\s+12\.58333333", blocks.Output);
        Assert.Contains("Optimal", blocks.Output);
        Assert.True(File.Exists(PathOf("blocks/report.html")));
        var tied = Run("solve", "tied", "--input", y, "--rank", "2", "--lambda", "0.5");
        Assert.Equal("", tied.Error);

        // Three of the values 4, 3, 2, 1 at r = 2, lambda = 1/2: tau = 7/6.
        Assert.Matches(@"threshold tau\s+1\.1666666666", tied.Output);
        Refuses("--block-size must be at least 1, but is 0.", "solve", "dropblock", "--input", y, "--block-size", "0", "--lambda", "1");
        Assert.Contains("Must be symmetric", Run("solve", "tied", "--input", Write("a.csv", "1,2\n3,4\n"), "--rank", "1", "--lambda", "1").Error);
    }
}
