using System.Numerics;

namespace Kernels.PropertyTests.Factor;

// Judged by Sturm counts, residuals and orthogonality in double: none of them knows how the values were found.
public class TridiagonalEigenTests
{
    public static TheoryData<string, int> Matrices
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string kind in (string[])["random", "second difference", "wilkinson", "glued wilkinson", "diagonal", "zero", "constant coupling", "tiny couplings", "graded"])
            {
                foreach (int n in (int[])[1, 2, 3, 24, 25, 48, 49, 50, 97, 130, 257])
                {
                    data.Add(kind, n);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void ValuesAndVectorsAreThoseOfTheMatrix(string kind, int n)
    {
        Check<double>(kind, n);
        Check<float>(kind, n);
    }

    private static void Check<T>(string kind, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T[] d, T[] e) = Draw<T>(kind, n);
        Span<T> memory = new T[TridiagonalEigen<T>.Length(n)];
        var eigen = new TridiagonalEigen<T>(n, ref memory);
        Assert.True(eigen.Decompose<LiveFactorKernels<T>>(d, e));

        double unit = double.CreateChecked(T.BitIncrement(T.One) - T.One), room = 4 * Math.Sqrt(n + 8) * unit;
        double[] diagonal = [.. d.Select(double.CreateChecked)], coupling = [.. e.Select(double.CreateChecked)];
        double[] values = new double[n];
        double[][] vectors = new double[n][];
        for (int k = 0; k < n; k++)
        {
            int place = eigen.Order[k];
            values[k] = double.CreateChecked(eigen.Values[place]);
            vectors[k] = [.. eigen.Vectors[place].ToArray().Select(double.CreateChecked)];
        }

        for (int k = 0; k < n; k++)
        {
            Assert.True(k == 0 || values[k - 1] <= values[k]);
            Assert.InRange(Below(diagonal, coupling, values[k] - room), 0, k);
            Assert.InRange(Below(diagonal, coupling, values[k] + room), k + 1, n);
            for (int i = 0; i < n; i++)
            {
                double product = diagonal[i] * vectors[k][i] + (i > 0 ? coupling[i - 1] * vectors[k][i - 1] : 0) + (i < n - 1 ? coupling[i] * vectors[k][i + 1] : 0);
                Assert.InRange(Math.Abs(product - (values[k] * vectors[k][i])), 0, room);
            }

            for (int j = 0; j <= k; j++)
            {
                double dot = vectors[k].Zip(vectors[j], (x, y) => x * y).Sum();
                Assert.InRange(Math.Abs(dot - (j == k ? 1 : 0)), 0, room);
            }
        }
    }

    // Entries of at most one.
    private static (T[] Diagonal, T[] Coupling) Draw<T>(string kind, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(n);
        Func<int, double> diagonal = kind switch
        {
            "random" or "constant coupling" or "tiny couplings" => _ => (2 * random.NextDouble()) - 1,
            "second difference" => _ => 0.5,
            "wilkinson" => i => Math.Abs(i - (n / 2)) / (double)n,
            "glued wilkinson" => i => Math.Abs((i % 21) - 10) / 21.0,
            "diagonal" => i => i % 5 / 5.0,
            "graded" => i => Math.Pow(10, -6.0 * i / n),
            _ => _ => 0,
        };
        Func<int, double> coupling = kind switch
        {
            "random" => _ => (2 * random.NextDouble()) - 1,
            "second difference" => _ => -0.25,
            "wilkinson" => _ => 1.0 / n,
            "glued wilkinson" => i => i % 21 == 20 ? 1e-9 : 1 / 21.0,
            "constant coupling" => _ => 1,
            "tiny couplings" => i => Math.Pow(10, -i % 12),
            "graded" => i => Math.Pow(10, -6.0 * i / n) / 3,
            _ => _ => 0,
        };
        return ([.. Enumerable.Range(0, n).Select(i => T.CreateChecked(diagonal(i)))], [.. Enumerable.Range(0, Math.Max(0, n - 1)).Select(i => T.CreateChecked(coupling(i)))]);
    }

    // Eigenvalues below x: negative pivots of T - x.
    private static int Below(double[] diagonal, double[] coupling, double x)
    {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - x - (i == 0 ? 0 : coupling[i - 1] * coupling[i - 1] / pivot);
            pivot = pivot == 0 ? double.Epsilon : pivot;
            count += pivot < 0 ? 1 : 0;
        }

        return count;
    }
}
