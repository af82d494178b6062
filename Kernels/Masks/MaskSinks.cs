using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One bit a decision.
internal readonly unsafe struct PackedSink(byte* destination) : IMaskSink
{
    public int Head => 0;

    public byte* Source(int at, out int size)
    {
        size = 0;
        return destination;
    }

    public void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels
    {
        byte* to = destination + at / 8;
        Unsafe.CopyBlockUnaligned(to, bits, (uint)(count / 8));
        if (count % 8 != 0)
        {
            to[count / 8] = (byte)(bits[count / 8] & ((1 << (count % 8)) - 1));
        }
    }
}

// One byte a decision, 1 or 0.
internal readonly unsafe struct ByteSink(byte* destination) : IMaskSink
{
    public int Head => 0;

    public byte* Source(int at, out int size)
    {
        size = 0;
        return destination;
    }

    public void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels
    {
        byte* to = destination + at;
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            // Bit j in all bytes, then in byte j alone, then as a one: adding 127 carries into the top bit of every byte but zero.
            ulong chosen = (bits[i / 8] * 0x0101010101010101UL) & 0x8040201008040201UL;
            Unsafe.WriteUnaligned(to + i, (((chosen & 0x7F7F7F7F7F7F7F7FUL) + 0x7F7F7F7F7F7F7F7FUL) | chosen) >> 7 & 0x0101010101010101UL);
        }

        for (; i < count; i++)
        {
            to[i] = (byte)((bits[i / 8] >> (i % 8)) & 1);
        }
    }
}

// What sinks of elements share.
internal static unsafe class ElementSink
{
    // Destinations so large pass the caches by: with what is read they fill half of a large last one.
    private const ulong LeastStreamed = 8 << 20;

    private const uint Alignment = 64;

    internal static int Head<T>(T* destination)
        where T : unmanaged
        => (nuint)destination % (uint)sizeof(T) != 0 ? 0 : (int)((Alignment - (uint)((nuint)destination % Alignment)) % Alignment) / sizeof(T);

    internal static bool Streams<T>(T* destination, int length)
        where T : unmanaged
        => (ulong)length * (uint)sizeof(T) >= LeastStreamed && (nuint)destination % Alignment == 0;
}

// The scale or +0.
internal readonly unsafe struct FillSink<T>(T scale, T* destination, int length) : IMaskSink
    where T : unmanaged, INumber<T>
{
    public int Head => ElementSink.Head(destination);

    public byte* Source(int at, out int size)
    {
        size = 0;
        return (byte*)destination;
    }

    // What is left of a step is made in a step of its own.
    [SkipLocalsInit]
    public void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels
    {
        T* to = destination + at;
        int step = TKernels.Step<T>(), i = count / step * step;
        if (i > 0 && typeof(T) == typeof(float))
        {
            if (ElementSink.Streams(to, length))
            {
                TKernels.FillStreaming(bits, (nuint)(count / step), (float)(object)scale, (float*)to);
            }
            else
            {
                TKernels.Fill(bits, (nuint)(count / step), (float)(object)scale, (float*)to);
            }
        }
        else if (i > 0)
        {
            if (ElementSink.Streams(to, length))
            {
                TKernels.FillStreaming(bits, (nuint)(count / step), (double)(object)scale, (double*)to);
            }
            else
            {
                TKernels.Fill(bits, (nuint)(count / step), (double)(object)scale, (double*)to);
            }
        }

        if (i < count)
        {
            T* rest = stackalloc T[step];
            new FillSink<T>(scale, rest, step).Take<TKernels>(bits + i / 8, 0, step);
            new Span<T>(rest, count - i).CopyTo(new Span<T>(to + i, count - i));
        }
    }
}

// An input times the scale, or +0.
internal readonly unsafe struct ApplySink<T>(T* source, T scale, T* destination, int length) : IMaskSink
    where T : unmanaged, INumber<T>
{
    public int Head => ElementSink.Head(destination);

    public byte* Source(int at, out int size)
    {
        size = sizeof(T);
        return (byte*)(source + at);
    }

    // What is left of a step is made in a step of its own.
    [SkipLocalsInit]
    public void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels
    {
        T* from = source + at, to = destination + at;
        int step = TKernels.Step<T>(), i = count / step * step;
        if (i > 0 && typeof(T) == typeof(float))
        {
            if (source != destination && ElementSink.Streams(to, length))
            {
                TKernels.ApplyStreaming((float*)from, bits, (nuint)(count / step), (float)(object)scale, (float*)to);
            }
            else
            {
                TKernels.Apply((float*)from, bits, (nuint)(count / step), (float)(object)scale, (float*)to);
            }
        }
        else if (i > 0)
        {
            if (source != destination && ElementSink.Streams(to, length))
            {
                TKernels.ApplyStreaming((double*)from, bits, (nuint)(count / step), (double)(object)scale, (double*)to);
            }
            else
            {
                TKernels.Apply((double*)from, bits, (nuint)(count / step), (double)(object)scale, (double*)to);
            }
        }

        if (i < count)
        {
            T* rest = stackalloc T[step];
            new Span<T>(from + i, count - i).CopyTo(new Span<T>(rest, count - i));
            new ApplySink<T>(rest, scale, rest, step).Take<TKernels>(bits + i / 8, 0, step);
            new Span<T>(rest, count - i).CopyTo(new Span<T>(to + i, count - i));
        }
    }
}
