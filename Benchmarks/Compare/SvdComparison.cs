using Kernels.Benchmarks.Compare.Measuring;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare;

/// <summary>Singular values and vectors of square random matrices, ours against MathNet.</summary>
internal static class SvdComparison
{
    private const double Tolerance = 1e-12;

    internal static int[] Sizes => [16, 64, 128];

    internal static ComparisonRow Run(int n, ContestRules rules)
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = 1;
        double[,] a = new double[n, n], u = new double[n, n], v = new double[n, n];
        double[] values = new double[n];
        IrwinHall.Fill(seed: 1, stream: 1, start: 0, scale: 1, System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref a[0, 0], a.Length));
        var matrix = Matrix<double>.Build.DenseOfArray(a);
        (string Name, Action<int> Run)[] contenders =
        [
            ("Kernels", times => Ours(times, a, u, values, v)),
            ("MathNet", times => Theirs(times, matrix)),
        ];
        Check(a, u, values, v, matrix);
        if (n <= 32)
        {
            Contest.Settle([.. contenders.Select(c => c.Run)]);
        }

        return ComparisonRow.Measure(ComparisonRow.Empty<double>("svd", n, n, 0, 1, "SVD/s"), 1, contenders, rules);
    }

    private static void Ours(int times, double[,] a, double[,] u, double[] values, double[,] v)
    {
        for (int t = 0; t < times; t++)
        {
            Svd.Decompose<double>(a, u, values, v);
        }
    }

    private static void Theirs(int times, Matrix<double> matrix)
    {
        for (int t = 0; t < times; t++)
        {
            GC.KeepAlive(matrix.Svd(computeVectors: true));
        }
    }

    private static void Check(double[,] a, double[,] u, double[] values, double[,] v, Matrix<double> matrix)
    {
        Svd.Decompose<double>(a, u, values, v);
        var svd = matrix.Svd(computeVectors: true);
        var build = Matrix<double>.Build;
        double residual = (build.DenseOfArray(u) * build.DenseOfDiagonalArray(values) * build.DenseOfArray(v).Transpose() - matrix).FrobeniusNorm();
        double difference = (svd.S - Vector<double>.Build.Dense(values)).InfinityNorm();
        double room = Tolerance * values[0] * values.Length;
        if (!(residual <= room && difference <= room))
        {
            throw new InvalidOperationException($"The SVD of order {values.Length} is wrong: residual {residual:0.0e+0}, singular values differ from MathNet's by {difference:0.0e+0}.");
        }
    }
}
