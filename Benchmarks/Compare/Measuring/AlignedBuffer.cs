using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare.Measuring;

/// <summary>
/// Native memory on a 64-byte boundary: the collector aligns arrays to 8, which moves vector code by up to 30 % (dotnet/runtime#131325). What fits in a page lies
/// in one: a store across two costs some 20 cycles (Zen 3), and by chance a small result had such a store or not (5 x 5 x 5 float 9 or 38 GF).
/// </summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64, Page = 4096;

    private readonly int _length;

    internal AlignedBuffer(int length)
    {
        _length = length;
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Math.Clamp(BitOperations.RoundUpToPowerOf2(bytes), CacheLine, Page));
        Span.Clear();
    }

    internal T* Pointer { get; private set; }

    internal Span<T> Span => new(Pointer, _length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
