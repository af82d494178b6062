using System.Numerics;

namespace Kernels.Runtime;

// Lower bounds by duality, and the status that a gap earns.
internal static class Certificate
{
    // Half the distance from one to the next number: 2^-53 for double, 2^-24 for float.
    internal static double Roundoff<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    // An upper bound of the largest singular value of a residual that should be P diag(z) Q^T, from what the factors actually are:
    //   s_1(R) <= s_1(P sqrt z) s_1(Q sqrt z) + ||R - P diag(z) Q^T||_F,   s_1(P sqrt z)^2 <= max z + ||sqrt z (P^T P - I) sqrt z||_F.
    // Three matrix products instead of a second decomposition. left (p x m) and right (p x n) hold the singular vectors as rows, and
    // residual the m x n matrix R; all three are overwritten. gram is p x p scratch. Values that are not positive count as zero.
    internal static double SpectralNormBound<T>(
        MatrixView<T> left, MatrixView<T> right, ReadOnlySpan<double> values, MatrixView<T> residual, MatrixView<T> gram, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 0;
        double largest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > 0)
            {
                T root = T.CreateChecked(Math.Sqrt(values[i]));
                Elementwise.Scale<T>(left.Row(i), root, left.Row(count));
                Elementwise.Scale<T>(right.Row(i), root, right.Row(count));
                largest = Math.Max(largest, values[i]);
                count++;
            }
        }

        MatrixView<T> p = left.Slice(0, 0, count, left.Columns), q = right.Slice(0, 0, count, right.Columns);
        MatrixView<T> square = gram.Slice(0, 0, count, count);
        Gemm.Multiply(-T.One, p.Transposed, q, T.One, residual, parallelism);
        double leftNorm = ScaledGramNorm(p, values, square, largest, parallelism);
        double rightNorm = ScaledGramNorm(q, values, square, largest, parallelism);
        return Math.Sqrt(leftNorm * rightNorm) + Math.Sqrt(MatrixReductions.SumOfSquares<T>(residual));
    }

    // LB1: the dual of 1/2 ||Y - X||^2 + lambda ||X||_* at the multiple s R of the residual that is feasible and best.
    internal static double NuclearNormBound(double residualDotData, double residualSquared, double lambda, double spectralNorm)
    {
        if (residualSquared == 0)
        {
            return 0;
        }

        double s = Math.Clamp(residualDotData / residualSquared, 0, spectralNorm > 0 ? lambda / spectralNorm : double.PositiveInfinity);
        return s * residualDotData - s * s / 2 * residualSquared;
    }

    // The dual of ||Y - X||^2 + weight ||X||_*^2 is 2 <Y, Z> - ||Z||^2 - ||Z||_2^2 / weight; here at the best multiple of the residual.
    internal static double SquaredNuclearNormBound(double residualDotData, double residualSquared, double weight, double spectralNorm)
    {
        double curvature = residualSquared + spectralNorm * spectralNorm / weight;
        return residualDotData > 0 && curvature > 0 ? residualDotData / curvature * residualDotData : 0;
    }

    // floor is the rounding that no evaluation of the objective can be asked to undercut.
    internal static SolverStatus Status(double objective, double lowerBound, double tolerance, double floor = 0)
        => objective - lowerBound <= Math.Max(tolerance * Math.Abs(objective), floor) ? SolverStatus.Optimal : SolverStatus.NotOptimal;

    // max z + ||G - diag(z)||_F for the Gram G of the rows.
    private static double ScaledGramNorm<T>(MatrixView<T> rows, ReadOnlySpan<double> values, MatrixView<T> gram, double largest, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Gemm.Multiply(T.One, rows, rows.Transposed, T.Zero, gram, parallelism);
        for (int i = 0, k = 0; i < values.Length; i++)
        {
            if (values[i] > 0)
            {
                gram[k, k] -= T.CreateChecked(values[i]);
                k++;
            }
        }

        return largest + Math.Sqrt(MatrixReductions.SumOfSquares<T>(gram));
    }
}
