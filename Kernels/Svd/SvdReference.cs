using System.Numerics;

namespace Kernels;

// Plain one-sided Jacobi (Hestenes) on the columns of a copy, scalar and unblocked.
internal static class SvdReference
{
    internal static SvdInfo Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Rows < a.Columns)
        {
            return Decompose(a.Transposed, v, singularValues, u);
        }

        int m = a.Rows, n = a.Columns;
        var work = a.ToArray();
        var right = new T[n, n];
        for (int j = 0; j < n; j++)
        {
            right[j, j] = T.One;
        }

        T epsilon = T.BitIncrement(T.One) - T.One;
        T tolerance = epsilon * T.Sqrt(T.CreateChecked(m));
        int sweeps = 0;
        long rotations = 0;
        T largest = T.One;
        while (largest > tolerance && sweeps < 60)
        {
            largest = T.Zero;
            sweeps++;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    (T pp, T pq, T qq) = (T.Zero, T.Zero, T.Zero);
                    for (int i = 0; i < m; i++)
                    {
                        pp += work[i, p] * work[i, p];
                        pq += work[i, p] * work[i, q];
                        qq += work[i, q] * work[i, q];
                    }

                    T cosine = pp == T.Zero || qq == T.Zero ? T.Zero : T.Abs(pq) / T.Sqrt(pp) / T.Sqrt(qq);
                    largest = T.Max(largest, cosine);
                    if (cosine <= tolerance)
                    {
                        continue;
                    }

                    T zeta = (qq - pp) / (pq + pq);
                    T t = T.CopySign(T.One, zeta) / (T.Abs(zeta) + T.Sqrt(T.One + zeta * zeta));
                    T c = T.One / T.Sqrt(T.One + t * t), s = c * t;
                    Rotate(work, p, q, c, s);
                    Rotate(right, p, q, c, s);
                    rotations++;
                }
            }
        }

        WriteSorted(work, right, u, singularValues, v);
        return new(largest <= tolerance, sweeps, rotations, double.CreateChecked(largest));
    }

    private static void Rotate<T>(T[,] matrix, int p, int q, T c, T s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            (matrix[i, p], matrix[i, q]) = (c * matrix[i, p] - s * matrix[i, q], s * matrix[i, p] + c * matrix[i, q]);
        }
    }

    private static void WriteSorted<T>(T[,] work, T[,] right, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = work.GetLength(0), n = work.GetLength(1);
        var norms = new T[n];
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < m; i++)
            {
                norms[j] += work[i, j] * work[i, j];
            }

            norms[j] = T.Sqrt(norms[j]);
        }

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(j => norms[j])];
        for (int k = 0; k < n; k++)
        {
            int j = order[k];
            singularValues[k] = norms[j];
            for (int i = 0; i < m; i++)
            {
                u[i, k] = norms[j] == T.Zero ? T.Zero : work[i, j] / norms[j];
            }

            for (int i = 0; i < n; i++)
            {
                v[i, k] = right[i, j];
            }
        }
    }
}
