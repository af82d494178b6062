using System.Globalization;
using Kernels.Benchmarks.Reports;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Figures;

/// <summary>Dropout as a regularizer: descent against the closed form, fixed and variable rates, equalization, blocks.</summary>
internal static class DropoutFigures
{
    /// <summary>100 x 100, 160 units, three rates: descent by masks follows the deterministic objective to the global optimum.</summary>
    internal static Figure FixedSize(int steps)
    {
        double[,] y = DropoutExperiment.FixedSize();
        var panels = new List<(string Plot, IReadOnlyList<Series> Series)>();
        double worst = 0;
        foreach (double theta in (double[])[0.9, 0.5, 0.2])
        {
            var run = DropoutFactorization.Solve<double>(y, DropoutExperiment.Options(160, theta, 0.05, 0.05, steps));
            string rate = theta.ToString(CultureInfo.InvariantCulture);
            panels.Add(($"θ = {rate}",
            [
                DropoutExperiment.Curve($"dropout, θ = {rate}", run.Trace),
                new("descent on the deterministic objective", Descend(y, run.Lambda, steps), Mark.Line | Mark.Dashed),
                Series.Level($"global optimum {run.LowerBound.ToString("F4", CultureInfo.InvariantCulture)}", run.LowerBound, DropoutExperiment.Interval(steps), steps),
            ]));
            worst = Math.Max(worst, run.RelativeGap);
        }

        string sentence = $"Dropout descends the deterministic objective: after {steps} steps at θ = 0.9, 0.5 and 0.2 the runs are within {Figure.Small(worst)} of the closed-form optimum.";
        return new(
            "dropout-fixed-size",
            sentence,
            Panels.Compose(sentence, [.. panels.Select(p => new LinePlot(p.Plot, "step", "objective", p.Series, LogX: true, LogY: true).ToSvg())], 1),
            Figure.PointsOf([.. panels]));
    }

    /// <summary>Rank 10 and noise: a rate that follows the width keeps the rank, a fixed one lets it grow.</summary>
    internal static Figure VariableSize(int steps)
    {
        double[,] y = DropoutExperiment.VariableSize();
        const double First = 1.0 / 99;
        var objective = new List<Series>();
        var values = new List<Series> { Spectrum("data", DropoutExperiment.Values(y), 5) };
        double adaptiveTail = 0, fixedTail = 0;
        foreach (int r in (int[])[20, 80])
        {
            foreach (bool adaptive in (bool[])[true, false])
            {
                double lambda = (adaptive ? r : 10) * First;
                var run = DropoutFactorization.Solve<double>(y, DropoutExperiment.Options(r, 1 / (1 + lambda), 0.1, 0.1, steps));
                string name = $"{(adaptive ? "variable" : "fixed")} rate, r = {r}";
                objective.Add(DropoutExperiment.Curve(name, run.Trace));
                int color = objective.Count - 1;
                double[] found = DropoutExperiment.Values(DropoutExperiment.Product(run.U.ToArray(), run.V.ToArray()));
                values.Add(Spectrum(name, found, color));
                (adaptiveTail, fixedTail) = adaptive ? (Math.Max(adaptiveTail, found[10] / found[9]), fixedTail) : (adaptiveTail, Math.Max(fixedTail, found[10] / found[9]));
            }
        }

        double optimum = FixedWidthDropout.Solve<double>(y, FixedWidthDropoutOptions.Variable(20, 0.99)).ClosedForm;
        objective.Add(Series.Level("optimum, variable rate", optimum, DropoutExperiment.Interval(steps), steps));
        var widths = new List<Series> { Optima(y, "variable rate", r => r * First), Optima(y, "fixed rate", _ => 10 * First) };
        string sentence = $"A rate that follows the width keeps the rank of the data: the 11th singular value is {Figure.Small(adaptiveTail)} of the 10th, against {Figure.Number(fixedTail)} at a fixed rate.";
        return new(
            "dropout-variable-size",
            sentence,
            Panels.Compose(
                sentence,
                [
                    new LinePlot("Objective over the steps", "step", "objective", objective, LogX: true, LogY: true).ToSvg(),
                    new LinePlot("Singular values of the product", "index", "singular value", values, LogY: false).ToSvg(),
                    new LinePlot("Global optimum over the width", "units r", "optimum", widths, LogX: true, LogY: true).ToSvg(),
                ],
                1),
            Figure.PointsOf(("objective", objective), ("singular values", values), ("optimum", widths)));
    }

    /// <summary>120 x 80, two widths, three rates: descent ends at the optimum, and the importance of the units becomes equal.</summary>
    internal static Figure Equalization(int steps)
    {
        double[,] y = DropoutExperiment.Synthetic();
        var variances = new List<Series>();
        var panels = new List<(string Plot, IReadOnlyList<Series> Series)>();
        double worst = 0, gap = 0;
        foreach (int r in (int[])[20, 80])
        {
            var objective = new List<Series>();
            foreach (double lambda in (double[])[1, 0.5, 0.1])
            {
                string name = $"λ = {lambda.ToString(CultureInfo.InvariantCulture)}";
                int color = objective.Count / 2;
                var options = DropoutExperiment.Options(r, 1 / (1 + lambda), 0.1, 0.1, steps);

                var run = DropoutFactorization.Solve<double>(y, options);
                objective.Add(DropoutExperiment.Curve($"r = {r}, {name}", run.Trace, color));
                objective.Add(Series.Level($"optimum, {name}", run.LowerBound, DropoutExperiment.Interval(steps), steps, color));
                gap = Math.Max(gap, run.RelativeGap);

                // Runs of different lengths share their steps bit for bit.
                var points = DropoutExperiment.Checkpoints(steps)
                    .Select(t => ((double)t, DropoutExperiment.Variance(DropoutExperiment.Importance(DropoutFactorization.Solve<double>(y, options with { Iterations = t, ReportInterval = steps }))))).ToArray();
                variances.Add(new($"r = {r}, {name}", points, r == 20 ? Mark.Line : Mark.Line | Mark.Dashed, color));
                worst = Math.Max(worst, points[^1].Item2 / points[0].Item2);
            }

            panels.Add(($"objective, r = {r}", objective));
        }

        panels.Add(("variance", variances));

        string sentence = $"Dropout equalizes its units: after {steps} steps the runs are within {Figure.Small(gap)} of their optima and the variance of ‖uᵢ‖‖vᵢ‖ is at most {Figure.Number(100 * worst)} % of that of the start.";
        return new(
            "dropout-equalization",
            sentence,
            Panels.Compose(
                sentence,
                [.. panels.Select(p => new LinePlot(p.Plot, "step", p.Plot == "variance" ? "variance of ‖uᵢ‖‖vᵢ‖" : p.Plot, p.Series, LogX: true, LogY: true).ToSvg())],
                1),
            Figure.PointsOf([.. panels]));
    }

    /// <summary>40 x 30, eight blocks of four units.</summary>
    internal static Figure Blocks(int steps)
    {
        double[,] y = DropoutExperiment.Blocks();
        List<Series> objective = [], spread = [];
        double gap = 0;
        foreach (double first in (double[])[0.05, 0.1, 0.25])
        {
            KeepRate rate = KeepRate.Of(1 / (1 + 8 * first));
            var options = DropoutExperiment.Options(32, rate.Value, 0.1, 0.1, steps) with { BlockSize = 4, MaskStream = 43 };
            var run = DropoutFactorization.Solve<double>(y, options);
            string name = $"λ₁ = {first.ToString(CultureInfo.InvariantCulture)}";
            int color = spread.Count;
            objective.Add(DropoutExperiment.Curve(name, run.Trace, color));
            objective.Add(Series.Level(
                $"optimum, {name}", VariableDropBlock.Solve<double>(y, new() { BlockSize = 4, Lambda = rate.DropoutWeight / 8, Blocks = 8 }).Objective, DropoutExperiment.Interval(steps), steps, color));
            spread.Add(new(name, [.. DropoutExperiment.Checkpoints(steps).Select(t => ((double)t, Variation(DropoutFactorization.Solve<double>(y, options with { Iterations = t, ReportInterval = steps }))))]));
            gap = Math.Max(gap, run.RelativeGap);
        }

        string sentence = $"DropBlock descends to the squared spectral 4-support norm: after {steps} steps the runs are within {Figure.Small(gap)} of the closed form, and the block norms vary by {Figure.Number(100 * spread.Max(s => s.Points[^1].Y))} %.";
        return new(
            "dropblock",
            sentence,
            Panels.Compose(
                sentence,
                [
                    new LinePlot("Objective over the steps", "step", "objective", objective, LogX: true, LogY: true).ToSvg(),
                    new LinePlot("Variation of the block norms", "step", "standard deviation / mean of ‖UₖVₖᵀ‖", spread, LogX: true, LogY: true).ToSvg(),
                ],
                1),
            Figure.PointsOf(("objective", objective), ("variation", spread)));
    }

    private static double Variation(DropoutFactorizationResult<double> run)
    {
        double[] norms = new double[8];
        DropBlockObjective.BlockNorms<double>(run.U.AsView(), run.V.AsView(), 4, norms);
        return Math.Sqrt(DropoutExperiment.Variance(norms)) / norms.Average();
    }

    private static Series Spectrum(string name, double[] values, int color) => new(name, [.. values.Take(20).Select((value, i) => (i + 1.0, value))], Mark.Line | Mark.Dots, color);

    private static Series Optima(double[,] y, string name, Func<int, double> lambda)
        => new(name, [.. new[] { 5, 10, 20, 40, 80, 160 }.Select(r => ((double)r, FixedWidthDropout.Solve<double>(y, new() { Rank = r, Lambda = lambda(r) }).ClosedForm))], Mark.Line | Mark.Dots);

    // The deterministic objective by gradient descent from the same start.
    private static List<(double X, double Y)> Descend(double[,] y, double lambda, int steps)
    {
        const int Units = 160, Size = 100;
        double[,] u = DropoutExperiment.Normal(Size, Units, 2, 0.05), v = DropoutExperiment.Normal(Size, Units, 3, 0.05), du = new double[Size, Units], dv = new double[Size, Units];
        using var workspace = new SolverWorkspace<double>();
        var points = new List<(double X, double Y)> { (0, DropoutObjective.Evaluate(y, u, v, lambda, workspace)) };
        int interval = DropoutExperiment.Interval(steps);
        for (int t = 0; t < steps; t++)
        {
            DropoutObjective.Gradient<double>(y, u, v, lambda, du, dv, workspace);
            double step = -0.05 / (1 + t / 1000.0);
            Elementwise.AddScaled<double>(u, du, step, u);
            Elementwise.AddScaled<double>(v, dv, step, v);
            if ((t + 1) % interval == 0)
            {
                points.Add((t + 1, DropoutObjective.Evaluate(y, u, v, lambda, workspace)));
            }
        }

        return points;
    }
}
