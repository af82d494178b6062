using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare;

/// <summary>Singular values and thin vectors of random normal matrices, ours against LAPACK's three ways and MathNet.</summary>
internal sealed class SvdComparison(NativeLapack? lapack, int threads, ContestRules rules)
{
    // Threads that wait spin for a while, on a core that the next contender wants.
    private readonly ContestRules _rules = threads > 1 ? rules with { RestMilliseconds = 5 } : rules;

    // Beyond these a peer takes seconds and says nothing new.
    private const int LargestJacobi = 512, LargestManaged = 256;

    internal static int[] TourSizes => [16, 64, 128];

    /// <summary>Measures shapes one after another and reports each row as it is ready.</summary>
    internal IEnumerable<ComparisonRow> Run<T>(SvdFamily family, IReadOnlyList<(int M, int N)> shapes, CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rules.Settles)
        {
            Settle<T>();
        }

        foreach (var (m, n) in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return family.Work switch
            {
                SvdWork.Batch => new SvdContest<T>(lapack, threads, _rules).Batch(m, n, SvdFamily.MatricesOf(m, n, rules)),
                SvdWork.Truncated => new SvdContest<T>(lapack, threads, _rules).Truncated(m, n),
                SvdWork.Warm => new SvdContest<T>(lapack, threads, _rules).Warm(n),
                _ => Measure<T>(m, n),
            };
        }
    }

    internal ComparisonRow Measure<T>(int m, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = threads;
        using var problem = new SvdCase<T>(m, n, threads);
        problem.Fill(T.CreateChecked);
        int p = Math.Min(m, n);
        T[,] u = new T[m, p], v = new T[n, p];
        T[] values = new T[p];
        var contenders = new List<(string Name, Action<int> Run)> { ("Kernels", times => Ours(times, problem, u, values, v)) };
        contenders[0].Run(1);
        CheckOurs(problem, u, values, v);
        if (lapack is not null)
        {
            contenders.Add(("gesdd", lapack.Gesdd(problem)));
            if (m >= n && n <= LargestJacobi)
            {
                contenders.Add(("gesvj", lapack.Gesvj(problem)));
                contenders.Add(("gejsv", lapack.Gejsv(problem)));
            }
        }

        foreach (var (name, run) in contenders.Skip(1))
        {
            run(1);
            CheckValues<T>(name, values, problem.Singular);
        }

        if (typeof(T) == typeof(double) && n <= LargestManaged && m <= 2 * LargestManaged)
        {
            var matrix = Matrix<double>.Build.Dense(m, n, (i, j) => double.CreateChecked(problem.Matrix[i, j]));
            contenders.Add(("MathNet", times => Managed(times, matrix)));
        }

        return ComparisonRow.Measure(ComparisonRow.Empty<T>("svd", m, n, 0, threads, "SVD/s"), 1, contenders, _rules);
    }

    // One shape for each of our paths; the first run of a larger one would otherwise be of code that is not final.
    private static void Settle<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SvdCase<T>[] problems = [.. new[] { (8, 8), (64, 64), (160, 36) }.Select(shape => new SvdCase<T>(shape.Item1, shape.Item2, threads: 1))];
        Contest.Settle([.. problems.Select(problem =>
        {
            problem.Fill(T.CreateChecked);
            T[,] u = new T[problem.M, problem.N], v = new T[problem.N, problem.N];
            var values = new T[problem.N];
            return (Action<int>)(times => Ours(times, problem, u, values, v));
        })]);
        Array.ForEach(problems, problem => problem.Dispose());
    }

    private static void Ours<T>(int times, SvdCase<T> problem, T[,] u, T[] values, T[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var parallelism = Parallelism.Of(problem.Threads);
        for (int t = 0; t < times; t++)
        {
            Svd.Decompose<T>(problem.Matrix, u, values, v, parallelism);
        }
    }

    private static void Managed(int times, Matrix<double> matrix)
    {
        for (int t = 0; t < times; t++)
        {
            GC.KeepAlive(matrix.Svd(computeVectors: true));
        }
    }

    // |A - U S V'| on a few entries of every row: cheap at any size, and a wrong vector shows.
    private static void CheckOurs<T>(SvdCase<T> problem, T[,] u, T[] values, T[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double room = 100 * double.CreateChecked(T.BitIncrement(T.One) - T.One) * double.CreateChecked(values[0]) * Math.Sqrt(problem.M);
        for (int i = 0; i < problem.M; i++)
        {
            int j = i * 7 % problem.N;
            double sum = 0;
            for (int k = 0; k < values.Length; k++)
            {
                sum += double.CreateChecked(u[i, k]) * double.CreateChecked(values[k]) * double.CreateChecked(v[j, k]);
            }

            double difference = Math.Abs(sum - double.CreateChecked(problem.Matrix[i, j]));
            if (!(difference <= room))
            {
                throw new InvalidOperationException($"The SVD of a {problem.M} x {problem.N} matrix is wrong: entry ({i}, {j}) differs by {difference:0.0e+0}.");
            }
        }
    }

    internal static void CheckValues<T>(string name, ReadOnlySpan<T> ours, ReadOnlySpan<T> theirs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double room = 100 * ours.Length * double.CreateChecked((T.BitIncrement(T.One) - T.One) * ours[0]);
        for (int k = 0; k < ours.Length; k++)
        {
            if (!(Math.Abs(double.CreateChecked(ours[k] - theirs[k])) <= room))
            {
                throw new InvalidOperationException($"Singular value {k} is {ours[k]}; {name} says {theirs[k]}.");
            }
        }
    }
}
