using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>What a factorization found, in the form that is printed, drawn and written.</summary>
/// <param name="Formula">The problem.</param>
/// <param name="Parameters">What defines it beside the data.</param>
/// <param name="Report">Objective, bound, status and trace.</param>
/// <param name="Details">More of the result.</param>
/// <param name="Factors">Each with the name of its file; the last one is drawn as tiles.</param>
/// <param name="Panels">Matrices to be seen side by side when the input is a picture.</param>
/// <param name="Spectrum">Singular values of what was given, and of the answer.</param>
/// <param name="Fit">Of a regression: targets and predictions.</param>
internal sealed record FactorizeOutcome(
    string Formula,
    IReadOnlyList<(string Name, string Value)> Parameters,
    SolverReport Report,
    IReadOnlyList<(string Name, string Value)> Details,
    IReadOnlyList<(string Name, double[,] Matrix)> Factors,
    IReadOnlyList<(string Name, double[,] Matrix)> Panels,
    (double[] Given, double[] Answer, double? Threshold) Spectrum,
    (double[,] Targets, double[,] Predictions)? Fit = null)
{
    /// <summary>The lines that answer the user.</summary>
    internal IEnumerable<(string Name, string Value)> Facts =>
    [
        .. Parameters,
        ("objective", SolveOutcome<double>.Number(Report.Objective)),
        ("lower bound", SolveOutcome<double>.Number(Report.LowerBound)),
        ("relative gap", SolveOutcome<double>.Small(Report.RelativeGap)),
        ("status", $"{Report.Status}: {Meaning(Report.Status)}"),
        .. Details,
        ("steps", $"{Report.Iterations}"),
        ("seconds", Report.Elapsed.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static string Meaning(SolverStatus status)
        => status switch
        {
            SolverStatus.Optimal => "global, no point is lower by more than the gap",
            SolverStatus.PolarCertified => "global, no component would lower the objective",
            SolverStatus.Undecided => "the search finds no component that would lower the objective, which proves nothing",
            _ => "only the gap is known",
        };
}
