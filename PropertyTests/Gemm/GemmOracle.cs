using System.Numerics;

namespace Kernels.PropertyTests.Gemm;

// The contract in its plainest form, one element at a time: what every path must equal bit by bit.
internal static class GemmOracle
{
    internal static T[,] Multiply<T>(T alpha, T[,] a, T[,] b, T beta, T[,] c, bool dots = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = new T[c.GetLength(0), c.GetLength(1)];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                T old = beta == T.Zero ? T.Zero : beta * c[i, j];
                result[i, j] = alpha == T.Zero ? old : dots ? Dot(alpha, a, b, i, j, beta, old) : Chain(alpha, a, b, i, j, old);
            }
        }

        return result;
    }

    // docs/contracts/gemm.md: which products are sums over adjacent k. By shape and adjacency alone.
    internal static bool IsDots(int m, int n, int k, bool aAdjacent, bool bAdjacent)
    {
        bool fewColumns = aAdjacent && (n == 1 ? k >= 8 : n <= 4 && k >= 48 && (bAdjacent || n == 4 || m >= 8));
        bool fewRows = bAdjacent && (m == 1 ? k >= 8 : m <= 4 && k >= 48 && (aAdjacent || m == 4 || n >= 8));
        return fewColumns || fewRows || (m <= 4 && n <= 4 && k >= 256);
    }

    private static T Chain<T>(T alpha, T[,] a, T[,] b, int i, int j, T sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int p = 0; p < a.GetLength(1); p++)
        {
            sum = T.FusedMultiplyAdd(alpha * a[i, p], b[p, j], sum);
        }

        return sum;
    }

    // Sixteen lanes of floats, eight of doubles, four times as many for a single sum, each a chain of its own; then halves are added until one is left.
    private static T Dot<T>(T alpha, T[,] a, T[,] b, int i, int j, T beta, T old)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int k = a.GetLength(1);
        bool isOne = a.GetLength(0) == 1 && b.GetLength(1) == 1;
        var lanes = new T[(typeof(T) == typeof(float) ? 16 : 8) * (isOne ? 4 : 1)];
        int padded = (k + lanes.Length - 1) / lanes.Length * lanes.Length;
        for (int p = 0; p < padded; p++)
        {
            ref T lane = ref lanes[p % lanes.Length];
            lane = p < k ? T.FusedMultiplyAdd(a[i, p], b[p, j], lane) : T.FusedMultiplyAdd(T.Zero, T.Zero, lane);
        }

        for (int half = lanes.Length / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                lanes[l] += lanes[l + half];
            }
        }

        return beta == T.Zero ? alpha * lanes[0] : (alpha * lanes[0]) + old;
    }
}
