using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>Bytes a second between one core and memory, over buffers larger than any cache here.</summary>
internal static unsafe class MemoryBandwidth
{
    private const int Bytes = 128 << 20;

    /// <summary>Copy counts the bytes read and the bytes written.</summary>
    internal static (double Copy, double Read) Measure()
    {
        using var source = new AlignedBuffer<byte>(Bytes);
        using var target = new AlignedBuffer<byte>(Bytes);
        double sink = 0;
        double[][] seconds = Contest.Samples(
            [times => Copy(source, target, times), times => Stream(source, target, times), times => sink += Read(source, times)],
            new ContestRules(Rounds: 7, WarmUpMilliseconds: 10));
        GC.KeepAlive(sink);

        // The best round: a limit is what nothing disturbed. Which of the two copies wins depends on the machine.
        return (2.0 * Bytes / Math.Min(seconds[0].Min(), seconds[1].Min()), Bytes / seconds[2].Min());
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

    private static double Read(AlignedBuffer<byte> source, int times)
    {
        double sum = 0;
        for (int t = 0; t < times; t++)
        {
            sum += Sum((double*)source.Pointer, Bytes / sizeof(double));
        }

        return sum;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Sum(double* p, nint count)
    {
        Vector256<double> a0 = default, a1 = default, a2 = default, a3 = default;
        for (double* end = p + count; p < end; p += 16)
        {
            a0 += Vector256.Load(p);
            a1 += Vector256.Load(p + 4);
            a2 += Vector256.Load(p + 8);
            a3 += Vector256.Load(p + 12);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3);
    }
}
