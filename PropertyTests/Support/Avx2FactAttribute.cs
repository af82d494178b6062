using System.Runtime.Intrinsics.X86;

namespace Kernels.PropertyTests.Support;

/// <summary>A test that reads x64 code with AVX2 and FMA; skipped, with a message, on hosts that have none.</summary>
internal sealed class Avx2FactAttribute : FactAttribute
{
    public Avx2FactAttribute()
    {
        if (!Avx2.IsSupported || !Fma.IsSupported)
        {
            Skip = "Reads x64 listings with AVX2 and FMA, which this host does not run.";
        }
    }
}
