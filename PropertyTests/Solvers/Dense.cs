using CommunityToolkit.HighPerformance;

namespace Kernels.PropertyTests.Solvers;

// Matrices by definition, in double and one element at a time: what solvers are judged by. Nothing here calls the library.
internal static class Dense
{
    public static double[,] Build(int rows, int columns, Func<int, int, double> entry)
    {
        double[,] matrix = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix[i, j] = entry(i, j);
            }
        }

        return matrix;
    }

    public static int Rows(this double[,] a) => a.GetLength(0);

    public static int Columns(this double[,] a) => a.GetLength(1);

    public static double[,] T(this double[,] a) => Build(a.Columns(), a.Rows(), (i, j) => a[j, i]);

    public static double[,] Times(this double[,] a, double[,] b)
    {
        Assert.Equal(a.Columns(), b.Rows());
        double[,] product = new double[a.Rows(), b.Columns()];
        for (int i = 0; i < a.Rows(); i++)
        {
            for (int k = 0; k < a.Columns(); k++)
            {
                for (int j = 0; j < b.Columns(); j++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }

    public static double[,] Times(this double[,] a, double factor) => Build(a.Rows(), a.Columns(), (i, j) => factor * a[i, j]);

    public static double[,] Plus(this double[,] a, double[,] b, double factor = 1) => Build(a.Rows(), a.Columns(), (i, j) => a[i, j] + factor * b[i, j]);

    public static double[,] Minus(this double[,] a, double[,] b) => a.Plus(b, -1);

    public static double Inner(this double[,] a, double[,] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Rows(); i++)
        {
            for (int j = 0; j < a.Columns(); j++)
            {
                sum += a[i, j] * b[i, j];
            }
        }

        return sum;
    }

    public static double Norm(this double[,] a) => Math.Sqrt(a.Inner(a));

    public static double Max(this double[,] a) => a.Cast<double>().Select(Math.Abs).DefaultIfEmpty(0).Max();

    public static double[,] Identity(int n) => Build(n, n, (i, j) => i == j ? 1 : 0);

    public static double[,] Diagonal(int rows, int columns, params double[] entries)
        => Build(rows, columns, (i, j) => i == j && i < entries.Length ? entries[i] : 0);

    public static double[] ColumnNorms(this double[,] a)
        => [.. Enumerable.Range(0, a.Columns()).Select(j => Math.Sqrt(Enumerable.Range(0, a.Rows()).Sum(i => a[i, j] * a[i, j])))];

    // Entries uniform in (-1, 1).
    public static double[,] Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Build(rows, columns, (_, _) => 2 * random.NextDouble() - 1);
    }

    // Gram-Schmidt, twice, on a random square.
    public static double[,] RandomOrthogonal(int n, int seed)
    {
        double[,] q = Random(n, n, seed);
        for (int j = 0; j < n; j++)
        {
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < j; k++)
                {
                    double dot = Enumerable.Range(0, n).Sum(i => q[i, j] * q[i, k]);
                    for (int i = 0; i < n; i++)
                    {
                        q[i, j] -= dot * q[i, k];
                    }
                }
            }

            double norm = Math.Sqrt(Enumerable.Range(0, n).Sum(i => q[i, j] * q[i, j]));
            for (int i = 0; i < n; i++)
            {
                q[i, j] /= norm;
            }
        }

        return q;
    }

    // Largest singular value. Relative accuracy of rounding.
    public static double SpectralNorm(this double[,] a) => Math.Sqrt(a.SquaredSingularValues().DefaultIfEmpty(0).Max());

    // In descending order: the eigenvalues of the smaller Gram by two-sided Jacobi, each to rounding of the largest.
    public static double[] SquaredSingularValues(this double[,] a)
    {
        double[,] g = a.Rows() < a.Columns() ? a.Times(a.T()) : a.T().Times(a);
        int n = g.Rows();
        for (int sweep = 0; sweep < 40; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    JacobiStep(g, p, q);
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => Math.Max(0, g[i, i])).OrderDescending()];
    }

    public static double[,] Of<T>(Memory2D<T> matrix)
        where T : unmanaged
        => matrix.IsEmpty ? new double[matrix.Height, matrix.Width] : Build(matrix.Height, matrix.Width, (i, j) => Convert.ToDouble(matrix.Span[i, j]));

    public static double[,] Of<T>(T[,] matrix)
        where T : unmanaged
        => Build(matrix.GetLength(0), matrix.GetLength(1), (i, j) => Convert.ToDouble(matrix[i, j]));

    public static T[,] As<T>(this double[,] matrix)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        T[,] cast = new T[matrix.Rows(), matrix.Columns()];
        for (int i = 0; i < matrix.Rows(); i++)
        {
            for (int j = 0; j < matrix.Columns(); j++)
            {
                cast[i, j] = T.CreateChecked(matrix[i, j]);
            }
        }

        return cast;
    }

    private static void JacobiStep(double[,] g, int p, int q)
    {
        if (g[p, q] == 0)
        {
            return;
        }

        double theta = (g[q, q] - g[p, p]) / (2 * g[p, q]);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(1 + theta * theta));
        double c = 1 / Math.Sqrt(1 + t * t), s = c * t;
        for (int k = 0; k < g.Rows(); k++)
        {
            (g[k, p], g[k, q]) = (c * g[k, p] - s * g[k, q], s * g[k, p] + c * g[k, q]);
        }

        for (int k = 0; k < g.Rows(); k++)
        {
            (g[p, k], g[q, k]) = (c * g[p, k] - s * g[q, k], s * g[p, k] + c * g[q, k]);
        }
    }
}
