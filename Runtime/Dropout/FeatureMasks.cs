using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

// Means over all 2^d masks of the features of a generalized linear model, a block of masks at a time: masked coefficients are the rows of a matrix, so that
// the predictors of a block, and what its gradients sum to, are products.
internal static class FeatureMasks
{
    internal const int MostFeatures = 16;

    // Features whose decisions vary within a block.
    private const int BlockFeatures = 6;

    // sum over i of E A(x~_i . beta), and its gradient where wanted. Two products of N d for each mask; d at most 16.
    internal static double MeanPartition<T>(GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> beta, double delta, Span<double> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = x.Rows, d = x.Columns, low = Math.Min(d, BlockFeatures), block = 1 << low;
        if (d > MostFeatures)
        {
            throw new ArgumentException($"Must have at most {MostFeatures} columns to enumerate all masks, but has {d}.", nameof(x));
        }

        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(block * (n + 3 * d) + 3 * n + d));
        Span<T> rest = memory.Span;
        MatrixView<T> masks = Take(ref rest, block, d), masked = Take(ref rest, block, d), back = Take(ref rest, block, d), z = Take(ref rest, block, n);
        Span<T> scaled = Take(ref rest, 1, d).Row(0), mean = Take(ref rest, 1, n).Row(0), variance = Take(ref rest, 1, n).Row(0), skew = rest;
        using SpanOwner<double> sums = SpanOwner<double>.Allocate(2 * block + d);
        Span<double> probabilities = sums.Span[..block], partitions = sums.Span.Slice(block, block), slope = sums.Span.Slice(2 * block, d);
        Span<T> weights = stackalloc T[block], projected = stackalloc T[MostFeatures];
        // In double, since a common rounding of the factor would bias every mean.
        Conversions.Convert<T, double>(new(beta, 1, d), new(slope, 1, d));
        Elementwise.Scale<double>(slope, 1 / (1 - delta), slope);
        Conversions.Convert<double, T>(new(slope, 1, d), new(scaled, 1, d));
        WriteLowDecisions(masks, low);
        double sum = 0;
        for (int high = 0; high < 1 << (d - low); high++)
        {
            for (int j = low; j < d; j++)
            {
                masks.Slice(0, j, block, 1).Fill((high >> (j - low) & 1) == 1 ? T.One : T.Zero);
            }

            for (int k = 0; k < block; k++)
            {
                int kept = int.PopCount(high) + int.PopCount(k);
                probabilities[k] = Math.Pow(1 - delta, kept) * Math.Pow(delta, d - kept);
                Elementwise.Multiply<T>(masks.Row(k), scaled, masked.Row(k));
                if (probabilities[k] == 0)
                {
                    // What never happens must not overflow.
                    masked.Row(k).Clear();
                }
            }

            Gemm.Multiply<T>(masked, x.Transposed, z);
            for (int k = 0; k < block; k++)
            {
                partitions[k] = GeneralizedLinearModel.SumOfPartition<T>(family, z.Row(k), mean);
                if (!gradient.IsEmpty)
                {
                    GeneralizedLinearModel.Derivatives<T>(family, z.Row(k), mean, variance, skew);
                    mean.CopyTo(z.Row(k));
                }
            }

            sum += Reductions.Dot<double>(probabilities, partitions);
            if (!gradient.IsEmpty)
            {
                // sum over the masks of p (mask / (1 - delta)) o X^T A'(z): column j of the masks against column j of the gradients.
                Elementwise.Scale<double>(probabilities, 1 / (1 - delta), probabilities);
                Conversions.Convert<double, T>(new(probabilities, 1, block), new(weights, 1, block));
                Gemm.Multiply<T>(z, x, back);
                Elementwise.ScaleByRow<T>(back, weights, back);
                Reductions.DotByColumn<T>(masks, back, projected[..d]);
                Conversions.Convert<T, double>(new(projected[..d], 1, d), new(slope, 1, d));
                Elementwise.Add<double>(gradient, slope, gradient);
            }
        }

        return sum;
    }

    // Row k holds the lowest digits of k.
    private static void WriteLowDecisions<T>(MatrixView<T> masks, int features)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < masks.Rows; k++)
        {
            for (int j = 0; j < features; j++)
            {
                masks[k, j] = (k >> j & 1) == 1 ? T.One : T.Zero;
            }
        }
    }

    private static MatrixView<T> Take<T>(ref Span<T> rest, int rows, int columns)
        where T : unmanaged
    {
        var taken = new MatrixView<T>(rest[..(rows * columns)], rows, columns);
        rest = rest[(rows * columns)..];
        return taken;
    }
}
