using System.Numerics;

namespace Kernels;

// The definition of the product, one element at a time: what every path of Gemm must equal bit by bit.
internal static class GemmReference
{
    internal static void Multiply<T>(T alpha, ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < destination.Rows; i++)
        {
            for (int j = 0; j < destination.Columns; j++)
            {
                // beta = 0 overwrites: what stood there, NaN included, is not read (BLAS).
                T sum = beta == T.Zero ? T.Zero : beta * destination[i, j];
                if (alpha != T.Zero)
                {
                    for (int p = 0; p < a.Columns; p++)
                    {
                        sum = T.FusedMultiplyAdd(alpha * a[i, p], b[p, j], sum);
                    }
                }

                destination[i, j] = sum;
            }
        }
    }
}
