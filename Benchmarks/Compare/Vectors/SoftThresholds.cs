using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>Soft-thresholds: D = sign(A) max(|A| - t, 0).</summary>
internal static class SoftThresholds<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal static readonly T Threshold = T.CreateChecked(0.40625);

    internal readonly struct Ours : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Prox.SoftThreshold(vectors.A, Threshold, vectors.D);
    }

    /// <summary>As one writes it first.</summary>
    internal readonly struct FourCalls : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
        {
            TensorPrimitives.Abs(vectors.A, vectors.D);
            TensorPrimitives.Subtract(vectors.D, Threshold, vectors.D);
            TensorPrimitives.Max(vectors.D, T.Zero, vectors.D);
            TensorPrimitives.CopySign(vectors.D, vectors.A, vectors.D);
        }
    }

    /// <summary>As one writes it after some thought.</summary>
    internal readonly struct TwoCalls : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
        {
            TensorPrimitives.Clamp(vectors.A, -Threshold, Threshold, vectors.D);
            TensorPrimitives.Subtract(vectors.A, vectors.D, vectors.D);
        }
    }

    /// <summary>A loop by hand for one width, as fast as it can be made when neither NaN thresholds nor in-place tails count.</summary>
    internal readonly struct ByHand : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Loop(vectors.A, Threshold, vectors.D);

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Loop(ReadOnlySpan<T> x, T threshold, Span<T> destination)
        {
            if (destination.Length < x.Length)
            {
                throw new ArgumentException("The destination is too short.", nameof(destination));
            }

            ref T from = ref MemoryMarshal.GetReference(x), to = ref MemoryMarshal.GetReference(destination);
            nuint i = 0, length = (nuint)x.Length, step = (nuint)Vector512<T>.Count;
            Vector512<T> high = Vector512.Create(threshold), low = -high;
            for (; i + 4 * step <= length; i += 4 * step)
            {
                Vector512<T> x0 = Vector512.LoadUnsafe(ref from, i), x1 = Vector512.LoadUnsafe(ref from, i + step);
                Vector512<T> x2 = Vector512.LoadUnsafe(ref from, i + 2 * step), x3 = Vector512.LoadUnsafe(ref from, i + 3 * step);
                (x0 - Vector512.ClampNative(x0, low, high)).StoreUnsafe(ref to, i);
                (x1 - Vector512.ClampNative(x1, low, high)).StoreUnsafe(ref to, i + step);
                (x2 - Vector512.ClampNative(x2, low, high)).StoreUnsafe(ref to, i + 2 * step);
                (x3 - Vector512.ClampNative(x3, low, high)).StoreUnsafe(ref to, i + 3 * step);
            }

            for (; i + step <= length; i += step)
            {
                Vector512<T> x0 = Vector512.LoadUnsafe(ref from, i);
                (x0 - Vector512.ClampNative(x0, low, high)).StoreUnsafe(ref to, i);
            }

            for (; i < length; i++)
            {
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i) - T.Clamp(Unsafe.Add(ref from, i), -threshold, threshold);
            }
        }
    }

    internal readonly struct Scalar : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Loop(vectors.A, Threshold, vectors.D);

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Loop(ReadOnlySpan<T> x, T threshold, Span<T> destination)
        {
            for (int i = 0; i < x.Length; i++)
            {
                destination[i] = x[i] - T.Clamp(x[i], -threshold, threshold);
            }
        }
    }

    internal static void Check(VectorCase<T> problem, string name)
    {
        Span<T> x = problem.Input(0), y = problem.Output(0);
        for (int i = 0; i < x.Length; i++)
        {
            T expected = T.CreateChecked(T.Sign(x[i])) * T.Max(T.Abs(x[i]) - Threshold, T.Zero);
            if (expected != y[i])
            {
                throw new InvalidOperationException($"{name} computed a wrong soft-threshold at {i}: {y[i]} instead of {expected}.");
            }
        }
    }
}
