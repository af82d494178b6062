namespace Kernels.PropertyTests.SvdTests;

/// <summary>
/// Singular values as square roots of the eigenvalues of A'A, by two-sided Jacobi in double-double: on a matrix B D with B well conditioned each
/// has high relative accuracy, however D is graded (Demmel, Veselic 1992). Shares no code with the decomposition it judges.
/// </summary>
internal static class GramReference
{
    internal static double[] SingularValues(double[,] a)
    {
        int n = a.GetLength(1);
        DoubleDouble[,] gram = Gram(a);
        for (int sweep = 0, rotations = 1; rotations > 0; sweep++)
        {
            Assert.True(sweep < 40, "the reference did not converge");
            rotations = 0;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(gram[p, q].High) > 1e-29 * Math.Sqrt(gram[p, p].High) * Math.Sqrt(gram[q, q].High))
                    {
                        Annihilate(gram, p, q);
                        rotations++;
                    }
                }
            }
        }

        double[] values = [.. Enumerable.Range(0, n).Select(j => DoubleDouble.Sqrt(gram[j, j]).High)];
        Array.Sort(values, (x, y) => y.CompareTo(x));
        return values;
    }

    private static DoubleDouble[,] Gram(double[,] a)
        => TestMatrices.Of(a.GetLength(1), a.GetLength(1), (p, q) =>
        {
            DoubleDouble sum = 0;
            for (int i = 0; i < a.GetLength(0); i++)
            {
                sum += (DoubleDouble)a[i, p] * a[i, q];
            }

            return sum;
        });

    private static void Annihilate(DoubleDouble[,] g, int p, int q)
    {
        int n = g.GetLength(0);
        DoubleDouble zeta = (g[q, q] - g[p, p]) / (g[p, q] * 2);
        DoubleDouble t = Math.Abs(zeta.High) > 1e30
            ? (DoubleDouble)0.5 / zeta
            : (DoubleDouble)Math.CopySign(1, zeta.High) / ((zeta.High < 0 ? -zeta : zeta) + DoubleDouble.Sqrt((zeta * zeta) + 1));
        DoubleDouble c = (DoubleDouble)1 / DoubleDouble.Sqrt((t * t) + 1), s = c * t;
        DoubleDouble pp = g[p, p] - (t * g[p, q]), qq = g[q, q] + (t * g[p, q]);
        for (int k = 0; k < n; k++)
        {
            if (k != p && k != q)
            {
                (DoubleDouble x, DoubleDouble y) = (g[k, p], g[k, q]);
                g[k, p] = g[p, k] = (c * x) - (s * y);
                g[k, q] = g[q, k] = (s * x) + (c * y);
            }
        }

        (g[p, p], g[q, q], g[p, q], g[q, p]) = (pp, qq, 0, 0);
    }
}
