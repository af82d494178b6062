using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>Bytes a second between one core and whatever holds a buffer: a cache, or memory when it is larger than any.</summary>
internal readonly record struct Bandwidth(double Read, double Write)
{
    /// <summary>Larger than any cache here.</summary>
    internal const int Largest = 128 << 20;

    // Inside any first cache; smaller buffers would measure the start of the loop.
    private const int Smallest = 16 << 10;

    /// <summary>The power of two at or below a number of bytes: a limit must not come from a cache further away.</summary>
    internal static int SizeClass(double bytes) => 1 << BitOperations.Log2((uint)Math.Clamp(bytes, Smallest, Largest));

    /// <summary>The best round: a limit is what nothing disturbed.</summary>
    internal static unsafe Bandwidth Measure(int bytes)
    {
        using var buffer = new AlignedBuffer<byte>(bytes);
        var p = (double*)buffer.Pointer;
        nint count = bytes / sizeof(double);
        bool wide = Vector512.IsHardwareAccelerated;
        double sink = 0;
        double[][] seconds = Contest.Samples(
            [
                times => sink += wide ? Read512(p, count, times) : Read256(p, count, times),
                times => { if (wide) Write512(p, count, times); else Write256(p, count, times); },
            ],
            new ContestRules(Rounds: 7, WarmUpMilliseconds: 10));
        GC.KeepAlive(sink);
        return new(bytes / seconds[0].Min(), bytes / seconds[1].Min());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe double Read512(double* start, nint count, int times)
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int t = 0; t < times; t++)
        {
            for (double* p = start, end = start + count; p < end; p += 64)
            {
                a0 += Vector512.LoadAligned(p);
                a1 += Vector512.LoadAligned(p + 8);
                a2 += Vector512.LoadAligned(p + 16);
                a3 += Vector512.LoadAligned(p + 24);
                a4 += Vector512.LoadAligned(p + 32);
                a5 += Vector512.LoadAligned(p + 40);
                a6 += Vector512.LoadAligned(p + 48);
                a7 += Vector512.LoadAligned(p + 56);
            }
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe double Read256(double* start, nint count, int times)
    {
        Vector256<double> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int t = 0; t < times; t++)
        {
            for (double* p = start, end = start + count; p < end; p += 32)
            {
                a0 += Vector256.LoadAligned(p);
                a1 += Vector256.LoadAligned(p + 4);
                a2 += Vector256.LoadAligned(p + 8);
                a3 += Vector256.LoadAligned(p + 12);
                a4 += Vector256.LoadAligned(p + 16);
                a5 += Vector256.LoadAligned(p + 20);
                a6 += Vector256.LoadAligned(p + 24);
                a7 += Vector256.LoadAligned(p + 28);
            }
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Write512(double* start, nint count, int times)
    {
        for (int t = 0; t < times; t++)
        {
            var value = Vector512.Create((double)t);
            for (double* p = start, end = start + count; p < end; p += 32)
            {
                value.StoreAligned(p);
                value.StoreAligned(p + 8);
                value.StoreAligned(p + 16);
                value.StoreAligned(p + 24);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Write256(double* start, nint count, int times)
    {
        for (int t = 0; t < times; t++)
        {
            var value = Vector256.Create((double)t);
            for (double* p = start, end = start + count; p < end; p += 16)
            {
                value.StoreAligned(p);
                value.StoreAligned(p + 4);
                value.StoreAligned(p + 8);
                value.StoreAligned(p + 12);
            }
        }
    }
}
