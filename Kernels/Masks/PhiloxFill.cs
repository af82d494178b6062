using System.Runtime.CompilerServices;

namespace Kernels;

// What a stream is filled with.
internal enum PhiloxForm
{
    Words,
    Singles,
    Doubles,
}

// Fills ranges of a stream with the kernels of one width: whole vectors in place, the blocks at an edge through a vector on the stack.
internal static unsafe class PhiloxFill<TKernels>
    where TKernels : struct, IPhiloxKernels
{
    private const int BytesInBlock = 16;

    [SkipLocalsInit]
    internal static void Run<T>(PhiloxForm form, ulong seed, ulong stream, ulong start, int rounds, T* to, nuint count)
        where T : unmanaged
    {
        int inBlock = BytesInBlock / sizeof(T);
        Unsafe.SkipInit(out PhiloxTask task);
        Unsafe.SkipInit(out PhiloxKeys keys);
        T* edge = stackalloc T[TKernels.Lanes * inBlock];
        ulong scheduled = ulong.MaxValue;
        while (count > 0)
        {
            ulong block = start / (uint)inBlock;
            if (block >> 32 != scheduled)
            {
                scheduled = block >> 32;
                keys.Schedule(seed, stream, (uint)scheduled, rounds, PhiloxKeys.NoFlip, &task);
            }

            int skipped = (int)(start % (uint)inBlock);
            nuint left = (nuint)((1UL << 32) - (uint)block), made;
            task.Block = (uint)block;
            task.Vectors = skipped > 0 ? 0 : nuint.Min(count / (uint)inBlock, left) / (uint)TKernels.Lanes;
            if (task.Vectors > 0)
            {
                made = task.Vectors * (uint)(TKernels.Lanes * inBlock);
                task.To = (byte*)to;
                Call(form, &task);
            }
            else
            {
                made = nuint.Min(count, nuint.Min(left, (uint)TKernels.Lanes) * (uint)inBlock - (uint)skipped);
                task.Vectors = 1;
                task.To = (byte*)edge;
                Call(form, &task);
                new Span<T>(edge + skipped, (int)made).CopyTo(new Span<T>(to, (int)made));
            }

            start += made;
            to += made;
            count -= made;
        }
    }

    private static void Call(PhiloxForm form, PhiloxTask* task)
    {
        switch (form)
        {
            case PhiloxForm.Words:
                TKernels.Words(task);
                break;
            case PhiloxForm.Singles:
                TKernels.Singles(task);
                break;
            default:
                TKernels.Doubles(task);
                break;
        }
    }
}
