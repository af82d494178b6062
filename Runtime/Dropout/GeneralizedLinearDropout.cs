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
public static partial class GeneralizedLinearDropout
{
    /// <summary><c>sum over i of A(x_i . beta) - y_i x_i . beta</c>.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d; a sample a row.</param>
    /// <param name="y">N labels: any for linear, 0 or 1 for logistic, not negative for Poisson.</param>
    /// <param name="beta">d coefficients.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, an entry is not finite, or a label is impossible.</exception>
    public static double Loss<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        GeneralizedLinearModel.Check(x, beta);
        GeneralizedLinearModel.CheckLabels(family, y, x.Rows);
        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), scratch = SpanOwner<T>.Allocate(x.Rows);
        GeneralizedLinearModel.Predict(x, beta, z.Span);
        return GeneralizedLinearModel.SumOfPartition(family, z.Span, scratch.Span) - double.CreateChecked(Reductions.Dot(y, z.Span));
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
        GeneralizedLinearModel.Check(x, beta);
        GeneralizedLinearModel.CheckDelta(delta);
        int n = x.Rows, d = x.Columns;
        double c = delta / (1 - delta) / 2;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(5 * n + n * d + 3 * d));
        Span<T> z = memory.Span[..n], variance = memory.Span.Slice(n, n), skew = memory.Span.Slice(2 * n, n), q = memory.Span.Slice(3 * n, n), mean = memory.Span.Slice(4 * n, n);
        var squares = new MatrixView<T>(memory.Span.Slice(5 * n, n * d), n, d);
        Span<T> squaredBeta = memory.Span.Slice(5 * n + n * d, d), first = memory.Span.Slice(5 * n + n * d + d, d), second = memory.Span[(5 * n + n * d + 2 * d)..];
        GeneralizedLinearModel.Predict(x, beta, z);
        GeneralizedLinearModel.Derivatives(family, z, mean, variance, skew);
        Elementwise.Multiply<T>(x, x, squares);
        Elementwise.Multiply(beta, beta, squaredBeta);
        GeneralizedLinearModel.Predict<T>(squares, squaredBeta, q);
        double penalty = c * double.CreateChecked(Reductions.Dot<T>(variance, q));
        if (!gradient.IsEmpty)
        {
            // c [X^T (A''' o q) + 2 beta o (X o X)^T A''].
            Elementwise.Multiply<T>(skew, q, skew);
            GeneralizedLinearModel.Project<T>(x, skew, first);
            GeneralizedLinearModel.Project<T>(squares, variance, second);
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
        GeneralizedLinearModel.Check(x, beta);
        GeneralizedLinearModel.CheckDelta(delta);
        if (family == GeneralizedLinearFamily.Linear)
        {
            return QuadraticPenalty(family, x, beta, delta);
        }

        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), product = SpanOwner<T>.Allocate(x.Rows);
        if (family == GeneralizedLinearFamily.Logistic)
        {
            GeneralizedLinearModel.Predict(x, beta, z.Span);
            double clean = GeneralizedLinearModel.SumOfPartition(family, z.Span, product.Span);
            return FeatureMasks.MeanPartition(family, x, beta, delta) - clean;
        }

        using SpanOwner<T> column = SpanOwner<T>.Allocate(x.Rows);
        GeneralizedLinearModel.CheckOverflow(x, beta, 1 - delta, column.Span, z.Span);
        product.Span.Fill(T.One);
        for (int j = 0; j < beta.Length; j++)
        {
            x.Slice(0, j, x.Rows, 1).CopyTo(GeneralizedLinearModel.Column(column.Span));
            LogPartition.PoissonFactor<T>(
                product.Span, column.Span, T.CreateChecked(double.CreateChecked(beta[j]) / (1 - delta)), T.CreateChecked(1 - delta), T.CreateChecked(delta), product.Span);
        }

        GeneralizedLinearModel.Predict(x, beta, z.Span);
        Functions.Exp<T>(z.Span, z.Span);
        Elementwise.Subtract<T>(product.Span, z.Span, z.Span);
        return double.CreateChecked(Reductions.Sum<T>(z.Span));
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
        GeneralizedLinearModel.Check(x, beta);
        Guard.AtLeast(replicates, 2, nameof(replicates));
        int n = x.Rows, d = x.Columns;
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(n * d)), z = SpanOwner<T>.Allocate(n), scratch = SpanOwner<T>.Allocate(n);
        var noisy = new MatrixView<T>(memory.Span, n, d);
        GeneralizedLinearModel.Predict(x, beta, z.Span);
        double clean = GeneralizedLinearModel.SumOfPartition(family, z.Span, scratch.Span), mean = 0, squares = 0;
        for (int k = 0; k < replicates; k++)
        {
            MatrixMask.Apply(x, seed, stream, (ulong)k * (ulong)n * (ulong)d, rate, noisy, MaskMapping.Words);
            GeneralizedLinearModel.Predict(noisy, beta, z.Span);
            double value = GeneralizedLinearModel.SumOfPartition(family, z.Span, scratch.Span) - clean, from = value - mean;
            mean += from / (k + 1);
            squares += from * (value - mean);
        }

        return (mean, 1.96 * Math.Sqrt(squares / (replicates - 1) / replicates));
    }
}
