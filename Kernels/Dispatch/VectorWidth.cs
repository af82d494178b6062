namespace Kernels;

/// <summary>Width of the vector registers that a kernel works in.</summary>
public enum VectorWidth
{
    /// <summary>128 bits: NEON, SSE, and every host without AVX2.</summary>
    V128 = 128,

    /// <summary>256 bits: AVX2 with FMA.</summary>
    V256 = 256,

    /// <summary>512 bits: AVX-512.</summary>
    V512 = 512,
}
