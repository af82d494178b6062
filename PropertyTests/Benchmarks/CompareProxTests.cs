using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Vectors;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class CompareProxTests : ProgramRun
{
    [Fact]
    public void EveryFamilyIsCheckedAndMeasured()
    {
        using var output = new StringWriter();
        string json = PathOf("prox.json");
        Assert.Equal(0, ProxCommand.Run(VectorFamily.All, [16, 100], "both", new ContestRules(2, SampleMilliseconds: 0.1, WarmUpMilliseconds: 0.1, Settles: false), json, new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.Equal(
            VectorFamily.All.SelectMany(family => new[] { "float 16", "float 100", "double 16", "double 100" }.Select(row => $"{family.Name} {row}")),
            rows.Select(row => $"{row.GetProperty("family")} {row.GetProperty("type")} {row.GetProperty("m")}"));
        Assert.All(rows, row =>
        {
            Assert.True(row.GetProperty("ours").GetDouble() > 0);
            Assert.True(row.GetProperty("limit").GetDouble() > 0);
            Assert.NotEmpty(row.GetProperty("peers").EnumerateObject());
            Assert.DoesNotContain(row.GetProperty("peers").EnumerateObject(), peer => peer.Name == "copy");
        });
        Assert.Contains("16 elements take Kernels", output.ToString());
    }

    [Fact]
    public void AWrongResultIsCaught()
    {
        using var problem = new VectorCase<float>(40, 3, 2, positive: true);
        foreach (var family in VectorFamily.All)
        {
            problem.Forget();
            Assert.Contains("Nobody computed a wrong", Assert.Throws<InvalidOperationException>(() => family.Check(problem, "Nobody")).Message);
        }
    }

    [Fact]
    public void ABadFamilyIsOneLine()
        => Refuses($"Argument 'svd' not recognized. Must be one of: {string.Join(' ', VectorFamily.All.Select(family => $"'{family.Name}'"))} 'all'", "compare", "prox", "--family", "svd");
}
