using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kernels;

// A thread's own scratch memory on a cache-line boundary. It grows and is kept, so that a warm kernel allocates nothing. There are three: that of
// kernels, that of an operand which was changed before its kernel runs, and that of the factorizations which call them.
internal sealed unsafe class AlignedMemory
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static AlignedMemory? _ofThread;

    [ThreadStatic]
    private static AlignedMemory? _ofOperands;

    [ThreadStatic]
    private static AlignedMemory? _ofFactorizations;

    private void* _pointer;
    private nuint _bytes;

    private AlignedMemory()
    {
    }

    ~AlignedMemory() => NativeMemory.AlignedFree(_pointer);

    // Valid until this thread asks again.
    internal static T* Rent<T>(nuint count)
        where T : unmanaged
        => (T*)(_ofThread ??= new AlignedMemory()).AtLeast(checked(count * (nuint)sizeof(T)));

    // The same for an operand: kernels that read it do not touch it.
    internal static T* RentOperand<T>(nuint count)
        where T : unmanaged
        => (T*)(_ofOperands ??= new AlignedMemory()).AtLeast(checked(count * (nuint)sizeof(T)));

    // The same for a factorization: kernels that it calls do not touch it, another factorization on the thread does.
    internal static Span<T> RentWorkspace<T>(int count)
        where T : unmanaged
        => new((_ofFactorizations ??= new AlignedMemory()).AtLeast((nuint)count * (nuint)sizeof(T)), count);

    private void* AtLeast(nuint bytes)
    {
        if (bytes > _bytes)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            _bytes = 0;
            _pointer = NativeMemory.AlignedAlloc(bytes, Alignment);
            _bytes = bytes;
        }

        return _pointer;
    }

    // The first cache-line boundary inside memory of the caller's.
    internal static T* Align<T>(void* pointer)
        where T : unmanaged
        => (T*)(((nuint)pointer + Alignment - 1) & ~(Alignment - 1));

    // Elements that a caller must add so that Align still leaves room.
    internal static int Slack<T>() => (int)Alignment / Unsafe.SizeOf<T>();
}
