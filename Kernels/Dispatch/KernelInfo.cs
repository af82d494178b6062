using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kernels;

/// <summary>Tells which kernels are live on this host and why.</summary>
public static class KernelInfo
{
    /// <summary>The width every kernel uses on this host, unless a test asks for another.</summary>
    /// <remarks>
    /// The order is widest first. 512 bits goes by <see cref="Vector512.IsHardwareAccelerated"/>, not by instruction set, because the
    /// runtime says no on processors that lower their clock for 512-bit work (dotnet/runtime#86457).
    /// </remarks>
    public static VectorWidth Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? VectorWidth.V512
            : Vector256.IsHardwareAccelerated ? VectorWidth.V256
            : VectorWidth.V128;
    }

    /// <summary>
    /// True when the host fuses multiply and add in hardware. The reproducibility contract (same bits at every width, thread count,
    /// alignment and block size) holds exactly on these hosts; elsewhere the fused operation is emulated, correctly rounded but slow.
    /// </summary>
    public static bool HasHardwareFma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    /// <summary>One sentence for a log: the live width and the reason.</summary>
    public static string Description
        => Width switch
        {
            VectorWidth.V512 => "512-bit kernels: Vector512 is hardware accelerated",
            VectorWidth.V256 => "256-bit kernels: Vector256 is hardware accelerated, Vector512 is not",
            _ => Vector128.IsHardwareAccelerated
                ? "128-bit kernels: no wider vector is hardware accelerated"
                : "128-bit kernels in software: hardware intrinsics are off",
        }
        + (HasHardwareFma ? "; fused multiply-add in hardware, bits are reproducible." : "; no hardware fused multiply-add, outside the reproducibility contract.");
}
