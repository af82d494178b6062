using Kernels.Benchmarks.Compare;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class RelaunchTests
{
    [Fact]
    public void PeersAreHeldToTheWidthOfThisProcess()
    {
        Assert.Equal([("OPENBLAS_CORETYPE", "SkylakeX"), ("BLIS_ARCH_TYPE", "0")], Relaunch.KernelsFor(usesAvx512: true, usesAvx2: true, hasAvx512: true));
        Assert.Equal([("OPENBLAS_CORETYPE", "Haswell"), ("BLIS_ARCH_TYPE", "3")], Relaunch.KernelsFor(usesAvx512: false, usesAvx2: true, hasAvx512: true));
        Assert.Empty(Relaunch.KernelsFor(usesAvx512: false, usesAvx2: true, hasAvx512: false));
        Assert.Empty(Relaunch.KernelsFor(usesAvx512: false, usesAvx2: false, hasAvx512: true));
    }
}
