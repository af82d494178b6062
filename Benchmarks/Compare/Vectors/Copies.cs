using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>The runtime's copy of a vector. Which of the two copies wins depends on the machine and the size; the faster one is the limit.</summary>
internal readonly struct RuntimeCopy<T> : IVectorWork<T>
    where T : unmanaged
{
    public static void Do(ref Vectors<T> vectors) => vectors.A.CopyTo(vectors.D);
}

/// <summary>A copy by vector loads and stores.</summary>
internal readonly struct VectorCopy<T> : IVectorWork<T>
    where T : unmanaged
{
    public static void Do(ref Vectors<T> vectors) => Copy(vectors.A, vectors.D);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Copy(ReadOnlySpan<T> source, Span<T> target)
    {
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(target);
        nuint i = 0, length = (nuint)source.Length, step = (nuint)Vector512<T>.Count;
        for (; i + 4 * step <= length; i += 4 * step)
        {
            Vector512.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
            Vector512.LoadUnsafe(ref from, i + step).StoreUnsafe(ref to, i + step);
            Vector512.LoadUnsafe(ref from, i + 2 * step).StoreUnsafe(ref to, i + 2 * step);
            Vector512.LoadUnsafe(ref from, i + 3 * step).StoreUnsafe(ref to, i + 3 * step);
        }

        for (; i < length; i++)
        {
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
        }
    }
}
