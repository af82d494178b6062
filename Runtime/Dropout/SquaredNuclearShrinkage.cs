namespace Kernels.Runtime;

/// <summary>
/// Shrinkage of singular values under a squared nuclear norm: <c>min over x >= 0 of sum (sigma_i - x_i)^2 + weight (sum x_i)^2</c> with at most
/// a given number of survivors. Dropout and its fixed-width and variable-rate optima are this map.
/// </summary>
/// <remarks>
/// The survivors are the longest prefix with <c>sigma_j > weight D_j</c>, <c>D_j = sum over i up to j of (sigma_i - sigma_j)</c>. D grows by
/// terms that are not negative and nothing that cancels is subtracted, so x is accurate for every weight; thresholding by tau would lose
/// all digits of x for large ones. Source: Cavazza et al., AISTATS 2018; Mianjy, Arora, Vidal, ICML 2018.
/// </remarks>
public readonly struct SquaredNuclearShrinkage
{
    private SquaredNuclearShrinkage(int survivors, double tau, double sum, double objective)
        => (Survivors, Tau, Sum, Objective) = (survivors, tau, sum, objective);

    /// <summary>Number of positive entries of x (rho, or d).</summary>
    public int Survivors { get; }

    /// <summary>The common shrinkage of the survivors, <c>weight * sum x</c>.</summary>
    public double Tau { get; }

    /// <summary>Sum of x: the nuclear norm of the shrunk matrix.</summary>
    public double Sum { get; }

    /// <summary>The optimal value.</summary>
    public double Objective { get; }

    /// <summary>Shrinks singular values.</summary>
    /// <param name="sigma">Singular values in descending order, none negative.</param>
    /// <param name="weight">Weight of the squared sum; finite, zero or more.</param>
    /// <param name="limit">Survivors at most (the number of factors); at least one.</param>
    /// <param name="destination">Receives x, as long as <paramref name="sigma"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Weight or limit out of range.</exception>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static SquaredNuclearShrinkage Apply(ReadOnlySpan<double> sigma, double weight, int limit, Span<double> destination)
    {
        Guard.NotNegative(weight, nameof(weight));
        Guard.AtLeast(limit, 1, nameof(limit));
        if (destination.Length != sigma.Length)
        {
            throw new ArgumentException($"Must have {sigma.Length} elements, but has {destination.Length}.", nameof(destination));
        }

        (int survivors, double excess) = Scan(sigma, weight, Math.Min(limit, sigma.Length));
        destination.Clear();
        double sum = 0, objective = 0;
        if (survivors > 0)
        {
            double last = (sigma[survivors - 1] - weight * excess) / (1 + weight * survivors);
            for (int i = 0; i < survivors; i++)
            {
                destination[i] = last + (sigma[i] - sigma[survivors - 1]);
                sum += destination[i];
            }
        }

        double tau = weight * sum;
        for (int i = survivors; i < sigma.Length; i++)
        {
            objective += sigma[i] * sigma[i];
        }

        objective += survivors * tau * tau + tau * sum;
        return new(survivors, tau, sum, objective);
    }

    private static (int Survivors, double Excess) Scan(ReadOnlySpan<double> sigma, double weight, int limit)
    {
        double excess = 0;
        for (int j = 0; j < limit; j++)
        {
            double next = j == 0 ? 0 : excess + j * (sigma[j - 1] - sigma[j]);
            if (!(sigma[j] > weight * next))
            {
                return (j, excess);
            }

            excess = next;
        }

        return (limit, excess);
    }
}
