using System.Globalization;
using System.Xml.Linq;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class FiguresCommandTests : ProgramRun
{
    [Theory]
    [InlineData("dropout-fixed-size")]
    [InlineData("dropout-variable-size")]
    [InlineData("dropout-equalization")]
    [InlineData("dropblock")]
    [InlineData("autoencoder-landscape")]
    [InlineData("glm-penalty")]
    [InlineData("completion")]
    [InlineData("robust-pca")]
    [InlineData("components")]
    public void EveryFigureIsTheSameTwice(string name)
    {
        string[] first = Draw(name, "one"), second = Draw(name, "two");
        Assert.Equal(first, second);
        var drawing = XDocument.Parse(first[0]);
        Assert.Equal("svg", drawing.Root!.Name.LocalName);
        Assert.DoesNotContain("NaN", first[0] + first[1]);
        Assert.True(first[1].Split('\n').Length > 40);
        Assert.Contains($"]({name}.svg)", first[2]);
        Assert.Matches(@"\d", first[2].Split('\n')[2]);
    }

    [Fact]
    public void TheLandscapeHoldsItsGridAndItsMinima()
    {
        string csv = Draw("autoencoder-landscape", "one")[1];
        Assert.Contains("\"f at w1 = 1.5, large dropout rate, λ = 2\",1.5,32.5\n", csv);
        Assert.Contains("\"f at w1 = 0.5, small dropout rate, λ = 0.5\",1,0.59375\n", csv);
        string minimum = csv.Split('\n').First(line => line.StartsWith("\"minimum, small dropout rate", StringComparison.Ordinal));
        Assert.Equal(0.6324555320, double.Parse(minimum.Split(',')[^1], CultureInfo.InvariantCulture), 1e-9);
    }

    [Fact]
    public void BadInputIsOneLine()
    {
        Refuses("--steps must be at least 1, but is 0.", "figures", "--steps", "0", "--out", PathOf("out"));
        Refuses(
            "There is no figure 'cat'; there are dropout-fixed-size, dropout-variable-size, dropout-equalization, dropblock, autoencoder-landscape, glm-penalty, completion, robust-pca, components.",
            "figures", "cat", "--out", PathOf("out"));
    }

    private string[] Draw(string name, string folder)
    {
        var (exitCode, output, error) = Run("figures", name, "--steps", "60", "--out", PathOf(folder));
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Contains(name, output);
        return [File.ReadAllText(PathOf($"{folder}/{name}.svg")), File.ReadAllText(PathOf($"{folder}/{name}.csv")), File.ReadAllText(PathOf($"{folder}/figures.md"))];
    }
}
