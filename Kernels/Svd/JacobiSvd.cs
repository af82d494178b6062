using System.Numerics;

namespace Kernels;

// The driver: scale, sweep, sort, normalise, write. Arguments are checked by Svd.
internal static class JacobiSvd
{
    // u and v are empty views when vectors are not wanted.
    internal static SvdInfo Decompose<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, ISvdKernels<T>
    {
        if (a.Rows < a.Columns)
        {
            return Decompose<T, TKernels>(a.Transposed, v, singularValues, u, vectors, memory);
        }

        var work = new JacobiWorkspace<T>(a.Rows, a.Columns, vectors, memory);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, work.Left);
        SvdInfo info = JacobiSweeps.Run<T, TKernels>(work);
        SvdFinish.Sort<T, TKernels>(work);
        for (int k = 0; k < singularValues.Length; k++)
        {
            singularValues[k] = T.ScaleB(work.Norms[k], exponent);
        }

        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(work);
            work.Left.View.CopyTo(u);
            work.Right.View.CopyTo(v);
        }

        return info;
    }
}
