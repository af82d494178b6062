using System.Runtime.CompilerServices;

namespace Kernels;

// Makes normal numbers of a range with the kernels of one width: words in parts that stay in the first cache, then the transform. What is less than a
// step, or begins with the second number of a pair, goes through a step on the stack.
internal static unsafe class NormalFill<TKernels>
    where TKernels : struct, IPhiloxKernels
{
    // Words on the stack, a multiple of every step.
    private const int Part = 2048;

    [SkipLocalsInit]
    internal static void Run<T>(ulong seed, ulong stream, ulong start, double deviation, T* to, int count)
        where T : unmanaged
    {
        int step = TKernels.NormalsInStep<T>();
        uint* words = stackalloc uint[Part];
        T* edge = stackalloc T[step];
        for (int done = 0; done < count;)
        {
            ulong index = start + (ulong)done;
            // Pairs begin with even indices.
            int skipped = (int)(index % 2), left = count - done;
            int whole = skipped > 0 ? 0 : Math.Min(left, Part) / step * step;
            int made = whole > 0 ? whole : Math.Min(left, step - skipped);
            int needed = skipped + made + (skipped + made) % 2;
            PhiloxFill<TKernels>.Run(PhiloxForm.Words, seed, stream, index - (ulong)skipped, Philox4x32.StandardRounds, words, (uint)needed);
            Transform(words, Math.Max(whole / step, 1), deviation, whole > 0 ? to + done : edge);
            if (whole == 0)
            {
                new Span<T>(edge + skipped, made).CopyTo(new Span<T>(to + done, made));
            }

            done += made;
        }
    }

    private static void Transform<T>(uint* words, int steps, double deviation, T* to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            TKernels.Normals(words, (nuint)steps, (float)deviation, (float*)to);
        }
        else
        {
            TKernels.Normals(words, (nuint)steps, deviation, (double*)to);
        }
    }
}
