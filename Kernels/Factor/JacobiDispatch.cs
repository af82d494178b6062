using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The Jacobi kernels of a scalar type and a width, which are constants to the JIT.
internal static unsafe class JacobiDispatch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Grams(VectorWidth width, in PairLanes<T> x, int rows, T* xx, T* xy, T* yy)
    {
        switch (width)
        {
            case VectorWidth.V512:
                Grams<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(x, rows, xx, xy, yy);
                break;
            case VectorWidth.V256:
                Grams<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(x, rows, xx, xy, yy);
                break;
            default:
                Grams<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(x, rows, xx, xy, yy);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Rotate(VectorWidth width, bool across, in PairLanes<T> x, T* c, T* s)
    {
        switch (width)
        {
            case VectorWidth.V512:
                Rotate<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(across, x, c, s);
                break;
            case VectorWidth.V256:
                Rotate<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(across, x, c, s);
                break;
            default:
                Rotate<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(across, x, c, s);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void RotateBoth(VectorWidth width, bool across, in PairLanes<T> x, int* top, int* bottom, T* c, T* s)
    {
        switch (width)
        {
            case VectorWidth.V512:
                RotateBoth<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(across, x, top, bottom, c, s);
                break;
            case VectorWidth.V256:
                RotateBoth<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(across, x, top, bottom, c, s);
                break;
            default:
                RotateBoth<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(across, x, top, bottom, c, s);
                break;
        }
    }

    // Columns near one in length, or zero; the tolerance is for cosines, and shortest a length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Sweep(VectorWidth width, T* x, int stride, int rows, int all, int columns, T* largest, T* counts, T tolerance, T shortest, T* c, T* s)
    {
        switch (width)
        {
            case VectorWidth.V512:
                Sweep<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(x, stride, rows, all, columns, largest, counts, tolerance, shortest, c, s);
                break;
            case VectorWidth.V256:
                Sweep<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(x, stride, rows, all, columns, largest, counts, tolerance, shortest, c, s);
                break;
            default:
                Sweep<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(x, stride, rows, all, columns, largest, counts, tolerance, shortest, c, s);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sweep<TSingle, TDouble>(T* x, int stride, int rows, int all, int columns, T* largest, T* counts, T tolerance, T shortest, T* c, T* s)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            double t = Unsafe.BitCast<T, double>(tolerance), least = Unsafe.BitCast<T, double>(shortest);
            TDouble.Sweep((double*)x, stride, rows, all, columns, (double*)largest, (double*)counts, t * t, least * least, (double*)c, (double*)s);
        }
        else
        {
            float t = Unsafe.BitCast<T, float>(tolerance), least = Unsafe.BitCast<T, float>(shortest);
            TSingle.Sweep((float*)x, stride, rows, all, columns, (float*)largest, (float*)counts, t * t, least * least, (float*)c, (float*)s);
        }
    }

    // The tolerance is for cosines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Angles(VectorWidth width, int half, T* xx, T* xy, T* yy, T* largest, T* counts, T tolerance, bool ordered, T* c, T* s)
    {
        switch (width)
        {
            case VectorWidth.V512:
                Angles<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(half, xx, xy, yy, largest, counts, tolerance, ordered, c, s);
                break;
            case VectorWidth.V256:
                Angles<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(half, xx, xy, yy, largest, counts, tolerance, ordered, c, s);
                break;
            default:
                Angles<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(half, xx, xy, yy, largest, counts, tolerance, ordered, c, s);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Angles<TSingle, TDouble>(int half, T* xx, T* xy, T* yy, T* largest, T* counts, T tolerance, bool ordered, T* c, T* s)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            double t = Unsafe.BitCast<T, double>(tolerance);
            TDouble.Angles(
                half, (double*)xx, (double*)xy, (double*)yy, (double*)largest, (double*)counts, t * t, SvdScaling.AccurateSquare<double>(), SvdScaling.ComparableSquares<double>(), ordered, (double*)c, (double*)s);
        }
        else
        {
            float t = Unsafe.BitCast<T, float>(tolerance);
            TSingle.Angles(
                half, (float*)xx, (float*)xy, (float*)yy, (float*)largest, (float*)counts, t * t, SvdScaling.AccurateSquare<float>(), SvdScaling.ComparableSquares<float>(), ordered, (float*)c, (float*)s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Grams<TSingle, TDouble>(in PairLanes<T> x, int rows, T* xx, T* xy, T* yy)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            TDouble.Grams((double*)x.Origin, x.Stride, rows, x.Right, x.Half, (double*)xx, (double*)xy, (double*)yy);
        }
        else
        {
            TSingle.Grams((float*)x.Origin, x.Stride, rows, x.Right, x.Half, (float*)xx, (float*)xy, (float*)yy);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate<TSingle, TDouble>(bool across, in PairLanes<T> x, T* c, T* s)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            Rotate<double, TDouble>(across, (double*)x.Origin, x.Stride, x.Rows, x.Right, x.Half, (double*)c, (double*)s);
        }
        else
        {
            Rotate<float, TSingle>(across, (float*)x.Origin, x.Stride, x.Rows, x.Right, x.Half, (float*)c, (float*)s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate<TScalar, TJacobi>(bool across, TScalar* x, nint stride, nint rows, nint right, nint half, TScalar* c, TScalar* s)
        where TScalar : unmanaged
        where TJacobi : struct, IJacobiKernels<TScalar>
    {
        if (across)
        {
            TJacobi.RotateAcross(x, stride, rows, right, half, c, s);
        }
        else
        {
            TJacobi.Rotate(x, stride, rows, right, half, c, s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RotateBoth<TSingle, TDouble>(bool across, in PairLanes<T> x, int* top, int* bottom, T* c, T* s)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            RotateBoth<double, TDouble>(across, (double*)x.Origin, x.Stride, x.Right, x.Half, top, bottom, (double*)c, (double*)s);
        }
        else
        {
            RotateBoth<float, TSingle>(across, (float*)x.Origin, x.Stride, x.Right, x.Half, top, bottom, (float*)c, (float*)s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RotateBoth<TScalar, TJacobi>(bool across, TScalar* x, nint stride, nint right, nint half, int* top, int* bottom, TScalar* c, TScalar* s)
        where TScalar : unmanaged
        where TJacobi : struct, IJacobiKernels<TScalar>
    {
        if (across)
        {
            TJacobi.RotateBothAcross(x, stride, right, half, top, bottom, c, s);
        }
        else
        {
            TJacobi.RotateBoth(x, stride, right, half, top, bottom, c, s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void BatchSweep(VectorWidth width, T* x, int lanes, int rows, int all, int columns, T* counts, T tolerance)
    {
        switch (width)
        {
            case VectorWidth.V512:
                BatchSweep<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(x, lanes, rows, all, columns, counts, tolerance);
                break;
            case VectorWidth.V256:
                BatchSweep<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(x, lanes, rows, all, columns, counts, tolerance);
                break;
            default:
                BatchSweep<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(x, lanes, rows, all, columns, counts, tolerance);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BatchSweep<TSingle, TDouble>(T* x, int lanes, int rows, int all, int columns, T* counts, T tolerance)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            double t = Unsafe.BitCast<T, double>(tolerance);
            TDouble.BatchSweep((double*)x, lanes, rows, all, columns, (double*)counts, t * t, SvdScaling.AccurateSquare<double>(), SvdScaling.ComparableSquares<double>());
        }
        else
        {
            float t = Unsafe.BitCast<T, float>(tolerance);
            TSingle.BatchSweep((float*)x, lanes, rows, all, columns, (float*)counts, t * t, SvdScaling.AccurateSquare<float>(), SvdScaling.ComparableSquares<float>());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void BatchLengths(VectorWidth width, T* x, int lanes, int rows, int columns, T* lengths)
    {
        switch (width)
        {
            case VectorWidth.V512:
                BatchLengths<JacobiTable.JacobiV512Single, JacobiTable.JacobiV512Double>(x, lanes, rows, columns, lengths);
                break;
            case VectorWidth.V256:
                BatchLengths<JacobiTable.JacobiV256Single, JacobiTable.JacobiV256Double>(x, lanes, rows, columns, lengths);
                break;
            default:
                BatchLengths<JacobiTable.JacobiV128Single, JacobiTable.JacobiV128Double>(x, lanes, rows, columns, lengths);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BatchLengths<TSingle, TDouble>(T* x, int lanes, int rows, int columns, T* lengths)
        where TSingle : struct, IJacobiKernels<float>
        where TDouble : struct, IJacobiKernels<double>
    {
        if (typeof(T) == typeof(double))
        {
            TDouble.BatchLengths((double*)x, lanes, rows, columns, (double*)lengths);
        }
        else
        {
            TSingle.BatchLengths((float*)x, lanes, rows, columns, (float*)lengths);
        }
    }
}
