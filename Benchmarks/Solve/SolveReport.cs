using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Solve;

/// <summary>The page of a solved problem: what was found, and the two pictures that show why to believe it.</summary>
internal static class SolveReport
{
    // Values that far below the largest are rounding; a logarithmic axis would give them most of the picture.
    private const double Floor = 1e-7;

    internal static string Write<T>(string title, string lead, SolveOutcome<T> outcome)
        where T : unmanaged
    {
        var report = new HtmlReport(title, lead);
        AddTo(report, outcome);
        return report.ToString();
    }

    internal static void AddTo<T>(HtmlReport report, SolveOutcome<T> outcome)
        where T : unmanaged
    {
        report.Section("Result");
        report.Paragraph(outcome.Problem);
        report.Facts(outcome.Facts);
        report.Paragraph(
            "The objective is evaluated at the factors themselves. The closed form uses nothing but the singular values of the data, so the "
            + $"relative gap between the two tells how far the factors are from the global optimum. The spread compares {outcome.SpreadMeaning}.");

        report.Section("Singular values");
        report.Figure(SpectrumPlot(outcome.Spectrum), Caption(outcome.Spectrum));
        if (outcome.Descent is { } descent)
        {
            report.Section("What dropout itself reaches");
            report.Figure(
                DescentPlot(descent),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Stochastic gradient descent that keeps each factor with probability {descent.Theta:0.###}, from a random start: after {descent.Points[^1].Step:0} steps "
                    + $"its objective is {descent.Points[^1].Objective / descent.Optimum:0.000} times the optimum."));
        }
    }

    internal static XElement SpectrumPlot(Spectrum spectrum)
    {
        double largest = spectrum.Values[0];
        bool log = largest > 0 && largest > 50 * spectrum.Values.Where(v => v > Floor * largest).Min();
        var all = Points(spectrum.Values, log ? Floor * largest : double.NegativeInfinity);
        var kept = Points([.. spectrum.Values.Take(spectrum.Survivors).Select(v => v - spectrum.Threshold)], log ? Floor * largest : double.NegativeInfinity);
        var series = new List<Series> { new("singular values of the data", all, Mark.Rings), new("of the solution", kept, Mark.Dots) };
        if (spectrum.Threshold > (log ? Floor * largest : 0))
        {
            series.Add(Series.Level("threshold", spectrum.Threshold, 1, Math.Max(2, spectrum.Values.Count)));
        }

        return new LinePlot("Singular values before and after shrinking", "index", "singular value", series, LogY: log, CountsX: true).ToSvg();
    }

    internal static XElement DescentPlot(Descent descent)
        => new LinePlot(
            "Objective of dropout over its steps",
            "step",
            "objective",
            [new("stochastic gradient descent", descent.Points), Series.Level("closed-form optimum", descent.Optimum, 0, descent.Points[^1].Step)],
            LogY: true).ToSvg();

    private static (double, double)[] Points(IReadOnlyList<double> values, double above)
        => [.. values.Select((value, i) => (i + 1.0, value)).Where(point => point.value > above)];

    private static string Caption(Spectrum spectrum)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{spectrum.Survivors} of {spectrum.Values.Count} singular values stay, each smaller by {spectrum.Threshold:G4}; the others become zero.");
}
