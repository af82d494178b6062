using System.Globalization;
using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>Batches, truncated decompositions and warm starts against LAPACK's decomposition of each matrix.</summary>
internal sealed class SvdContest<T>(NativeLapack? lapack, int threads, ContestRules rules)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rank = 20;

    /// <summary>Matrices of one shape, by rows, in one call; one thread.</summary>
    internal ComparisonRow Batch(int m, int n, int count)
    {
        using var problem = new SvdCase<T>(m, n, 1, count);
        problem.Fill(T.CreateChecked);
        T[] a = new T[count * m * n], u = new T[count * m * n], v = new T[count * n * n], values = new T[count * n];
        for (int i = 0; i < count; i++)
        {
            problem.At(i).CopyTo(new(a.AsSpan(i * m * n, m * n), m, n));
        }

        var contenders = new List<(string Name, Action<int> Run)> { ("Kernels", times => Repeat(times, () => SvdBatch.Decompose<T>(m, n, a, u, values, v))) };
        contenders[0].Run(1);
        if (lapack is not null)
        {
            Action<int> gesdd = lapack.Gesdd(problem);
            contenders.Add(("gesdd", times => gesdd(times * count)));
            gesdd(count);
            SvdComparison.CheckValues<T>("gesdd", values.AsSpan((count - 1) * n), problem.Singular);
        }

        return Measure("svd-batch", m, n, "M/s", count / 1e6, contenders) with { Remark = string.Create(CultureInfo.InvariantCulture, $"{count} matrices of {m} x {n}") };
    }

    /// <summary>The leading values and vectors of a matrix whose spectrum falls.</summary>
    internal ComparisonRow Truncated(int m, int n)
    {
        using var problem = new SvdCase<T>(m, n, threads);
        FillDecaying(problem);
        T[,] u = new T[m, Rank], v = new T[n, Rank];
        T[] values = new T[Rank];
        double bound = 0;
        var contenders = new List<(string Name, Action<int> Run)> { ("Kernels", times => Repeat(times, () => bound = TruncatedSvd.Decompose<T>(problem.Matrix, u, values, v))) };
        contenders[0].Run(1);
        double error = Error(problem.Matrix, u, values, v), room = 1 + 1e5 * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        if (!(error <= bound * room && bound <= error * room))
        {
            throw new InvalidOperationException($"The error of the truncated SVD is {error}, not {bound}.");
        }

        if (lapack is not null)
        {
            contenders.Add(("gesdd", lapack.Gesdd(problem)));
        }

        ComparisonRow row = Measure("svd-rank", m, n, "SVD/s", 1, contenders);

        // What any 20 terms leave at least.
        double least = Math.Sqrt(Enumerable.Range(Rank, Math.Min(m, n) - Rank).Sum(i => Decay(i) * Decay(i)));
        return row with { Remark = string.Create(CultureInfo.InvariantCulture, $"{row.Type}, rank {Rank}: the error is at most {bound:G4} in Frobenius norm, as its plain sum is ({error:G4}); no {Rank} terms leave less than {least:G4}") };
    }

    /// <summary>A matrix after a change of 1 % of it, from the vectors it had.</summary>
    internal ComparisonRow Warm(int n)
    {
        using var problem = new SvdCase<T>(n, n, threads);
        problem.Fill(T.CreateChecked);
        T[,] u = new T[n, n], guess = new T[n, n], v = new T[n, n], change = new T[n, n];
        T[] values = new T[n], cold = new T[n];
        Svd.Decompose<T>(problem.Matrix, u, values, guess);
        MatrixView<T> changed = change;
        double[] normal = new double[n * n];
        IrwinHall.Fill(seed: 2, stream: 1, start: 0, scale: 1, normal);
        Conversions.Convert<double, T>(new(normal, n, n), changed);
        Elementwise.AddScaled<T>(problem.Matrix, changed, T.CreateChecked(0.01), problem.Matrix);
        var contenders = new List<(string Name, Action<int> Run)>
        {
            ("Kernels", times => Repeat(times, () => Svd.DecomposeFrom<T>(problem.Matrix, guess, u, values, v))),
            ("cold", times => Repeat(times, () => Svd.Decompose<T>(problem.Matrix, u, cold, v, Parallelism.Of(threads)))),
        };
        contenders[0].Run(1);
        contenders[1].Run(1);
        SvdComparison.CheckValues<T>("the start from nothing", values, cold);
        if (lapack is not null)
        {
            contenders.Add(("gesdd", lapack.Gesdd(problem)));
        }

        return Measure("svd-warm", n, n, "SVD/s", 1, contenders);
    }

    private ComparisonRow Measure(string family, int m, int n, string unit, double work, List<(string Name, Action<int> Run)> contenders)
    {
        if (rules.Settles)
        {
            // Whole decompositions are settled by their own comparison; these paths are not.
            for (int round = 0; round < 3; round++)
            {
                contenders[0].Run(40);
                Thread.Sleep(150);
            }
        }

        return ComparisonRow.Measure(ComparisonRow.Empty<T>(family, m, n, 0, threads, unit), work, contenders, rules);
    }

    private static double Decay(int i) => Math.Max(Math.Pow(0.8, i), 1e-6);

    // Q_1 diag(decay) Q_2' with the orthogonal factors of random normal matrices.
    private static void FillDecaying(SvdCase<T> problem)
    {
        int m = problem.M, n = problem.N;
        double[,] left = Orthonormal(m, n, 1), right = Orthonormal(n, n, 2), product = new double[m, n];
        Elementwise.ScaleByRow<double>(((MatrixView<double>)right).Transposed, [.. Enumerable.Range(0, n).Select(Decay)], ((MatrixView<double>)right).Transposed);
        Gemm.Multiply<double>(left, ((MatrixView<double>)right).Transposed, product);
        Conversions.Convert<double, T>(product, problem.Matrix);
    }

    private static double[,] Orthonormal(int rows, int columns, ulong stream)
    {
        double[] normal = new double[rows * columns];
        IrwinHall.Fill(seed: 3, stream, start: 0, scale: 1, normal);
        double[,] q = new double[rows, columns], r = new double[columns, columns];
        Qr.Decompose<double>(new(normal, rows, columns), q, r);
        return q;
    }

    // ||A - U S V'||_F in double, an entry at a time.
    private static double Error(ReadOnlyMatrixView<T> a, T[,] u, T[] values, T[,] v)
    {
        double sum = 0;
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Columns; j++)
            {
                double entry = double.CreateChecked(a[i, j]);
                for (int k = 0; k < values.Length; k++)
                {
                    entry -= double.CreateChecked(u[i, k]) * double.CreateChecked(values[k]) * double.CreateChecked(v[j, k]);
                }

                sum += entry * entry;
            }
        }

        return Math.Sqrt(sum);
    }

    private static void Repeat(int times, Action run)
    {
        for (int t = 0; t < times; t++)
        {
            run();
        }
    }
}
