using System.Numerics;

namespace Kernels.Runtime;

// An upper bound of the largest eigenvalue of a Gram matrix G by squaring: ||G^(2^j)||_F^(1 / 2^j) is at most r^(1 / 2^(j+1)) times it. Power iteration
// would be below it, and a step too long.
internal static class GramBound
{
    private const int Squarings = 4;

    // first and second are overwritten; all r x r.
    internal static double LargestEigenvalue<T>(ReadOnlyMatrixView<T> gram, MatrixView<T> first, MatrixView<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double norm = Math.Sqrt(MatrixReductions.SumOfSquares(gram));
        if (norm == 0 || gram.Rows == 1)
        {
            return norm;
        }

        // G / norm is at most 1 long, so its powers never overflow; the logarithm keeps what was divided out.
        double log = Math.Log(norm), share = 1;
        Elementwise.Scale(gram, T.CreateChecked(1 / norm), first);
        for (int j = 0; j < Squarings; j++)
        {
            Gemm.Multiply<T>(T.One, first, first, T.Zero, second, Parallelism.Sequential);
            norm = Math.Sqrt(MatrixReductions.SumOfSquares<T>(second));
            if (norm == 0)
            {
                break;
            }

            share /= 2;
            log += share * Math.Log(norm);
            Elementwise.Scale<T>(second, T.CreateChecked(1 / norm), first);
        }

        // The rounding of the products: r terms each, doubled at each squaring but shared out by the root.
        return Math.Exp(log) * (1 + 4 * gram.Rows * Certificate.Roundoff<T>());
    }
}
