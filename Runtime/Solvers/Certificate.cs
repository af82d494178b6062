using System.Numerics;

namespace Kernels.Runtime;

// Lower bounds by duality, and the status that a gap earns.
internal static class Certificate
{
    // Half the distance from one to the next number: 2^-53 for double, 2^-24 for float.
    internal static double Roundoff<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    // Normal equations that may be singular but are consistent: values of their matrix below this part of the largest count as zero.
    internal static double ConsistentRank<T>() => typeof(T) == typeof(float) ? 1e-6 : 1e-13;

    // The dual point Z = P diag(z) Q^T from computed singular vectors, as they are: left (p x m) and right (p x n) hold them as rows and are
    // overwritten with sqrt(z / max z) times them, without the rows whose value is not positive. product is p x n scratch, p at most n, the
    // Grams are p x p. Z is never multiplied out, so that rounding of an m x n matrix does not enter: <Y, Z> and ||Z||_F come from the rows, and
    //   ||Z||_2 <= ||sqrt z P|| ||sqrt z Q||,   ||sqrt z P||^2 <= max z + ||E||,   E = sqrt z (P P^T - I) sqrt z,   ||E||^2 <= ||E^2||_F.
    internal static DualPoint DualPointOf<T>(
        ReadOnlyMatrixView<T> data,
        MatrixView<T> left,
        MatrixView<T> right,
        ReadOnlySpan<double> values,
        MatrixView<T> product,
        MatrixView<T> leftGram,
        MatrixView<T> rightGram,
        Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double largest = Reductions.MaxMagnitude<double>(values);
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > 0)
            {
                T root = T.CreateChecked(Math.Sqrt(values[i] / largest));
                Elementwise.Scale<T>(left.Row(i), root, left.Row(count));
                Elementwise.Scale<T>(right.Row(i), root, right.Row(count));
                count++;
            }
        }

        MatrixView<T> p = left.Slice(0, 0, count, left.Columns), q = right.Slice(0, 0, count, right.Columns), py = product.Slice(0, 0, count, product.Columns);
        Gemm.Multiply(T.One, p, data, T.Zero, py, parallelism);
        double alongData = MatrixReductions.Inner<T>(py, q);

        MatrixView<T> pp = leftGram.Slice(0, 0, count, count), qq = rightGram.Slice(0, 0, count, count), square = product.Slice(0, 0, count, count);
        Gemm.Multiply(T.One, p, p.Transposed, T.Zero, pp, parallelism);
        Gemm.Multiply(T.One, q, q.Transposed, T.Zero, qq, parallelism);
        double squared = MatrixReductions.Inner<T>(pp, qq);
        double norm = Math.Sqrt((1 + DistanceFromDiagonal(pp, values, largest, square, parallelism)) * (1 + DistanceFromDiagonal(qq, values, largest, square, parallelism)));
        return new(largest * alongData, largest * largest * squared, largest * norm, count);
    }

    // The dual of 1/2 ||Y - X||^2 + lambda ||X||_* at the best multiple of Z that is feasible.
    internal static double NuclearNormBound(DualPoint z, double lambda)
    {
        if (z.Squared == 0)
        {
            return 0;
        }

        double s = Math.Clamp(z.AlongData / z.Squared, 0, z.NormBound > 0 ? lambda / z.NormBound : double.PositiveInfinity);
        return s * z.AlongData - s * s / 2 * z.Squared;
    }

    // The dual of ||Y - X||^2 + weight ||X||_*^2, 2 <Y, Z> - ||Z||^2 - ||Z||_2^2 / weight, at the best multiple of Z.
    internal static double SquaredNuclearNormBound(DualPoint z, double weight)
    {
        double curvature = z.Squared + z.NormBound * z.NormBound / weight;
        return z.AlongData > 0 && curvature > 0 ? z.AlongData / curvature * z.AlongData : 0;
    }

    // floor is the rounding that no evaluation of the objective can be asked to undercut.
    internal static SolverStatus Status(double objective, double lowerBound, double tolerance, double floor = 0)
        => objective - lowerBound <= Math.Max(tolerance * Math.Abs(objective), floor) ? SolverStatus.Optimal : SolverStatus.NotOptimal;

    // An upper bound of ||E||_2 for E = G - diag(z / max z) over the positive values z; overwrites G with E and square with E^2.
    private static double DistanceFromDiagonal<T>(MatrixView<T> gram, ReadOnlySpan<double> values, double largest, MatrixView<T> square, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, k = 0; i < values.Length; i++)
        {
            if (values[i] > 0)
            {
                gram[k, k] -= T.CreateChecked(values[i] / largest);
                k++;
            }
        }

        Gemm.Multiply<T>(T.One, gram, gram, T.Zero, square, parallelism);
        return Math.Sqrt(Math.Sqrt(MatrixReductions.SumOfSquares<T>(square)));
    }
}

// What a dual bound needs to know of its point Z: <Y, Z>, ||Z||_F^2, an upper bound of ||Z||_2, and the number of terms.
internal readonly record struct DualPoint(double AlongData, double Squared, double NormBound, int Terms);
