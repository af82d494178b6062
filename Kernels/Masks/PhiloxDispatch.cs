using System.Numerics;

namespace Kernels;

// One decision a call: the width chooses the kernels. Tests name the width, the public API passes the live one.
internal static unsafe class PhiloxDispatch
{
    internal static void Fill<T>(VectorWidth width, PhiloxForm form, ulong seed, ulong stream, ulong start, int rounds, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* to = destination)
        {
            switch (width)
            {
                case VectorWidth.V512:
                    PhiloxFill<PhiloxTable.PhiloxV512>.Run(form, seed, stream, start, rounds, to, (uint)destination.Length);
                    break;
                case VectorWidth.V256:
                    PhiloxFill<PhiloxTable.PhiloxV256>.Run(form, seed, stream, start, rounds, to, (uint)destination.Length);
                    break;
                default:
                    PhiloxFill<PhiloxTable.PhiloxV128>.Run(form, seed, stream, start, rounds, to, (uint)destination.Length);
                    break;
            }
        }
    }

    internal static void Normals<T>(VectorWidth width, ulong seed, ulong stream, ulong start, double deviation, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* to = destination)
        {
            switch (width)
            {
                case VectorWidth.V512:
                    NormalFill<PhiloxTable.PhiloxV512>.Run(seed, stream, start, deviation, to, destination.Length);
                    break;
                case VectorWidth.V256:
                    NormalFill<PhiloxTable.PhiloxV256>.Run(seed, stream, start, deviation, to, destination.Length);
                    break;
                default:
                    NormalFill<PhiloxTable.PhiloxV128>.Run(seed, stream, start, deviation, to, destination.Length);
                    break;
            }
        }
    }

    internal static int Mask<TSink>(VectorWidth width, in MaskRequest request, int count, TSink sink)
        where TSink : struct, IMaskSink
        => width switch
        {
            VectorWidth.V512 => MaskRun<PhiloxTable.PhiloxV512>.Run(request, count, sink),
            VectorWidth.V256 => MaskRun<PhiloxTable.PhiloxV256>.Run(request, count, sink),
            _ => MaskRun<PhiloxTable.PhiloxV128>.Run(request, count, sink),
        };

    // Decisions that are already made; 16 bytes behind the last bit may be read.
    internal static void Apply<T>(VectorWidth width, byte* bits, int count, T* x, T scale, T* destination)
        where T : unmanaged, INumber<T>
    {
        var sink = new ApplySink<T>(x, scale, destination, count);
        switch (width)
        {
            case VectorWidth.V512:
                sink.Take<PhiloxTable.PhiloxV512>(bits, 0, count);
                break;
            case VectorWidth.V256:
                sink.Take<PhiloxTable.PhiloxV256>(bits, 0, count);
                break;
            default:
                sink.Take<PhiloxTable.PhiloxV128>(bits, 0, count);
                break;
        }
    }
}
