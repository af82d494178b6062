using System.Globalization;
using System.Numerics;

namespace Kernels.Runtime;

// A generalized linear model as its log-partition function A: predictors, derivatives and sums over samples, and what its data may be.
internal static class GeneralizedLinearModel
{
    // z = X beta.
    internal static void Predict<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Gemm.Multiply<T>(x, Column(beta), Column(z));

    // X^T weights, a value a feature.
    internal static void Project<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> weights, Span<T> features)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Gemm.Multiply<T>(x.Transposed, Column(weights), Column(features));

    // The sum of A(z_i); scratch is as long as z.
    internal static double SumOfPartition<T>(GeneralizedLinearFamily family, ReadOnlySpan<T> z, Span<T> scratch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (family)
        {
            case GeneralizedLinearFamily.Linear:
                return double.CreateChecked(Reductions.SumOfSquares(z)) / 2;
            case GeneralizedLinearFamily.Logistic:
                return double.CreateChecked(LogPartition.SumOfLogistic(z));
            default:
                Functions.Exp(z, scratch);
                return double.CreateChecked(Reductions.Sum<T>(scratch));
        }
    }

    // A', A'' and A'''.
    internal static void Derivatives<T>(GeneralizedLinearFamily family, ReadOnlySpan<T> z, Span<T> mean, Span<T> variance, Span<T> skew)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (family)
        {
            case GeneralizedLinearFamily.Linear:
                z.CopyTo(mean);
                variance.Fill(T.One);
                skew.Clear();
                break;
            case GeneralizedLinearFamily.Logistic:
                LogPartition.LogisticDerivatives(z, mean, variance, skew);
                break;
            default:
                Functions.Exp(z, mean);
                mean.CopyTo(variance);
                mean.CopyTo(skew);
                break;
        }
    }

    internal static void Check<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(x, nameof(x));
        if (beta.Length != x.Columns)
        {
            throw new ArgumentException($"Must have {x.Columns} coefficients, one a feature, but has {beta.Length}.", nameof(beta));
        }

        Guard.Matrix(Column(beta), nameof(beta));
    }

    internal static void CheckDelta(double delta)
    {
        if (!(delta is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, string.Create(CultureInfo.InvariantCulture, $"delta is a probability of dropping and must lie in [0, 1), but is {delta}."));
        }
    }

    internal static void CheckLabels<T>(GeneralizedLinearFamily family, ReadOnlySpan<T> y, int samples)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (y.Length != samples)
        {
            throw new ArgumentException($"Must have {samples} labels, one a sample, but has {y.Length}.", nameof(y));
        }

        for (int i = 0; i < y.Length; i++)
        {
            bool possible = T.IsFinite(y[i]) && family switch
            {
                GeneralizedLinearFamily.Linear => true,
                GeneralizedLinearFamily.Logistic => y[i] == T.Zero || y[i] == T.One,
                _ => y[i] >= T.Zero,
            };
            if (!possible)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Label {i} is {y[i]}, which the {family} family cannot have."), nameof(y));
            }
        }
    }

    // Under dropout the largest z of a sample over all masks is the sum of its positive terms, divided by the probability of keeping.
    internal static void CheckOverflow<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double keep, Span<T> column, Span<T> largest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double limit = typeof(T) == typeof(float) ? 88 : 700;
        largest.Clear();
        for (int j = 0; j < beta.Length; j++)
        {
            x.Slice(0, j, x.Rows, 1).CopyTo(Column(column));
            LogPartition.PositivePart<T>(largest, column, beta[j], largest);
        }

        T reached = Reductions.Max<T>(largest);
        double z = double.CreateChecked(reached) / keep;
        if (z > limit)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The mean of e^z overflows: sample {largest.IndexOf(reached)} reaches z = {z:G6} under dropout, above {limit}."), nameof(beta));
        }
    }

    internal static ReadOnlyMatrixView<T> Column<T>(ReadOnlySpan<T> vector)
        where T : unmanaged
        => new(vector, vector.Length, 1);

    internal static MatrixView<T> Column<T>(Span<T> vector)
        where T : unmanaged
        => new(vector, vector.Length, 1);
}
