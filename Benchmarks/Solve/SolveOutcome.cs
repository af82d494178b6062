using System.Globalization;

namespace Kernels.Benchmarks.Solve;

/// <summary>What a solver found, in the form that is printed, drawn and written.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <param name="Problem">The problem as a formula.</param>
/// <param name="Parameters">What defines it beside the data.</param>
/// <param name="U">Left factor.</param>
/// <param name="V">Right factor.</param>
/// <param name="Objective">Evaluated at the factors.</param>
/// <param name="ClosedForm">The optimum by formula from the singular values of the data.</param>
/// <param name="DataSquared">||Y||_F^2.</param>
/// <param name="Spread">Largest relative deviation of the column norms from where they balance.</param>
/// <param name="SpreadMeaning">Which norms those are.</param>
/// <param name="Status">What is proved.</param>
/// <param name="Details">More of the result.</param>
/// <param name="Spectrum">Singular values of the data, how far they shrink, and how many stay.</param>
/// <param name="Descent">Objective over the steps of a descent on the same data, or none.</param>
internal sealed record SolveOutcome<T>(
    string Problem,
    IReadOnlyList<(string Name, string Value)> Parameters,
    T[,] U,
    T[,] V,
    double Objective,
    double ClosedForm,
    double DataSquared,
    double Spread,
    string SpreadMeaning,
    string Status,
    IReadOnlyList<(string Name, string Value)> Details,
    Spectrum Spectrum,
    Descent? Descent)
    where T : unmanaged
{
    // An optimum that is zero up to rounding has no relative gap; then the data are the measure.
    private bool IsZero => ClosedForm <= 1e-12 * DataSquared;

    /// <summary>|objective - closed form| over the closed form.</summary>
    internal double RelativeGap
    {
        get
        {
            double gap = Math.Abs(Objective - ClosedForm);
            return gap == 0 ? 0 : gap / (IsZero ? DataSquared : ClosedForm);
        }
    }

    /// <summary>The lines that answer the user.</summary>
    internal IEnumerable<(string Name, string Value)> Facts =>
    [
        .. Parameters,
        ("objective", Number(Objective)),
        ("closed-form optimum", Number(ClosedForm)),
        (IsZero ? "gap relative to ||Y||_F^2" : "relative gap", Small(RelativeGap)),
        ("spread of balanced norms", Small(Spread)),
        ("status", Status),
        .. Details,
    ];

    internal static string Number(double value) => value.ToString("G15", CultureInfo.InvariantCulture);

    // For bounds, whose last digits say nothing.
    internal static string Rounded(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    internal static string Small(double value) => value.ToString("0.00e+0", CultureInfo.InvariantCulture);
}

/// <summary>Singular values of the data; the first <paramref name="Survivors"/> shrink by <paramref name="Threshold"/>, the others vanish.</summary>
internal sealed record Spectrum(IReadOnlyList<double> Values, double Threshold, int Survivors);

/// <summary>A run of dropout: objective after each reported step, and the optimum it heads for.</summary>
internal sealed record Descent(IReadOnlyList<(double Step, double Objective)> Points, double Optimum, double Theta);
