using System.Numerics;

namespace Kernels.Runtime;

// A start for HuberFactorization where the loss is nearly that of magnitudes, and descent on it slow as the root of gamma: the convex problem in X itself,
//   min lambda ||X||_* + h_gamma(S),  X + S = Y,
// by alternating directions with a fixed penalty, as in PrincipalComponentPursuit; only the proximal map of S is another. Its steps do not depend on gamma.
// Source: Candes, Li, Ma, Wright, JACM 58(3), 2011, algorithm 1; Boyd et al., Foundations and Trends in Machine Learning 3(1), 2011, section 6.1.1 (Huber fitting).
internal static class HuberSplitting
{
    private const int MostSteps = 3000, LookEvery = 10;

    // gamma times the mean magnitude of the data from which on descent is the slower way.
    private const double Stiff = 50;

    internal static bool IsWorthwhile<T>(ReadOnlyMatrixView<T> y, double gamma)
        where T : unmanaged, IFloatingPointIeee754<T>
        => gamma * MatrixSums.SumOfMagnitudes(y) >= Stiff * y.Rows * y.Columns;

    // Steps taken; the units become the factors of the last X, unless there are more than that of them.
    internal static int Run<T>(
        ReadOnlyMatrixView<T> y, HuberLoss<T> loss, double lambda, double gapTolerance, int mostUnits, Parallelism parallelism, Units<T> units, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = y.Rows, n = y.Columns, step = 0;
        T[] data = new T[checked(m * n)], sparse = new T[data.Length], multiplier = new T[data.Length], point = new T[data.Length];
        MatrixView<T> scratch = new(point, m, n);
        y.CopyTo(new MatrixView<T>(data, m, n));
        using var low = new Thresholding<T>(m, n, parallelism);
        double penalty = (double)m * n / (4 * MatrixSums.SumOfMagnitudes(y)), t = 1 / (lambda * penalty), bound = 0;
        T inverse = T.CreateChecked(1 / penalty);
        while (step < MostSteps && !cancellation.IsCancellationRequested)
        {
            step++;
            Prox.SplitPoint<T>(data, sparse, multiplier, inverse, point);
            low.Apply(scratch, 1 / penalty);
            Prox.SplitPoint<T>(data, low.Elements, multiplier, inverse, sparse);

            // The proximal map of t h: v - clamp(v - v / (1 + t gamma), -t, t).
            Prox.BoxStep<T>(sparse, sparse, T.CreateChecked(1 / (1 + t * loss.Lipschitz)), T.CreateChecked(t), point);
            Elementwise.Subtract<T>(sparse, point, sparse);
            Prox.DualAscent<T>(data, low.Elements, sparse, multiplier, T.CreateChecked(penalty), multiplier);
            if (step % LookEvery == 0)
            {
                double value = loss.Evaluate(low.Matrix, scratch), upper = low.SpectralNorm(scratch, lambda).Upper;
                bound = Math.Max(bound, loss.DualBound(scratch, value, 0, upper > 0 ? lambda / upper : double.PositiveInfinity));
                if (low.IsComplete && value + lambda * low.NuclearNorm - bound <= gapTolerance / 2 * bound)
                {
                    break;
                }
            }
        }

        if (low.Rank <= mostUnits)
        {
            (T[,] u, T[,] v) = low.Factors();
            units.Resize(low.Rank);
            ((ReadOnlyMatrixView<T>)u).Transposed.CopyTo(units.Block(0));
            ((ReadOnlyMatrixView<T>)v).Transposed.CopyTo(units.Block(1));
        }

        return step;
    }
}
