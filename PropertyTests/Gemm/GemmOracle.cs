using System.Numerics;

namespace Kernels.PropertyTests.Gemm;

// The contract in its plainest form, one element at a time: what every path must equal bit by bit.
internal static class GemmOracle
{
    internal static T[,] Multiply<T>(T alpha, T[,] a, T[,] b, T beta, T[,] c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = new T[c.GetLength(0), c.GetLength(1)];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                T sum = beta == T.Zero ? T.Zero : beta * c[i, j];
                for (int p = 0; p < a.GetLength(1) && alpha != T.Zero; p++)
                {
                    sum = T.FusedMultiplyAdd(alpha * a[i, p], b[p, j], sum);
                }

                result[i, j] = sum;
            }
        }

        return result;
    }
}
