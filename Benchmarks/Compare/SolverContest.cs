using System.Diagnostics;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Runtime;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare;

/// <summary>What one contender needed, and the objective it reached.</summary>
internal readonly record struct SolverRun(double Seconds, long Iterations, double Objective);

/// <summary>One problem of <c>compare solve</c>: ours, and the same algorithm with MathNet and with NumPy.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Size">For a reader.</param>
/// <param name="Data">What the script reads: m, n, the matrix and what belongs to it, the number and the iterations.</param>
/// <param name="Ours">Solves with Kernels.</param>
/// <param name="Managed">MathNet's objective after so many iterations.</param>
internal sealed record SolverContest(string Name, string Size, SolverData Data, Func<SolverReport> Ours, Func<int, double> Managed)
{
    internal SolverRun RunOurs()
    {
        long start = Stopwatch.GetTimestamp();
        SolverReport report = Ours();
        return new(Stopwatch.GetElapsedTime(start).TotalSeconds, Math.Max(1, report.Iterations), report.Objective);
    }

    internal SolverRun RunManaged(int iterations)
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = 1;
        long start = Stopwatch.GetTimestamp();
        double objective = Managed(iterations);
        return new(Stopwatch.GetElapsedTime(start).TotalSeconds, iterations, objective);
    }

    /// <summary>The run and the objective after two iterations; null without NumPy.</summary>
    internal (SolverRun Run, double AfterTwo)? RunNumPy()
    {
        string file = Path.GetTempFileName();
        try
        {
            Data.Write(file);
            return PythonScript.Run("factorizations.py", [Name, file, .. Data.Arguments]) is [string seconds, string iterations, string objective, string early]
                ? (new(PythonScript.Number(seconds), (long)PythonScript.Number(iterations), PythonScript.Number(objective)), PythonScript.Number(early))
                : null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>1000 x 800, standard normal: every singular value is wanted.</summary>
    internal static SolverContest Thresholding(int m, int n)
    {
        double[,] y = Normal(m, n, 1);
        double lambda = (Math.Sqrt(m) + Math.Sqrt(n)) / 3;
        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(y);
        return new(
            "svt", $"{m} x {n}", new(m, n, [.. y.Cast<double>()], lambda, 1),
            () => SingularValueThresholding.Solve<double>(y, new() { Lambda = lambda }),
            _ => MathNetSolvers.Svt(matrix, lambda));
    }

    /// <summary>A product of rank 20 of which 30 % is seen.</summary>
    internal static SolverContest Completion(int m, int n, int rank, int iterations)
    {
        double[,] y = Product(Normal(m, rank, 2), Normal(n, rank, 3));
        double[] drawn = new double[m * n];
        RandomNumbers.Uniform(7, 0, 0, drawn);
        bool[,] seen = new bool[m, n];
        double[] numbers = new double[m * n];
        for (int i = 0; i < m * n; i++)
        {
            (seen[i / n, i % n], numbers[i]) = (drawn[i] < 0.3, drawn[i] < 0.3 ? 1 : 0);
        }

        // Above the noise of what is hidden in the end, and below it at first.
        double lambda = 1.0 / 15 * Math.Sqrt((double)m * n);
        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(y), mask = Matrix<double>.Build.Dense(m, n, (i, j) => numbers[i * n + j]);
        return new(
            "impute", $"{m} x {n}, rank {rank}", new(m, n, [.. y.Cast<double>(), .. numbers], lambda, iterations),
            () => SoftImpute.Solve<double>(y, seen, new() { Lambda = lambda, Iterations = iterations, GapTolerance = 1e-15 }),
            count => MathNetSolvers.SoftImpute(matrix, mask, lambda, count));
    }

    /// <summary>A product of rank 10 with 5 % outliers.</summary>
    internal static SolverContest Pursuit(int m, int n, int rank)
    {
        const double Tolerance = 1e-6;
        double[,] y = Product(Normal(m, rank, 4), Normal(n, rank, 5));
        double[] drawn = new double[2 * m * n];
        RandomNumbers.Uniform(8, 0, 0, drawn);
        for (int i = 0; i < m * n; i++)
        {
            y[i / n, i % n] += drawn[i] < 0.05 ? 20 * drawn[m * n + i] - 10 : 0;
        }

        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(y);
        return new(
            "pursuit", $"{m} x {n}, rank {rank}", new(m, n, [.. y.Cast<double>()], Tolerance, 10_000),
            () => PrincipalComponentPursuit.Solve<double>(y, new() { Tolerance = Tolerance, GapTolerance = 1e-15 }),
            count => MathNetSolvers.Pursuit(matrix, count));
    }

    /// <summary>Non-negative factors of the digits, or of a drawn product where they are not at hand.</summary>
    internal static SolverContest NonNegative(double[,]? digits, int rank, int iterations)
    {
        double[,] y = digits ?? Product(Magnitudes(Normal(1797, 10, 6)), Magnitudes(Normal(64, 10, 7)));
        int m = y.GetLength(0), n = y.GetLength(1);
        const double Lambda = 20;
        var (u, v) = Start(y, rank);
        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(y), left = Matrix<double>.Build.DenseOfArray(u), right = Matrix<double>.Build.DenseOfArray(v);
        var options = new FactorizationOptions { Lambda = Lambda, Rank = rank, InnerIterations = iterations, InnerTolerance = 1e-15, Certify = false };
        return new(
            "nmf", $"{m} x {n}, rank {rank}{(digits is null ? "" : ", digits")}", new(m, n, [.. y.Cast<double>(), .. u.Cast<double>(), .. v.Cast<double>()], Lambda, iterations),
            () => NonNegativeFactorization.Solve<double>(y, options),
            count => MathNetSolvers.Nmf(matrix, left, right, Lambda, count));
    }

    // The start that ours draws for seed 0: magnitudes of normal numbers, balanced, as long as the data.
    private static (double[,] U, double[,] V) Start(double[,] y, int rank)
    {
        int m = y.GetLength(0), n = y.GetLength(1);
        double[,] u = Magnitudes(Normal(rank, m, 0, 0)), v = Magnitudes(Normal(rank, n, 0, 1));
        Matrix<double> a = Matrix<double>.Build.DenseOfArray(u).Transpose(), b = Matrix<double>.Build.DenseOfArray(v).Transpose();
        double scale = Math.Sqrt(Matrix<double>.Build.DenseOfArray(y).FrobeniusNorm() / a.TransposeAndMultiply(b).FrobeniusNorm());
        for (int i = 0; i < rank; i++)
        {
            double balance = Math.Sqrt(b.Column(i).L2Norm() / a.Column(i).L2Norm());
            a.SetColumn(i, a.Column(i) * (scale * balance));
            b.SetColumn(i, b.Column(i) * (scale / balance));
        }

        return (a.ToArray(), b.ToArray());
    }

    private static double[,] Normal(int rows, int columns, ulong seed, ulong stream = 0)
    {
        double[] drawn = new double[rows * columns];
        RandomNumbers.Normal(seed, stream, 0, 1, drawn);
        return Filled(rows, columns, (i, j) => drawn[i * columns + j]);
    }

    private static double[,] Magnitudes(double[,] x) => Filled(x.GetLength(0), x.GetLength(1), (i, j) => Math.Abs(x[i, j]));

    private static double[,] Filled(int rows, int columns, Func<int, int, double> element) => Matrix<double>.Build.Dense(rows, columns, element).ToArray();

    private static double[,] Product(double[,] u, double[,] v)
    {
        double[,] y = new double[u.GetLength(0), v.GetLength(0)];
        Gemm.Multiply<double>(u, ((ReadOnlyMatrixView<double>)v).Transposed, y);
        return y;
    }
}
