using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class CompareCommandTests : ProgramRun
{
    private static (string Output, JsonElement[] Rows) Compare(string json, IReadOnlyList<IGemmPeer> peers)
    {
        using var output = new StringWriter();
        var request = new GemmRequest("square", [GemmShape.Square(3), GemmShape.Square(8)], Single: true, Double: true, Threads: 1, Quick: true, json);
        Assert.Equal(0, GemmCommand.Run(request, (peers, ["No native library in tests."]), new Screen(output), default));
        return (output.ToString(), [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()]);
    }

    [Fact]
    public void RowsFollowTheSchema()
    {
        var (output, rows) = Compare(PathOf("gemm.json"), [new MathNetGemm()]);
        Assert.Equal(4, rows.Length);
        foreach (var row in rows)
        {
            Assert.Equal(
                ["family", "type", "m", "n", "k", "threads", "ours", "unit", "peers", "ratio", "limit", "share", "transposes", "bound"],
                row.EnumerateObject().Select(property => property.Name));
            double ours = row.GetProperty("ours").GetDouble(), peer = row.GetProperty("peers").GetProperty("MathNet").GetDouble();
            Assert.Equal("gemm", row.GetProperty("family").GetString());
            Assert.Equal("GFLOP/s", row.GetProperty("unit").GetString());
            Assert.Equal("NN", row.GetProperty("transposes").GetString());
            Assert.Contains(row.GetProperty("bound").GetString(), new[] { "compute", "memory" });
            Assert.True(ours > 0 && peer > 0);
            Assert.Equal(ours / peer, row.GetProperty("ratio").GetDouble(), 1e-9);
            Assert.Equal(ours / row.GetProperty("limit").GetDouble(), row.GetProperty("share").GetDouble(), 1e-9);
        }

        Assert.Equal(["float 3", "float 8", "double 3", "double 8"], rows.Select(row => $"{row.GetProperty("type").GetString()} {row.GetProperty("n").GetInt32()}"));
        Assert.Contains("No native library in tests.", output);
        Assert.Equal(["gemm.json"], Directory.GetFileSystemEntries(Folder, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName));
    }

    [Fact]
    public void WithoutPeersThereIsNoRatio()
        => Assert.All(Compare(PathOf("gemm.json"), []).Rows, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("ratio").ValueKind));

    [Theory]
    [InlineData("--sizes: '0' is not n or m x n x k, each from 1 to 8192.", "--sizes", "0")]
    [InlineData("--sizes: 'x' is not n or m x n x k, each from 1 to 8192.", "--sizes", "64,x")]
    [InlineData("--sizes: '8x4' is not n or m x n x k, each from 1 to 8192.", "--sizes", "8x4")]
    [InlineData("--sizes: '8x0x4' is not n or m x n x k, each from 1 to 8192.", "--sizes", "8x0x4")]
    [InlineData("--sizes: '8x4x4XT' is not n or m x n x k, each from 1 to 8192.", "--sizes", "8x4x4XT")]
    [InlineData("--sizes: '8x4x99999999999' is not n or m x n x k, each from 1 to 8192.", "--sizes", "8x4x99999999999")]
    [InlineData("--sizes: '10000' is not n or m x n x k, each from 1 to 8192.", "--sizes", "10000")]
    [InlineData("--sizes: belongs to --family square; --family thin has shapes of its own.", "--sizes", "64", "--family", "thin")]
    [InlineData("--sizes: belongs to --family square; --family all has shapes of its own.", "--sizes", "64", "--family", "all")]
    [InlineData("Argument 'fat' not recognized. Must be one of: 'square' 'thin' 'gemv' 'transposes' 'updates' 'blocks' 'layers' 'lowrank' 'all'", "--family", "fat")]
    [InlineData("--alpha must be a whole number of sixteenths from -4 to 4, so that products can be checked exactly, but is 0.3.", "--sizes", "8", "--alpha", "0.3")]
    [InlineData("--beta must be a whole number of sixteenths from -4 to 4, so that products can be checked exactly, but is 5.", "--sizes", "8", "--beta", "5")]
    [InlineData("--beta: belongs to --sizes; families have factors of their own.", "--family", "thin", "--beta", "1")]
    [InlineData("--alpha: 'x' is not a number.", "--sizes", "8", "--alpha", "x")]
    [InlineData("--leading-dimension: belongs to --sizes; families have leading dimensions of their own.", "--family", "blocks", "--leading-dimension", "1024")]
    [InlineData("--leading-dimension must be from 9 to 8192 for 9 x 4 x 7 TN, but is 8.", "--sizes", "8,9x4x7TN", "--leading-dimension", "8")]
    [InlineData("--leading-dimension must be from 8 to 8192 for 8 x 8 x 8 NN, but is 9000.", "--sizes", "8", "--leading-dimension", "9000")]
    [InlineData("--leading-dimension must be from 8 to 8192 for 8 x 8 x 8 NN, but is 0.", "--sizes", "8", "--leading-dimension", "0")]
    [InlineData("Argument 'half' not recognized. Must be one of: 'float' 'double' 'both'", "--type", "half")]
    public void BadOptionsAreOneLine(string line, params string[] options) => Refuses(line, ["compare", "gemm", .. options]);

    [Fact]
    public void NoThreadsAreRefused()
        => Refuses($"--threads: 0 threads; this machine has 1 to {Environment.ProcessorCount}.", "compare", "gemm", "--threads", "0");

    [Fact]
    public void AnUnwritableFileIsFoundBeforeTheWork()
    {
        var (exitCode, output, error) = Run("compare", "gemm", "--sizes", "4", "--json", PathOf("none/gemm.json"));
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"error: The file '{PathOf("none/gemm.json")}' cannot be written:", error);
        Assert.Empty(output);
    }

    [Fact]
    public void AWrongProductIsCaught()
    {
        using var good = new GemmCase<float>(9, 7, 5, threads: 1);
        ProductCheck.Fill(good);
        for (int i = 0; i < good.M; i++)
        {
            for (int j = 0; j < good.N; j++)
            {
                for (int p = 0; p < good.K; p++)
                {
                    good.C.Span[i * good.N + j] += good.A.Span[i * good.K + p] * good.B.Span[p * good.N + j];
                }
            }
        }

        ProductCheck.Verify(good, "naive");
        good.C.Span[4 * good.N + 6] += 1;
        var wrong = Assert.Throws<InvalidOperationException>(() => ProductCheck.Verify(good, "naive"));
        Assert.Equal("naive computed a wrong product: Single, 9 x 7 x 5 NN, row 5.", wrong.Message);
    }

    [Fact]
    public void OddAndEvenMedians()
    {
        Assert.Equal(3, Contest.Median([5, 1, 3]));
        Assert.Equal(2.5, Contest.Median([4, 1, 2, 3]));
    }

    [Fact]
    public void TheFastestWayOfAPeerCounts()
    {
        Action<int> slow = times => Thread.SpinWait(20_000 * times), fast = times => Thread.SpinWait(20 * times);
        var row = ComparisonRow.Measure(
            ComparisonRow.Empty<float>("gemm", 1, 1, 1, 1, "GFLOP/s"), 1, [("ours", fast), ("one way", slow), ("two ways", slow), ("two ways", fast)], new ContestRules(3, 0.1, 0.1));
        Assert.Equal(["one way", "two ways"], row.Peers.Keys);
        Assert.True(row.Peers["two ways"] > 10 * row.Peers["one way"]);
    }

    [Fact]
    public void EveryContenderRunsInEveryRound()
    {
        long[] executions = new long[3];
        double[][] samples = Contest.Samples([.. Enumerable.Range(0, 3).Select(c => (Action<int>)(times => Work(ref executions[c], times)))], new ContestRules(4, 0.1, 0.1));
        Assert.All(samples, s => Assert.Equal(4, s.Length));
        Assert.All(samples, s => Assert.All(s, seconds => Assert.True(seconds > 0)));
        Assert.All(executions, e => Assert.True(e >= 5));
    }

    private static void Work(ref long executions, int times)
    {
        executions += times;
        Thread.SpinWait(20 * times);
    }
}
