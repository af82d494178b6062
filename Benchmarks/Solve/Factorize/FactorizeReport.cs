using System.Xml.Linq;
using Kernels.Benchmarks.Reports;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>The page of a factorization: what was found, how objective and bound met, and pictures of the answer.</summary>
internal static class FactorizeReport
{
    private const int MostTiles = 40;

    internal static string Write(string title, string lead, FactorizeOutcome outcome, bool isPicture, int? tileWidth)
    {
        var report = new HtmlReport(title, lead);
        report.Section("Result");
        report.Paragraph(outcome.Formula);
        report.Facts(outcome.Facts);
        if (isPicture)
        {
            report.Section("Pictures");
            report.Figure(Pictures.Row([.. outcome.Panels.Select(panel => Scaled(panel.Name, panel.Matrix))]), "Grey from the least to the greatest value of the first picture; what was hidden is blue; a part with signs is grey where it is zero.");
        }

        if (outcome.Report.Trace.Count > 1)
        {
            report.Section("Objective and bound");
            report.Figure(TracePlot(outcome.Report.Trace), "Each dot is a look at the certificate. The lower bound is proved by duality; where the two meet, the answer is the global optimum.");
        }

        if (outcome.Fit is var (targets, predictions))
        {
            report.Section("Targets and predictions");
            report.Figure(FitPlot(targets, predictions), "Each dot is a target and what is predicted for it; on the line both are equal.");
        }

        // One value is no spectrum.
        if (outcome.Spectrum.Given.Length > 1)
        {
            report.Section("Singular values");
            report.Figure(
                SpectrumPlot(outcome.Spectrum),
                outcome.Spectrum.Threshold is null ? "Singular values of what was given and of the answer." : "Singular values of what was given and of the answer; the dashed line is lambda.");
        }

        double[,] v = outcome.Factors[^1].Matrix;
        if (tileWidth is int width && v.GetLength(1) > 0)
        {
            report.Section("Components");
            report.Figure(
                Pictures.Tiles(Components(v, width)),
                $"Columns of V as pictures {width} wide, the heaviest first ({Math.Min(MostTiles, v.GetLength(1))} of {v.GetLength(1)}).");
        }

        return report.ToString();

        (string, double[,], double, double) Scaled(string name, double[,] matrix)
        {
            double[] all = [.. outcome.Panels[0].Matrix.Cast<double>().Where(double.IsFinite)];
            double least = all.Min(), greatest = all.Max();
            bool signed = matrix.Cast<double>().Any(x => x < 0) && name is "sparse part S" or "outliers";
            return signed ? (name, matrix, -(greatest - least), greatest - least) : (name, matrix, least, greatest);
        }
    }

    internal static XElement TracePlot(IReadOnlyList<SolverProgress> trace)
    {
        double last = trace[^1].Objective;
        var bounds = trace.Where(point => double.IsFinite(point.LowerBound) && point.LowerBound > 0).Select(point => (point.Elapsed.TotalSeconds, point.LowerBound)).ToArray();
        bool log = trace[0].Objective > 20 * Math.Max(last, double.Epsilon) && last > 0;
        return new LinePlot(
            "Objective and lower bound over time",
            "seconds",
            "objective",
            [
                new("objective", [.. trace.Select(point => (point.Elapsed.TotalSeconds, point.Objective))], Mark.Line | Mark.Dots),
                new("lower bound", bounds, Mark.Line | Mark.Rings),
            ],
            LogY: log).ToSvg();
    }

    private static XElement FitPlot(double[,] targets, double[,] predictions)
    {
        (double, double)[] dots = [.. targets.Cast<double>().Zip(predictions.Cast<double>())];
        double least = dots.Min(dot => dot.Item1), greatest = dots.Max(dot => dot.Item1);
        return new LinePlot(
            "Predictions against targets",
            "target",
            "prediction",
            [new("predictions", dots, Mark.Dots), new("equal", [(least, least), (greatest, greatest)], Mark.Line | Mark.Dashed)]).ToSvg();
    }

    internal static XElement SpectrumPlot((double[] Given, double[] Answer, double? Threshold) spectrum)
    {
        double floor = 1e-7 * Math.Max(spectrum.Given[0], double.Epsilon);
        var series = new List<Series> { new("given", Points(spectrum.Given), Mark.Rings), new("answer", Points(spectrum.Answer), Mark.Dots) };
        if (spectrum.Threshold is double threshold)
        {
            series.Add(Series.Level("lambda", threshold, 1, Math.Max(2, spectrum.Given.Length)));
        }

        return new LinePlot("Singular values", "index", "singular value", series, LogY: spectrum.Given[0] > 0, CountsX: true).ToSvg();

        (double, double)[] Points(double[] values) => [.. values.Select((value, i) => (i + 1.0, value)).Where(point => point.value > floor)];
    }

    private static IEnumerable<(string, double[,])> Components(double[,] v, int width)
    {
        int height = v.GetLength(0) / width;
        return Enumerable.Range(0, v.GetLength(1))
            .OrderByDescending(k => Enumerable.Range(0, v.GetLength(0)).Sum(j => v[j, k] * v[j, k]))
            .Take(MostTiles)
            .Select(k =>
            {
                var tile = new double[height, width];
                for (int at = 0; at < height * width; at++)
                {
                    tile[at / width, at % width] = v[at, k];
                }

                return ($"component {k + 1}", tile);
            });
    }
}
