using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

/// <summary>
/// The ratios by which LAPACK judges its own SVDs (TESTING/EIG: ddrvbd, dbdt01, dort01): in units of ulp times the dimension; it accepts 50.
/// Everything is computed by plain loops in double, on the matrix scaled to magnitude one.
/// </summary>
internal readonly record struct SvdRatios(double Residual, double OrthogonalityOfU, double OrthogonalityOfV)
{
    internal double Largest => Math.Max(Residual, Math.Max(OrthogonalityOfU, OrthogonalityOfV));

    internal static SvdRatios Of<T>(T[,] a, T[,] u, T[] s, T[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1);
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        for (int k = 0; k < s.Length; k++)
        {
            Assert.True(s[k] >= T.Zero && !T.IsNegative(s[k]), $"singular value {k} is {s[k]}");
            Assert.True(s[k] <= s[Math.Max(k - 1, 0)], $"singular value {k}, {s[k]}, exceeds the one before");
        }

        return m == 0 || n == 0
            ? default
            : new(ResidualOf(a, u, s, v) / (Math.Max(m, n) * ulp), Departure(u) / (m * ulp), Departure(v) / (n * ulp));
    }

    // |A - U S V'| / |A| in the 1-norm, beyond what rounding a singular value to a multiple of the smallest subnormal must cost.
    private static double ResidualOf<T>(T[,] a, T[,] u, T[] s, T[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int exponent = 0;
        T largest = T.Zero;
        foreach (T entry in a)
        {
            largest = T.Max(largest, T.Abs(entry));
        }

        if (largest > T.Zero)
        {
            exponent = -T.ILogB(largest);
        }

        (double error, double norm) = (0, 0);
        for (int j = 0; j < a.GetLength(1); j++)
        {
            (double columnError, double columnNorm) = (0, 0);
            for (int i = 0; i < a.GetLength(0); i++)
            {
                double entry = Scaled(a[i, j]), product = 0, rounding = 0;
                for (int k = 0; k < s.Length; k++)
                {
                    double vectors = double.CreateChecked(u[i, k]) * double.CreateChecked(v[j, k]);
                    product += vectors * Scaled(s[k]);
                    rounding += Math.Abs(vectors) * Scaled(T.Epsilon) / 2;
                }

                columnError += Math.Max(0, Math.Abs(entry - product) - rounding);
                columnNorm += Math.Abs(entry);
            }

            (error, norm) = (Math.Max(error, columnError), Math.Max(norm, columnNorm));
        }

        return norm > 0 ? error / norm : error;

        double Scaled(T x) => Math.ScaleB(double.CreateChecked(x), exponent);
    }

    // |I - Q'Q| in the 1-norm.
    private static double Departure<T>(T[,] q)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double largest = 0;
        for (int j = 0; j < q.GetLength(1); j++)
        {
            double sum = 0;
            for (int k = 0; k < q.GetLength(1); k++)
            {
                double product = j == k ? -1 : 0;
                for (int i = 0; i < q.GetLength(0); i++)
                {
                    product += double.CreateChecked(q[i, j]) * double.CreateChecked(q[i, k]);
                }

                sum += Math.Abs(product);
            }

            largest = Math.Max(largest, sum);
        }

        return largest;
    }
}
