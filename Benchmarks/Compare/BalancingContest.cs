using Kernels.Runtime;

namespace Kernels.Benchmarks.Compare;

/// <summary>Equalization of the columns of 2000 x 500 factors against one SVD of 500 x 500, in double, on one thread, alternating.</summary>
internal static class BalancingContest
{
    private const int Size = 2000, Units = 500;

    /// <summary>Rows of a table: what, milliseconds, share of the SVD's time.</summary>
    internal static List<string[]> Run(int rounds, CancellationToken cancellation)
    {
        double[] u = Draw(0), v = Draw(1), split = new double[Size * Units], other = new double[Size * Units], tied = new double[Size * Units], moved = new double[Size * Units];
        double[] square = Draw(2)[..(Units * Units)], left = new double[Units * Units], right = new double[Units * Units], values = new double[Units];
        ReadOnlyMatrixView<double> Factor(double[] data) => new(data, Size, Units);
        (string Name, Action Prepare, Action Run)[] works =
        [
            ("SVD, 500 x 500", () => { }, () => Svd.Decompose(new ReadOnlyMatrixView<double>(square, Units, Units), new MatrixView<double>(left, Units, Units), values, new MatrixView<double>(right, Units, Units))),
            ("EqualizeSplit: 499 rotations of a symmetric split", () => Split(split, other), () => Balancing.EqualizeSplit(Columns(split), Columns(other))),
            ("EqualizeColumns: any tied factor, Gram matrix included", () => new ReadOnlyMatrixView<double>(u, Units, Size).CopyTo(new MatrixView<double>(tied, Units, Size)), () => Balancing.EqualizeColumns(Columns(tied))),
            ("of any two factors, the product with a matrix of 500 x 500 alone", () => { }, () =>
            {
                Gemm.Multiply(Factor(u), new ReadOnlyMatrixView<double>(square, Units, Units), new MatrixView<double>(moved, Size, Units));
                Gemm.Multiply(Factor(v), new ReadOnlyMatrixView<double>(square, Units, Units), new MatrixView<double>(moved, Size, Units));
            }),
            ("Balance: any two factors", () => { }, () => Balancing.Balance(Factor(u), Factor(v))),
        ];
        var times = Array.ConvertAll(works, _ => new List<double>());

        // The first two rounds bring the code to its final tier and are not counted.
        for (int round = -2; round < rounds; round++)
        {
            for (int w = 0; w < works.Length; w++)
            {
                cancellation.ThrowIfCancellationRequested();
                works[w].Prepare();
                long start = System.Diagnostics.Stopwatch.GetTimestamp();
                works[w].Run();
                double milliseconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (round >= 0)
                {
                    times[w].Add(milliseconds);
                }
            }
        }

        double[] medians = Array.ConvertAll(times, list => { list.Sort(); return list[list.Count / 2]; });
        return [.. works.Select((work, w) => new[] { work.Name, FormattableString.Invariant($"{medians[w]:F2}"), FormattableString.Invariant($"{medians[w] / medians[0]:F2}") })];
    }

    private static double[] Draw(ulong stream)
    {
        double[] drawn = new double[Size * Units];
        RandomNumbers.Normal(1, stream, 0, 1, drawn.AsSpan());
        return drawn;
    }

    // Orthogonal columns of falling length, the same in both factors.
    private static void Split(double[] left, double[] right)
    {
        Array.Clear(left);
        Array.Clear(right);
        for (int i = 0; i < Units; i++)
        {
            left[i * Size + i] = right[i * Size + Size - 1 - i] = Math.Sqrt(Units - i);
        }
    }

    private static MatrixView<double> Columns(double[] data) => new MatrixView<double>(data, Units, Size).Transposed;
}
