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

    // Pairs of normal numbers from pairs of words; both spans may be used up to the end of the last vector.
    internal static void Normals(VectorWidth width, Span<uint> words, int pairs, Span<double> destination)
    {
        fixed (uint* from = words)
        fixed (double* to = destination)
        {
            switch (width)
            {
                case VectorWidth.V512:
                    PhiloxTable.PhiloxV512.Normals((ulong*)from, Vectors<PhiloxTable.PhiloxV512>(pairs), to);
                    break;
                case VectorWidth.V256:
                    PhiloxTable.PhiloxV256.Normals((ulong*)from, Vectors<PhiloxTable.PhiloxV256>(pairs), to);
                    break;
                default:
                    PhiloxTable.PhiloxV128.Normals((ulong*)from, Vectors<PhiloxTable.PhiloxV128>(pairs), to);
                    break;
            }
        }
    }

    private static nuint Vectors<TKernels>(int pairs)
        where TKernels : struct, IPhiloxKernels
        => (nuint)((pairs + TKernels.Lanes - 1) / TKernels.Lanes);

    internal static int Mask<TSink>(VectorWidth width, in MaskRequest request, int count, TSink sink)
        where TSink : struct, IMaskSink
        => width switch
        {
            VectorWidth.V512 => MaskRun<PhiloxTable.PhiloxV512>.Run(request, count, sink),
            VectorWidth.V256 => MaskRun<PhiloxTable.PhiloxV256>.Run(request, count, sink),
            _ => MaskRun<PhiloxTable.PhiloxV128>.Run(request, count, sink),
        };
}
