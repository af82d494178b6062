using System.Numerics;

namespace Kernels;

/// <summary>Proximal maps of norms, whose elements depend on each other: of whole vectors, and of the rows or columns of a matrix.</summary>
/// <remarks>
/// Lengths are square roots of sums of squares, which are not scaled: they overflow where the square of an element does.
/// For a sum of a norm and something positively homogeneous (a soft threshold, the non-negative numbers) apply that map first and the
/// shrinkage of the norm last; the other order is wrong.
/// </remarks>
public static class GroupProx
{
    private const int Block = 256;

    /// <summary>Proximal map of <c>threshold |x|_2</c>: shortens the vector by the threshold (Parikh and Boyd 2014, section 6.5.1).</summary>
    /// <param name="x">The vector.</param>
    /// <param name="threshold">Weight of the Euclidean norm, at least zero.</param>
    /// <param name="destination">Receives <c>max(1 - threshold / |x|, 0) x</c>, and +0 throughout when the length is at most the threshold; may be <paramref name="x"/>.</param>
    /// <returns>The length that is left, <c>max(|x| - threshold, 0)</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative.</exception>
    /// <exception cref="ArgumentException">The destination is too short, or overlaps <paramref name="x"/> without being the same.</exception>
    public static double Shrink<T>(ReadOnlySpan<T> x, T threshold, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckThreshold(threshold, nameof(threshold));
        (double factor, double length) = Shrinkage(double.CreateChecked(Reductions.SumOfSquares(x)), threshold);
        GroupKernels.Shrink(x, T.CreateChecked(factor), destination);
        return length;
    }

    /// <summary>
    /// Shortens each row, or each column when transposed views are passed: the proximal map of <c>sum of thresholds[i] |row i|_2</c>.
    /// </summary>
    /// <param name="matrix">m x n, any strides.</param>
    /// <param name="thresholds">m weights, at least zero.</param>
    /// <param name="destination">m x n; may be <paramref name="matrix"/> itself, but not overlap it otherwise.</param>
    /// <param name="lengths">Receives the m lengths that are left.</param>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is negative.</exception>
    /// <exception cref="ArgumentException">Shapes or lengths differ, or the views overlap without being the same.</exception>
    public static void ShrinkRows<T>(ReadOnlyMatrixView<T> matrix, ReadOnlySpan<T> thresholds, MatrixView<T> destination, Span<double> lengths)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(matrix.Rows, matrix.Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(matrix, destination, nameof(matrix));
        CheckLength(thresholds.Length, matrix.Rows, nameof(thresholds));
        CheckLength(lengths.Length, matrix.Rows, nameof(lengths));
        foreach (T threshold in thresholds)
        {
            CheckThreshold(threshold, nameof(thresholds));
        }

        MatrixReductions.SumsOfSquaresOfRows(matrix, lengths);
        Span<T> factors = stackalloc T[Block];
        for (int start = 0; start < matrix.Rows; start += Block)
        {
            int count = Math.Min(Block, matrix.Rows - start);
            for (int i = 0; i < count; i++)
            {
                (double factor, lengths[start + i]) = Shrinkage(lengths[start + i], thresholds[start + i]);
                factors[i] = T.CreateChecked(factor);
            }

            GroupKernels.ShrinkByRow(matrix.Slice(start, 0, count, matrix.Columns), factors[..count], destination.Slice(start, 0, count, matrix.Columns));
        }
    }

    /// <summary>
    /// Proximal map of <c>weight max |x[i]|</c>: cuts the largest magnitudes to one level, so that together they lose the weight
    /// (Parikh and Boyd 2014, section 6.5.1: what the projection onto the ball of the sum of magnitudes leaves).
    /// </summary>
    /// <remarks>
    /// The level is found by Newton's method on the sum of what is above it, which is convex and piecewise linear: from below, in
    /// finitely many passes over x, in practice ten or fewer (Michelot, "A Finite Algorithm for Finding the Projection of a Point onto the
    /// Canonical Simplex of R^n", Journal of Optimization Theory and Applications 50(1), 1986).
    /// </remarks>
    /// <param name="x">The vector.</param>
    /// <param name="weight">Weight of the largest magnitude, at least zero.</param>
    /// <param name="destination">Receives the map; may be <paramref name="x"/>.</param>
    /// <returns>The largest magnitude that is left; zero when the sum of magnitudes is at most the weight.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative.</exception>
    /// <exception cref="ArgumentException">The destination is too short, or overlaps <paramref name="x"/> without being the same.</exception>
    public static T ShrinkLargest<T>(ReadOnlySpan<T> x, T weight, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckThreshold(weight, nameof(weight));
        T level = weight == T.Zero ? Reductions.MaxMagnitude(x) : Level(x, weight);
        Prox.LInfinityBall(x, level, destination);
        return level;
    }

    // Where the magnitudes above add up to the weight more than the level times their number.
    private static T Level<T>(ReadOnlySpan<T> x, T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T level = T.Zero;
        while (true)
        {
            (T sum, T count) = GroupKernels.Above(x, level);
            T next = (sum - weight) / count;
            if (T.IsNaN(sum))
            {
                return sum;
            }

            // Equal sets have equal sums, so this comes to an end. With nothing above, the quotient is no number or negative.
            if (!(next > level))
            {
                return level;
            }

            level = next;
        }
    }

    private static (double Factor, double Length) Shrinkage<T>(double squares, T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A length that is not a number is not at most the threshold, and stays visible.
        double length = Math.Sqrt(squares), less = double.CreateChecked(threshold);
        return length <= less ? (0, 0) : (1 - less / length, length - less);
    }

    private static void CheckThreshold<T>(T value, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (value < T.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, "A weight must not be negative.");
        }
    }

    private static void CheckLength(int length, int rows, string name)
    {
        if (length != rows)
        {
            throw new ArgumentException($"Must have {rows} elements, one a row, but has {length}.", name);
        }
    }
}
