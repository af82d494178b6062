namespace Kernels.Runtime;

/// <summary>
/// The spectral k-support norm, <c>||X||_(k) = min { sum ||X_j||_F : rank X_j at most k, sum X_j = X }</c>, as a function of the singular values, and the
/// shrinkage <c>min over x of sum (sigma_i - x_i)^2 + weight ||x||_(k)^2</c>. DropBlock with blocks of k units is this map; k = 1 is dropout
/// (<see cref="SquaredNuclearShrinkage"/>), k at least the rank is ridge.
/// </summary>
/// <remarks>
/// Source: Argyriou, Foygel, Srebro, NIPS 2012 (norm); McDonald, Pontil, Stamos, JMLR 2016 (proximal map); Pal, Lane, Vidal, Haeffele, CVPR 2020
/// (arXiv:1910.14186), DropBlock.
/// </remarks>
public readonly struct SpectralKSupport
{
    private SpectralKSupport(int full, int positive, double tau, double squaredNorm, double objective)
        => (Full, Positive, Tau, SquaredNorm, Objective) = (full, positive, tau, squaredNorm, objective);

    /// <summary>Number p of leading values that are shrunk as by a ridge, <c>sigma_i / (1 + weight)</c>.</summary>
    public int Full { get; }

    /// <summary>Number q of values that stay positive; those after the first p are shrunk by <see cref="Tau"/>.</summary>
    public int Positive { get; }

    /// <summary>The common shrinkage of the values between p and q; zero when there are none.</summary>
    public double Tau { get; }

    /// <summary><c>||x||_(k)^2</c> of the shrunk values.</summary>
    public double SquaredNorm { get; }

    /// <summary>The optimal value.</summary>
    public double Objective { get; }

    /// <summary>The squared norm of given singular values, O(d).</summary>
    /// <param name="values">Singular values in descending order, none negative.</param>
    /// <param name="k">At least one; above the number of values it is that number.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below one.</exception>
    public static double SquaredNormOf(ReadOnlySpan<double> values, int k) => Index(values, k, out double norm) == 0 ? 0 : norm;

    /// <summary>The dual norm: the Euclidean length of the k largest values.</summary>
    /// <param name="values">Singular values in descending order, none negative.</param>
    /// <param name="k">At least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below one.</exception>
    public static double DualNormOf(ReadOnlySpan<double> values, int k)
    {
        Guard.AtLeast(k, 1, nameof(k));
        return Reductions.Norm<double>(values[..Math.Min(k, values.Length)]);
    }

    /// <summary>Shrinks singular values, O(d).</summary>
    /// <param name="sigma">Singular values in descending order, none negative.</param>
    /// <param name="weight">Weight of the squared norm; finite, zero or more.</param>
    /// <param name="k">At least one; above the number of values it is that number.</param>
    /// <param name="destination">Receives x, as long as <paramref name="sigma"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Weight or k out of range.</exception>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static SpectralKSupport Shrink(ReadOnlySpan<double> sigma, double weight, int k, Span<double> destination)
    {
        Guard.NotNegative(weight, nameof(weight));
        Guard.AtLeast(k, 1, nameof(k));
        if (destination.Length != sigma.Length)
        {
            throw new ArgumentException($"Must have {sigma.Length} elements, but has {destination.Length}.", nameof(destination));
        }

        int positive = sigma.Length;
        while (positive > 0 && sigma[positive - 1] == 0)
        {
            positive--;
        }

        destination.Clear();
        (int p, int q) = positive <= k || weight == 0 ? (positive, positive) : Segment(sigma[..positive], weight, k);
        double tau = 0;
        for (int i = 0; i < p; i++)
        {
            destination[i] = sigma[i] / (1 + weight);
        }

        if (q > p)
        {
            tau = ShrinkSegment(sigma, weight, k, p, q, destination);
        }

        double norm = SquaredNormOf(destination, k), objective = weight * norm;
        for (int i = 0; i < sigma.Length; i++)
        {
            double shrunk = sigma[i] - destination[i];
            objective += shrunk * shrunk;
        }

        return new(p, q, tau, norm, objective);
    }

    // rho of the norm, 1-based, and the squared norm: the last j with x_{j-1} (k - j + 1) > T_j = sum of x_i from j on. Zero for no values.
    internal static int Index(ReadOnlySpan<double> values, int k, out double squaredNorm)
    {
        Guard.AtLeast(k, 1, nameof(k));
        squaredNorm = 0;
        if (values.IsEmpty)
        {
            return 0;
        }

        // The tail is summed from its small end, once; the prefix property lets the scan over j run downwards as well.
        k = Math.Min(k, values.Length);
        double tail = 0;
        for (int i = values.Length - 1; i >= k; i--)
        {
            tail += values[i];
        }

        int rho = k;
        tail += values[rho - 1];
        while (rho > 1 && !(values[rho - 2] * (k - rho + 1) > tail))
        {
            rho--;
            tail += values[rho - 1];
        }

        for (int i = 0; i < rho - 1; i++)
        {
            squaredNorm += values[i] * values[i];
        }

        squaredNorm += tail / (k - rho + 1) * tail;
        return rho;
    }

    // The weights eta_i = clip(alpha sigma_i - weight, 0, 1) of the variational form have sum k. They start at alpha = weight / sigma_i and end at
    // (1 + weight) / sigma_i, both ascending, so one merge finds the piece of the piecewise linear sum that holds k.
    private static (int Full, int Positive) Segment(ReadOnlySpan<double> sigma, double weight, int k)
    {
        int p = 0, q = 0;
        double sum = 0;
        while (true)
        {
            bool starts = q < sigma.Length && (p == q || weight / sigma[q] <= (1 + weight) / sigma[p]);
            double next = starts ? weight / sigma[q] : (1 + weight) / sigma[p];
            if (q > p ? p + next * sum - weight * (q - p) >= k : p >= k)
            {
                return (p, q);
            }

            if (starts)
            {
                sum += sigma[q++];
            }
            else
            {
                sum = p + 1 == q ? 0 : sum - sigma[p];
                p++;
            }

            if (p == sigma.Length)
            {
                return (p, q);
            }
        }
    }

    // x_i = sigma_i - tau on the segment, from its smallest value up, so that nothing cancels for heavy weights. Returns tau.
    private static double ShrinkSegment(ReadOnlySpan<double> sigma, double weight, int k, int p, int q, Span<double> destination)
    {
        double last = sigma[q - 1], excess = 0, sum = 0;
        for (int i = p; i < q; i++)
        {
            excess += sigma[i] - last;
            sum += sigma[i];
        }

        double divisor = k - p + weight * (q - p), smallest = ((k - p) * last - weight * excess) / divisor;
        for (int i = p; i < q; i++)
        {
            destination[i] = Math.Clamp(smallest + (sigma[i] - last), 0, sigma[i] / (1 + weight));
        }

        return weight * sum / divisor;
    }
}
