using System.Numerics;

namespace Kernels;

// The driver: scale, precondition, sweep, sort, normalise, write. Arguments are checked by Svd.
internal static class JacobiSvd
{
    // From this many columns on the pivoted QR saves more rotations than it costs. (Counted: a tenth of them on square normal matrices of order 40,
    // two thirds on a log-uniform spectrum. A second QR, of R', saves another twentieth and costs more.)
    private const int PreconditionedColumns = 16;

    // Sweeps over columns this many times longer than R's pay for any QR.
    private const int TallRatio = 2;

    // u and v are empty views when vectors are not wanted.
    internal static SvdInfo Decompose<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
        => a.Rows < a.Columns ? Decompose<T, TKernels>(a.Transposed, v, singularValues, u, vectors, memory)
            : IsPreconditioned(a.Rows, a.Columns) ? Preconditioned<T, TKernels>(a, u, singularValues, v, vectors, memory)
            : Plain<T, TKernels>(a, u, singularValues, v, vectors, memory);

    // Elements of memory for a tall rows x columns matrix.
    internal static long WorkspaceLength<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => IsPreconditioned(rows, columns)
            ? PivotedQr<T>.Length(rows, columns) + JacobiWorkspace<T>.Length(columns, columns)
            : JacobiWorkspace<T>.Length(rows, columns);

    // By shape alone: the same steps for the same shape on every host.
    private static bool IsPreconditioned(int rows, int columns)
        => columns >= PreconditionedColumns || (columns > 1 && rows / TallRatio >= columns);

    // Jacobi on A itself: A W = U diag(sigma), V = W.
    private static SvdInfo Plain<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        var work = new JacobiWorkspace<T>(a.Rows, a.Columns, vectors, memory);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, work.Left);
        SvdInfo info = JacobiSweeps.Run<T, TKernels>(work);
        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(work);
            work.Left.View.CopyTo(u);
            work.Right.View.CopyTo(v);
        }

        return info;
    }

    // A P = Q R, then Jacobi on R': R' W = Z diag(sigma), so that U = Q W and V = P Z.
    private static SvdInfo Preconditioned<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        var qr = new PivotedQr<T>(a.Rows, a.Columns, ref memory);
        var work = new JacobiWorkspace<T>(a.Columns, a.Columns, vectors, memory);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, qr.Columns);
        qr.Factor<TKernels>();
        qr.Reflectors.CopyTriangleTransposed(work.Left.View);
        SvdInfo info = JacobiSweeps.Run<T, TKernels>(work);
        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(work);
            qr.Reflectors.MultiplyQ<TKernels>(work.Right.View, u);
            qr.Unpivot(work.Left.View, v);
        }

        return info;
    }
}
