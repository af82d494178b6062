using Kernels.Benchmarks.Reports;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Figures;

/// <summary>Data and runs of the dropout figures. Everything is drawn from one seed, so that the files are the same on every machine with fused multiply-add.</summary>
internal static class DropoutExperiment
{
    internal const ulong Seed = 0x0123456789ABCDEF;

    /// <summary>Nearly normal entries: row-major elements 0, 1, ... of the stream.</summary>
    internal static double[,] Normal(int rows, int columns, ulong stream, double scale = 1)
    {
        double[] elements = new double[rows * columns];
        IrwinHall.Fill<double>(Seed, stream, 0, scale, elements);
        return new ReadOnlyMatrixView<double>(elements, rows, columns).ToArray();
    }

    /// <summary>factor a b^T.</summary>
    internal static double[,] Product(double[,] a, double[,] b, double factor = 1)
    {
        double[,] product = new double[a.GetLength(0), b.GetLength(0)];
        Gemm.Multiply<double>(factor, a, ((ReadOnlyMatrixView<double>)b).Transposed, 0, product);
        return product;
    }

    /// <summary>100 x 100 with spectral norm one.</summary>
    internal static double[,] FixedSize() => Product(Normal(100, 160, 0), Normal(100, 160, 1), 1 / 297.58381216838694);

    /// <summary>100 x 100, rank 10 and noise.</summary>
    internal static double[,] VariableSize()
    {
        double[,] y = Product(Normal(100, 10, 10), Normal(100, 10, 11), 0.01);
        Elementwise.AddScaled<double>(y, Normal(100, 100, 12), 0.004, y);
        return y;
    }

    /// <summary>120 x 80 with spectral norm one.</summary>
    internal static double[,] Synthetic() => Normal(120, 80, 20, 1 / 19.41217610287118);

    /// <summary>40 x 30 of rank 8 with spectral norm one.</summary>
    internal static double[,] Blocks()
    {
        double[,] y = Product(Normal(40, 8, 40), Normal(30, 8, 41));
        Elementwise.Scale<double>(y, 1 / Values(y)[0], y);
        return y;
    }

    internal static double[] Values(double[,] matrix)
    {
        double[] values = new double[Math.Min(matrix.GetLength(0), matrix.GetLength(1))];
        Svd.SingularValues<double>(matrix, values);
        return values;
    }

    internal static DropoutFactorizationOptions Options(int rank, double theta, double step, double start, int steps)
        => new() { Rank = rank, Theta = theta, Step = step * theta, StartScale = start, Seed = Seed, Iterations = steps, ReportInterval = Interval(steps) };

    /// <summary>Steps between two points of a curve.</summary>
    internal static int Interval(int steps) => Math.Max(1, steps / 1000);

    internal static Series Curve(string name, IEnumerable<SolverProgress> trace, int? color = null)
        => new(name, [.. trace.Select(point => ((double)point.Iteration, point.Objective))], Mark.Line, color);

    /// <summary>Step numbers at which a state is looked at: 0, 1, 2, 5, 10, ... and the last.</summary>
    internal static IEnumerable<int> Checkpoints(int steps)
    {
        yield return 0;
        for (int decade = 1; decade < steps; decade *= 10)
        {
            foreach (int digit in (int[])[1, 2, 5])
            {
                if (decade * digit < steps)
                {
                    yield return decade * digit;
                }
            }
        }

        yield return steps;
    }

    /// <summary><c>||u_i|| ||v_i||</c> of each unit.</summary>
    internal static double[] Importance(DropoutFactorizationResult<double> run)
    {
        double[] left = new double[run.U.Width], right = new double[run.V.Width];
        MatrixReductions.SumsOfSquaresOfRows<double>(run.U.AsView().Transposed, left);
        MatrixReductions.SumsOfSquaresOfRows<double>(run.V.AsView().Transposed, right);
        return [.. left.Zip(right, (a, b) => Math.Sqrt(a * b))];
    }

    internal static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
