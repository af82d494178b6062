using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class SolveCommandTests : ProgramRun
{
    // Singular values 3 sqrt 5 and sqrt 5.
    private const string Small = "3,0\n4,5\n";

    private static double Fact(string output, string name)
    {
        var match = Regex.Match(output, $@"^\s*{Regex.Escape(name)}\s+(\S+)\s*$", RegexOptions.Multiline);
        Assert.True(match.Success, $"no '{name}' in:\n{output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private string[] Leftovers() => [.. Directory.GetFileSystemEntries(Folder, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(e => Path.GetFileName(e)!).Order()];

    [Theory]
    [InlineData(false, 1e-10)]
    [InlineData(true, 1e-4)]
    public void DropoutReachesTheOptimumOfTheFormula(bool single, double tolerance)
    {
        // r = 2, lambda = 1: both values survive, tau = lambda (s1 + s2) / (r + 2 lambda) = sqrt 5.
        // f* = 2 tau^2 + (lambda / r)(s1 + s2 - 2 tau)^2 = 10 + 10 = 20, and the smaller value becomes zero.
        string[] args = ["solve", "dropout", "--input", Write("y.csv", Small), "--rank", "2", "--theta", "0.5", "--out", PathOf("out"), .. single ? (string[])["--float"] : []];
        var (exitCode, output, error) = Run(args);
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Equal(20, Fact(output, "objective"), 20 * tolerance);
        Assert.Equal(20, Fact(output, "closed-form optimum"), 20 * tolerance);
        Assert.InRange(Fact(output, "relative gap"), 0, tolerance);
        Assert.InRange(Fact(output, "spread of balanced norms"), 0, tolerance);
        Assert.Contains("Optimal", output);

        // The product is 2 sqrt 5 times the first singular pair, (1, 3) / sqrt 10 and (1, 1) / sqrt 2.
        double[,] u = MatrixFile.Read(PathOf("out/U.npy"), default), v = MatrixFile.Read(PathOf("out/V.npy"), default);
        double[,] expected = { { 1, 1 }, { 3, 3 } };
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                Assert.Equal(expected[i, j], u[i, 0] * v[j, 0] + u[i, 1] * v[j, 1], tolerance);
            }
        }

        Assert.Equal(["out", "y.csv"], Leftovers());
    }

    [Fact]
    public void ThresholdingReachesTheOptimumOfTheFormula()
    {
        var (exitCode, output, _) = Run("solve", "svt", "--input", Write("y.csv", Small), "--lambda", "1", "--out", PathOf("out"));
        Assert.Equal(0, exitCode);
        Assert.Equal(4 * Math.Sqrt(5) - 1, Fact(output, "objective"), 1e-12);
        Assert.InRange(Fact(output, "relative gap"), 0, 1e-12);
        double[,] u = MatrixFile.Read(PathOf("out/U.npy"), default), v = MatrixFile.Read(PathOf("out/V.npy"), default);
        Assert.Equal(2.1055728090, u[0, 0] * v[0, 0] + u[0, 1] * v[0, 1], 1e-9);
    }

    [Fact]
    public void ThresholdingUnderARankKeepsTheLargestValues()
    {
        // 3 sqrt 5 is shrunk by 1, sqrt 5 is cut off and costs 5 / 2.
        var (exitCode, output, _) = Run("solve", "svt", "--input", Write("y.csv", Small), "--lambda", "1", "--rank", "1", "--out", PathOf("out"));
        Assert.Equal(0, exitCode);
        Assert.Equal(3 * Math.Sqrt(5) - 0.5 + 2.5, Fact(output, "objective"), 1e-12);
        Assert.Equal(3 * Math.Sqrt(5) - 0.5 + 2.5, Fact(output, "closed-form optimum"), 1e-12);
        Assert.Equal(1, MatrixFile.Read(PathOf("out/U.npy"), default).GetLength(1));
    }

    [Fact]
    public void AThresholdAboveAllSingularValuesLeavesFactorsWithoutColumns()
    {
        // Nothing stays: the objective is ||Y||_F^2 / 2.
        var (exitCode, output, error) = Run("solve", "svt", "--input", Write("y.csv", Small), "--lambda", "100", "--out", PathOf("out"));
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Equal(25, Fact(output, "objective"), 1e-12);
        Assert.Contains("'shape': (2, 0)", File.ReadAllText(PathOf("out/U.npy"), System.Text.Encoding.Latin1));
    }

    [Fact]
    public void AMatrixOfZerosIsSolved()
    {
        foreach (string problem in (string[])["svt", "dropout"])
        {
            var (exitCode, output, error) = Run("solve", problem, "--input", Write("y.csv", "0,0\n0,0\n0,0\n"), "--rank", "1", "--lambda", "1", "--out", PathOf(problem));
            Assert.Equal("", error);
            Assert.Equal(0, exitCode);
            Assert.Equal(0, Fact(output, "objective"));
        }
    }

    [Fact]
    public void AllFormatsOfOneMatrixGiveOneAnswer()
    {
        using (var npy = File.Create(PathOf("y.npy")))
        {
            NpyFile.Write<double>(npy, new double[,] { { 3, 0 }, { 4, 5 } });
        }

        Write("y.csv", "first,second,label\n3,0,a\n4,5,b\n");
        Write("y.mtx", "%%MatrixMarket matrix coordinate integer general\n2 2 3\n1 1 3\n2 1 4\n2 2 5\n");
        string Answer(params string[] args)
        {
            var (exitCode, output, _) = Run(["solve", "dropout", .. args, "--rank", "2", "--lambda", "0.5"]);
            Assert.Equal(0, exitCode);
            return output[output.IndexOf("factors", StringComparison.Ordinal)..];
        }

        string npyAnswer = Answer("--input", PathOf("y.npy"));
        Assert.Equal(npyAnswer, Answer("--input", PathOf("y.mtx")));
        Assert.Equal(npyAnswer, Answer("--input", PathOf("y.csv"), "--skip-header", "--drop-last-column"));
    }

    [Fact]
    public void TheReportHoldsTheFactsAndBothPictures()
    {
        var random = new Random(4);
        string csv = string.Concat(Enumerable.Range(0, 12).Select(_ => string.Join(',', Enumerable.Range(0, 8).Select(_ => (10 * random.NextDouble() - 5).ToString(CultureInfo.InvariantCulture))) + "\n"));
        Assert.Equal(0, Run("solve", "dropout", "--input", Write("y.csv", csv), "--rank", "5", "--theta", "0.7", "--out", PathOf("out")).ExitCode);
        string text = File.ReadAllText(PathOf("out/report.html"));
        var page = XDocument.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal(2, page.Descendants(XName.Get("svg", "http://www.w3.org/2000/svg")).Count());
        Assert.Contains(page.Descendants("dt"), dt => dt.Value == "relative gap");

        // Self-contained: nothing is fetched.
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href");
        Assert.DoesNotContain("url(", text);
    }

    [Theory]
    [InlineData("--rank must be at least 1, but is 0.", "--rank", "0", "--theta", "0.9")]
    [InlineData("--rank must be at least 1, but is -3.", "--rank", "-3", "--theta", "0.9")]
    [InlineData("--rank must be at most min(2, 2) = 2 for this matrix, but is 3.", "--rank", "3", "--theta", "0.9")]
    [InlineData("--theta is the probability of keeping a unit and must lie in (0, 1], but is 0.", "--rank", "1", "--theta", "0")]
    [InlineData("--theta is the probability of keeping a unit and must lie in (0, 1], but is 1.5.", "--rank", "1", "--theta", "1.5")]
    [InlineData("--theta is the probability of keeping a unit and must lie in (0, 1], but is -0.1.", "--rank", "1", "--theta", "-0.1")]
    [InlineData("--theta is the probability of keeping a unit and must lie in (0, 1], but is NaN.", "--rank", "1", "--theta", "NaN")]
    [InlineData("--lambda must be finite and not negative, but is -1.", "--rank", "1", "--lambda", "-1")]
    [InlineData("--lambda must be finite and not negative, but is NaN.", "--rank", "1", "--lambda", "NaN")]
    [InlineData("Give --lambda or --theta, not both.", "--rank", "1", "--lambda", "1", "--theta", "0.5")]
    [InlineData("Give --lambda or --theta.", "--rank", "1")]
    [InlineData("Option '--rank' is required.", "--theta", "0.5")]
    [InlineData("Unrecognized command or argument '--sigma'.", "--rank", "1", "--theta", "0.5", "--sigma")]
    public void BadOptionsAreOneLineAndLeaveNothing(string line, params string[] options)
    {
        Refuses(line, ["solve", "dropout", "--input", Write("y.csv", Small), "--out", PathOf("out"), .. options]);
        Assert.Equal(["y.csv"], Leftovers());
    }

    [Theory]
    [InlineData("y.csv", "1,2\n3\n", "{0}, line 2: row 2 has 1 values, but the first row has 2.")]
    [InlineData("y.csv", "1,2\n3,nan\n", "{0}, line 2: row 2, column 2: the value is nan; every entry must be finite.")]
    [InlineData("y.csv", "", "{0}: the file holds no row of numbers.")]
    [InlineData("y.npy", "1,2", "{0}: this is not an NPY file (it does not open with \\x93NUMPY).")]
    [InlineData("y.mtx", "1,2", "{0}, line 1: the file must open with '%%MatrixMarket matrix FORMAT FIELD SYMMETRY'.")]
    [InlineData("y.xlsx", "", "{0}: the extension '.xlsx' is not known; matrices are read from .csv, .npy (NumPy), .mtx (Matrix Market) and .png.")]
    [InlineData("y", "", "{0}: the extension '' is not known; matrices are read from .csv, .npy (NumPy), .mtx (Matrix Market) and .png.")]
    public void BadFilesAreOneLineAndLeaveNothing(string name, string text, string line)
    {
        string path = Write(name, text);
        foreach (string problem in (string[])["svt", "dropout"])
        {
            Refuses(line.Replace("{0}", path, StringComparison.Ordinal), "solve", problem, "--input", path, "--rank", "1", "--lambda", "1", "--out", PathOf("out"));
            Assert.Equal([name], Leftovers());
        }
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        Refuses($"{PathOf("none.csv")}: there is no such file.", "solve", "svt", "--input", PathOf("none.csv"), "--lambda", "1", "--out", PathOf("out"));
        Refuses($"{PathOf("none/y.csv")}: there is no such file.", "solve", "svt", "--input", PathOf("none/y.csv"), "--lambda", "1");
        Directory.CreateDirectory(PathOf("folder.csv"));
        Refuses($"The input '{PathOf("folder.csv")}' is not a file.", "solve", "svt", "--input", PathOf("folder.csv"), "--lambda", "1");
        Refuses("The input '' is not a file.", "solve", "svt", "--input", "", "--lambda", "1");
    }

    [Fact]
    public void AnUnwritableFolderIsFoundBeforeTheInputIsRead()
    {
        string file = Write("file", "");
        Refuses($"The output folder '{file}/out' cannot be written: '{file}' is a file.", "solve", "svt", "--input", PathOf("none.csv"), "--lambda", "1", "--out", $"{file}/out");
    }

    [Fact]
    public void AValueBeyondSinglePrecisionIsNamed()
        => Refuses(
            $"{PathOf("y.csv")}: row 1, column 2: 1E+100 is beyond single precision; leave --float out.",
            "solve", "svt", "--input", Write("y.csv", "1,1e100\n"), "--lambda", "1", "--float");

    [Fact]
    public void ValuesWhoseSquaresOverflowAreRefused()
        => Refuses(
            $"{PathOf("y.csv")}: the sum of the squared entries overflows; divide the data by a constant.",
            "solve", "svt", "--input", Write("y.csv", "1,1e200\n"), "--lambda", "1");

    [Fact]
    public void CancellationLeavesNothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var (exitCode, output, error) = Run(source.Token, "solve", "dropout", "--input", Write("y.csv", Small), "--rank", "1", "--theta", "0.5", "--out", PathOf("out"));
        Assert.Equal(130, exitCode);
        Assert.Equal("error: interrupted; nothing was written.\n", error.ReplaceLineEndings("\n"));
        Assert.Empty(output);
        Assert.Equal(["y.csv"], Leftovers());
    }

    [SharedDataFact("digits.csv")]
    public void TheDigitsAreSolvedToTheStatedTolerances()
    {
        foreach (var (single, tolerance) in new[] { (false, 1e-10), (true, 1e-4) })
        {
            string[] args =
            [
                "solve", "dropout", "--input", SharedData.Path("digits.csv"), "--skip-header", "--drop-last-column", "--rank", "20", "--theta", "0.9",
                .. single ? (string[])["--float"] : [],
            ];
            var (exitCode, output, _) = Run(args);
            Assert.Equal(0, exitCode);

            // By numpy.linalg.svd and the formula of Mianjy, Arora and Vidal.
            Assert.Equal(517761.8903849806, Fact(output, "closed-form optimum"), 517761 * tolerance);
            Assert.InRange(Fact(output, "relative gap"), 0, tolerance);
            Assert.InRange(Fact(output, "spread of balanced norms"), 0, tolerance);
        }
    }
}
