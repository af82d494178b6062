using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>Bytes a second of a copy by one core, over buffers larger than any cache here.</summary>
internal static unsafe class CopyBandwidth
{
    private const int Bytes = Bandwidth.Largest;

    /// <summary>Counts the bytes read and the bytes written.</summary>
    internal static double Measure()
    {
        using var source = new AlignedBuffer<byte>(Bytes);
        using var target = new AlignedBuffer<byte>(Bytes);
        double[][] seconds = Contest.Samples(
            [times => Copy(source, target, times), times => Stream(source, target, times)],
            new ContestRules(Rounds: 7, WarmUpMilliseconds: 10));

        // The best round: a limit is what nothing disturbed. Which of the two copies wins depends on the machine.
        return 2.0 * Bytes / Math.Min(seconds[0].Min(), seconds[1].Min());
    }

    private static void Copy(AlignedBuffer<byte> source, AlignedBuffer<byte> target, int times)
    {
        for (int t = 0; t < times; t++)
        {
            Buffer.MemoryCopy(source.Pointer, target.Pointer, Bytes, Bytes);
        }
    }

    private static void Stream(AlignedBuffer<byte> source, AlignedBuffer<byte> target, int times)
    {
        for (int t = 0; t < times; t++)
        {
            CopyVectors((double*)source.Pointer, (double*)target.Pointer, Bytes / sizeof(double));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyVectors(double* source, double* target, nint count)
    {
        for (double* end = source + count; source < end; source += 16, target += 16)
        {
            Vector512.Load(source).Store(target);
            Vector512.Load(source + 8).Store(target + 8);
        }
    }
}
