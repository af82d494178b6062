using System.Runtime.Intrinsics;

namespace Kernels.PropertyTests.Dispatch;

public class KernelInfoTests
{
    [Fact]
    [Trait("Category", "Dispatch")]
    public void TheLiveWidthIsTheWidestThatTheHostAccelerates()
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Assert.Equal(bits, (int)KernelInfo.Width);
        Assert.StartsWith($"{bits}-bit kernels", KernelInfo.Description, StringComparison.Ordinal);
    }

    // The dispatch matrix of .ci/run sets it, so that a run that believes it tests 256 bits does.
    [Fact]
    [Trait("Category", "Dispatch")]
    public void TheLiveWidthIsTheOneThisRunWasToldToExpect()
    {
        if (Environment.GetEnvironmentVariable("KERNELS_EXPECTED_WIDTH") is { Length: > 0 } expected)
        {
            Assert.Equal(expected, ((int)KernelInfo.Width).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void KernelsReferencesNothingButTheFramework()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = typeof(KernelInfo).Assembly.GetReferencedAssemblies();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(File.Exists(Path.Combine(framework, reference.Name + ".dll")), $"{reference} is not part of the shared framework."));
    }
}
