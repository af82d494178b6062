using System.Numerics;

namespace Kernels;

// The rest of an orthogonal matrix whose first columns are given: Q of their Householder QR without its first columns. R is diagonal with entries of
// magnitude one to rounding, so the first columns of Q span what is given, and the others are orthogonal to it to rounding.
internal static class OrthogonalComplement
{
    // columns is m x p with orthonormal columns, rest m x (m - p), or has no column. The workspace of a decomposition holds these reflectors.
    internal static void Write<T, TKernels>(ReadOnlyMatrixView<T> columns, MatrixView<T> rest, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        if (rest.IsEmpty)
        {
            return;
        }

        var qr = new Reflectors<T>(columns.Rows, columns.Columns, ref workspace);
        columns.CopyTo(qr.Columns.View);
        HouseholderQr<T>.Factor<TKernels>(qr);
        rest.Fill(T.Zero);
        rest.Slice(columns.Columns, 0, rest.Columns, rest.Columns).Diagonal.Fill(T.One);
        qr.Multiply<TKernels>(rest, transposed: false);
    }
}
