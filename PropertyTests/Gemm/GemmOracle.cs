using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

// The contract in its plainest form, one element at a time: what every path must equal bit by bit.
internal static class GemmOracle
{
    internal static T[,] Multiply<T>(T alpha, T[,] a, T[,] b, T beta, T[,] c, Form form = Form.Chains)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = new T[c.GetLength(0), c.GetLength(1)];
        int lanes = form == Form.Slices ? 8 : (typeof(T) == typeof(float) ? 16 : 8) * (HasManyLanes<T>(result.GetLength(0), result.GetLength(1), a.GetLength(1)) ? 4 : 1);
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                T old = beta == T.Zero ? T.Zero : beta * c[i, j];
                result[i, j] = alpha == T.Zero ? old : form == Form.Chains ? Chain(alpha, a, b, i, j, old) : Sum(lanes, alpha, a, b, i, j, beta, old);
            }
        }

        return result;
    }

    /// <summary>docs/contracts/gemm.md: chains, sums along k, or sums over eight slices of it.</summary>
    internal enum Form
    {
        Chains,
        Dots,
        Slices,
    }

    // By shape and by which index is adjacent, of A and of B, and by nothing else.
    internal static Form FormOf<T>(int m, int n, int k, Layout a, Layout b)
    {
        var (ofA, ofB) = (a.Strides(m, k), b.Strides(k, n));
        return FormOf<T>(m, n, k, (ofA.Row, ofA.Column), (ofB.Row, ofB.Column));
    }

    internal static Form FormOf<T>(int m, int n, int k, (int Row, int Column) a, (int Row, int Column) b)
        => IsSliced<T>(m, n, k, b.Column == 1) || IsSliced<T>(n, m, k, a.Row == 1) ? Form.Slices
            : IsDots<T>(m, n, k, a.Column == 1, b.Row == 1) ? Form.Dots
            : Form.Chains;

    // Up to 32 elements (16 of double) of up to four rows, in bytes up to twice the depth.
    private static bool IsSliced<T>(int rows, int columns, int k, bool adjacent)
    {
        int bytes = typeof(T) == typeof(float) ? 4 : 8;
        return adjacent && k >= 16 && rows <= 4 && columns >= 2 && (long)rows * columns * bytes <= Math.Min(128, 2 * k);
    }

    private static bool IsDots<T>(int m, int n, int k, bool aAdjacent, bool bAdjacent)
    {
        int most = typeof(T) == typeof(float) ? 4 : 2;
        bool fewColumns = aAdjacent && (n == 1 ? k >= 8 : n <= most && k >= 48 && (bAdjacent || n == 4 || m >= 8));
        bool fewRows = bAdjacent && (m == 1 ? k >= 8 : m <= 4 && k >= 48 && (aAdjacent || m == 4 || n >= 8));
        return fewColumns || fewRows || (m <= 4 && n <= 4 && k >= 256) || (aAdjacent && bAdjacent && AreSeveral<T>(Math.Min(m, n), Math.Max(m, n), k));
    }

    // Two to twelve, whose others have up to 262144 elements if they are doubles; eight doubles meet no more than 64.
    private static bool AreSeveral<T>(int several, int others, int k)
        => several >= 2 && several <= 12 && k >= 48 && (typeof(T) == typeof(float) || ((long)others * k <= 262144 && (several != 8 || others <= 64)));

    private static T Chain<T>(T alpha, T[,] a, T[,] b, int i, int j, T sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // alpha goes into the smaller operand.
        var (ofA, ofB) = a.GetLength(0) <= b.GetLength(1) ? (alpha, T.One) : (T.One, alpha);
        for (int p = 0; p < a.GetLength(1); p++)
        {
            sum = T.FusedMultiplyAdd(ofA * a[i, p], ofB * b[p, j], sum);
        }

        return sum;
    }

    // A single sum, or one column or row of long ones over a matrix of 56 KiB to 2 MiB.
    private static bool HasManyLanes<T>(int m, int n, int k)
    {
        long size = typeof(T) == typeof(float) ? 4 : 8, row = k * size, matrix = m * n * row;
        return (m, n) == (1, 1) || ((m == 1 || n == 1) && row is >= 3 * 1024 and <= 16 * 1024 && matrix is > 56 * 1024 and <= 2 * 1024 * 1024);
    }

    // Sixteen lanes of floats, eight of doubles, four times as many of sums that have many, or eight slices, each a chain of its own; then halves are added until one is left.
    private static T Sum<T>(int count, T alpha, T[,] a, T[,] b, int i, int j, T beta, T old)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int k = a.GetLength(1);
        var lanes = new T[count];
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
