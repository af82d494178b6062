namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>
/// One emitted file of each mechanism, kept for readers and compared byte for byte. Run with KERNELS_UPDATE_SNAPSHOTS=1 to rewrite
/// them after a wanted change.
/// </summary>
public class SnapshotTests
{
    [Theory]
    [InlineData("Prox/Prox.cs", "Kernels.Prox.SoftThreshold.g.cs")]
    [InlineData("Prox/Prox.cs", "Kernels.Prox.SoftThreshold.float.V512.g.cs")]
    [InlineData("Elementwise/Elementwise.cs", "Kernels.Elementwise.Rotate.double.V256.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.GramPair.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.GramPair.double.V512.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.MaxMagnitude.float.V256.g.cs")]
    public void TheEmittedFileIsTheKeptOne(string source, string hint)
    {
        string emitted = Driver.Emit(File.ReadAllText(Path.Combine(Root(), "Kernels", source)))[hint];
        string kept = Path.Combine(Root(), "PropertyTests", "Generators", "Snapshots", hint.Replace(".g.cs", ".verified.cs"));
        if (Environment.GetEnvironmentVariable("KERNELS_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(kept, emitted);
        }

        Assert.True(File.Exists(kept), $"No snapshot of {hint}; run with KERNELS_UPDATE_SNAPSHOTS=1.");
        Assert.Equal(File.ReadAllText(kept), emitted);
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Kernels.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"No Kernels.sln above {AppContext.BaseDirectory}.");
    }
}
