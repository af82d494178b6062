using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>
/// The most multiply-adds this machine does in a second: twelve independent chains, more than any core's latency times its
/// FMA units needs, at the width that the kernels use. One FMA counts two operations.
/// </summary>
internal static class FmaPeak
{
    private const int Chains = 12;
    private const int Steps = 20_000;

    /// <summary>Operations a second on <paramref name="threads"/> threads at once.</summary>
    internal static double Measure<T>(int threads, double seconds = 0.05)
        where T : unmanaged
    {
        double[] rates = new double[threads];
        using var together = new Barrier(threads);
        var helpers = Enumerable.Range(1, threads - 1).Select(i => new Thread(() => rates[i] = OneThread<T>(together, seconds)) { IsBackground = true }).ToArray();
        Array.ForEach(helpers, helper => helper.Start());
        rates[0] = OneThread<T>(together, seconds);
        Array.ForEach(helpers, helper => helper.Join());
        return rates.Sum();
    }

    // The best stretch counts: a peak is what nothing disturbed.
    private static double OneThread<T>(Barrier together, double seconds)
        where T : unmanaged
    {
        double operations = 2.0 * Chains * Steps * (int)KernelInfo.Width / 8 / Unsafe.SizeOf<T>();
        Loop<T>(Steps);
        together.SignalAndWait();
        double best = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long from = Stopwatch.GetTimestamp();
            Loop<T>(Steps);
            best = Math.Max(best, operations / Stopwatch.GetElapsedTime(from).TotalSeconds);
        }

        return best;
    }

    private static double Loop<T>(int steps)
        => (KernelInfo.Width, typeof(T) == typeof(float)) switch
        {
            (VectorWidth.V512, true) => Single512(steps, 0.5f),
            (VectorWidth.V512, false) => Double512(steps, 0.5),
            (VectorWidth.V256, true) => Single256(steps, 0.5f),
            (VectorWidth.V256, false) => Double256(steps, 0.5),
            (_, true) => Single128(steps, 0.5f),
            (_, false) => Double128(steps, 0.5),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Single512(int steps, float factor)
    {
        Vector512<float> x = Vector512.Create(factor), y = Vector512.Create(factor / 2);
        Vector512<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(x, y, a0);
            a1 = Vector512.FusedMultiplyAdd(x, y, a1);
            a2 = Vector512.FusedMultiplyAdd(x, y, a2);
            a3 = Vector512.FusedMultiplyAdd(x, y, a3);
            a4 = Vector512.FusedMultiplyAdd(x, y, a4);
            a5 = Vector512.FusedMultiplyAdd(x, y, a5);
            a6 = Vector512.FusedMultiplyAdd(x, y, a6);
            a7 = Vector512.FusedMultiplyAdd(x, y, a7);
            a8 = Vector512.FusedMultiplyAdd(x, y, a8);
            a9 = Vector512.FusedMultiplyAdd(x, y, a9);
            a10 = Vector512.FusedMultiplyAdd(x, y, a10);
            a11 = Vector512.FusedMultiplyAdd(x, y, a11);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Double512(int steps, double factor)
    {
        Vector512<double> x = Vector512.Create(factor), y = Vector512.Create(factor / 2);
        Vector512<double> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(x, y, a0);
            a1 = Vector512.FusedMultiplyAdd(x, y, a1);
            a2 = Vector512.FusedMultiplyAdd(x, y, a2);
            a3 = Vector512.FusedMultiplyAdd(x, y, a3);
            a4 = Vector512.FusedMultiplyAdd(x, y, a4);
            a5 = Vector512.FusedMultiplyAdd(x, y, a5);
            a6 = Vector512.FusedMultiplyAdd(x, y, a6);
            a7 = Vector512.FusedMultiplyAdd(x, y, a7);
            a8 = Vector512.FusedMultiplyAdd(x, y, a8);
            a9 = Vector512.FusedMultiplyAdd(x, y, a9);
            a10 = Vector512.FusedMultiplyAdd(x, y, a10);
            a11 = Vector512.FusedMultiplyAdd(x, y, a11);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Single256(int steps, float factor)
    {
        Vector256<float> x = Vector256.Create(factor), y = Vector256.Create(factor / 2);
        Vector256<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector256.FusedMultiplyAdd(x, y, a0);
            a1 = Vector256.FusedMultiplyAdd(x, y, a1);
            a2 = Vector256.FusedMultiplyAdd(x, y, a2);
            a3 = Vector256.FusedMultiplyAdd(x, y, a3);
            a4 = Vector256.FusedMultiplyAdd(x, y, a4);
            a5 = Vector256.FusedMultiplyAdd(x, y, a5);
            a6 = Vector256.FusedMultiplyAdd(x, y, a6);
            a7 = Vector256.FusedMultiplyAdd(x, y, a7);
            a8 = Vector256.FusedMultiplyAdd(x, y, a8);
            a9 = Vector256.FusedMultiplyAdd(x, y, a9);
            a10 = Vector256.FusedMultiplyAdd(x, y, a10);
            a11 = Vector256.FusedMultiplyAdd(x, y, a11);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Double256(int steps, double factor)
    {
        Vector256<double> x = Vector256.Create(factor), y = Vector256.Create(factor / 2);
        Vector256<double> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector256.FusedMultiplyAdd(x, y, a0);
            a1 = Vector256.FusedMultiplyAdd(x, y, a1);
            a2 = Vector256.FusedMultiplyAdd(x, y, a2);
            a3 = Vector256.FusedMultiplyAdd(x, y, a3);
            a4 = Vector256.FusedMultiplyAdd(x, y, a4);
            a5 = Vector256.FusedMultiplyAdd(x, y, a5);
            a6 = Vector256.FusedMultiplyAdd(x, y, a6);
            a7 = Vector256.FusedMultiplyAdd(x, y, a7);
            a8 = Vector256.FusedMultiplyAdd(x, y, a8);
            a9 = Vector256.FusedMultiplyAdd(x, y, a9);
            a10 = Vector256.FusedMultiplyAdd(x, y, a10);
            a11 = Vector256.FusedMultiplyAdd(x, y, a11);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Single128(int steps, float factor)
    {
        Vector128<float> x = Vector128.Create(factor), y = Vector128.Create(factor / 2);
        Vector128<float> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector128.FusedMultiplyAdd(x, y, a0);
            a1 = Vector128.FusedMultiplyAdd(x, y, a1);
            a2 = Vector128.FusedMultiplyAdd(x, y, a2);
            a3 = Vector128.FusedMultiplyAdd(x, y, a3);
            a4 = Vector128.FusedMultiplyAdd(x, y, a4);
            a5 = Vector128.FusedMultiplyAdd(x, y, a5);
            a6 = Vector128.FusedMultiplyAdd(x, y, a6);
            a7 = Vector128.FusedMultiplyAdd(x, y, a7);
            a8 = Vector128.FusedMultiplyAdd(x, y, a8);
            a9 = Vector128.FusedMultiplyAdd(x, y, a9);
            a10 = Vector128.FusedMultiplyAdd(x, y, a10);
            a11 = Vector128.FusedMultiplyAdd(x, y, a11);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Double128(int steps, double factor)
    {
        Vector128<double> x = Vector128.Create(factor), y = Vector128.Create(factor / 2);
        Vector128<double> a0 = x, a1 = x, a2 = x, a3 = x, a4 = x, a5 = x, a6 = x, a7 = x, a8 = x, a9 = x, a10 = x, a11 = x;
        for (int i = 0; i < steps; i++)
        {
            a0 = Vector128.FusedMultiplyAdd(x, y, a0);
            a1 = Vector128.FusedMultiplyAdd(x, y, a1);
            a2 = Vector128.FusedMultiplyAdd(x, y, a2);
            a3 = Vector128.FusedMultiplyAdd(x, y, a3);
            a4 = Vector128.FusedMultiplyAdd(x, y, a4);
            a5 = Vector128.FusedMultiplyAdd(x, y, a5);
            a6 = Vector128.FusedMultiplyAdd(x, y, a6);
            a7 = Vector128.FusedMultiplyAdd(x, y, a7);
            a8 = Vector128.FusedMultiplyAdd(x, y, a8);
            a9 = Vector128.FusedMultiplyAdd(x, y, a9);
            a10 = Vector128.FusedMultiplyAdd(x, y, a10);
            a11 = Vector128.FusedMultiplyAdd(x, y, a11);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11);
    }
}
