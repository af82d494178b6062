using System.Globalization;
using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// What noise on the features of a generalized linear model amounts to: <c>R(beta) = sum over i of E A(x~_i . beta) - A(x_i . beta)</c> for dropout
/// (<c>x~_ij = x_ij xi_ij / (1 - delta)</c>) and additive normal noise; exactly, by its quadratic approximation, and by drawn masks.
/// </summary>
/// <remarks>
/// R does not depend on the labels and is never negative. The quadratic approximation <c>1/2 delta/(1-delta) beta^T diag(X^T V X) beta</c>, V = diag A'', is exact
/// for the linear family, and not convex for the logistic one. Source: Wager, Wang, Liang, NIPS 2013 (arXiv:1307.1493).
/// </remarks>
public static class GeneralizedLinearDropout
{
    private const int MostEnumerated = 16;

    /// <summary><c>sum over i of A(x_i . beta) - y_i x_i . beta</c>.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d; a sample a row.</param>
    /// <param name="y">N labels: any for linear, 0 or 1 for logistic, not negative for Poisson.</param>
    /// <param name="beta">d coefficients.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, an entry is not finite, or a label is impossible.</exception>
    public static double Loss<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        CheckLabels(family, y, x.Rows);
        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), scratch = SpanOwner<T>.Allocate(x.Rows);
        Predict(x, beta, z.Span);
        return SumOfPartition(family, z.Span, scratch.Span) - double.CreateChecked(Reductions.Dot(y, z.Span));
    }

    /// <summary>The quadratic approximation of the dropout penalty, and its gradient.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d.</param>
    /// <param name="beta">d coefficients.</param>
    /// <param name="delta">Probability of dropping a feature, in [0, 1).</param>
    /// <param name="gradient">Receives the gradient, d values; may be empty.</param>
    /// <remarks>About 6 N d flops.</remarks>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Delta is outside [0, 1).</exception>
    public static double QuadraticPenalty<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double delta, Span<T> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        CheckDelta(delta);
        int n = x.Rows, d = x.Columns;
        double c = delta / (1 - delta) / 2;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(5 * n + n * d + 3 * d));
        Span<T> z = memory.Span[..n], variance = memory.Span.Slice(n, n), skew = memory.Span.Slice(2 * n, n), q = memory.Span.Slice(3 * n, n), mean = memory.Span.Slice(4 * n, n);
        var squares = new MatrixView<T>(memory.Span.Slice(5 * n, n * d), n, d);
        Span<T> squaredBeta = memory.Span.Slice(5 * n + n * d, d), first = memory.Span.Slice(5 * n + n * d + d, d), second = memory.Span[(5 * n + n * d + 2 * d)..];
        Predict(x, beta, z);
        Derivatives(family, z, mean, variance, skew);
        Squares(x, squares);
        Elementwise.Multiply(beta, beta, squaredBeta);
        Gemm.Multiply<T>(squares, Column<T>(squaredBeta), WritableColumn(q));
        double penalty = c * double.CreateChecked(Reductions.Dot<T>(variance, q));
        if (!gradient.IsEmpty)
        {
            // c [X^T (A''' o q) + 2 beta o (X o X)^T A''].
            Elementwise.Multiply<T>(skew, q, skew);
            Gemm.Multiply<T>(x.Transposed, Column<T>(skew), WritableColumn(first));
            Gemm.Multiply<T>(squares.Transposed, Column<T>(variance), WritableColumn(second));
            Elementwise.Multiply<T>(beta, second, second);
            Elementwise.Combine<T>(first, second, T.CreateChecked(c), T.CreateChecked(2 * c), gradient);
        }

        return penalty;
    }

    /// <summary>
    /// The dropout penalty exactly: the quadratic form for linear, the product of the means of the factors for Poisson, all 2^d masks for logistic.
    /// </summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d; d at most 16 for logistic.</param>
    /// <param name="beta">d coefficients.</param>
    /// <param name="delta">Probability of dropping a feature, in [0, 1).</param>
    /// <exception cref="ArgumentException">Lengths do not fit, an entry is not finite, there are too many features, or a mean of e^z overflows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Delta is outside [0, 1).</exception>
    public static double ExactPenalty<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        CheckDelta(delta);
        if (family == GeneralizedLinearFamily.Linear)
        {
            return QuadraticPenalty(family, x, beta, delta);
        }

        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), product = SpanOwner<T>.Allocate(x.Rows);
        if (family == GeneralizedLinearFamily.Logistic)
        {
            Predict(x, beta, z.Span);
            double clean = SumOfPartition(family, z.Span, product.Span);
            return EnumeratedPartition(family, x, beta, delta) - clean;
        }

        using SpanOwner<T> column = SpanOwner<T>.Allocate(x.Rows);
        CheckOverflow(x, beta, 1 - delta, column.Span, z.Span);
        product.Span.Fill(T.One);
        for (int j = 0; j < beta.Length; j++)
        {
            x.Slice(0, j, x.Rows, 1).CopyTo(WritableColumn(column.Span));
            LogPartition.PoissonFactor<T>(
                product.Span, column.Span, T.CreateChecked(double.CreateChecked(beta[j]) / (1 - delta)), T.CreateChecked(1 - delta), T.CreateChecked(delta), product.Span);
        }

        Predict(x, beta, z.Span);
        Functions.Exp<T>(z.Span, z.Span);
        Elementwise.Subtract<T>(product.Span, z.Span, z.Span);
        return double.CreateChecked(Reductions.Sum<T>(z.Span));
    }

    /// <summary>The penalty of additive normal noise of the given variance on each feature: by the quadratic approximation <c>1/2 sg^2 ||beta||^2 sum A''</c>.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d.</param>
    /// <param name="beta">d coefficients.</param>
    /// <param name="variance">sg^2, zero or more.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The variance is negative or not finite.</exception>
    public static double AdditiveQuadraticPenalty<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double variance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        Guard.NotNegative(variance, nameof(variance));
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(4 * x.Rows);
        int n = x.Rows;
        Span<T> z = memory.Span[..n], curvature = memory.Span.Slice(n, n);
        Predict(x, beta, z);
        Derivatives(family, z, memory.Span.Slice(2 * n, n), curvature, memory.Span.Slice(3 * n, n));
        return variance / 2 * double.CreateChecked(Reductions.SumOfSquares(beta)) * double.CreateChecked(Reductions.Sum<T>(curvature));
    }

    /// <summary>The same penalty exactly: quadratic for linear, <c>sum e^z (e^(sg^2 ||beta||^2 / 2) - 1)</c> for Poisson, Gauss-Hermite with 60 nodes for logistic.</summary>
    /// <inheritdoc cref="AdditiveQuadraticPenalty{T}"/>
    public static double AdditiveExactPenalty<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double variance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        Guard.NotNegative(variance, nameof(variance));
        double spread = variance * double.CreateChecked(Reductions.SumOfSquares(beta));
        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), shifted = SpanOwner<T>.Allocate(x.Rows), scratch = SpanOwner<T>.Allocate(x.Rows);
        Predict(x, beta, z.Span);
        switch (family)
        {
            case GeneralizedLinearFamily.Linear:
                return x.Rows * spread / 2;
            case GeneralizedLinearFamily.Poisson:
                return SumOfPartition(family, z.Span, scratch.Span) * (Math.Exp(spread / 2) - 1);
            default:
                double mean = 0;
                (double[] nodes, double[] weights) = GaussHermite.Rule(60);
                shifted.Span.Fill(T.One);
                for (int k = 0; k < nodes.Length; k++)
                {
                    shifted.Span.Fill(T.One);
                    Elementwise.AddScaled<T>(z.Span, shifted.Span, T.CreateChecked(Math.Sqrt(2 * spread) * nodes[k]), shifted.Span);
                    mean += weights[k] * SumOfPartition(family, shifted.Span, scratch.Span);
                }

                return mean - SumOfPartition(family, z.Span, scratch.Span);
        }
    }

    /// <summary>The dropout penalty from drawn masks, for any number of features: decision (k N + i) d + j of the stream belongs to feature j of sample i in replicate k.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d.</param>
    /// <param name="beta">d coefficients.</param>
    /// <param name="rate">Probability of keeping a feature, 1 - delta.</param>
    /// <param name="replicates">Masks drawn, at least two.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <returns>The mean and half the width of its 95 % band, 1.96 standard errors.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two replicates.</exception>
    public static (double Mean, double Band) MonteCarloPenalty<T>(
        GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, KeepRate rate, int replicates, ulong seed, ulong stream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, beta);
        Guard.AtLeast(replicates, 2, nameof(replicates));
        int n = x.Rows, d = x.Columns;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(n * d)), z = SpanOwner<T>.Allocate(n), scratch = SpanOwner<T>.Allocate(n);
        var noisy = new MatrixView<T>(memory.Span, n, d);
        Predict(x, beta, z.Span);
        double clean = SumOfPartition(family, z.Span, scratch.Span), mean = 0, squares = 0;
        for (int k = 0; k < replicates; k++)
        {
            MatrixMask.Apply(x, seed, stream, (ulong)k * (ulong)n * (ulong)d, rate, noisy, MaskMapping.Words);
            Predict(noisy, beta, z.Span);
            double value = SumOfPartition(family, z.Span, scratch.Span) - clean, from = value - mean;
            mean += from / (k + 1);
            squares += from * (value - mean);
        }

        return (mean, 1.96 * Math.Sqrt(squares / (replicates - 1) / replicates));
    }

    /// <summary>
    /// Least squares under dropout in closed form: <c>(X^T X + delta/(1-delta) diag(X^T X)) beta = X^T y</c> minimizes <c>1/2 ||y - X beta||^2 + R</c>.
    /// </summary>
    /// <param name="x">Features, N x d.</param>
    /// <param name="y">N labels.</param>
    /// <param name="delta">Probability of dropping a feature, in [0, 1).</param>
    /// <returns>d coefficients, of least length where several minimize.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Delta is outside [0, 1).</exception>
    public static T[] FitLinear<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, double delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(x, nameof(x));
        CheckLabels(GeneralizedLinearFamily.Linear, y, x.Rows);
        CheckDelta(delta);
        int d = x.Columns;
        T[] beta = new T[d], product = new T[d];
        T[,] gram = new T[d, d], inverse = new T[d, d];
        Gemm.Multiply<T>(x.Transposed, x, gram);
        for (int j = 0; j < d; j++)
        {
            gram[j, j] *= T.CreateChecked(1 / (1 - delta));
        }

        Gemm.Multiply<T>(x.Transposed, Column(y), WritableColumn<T>(product));
        Svd.PseudoInverse<T>(gram, inverse, Certificate.ConsistentRank<T>());
        Gemm.Multiply<T>(inverse, Column<T>(product), WritableColumn<T>(beta));
        return beta;
    }

    // sum over i of E A(x~_i . beta), by all masks.
    internal static double EnumeratedPartition<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double delta, Span<double> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = x.Rows, d = x.Columns;
        if (d > MostEnumerated)
        {
            throw new ArgumentException($"Must have at most {MostEnumerated} columns to enumerate all masks, but has {d}.", nameof(x));
        }

        using SpanOwner<T> memory = SpanOwner<T>.Allocate(5 * n + 2 * d);
        Span<T> z = memory.Span[..n], a = memory.Span.Slice(n, n), b = memory.Span.Slice(2 * n, n), c = memory.Span.Slice(3 * n, n), masked = memory.Span.Slice(4 * n, d), back = memory.Span.Slice(4 * n + d, d);
        double sum = 0;
        for (int mask = 0; mask < 1 << d; mask++)
        {
            int kept = int.PopCount(mask);
            double p = Math.Pow(1 - delta, kept) * Math.Pow(delta, d - kept);
            if (p == 0)
            {
                continue;
            }

            for (int j = 0; j < d; j++)
            {
                masked[j] = (mask >> j & 1) == 1 ? T.CreateChecked(double.CreateChecked(beta[j]) / (1 - delta)) : T.Zero;
            }

            Predict(x, masked, z);
            sum += p * SumOfPartition(family, z, a);
            if (!gradient.IsEmpty)
            {
                Derivatives(family, z, a, b, c);
                Gemm.Multiply<T>(x.Transposed, Column<T>(a), WritableColumn(back));
                for (int j = 0; j < d; j++)
                {
                    gradient[j] += (mask >> j & 1) == 1 ? p / (1 - delta) * double.CreateChecked(back[j]) : 0;
                }
            }
        }

        return sum;
    }

    internal static void Predict<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Gemm.Multiply<T>(x, Column(beta), WritableColumn(z));

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

    internal static ReadOnlyMatrixView<T> Column<T>(ReadOnlySpan<T> vector)
        where T : unmanaged
        => new(vector, vector.Length, 1);

    internal static MatrixView<T> WritableColumn<T>(Span<T> vector)
        where T : unmanaged
        => new(vector, vector.Length, 1);

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

    private static double SumOfPartition<T>(GeneralizedLinearFamily family, ReadOnlySpan<T> z, Span<T> scratch)
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

    private static void Squares<T>(ReadOnlyMatrixView<T> x, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        x.CopyTo(destination);
        for (int i = 0; i < x.Rows; i++)
        {
            Elementwise.Multiply<T>(destination.Row(i), destination.Row(i), destination.Row(i));
        }
    }

    private static void Check<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(x, nameof(x));
        if (beta.Length != x.Columns)
        {
            throw new ArgumentException($"Must have {x.Columns} coefficients, one a feature, but has {beta.Length}.", nameof(beta));
        }

        Guard.Matrix(Column(beta), nameof(beta));
    }

    private static void CheckDelta(double delta)
    {
        if (!(delta is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, string.Create(CultureInfo.InvariantCulture, $"delta is a probability of dropping and must lie in [0, 1), but is {delta}."));
        }
    }

    // The largest z of a sample over all masks is the sum of its positive terms.
    private static void CheckOverflow<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double keep, Span<T> column, Span<T> largest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double limit = typeof(T) == typeof(float) ? 88 : 700;
        largest.Clear();
        for (int j = 0; j < beta.Length; j++)
        {
            x.Slice(0, j, x.Rows, 1).CopyTo(WritableColumn(column));
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
}
