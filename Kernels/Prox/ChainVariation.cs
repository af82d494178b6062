using System.Numerics;

namespace Kernels;

/// <summary>The proximal map of total variation along a line, <c>weight sum |x_{i+1} - x_i|</c>, exactly and in linear time.</summary>
/// <remarks>
/// Dynamic programming: with everything before element i minimized out, the slope of the rest by x_i is increasing and piecewise linear, and the coupling to the next element clips it to
/// [-weight, weight]. Values are taken from their mean. Each step adds two knots, one at either end, and removes those that the clipping passes: at most 2 n are made, about 20 flops an element, in double.
/// Source: Johnson, J. Comput. Graph. Statist. 22(2), 2013; the same solution as the taut string of Davies and Kovac, Ann. Statist. 29(1), 2001.
/// </remarks>
public static class ChainVariation
{
    // A knot: where, and what it adds to slope and intercept of the line right of it. Two numbers an element remember where the slope was clipped.
    private const int NumbersPerElement = 8;

    /// <summary>Elements of workspace for a line of so many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or needs more than the longest span.</exception>
    public static int RequiredWorkspace(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue / NumbersPerElement);
        return NumbersPerElement * length;
    }

    /// <summary>The minimizer p of <c>1/2 |x - p|^2 + weight sum |p_{i+1} - p_i|</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">Values along the line, finite.</param>
    /// <param name="weight">Zero or more.</param>
    /// <param name="destination">As long as x; may be x.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative or not a number.</exception>
    public static void Prox<T>(ReadOnlySpan<T> x, double weight, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prox(x, weight, destination, AlignedMemory.RentWorkspace<double>(RequiredWorkspace(x.Length)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">Values along the line.</param>
    /// <param name="weight">Zero or more.</param>
    /// <param name="destination">As long as x; may be x.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="Prox{T}(ReadOnlySpan{T}, double, Span{T})"/>
    public static void Prox<T>(ReadOnlySpan<T> x, double weight, Span<T> destination, Span<double> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = x.Length;
        if (destination.Length != n)
        {
            throw new ArgumentException($"Must have {n} elements like x, but has {destination.Length}.", nameof(destination));
        }

        if (!(weight >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "Must be zero or more.");
        }

        if (workspace.Length < RequiredWorkspace(n))
        {
            throw new ArgumentException($"{n} elements need {RequiredWorkspace(n)}; the span has {workspace.Length}.", nameof(workspace));
        }

        if (n < 2 || weight == 0)
        {
            x.CopyTo(destination);
            return;
        }

        double mean = 0, sum = 0, most = 0;
        for (int i = 0; i < n; i++)
        {
            mean += double.CreateChecked(x[i]);
        }

        mean /= n;
        for (int i = 0; i < n; i++)
        {
            sum += double.CreateChecked(x[i]) - mean;
            most = Math.Max(most, Math.Abs(sum));
        }

        // The multiplier of a constant is the running sum of what deviates from it: as heavy a weight leaves the mean, and no heavier one enters the sums below.
        if (weight >= most)
        {
            destination.Fill(T.CreateChecked(mean));
            return;
        }

        Span<double> below = workspace[..n], above = workspace.Slice(n, n), places = workspace.Slice(2 * n, 2 * n), slopes = workspace.Slice(4 * n, 2 * n), intercepts = workspace.Slice(6 * n, 2 * n);

        // Knots first, ..., last - 1. The line left of all of them is slope b + left, that right of them slope b + right.
        int first = n, last = n;
        double left = mean - double.CreateChecked(x[0]), right = left;
        for (int i = 0; i < n - 1; i++)
        {
            (double slope, double intercept) = (1, left);
            for (; first < last && slope * places[first] + intercept < -weight; first++)
            {
                slope += slopes[first];
                intercept += intercepts[first];
            }

            below[i] = (-weight - intercept) / slope;
            first--;
            (places[first], slopes[first], intercepts[first]) = (below[i], slope, intercept + weight);

            (slope, intercept) = (1, right);
            for (; last > first + 1 && slope * places[last - 1] + intercept > weight; last--)
            {
                slope -= slopes[last - 1];
                intercept -= intercepts[last - 1];
            }

            above[i] = (weight - intercept) / slope;
            (places[last], slopes[last], intercepts[last]) = (above[i], -slope, weight - intercept);
            last++;

            // Between the clipped ends the next element adds b - x.
            double next = double.CreateChecked(x[i + 1]) - mean;
            (left, right) = (-weight - next, weight - next);
        }

        (double lead, double rest) = (1, left);
        for (; first < last && lead * places[first] + rest < 0; first++)
        {
            lead += slopes[first];
            rest += intercepts[first];
        }

        double value = -rest / lead;
        destination[n - 1] = T.CreateChecked(mean + value);
        for (int i = n - 2; i >= 0; i--)
        {
            value = Math.Min(Math.Max(value, below[i]), above[i]);
            destination[i] = T.CreateChecked(mean + value);
        }
    }
}
