using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

// Normal noise added to the features.
public static partial class GeneralizedLinearDropout
{
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
        GeneralizedLinearModel.Check(x, beta);
        Guard.NotNegative(variance, nameof(variance));
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(4 * x.Rows);
        int n = x.Rows;
        Span<T> z = memory.Span[..n], curvature = memory.Span.Slice(n, n);
        GeneralizedLinearModel.Predict(x, beta, z);
        GeneralizedLinearModel.Derivatives(family, z, memory.Span.Slice(2 * n, n), curvature, memory.Span.Slice(3 * n, n));
        return variance / 2 * double.CreateChecked(Reductions.SumOfSquares(beta)) * double.CreateChecked(Reductions.Sum<T>(curvature));
    }

    /// <summary>The same penalty exactly: quadratic for linear, <c>sum e^z (e^(sg^2 ||beta||^2 / 2) - 1)</c> for Poisson, Gauss-Hermite with 60 nodes for logistic.</summary>
    /// <inheritdoc cref="AdditiveQuadraticPenalty{T}"/>
    public static double AdditiveExactPenalty<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double variance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        GeneralizedLinearModel.Check(x, beta);
        Guard.NotNegative(variance, nameof(variance));
        double spread = variance * double.CreateChecked(Reductions.SumOfSquares(beta));
        using SpanOwner<T> z = SpanOwner<T>.Allocate(x.Rows), shifted = SpanOwner<T>.Allocate(x.Rows), scratch = SpanOwner<T>.Allocate(x.Rows);
        GeneralizedLinearModel.Predict(x, beta, z.Span);
        Span<double> growth = [spread / 2];
        Functions.ExpM1<double>(growth, growth);
        switch (family)
        {
            case GeneralizedLinearFamily.Linear:
                return x.Rows * spread / 2;
            case GeneralizedLinearFamily.Poisson:
                return GeneralizedLinearModel.SumOfPartition(family, z.Span, scratch.Span) * growth[0];
            default:
                double mean = 0;
                (double[] nodes, double[] weights) = GaussHermite.Rule(60);
                for (int k = 0; k < nodes.Length; k++)
                {
                    Elementwise.Shift<T>(z.Span, T.CreateChecked(Math.Sqrt(2 * spread) * nodes[k]), shifted.Span);
                    mean += weights[k] * GeneralizedLinearModel.SumOfPartition(family, shifted.Span, scratch.Span);
                }

                return mean - GeneralizedLinearModel.SumOfPartition(family, z.Span, scratch.Span);
        }
    }
}
