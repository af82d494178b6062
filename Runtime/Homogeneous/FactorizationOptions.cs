namespace Kernels.Runtime;

/// <summary>What every factorization <c>min l(sum of atoms) + lambda Theta</c> can be told.</summary>
public record FactorizationOptions : SolverOptions
{
    /// <summary>Weight of the regularizer; finite and positive.</summary>
    public required double Lambda { get; init; }

    /// <summary>
    /// A fixed number of units, started at random: descent only, judged by the same certificate. Null, the default, grows the number from zero as the
    /// certificate asks for it, which is what can reach the global optimum.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>Most units when growing; null means as many as the family can need.</summary>
    public int? MaxRank { get; init; }

    /// <summary>Most units added at once, 1 unless told otherwise; families whose polar has one answer add one. More is faster for high ranks.</summary>
    public int Growth { get; init; } = 1;

    /// <summary>Seed of random starts and of the search for the polar.</summary>
    public ulong Seed { get; init; }

    /// <summary>Relative residual of the proximal map at which descent stops; positive and finite; null means 1e-9 for double and 1e-5 for float.</summary>
    public double? InnerTolerance { get; init; }

    /// <summary>How far above lambda, relatively, a polar still passes; positive and finite; null means 1e-6 for double and 1e-3 for float.</summary>
    public double? PolarTolerance { get; init; }

    /// <summary>Radial residual, relative to the objective, that still passes; positive and finite; null means 1e-8 for double and 1e-4 for float.</summary>
    public double? RadialTolerance { get; init; }

    /// <summary>Steps of descent at most between two looks at the certificate; at least 1.</summary>
    public int InnerIterations { get; init; } = 10_000;

    /// <summary>Growths at most; at least 1.</summary>
    public int Growths { get; init; } = 200;

    /// <summary>False to descend without extrapolation.</summary>
    public bool Extrapolate { get; init; } = true;

    /// <summary>
    /// False to end a descent of fixed <see cref="Rank"/> without its certificate, which can cost more than the descent: the lower bound is then the least value of the loss, the
    /// polar not a number and the status <see cref="SolverStatus.NotOptimal"/>. Must be true when growing.
    /// </summary>
    public bool Certify { get; init; } = true;

    internal double InnerToleranceFor<T>() => InnerTolerance ?? (typeof(T) == typeof(float) ? 1e-5 : 1e-9);

    internal double PolarToleranceFor<T>() => PolarTolerance ?? (typeof(T) == typeof(float) ? 1e-3 : 1e-6);

    internal double RadialToleranceFor<T>() => RadialTolerance ?? (typeof(T) == typeof(float) ? 1e-4 : 1e-8);

    internal override void Validate()
    {
        base.Validate();
        Guard.Positive(Lambda, nameof(Lambda));
        CheckTolerance(InnerTolerance, nameof(InnerTolerance));
        CheckTolerance(PolarTolerance, nameof(PolarTolerance));
        CheckTolerance(RadialTolerance, nameof(RadialTolerance));
        Guard.AtLeast(InnerIterations, 1, nameof(InnerIterations));
        Guard.AtLeast(Growths, 1, nameof(Growths));
        Guard.AtLeast(Growth, 1, nameof(Growth));
        if (!Certify && Rank is null)
        {
            throw new ArgumentOutOfRangeException(nameof(Certify), Certify, "Must be true when the rank grows: the certificate names what to add.");
        }
    }

    internal void ValidateRank(int most)
    {
        CheckRank(Rank, most, nameof(Rank));
        CheckRank(MaxRank, most, nameof(MaxRank));
    }

    private static void CheckRank(int? rank, int most, string name)
    {
        if (rank is int r)
        {
            Guard.AtLeast(r, 1, name);
            Guard.AtMost(r, most, name);
        }
    }

    private static void CheckTolerance(double? tolerance, string name)
    {
        if (tolerance is double t)
        {
            Guard.Positive(t, name);
        }
    }
}
