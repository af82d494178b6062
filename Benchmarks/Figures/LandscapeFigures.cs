using System.Globalization;
using Kernels.Benchmarks.Reports;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Figures;

/// <summary>The landscape of a small autoencoder under dropout, and dropout in generalized linear models.</summary>
internal static class LandscapeFigures
{
    private static readonly double[] Levels = [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1, 1.5, 2, 3, 5, 8, 12, 20];

    /// <summary>One input, two hidden units, tied: <c>(1 - w1^2 - w2^2)^2 + lambda (w1^4 + w2^4)</c> without, with small and with large dropout.</summary>
    internal static Figure Autoencoder()
    {
        var points = new List<(string Series, double X, double Y)>();
        var panels = new List<System.Xml.Linq.XElement>();
        double[,] one = { { 1 } };
        double difference = 0;
        foreach ((double lambda, string amount) in ((double, string)[])[(0, "no dropout"), (0.5, "small dropout rate"), (2, "large dropout rate")])
        {
            string name = $"{amount}, λ = {lambda.ToString(CultureInfo.InvariantCulture)}";
            double w = Math.Sqrt(1 / (2 + lambda)), s = Math.Sqrt(1 / (1 + lambda));
            (double X, double Y)[] minima = lambda == 0
                ? [.. Enumerable.Range(0, 24).Select(k => (Math.Cos(k * Math.PI / 12), Math.Sin(k * Math.PI / 12)))]
                : [(w, w), (w, -w), (-w, w), (-w, -w)];
            (double X, double Y)[] saddles = lambda == 0 ? [] : [(s, 0), (-s, 0), (0, s), (0, -s)];
            var optimum = TiedDropout.Solve<double>(one, new() { Rank = 2, Lambda = lambda });
            difference = Math.Max(difference, Math.Abs(optimum.Objective - Value(minima[0].X, minima[0].Y)));
            points.AddRange(minima.Select(p => ($"minimum, {name}", p.X, p.Y)));
            points.AddRange(saddles.Select(p => ($"saddle, {name}", p.X, p.Y)));
            for (int i = 0; i < 7; i++)
            {
                points.AddRange(Enumerable.Range(0, 7).Select(j => ($"f at w1 = {Number(-1.5 + 0.5 * i)}, {name}", -1.5 + 0.5 * j, Value(-1.5 + 0.5 * i, -1.5 + 0.5 * j))));
            }

            panels.Add(new ContourPlot(name, "w₁", "w₂", -1.5, 1.5, Value, Levels, saddles.Length == 0 ? [new("minima, a circle", minima, Mark.Dots)] : [new("minima", minima, Mark.Dots), new("saddles", saddles, Mark.Rings)]).ToSvg());

            double Value(double w1, double w2) => TiedDropout.Evaluate<double>(one, new[,] { { w1, w2 } }, lambda);
        }

        string sentence = $"Dropout breaks the circle of minima of a tied autoencoder into the four with equal weights, which draw nearer to zero as λ grows; the solver's optimum is theirs to {Figure.Small(difference)}.";
        return new("autoencoder-landscape", sentence, Panels.Compose(sentence, panels, 3), points);
    }

    /// <summary>The dropout penalty of logistic and Poisson regression against its quadratic form, over the size of the coefficients.</summary>
    internal static Figure GeneralizedLinear()
    {
        double[,] x = { { 1, 2 }, { 0, 1 }, { -1, 0.5 } };
        const double Delta = 0.5;
        var panels = new List<(string Plot, IReadOnlyList<Series> Series)>();
        double ratio = 0;
        foreach (GeneralizedLinearFamily family in (GeneralizedLinearFamily[])[GeneralizedLinearFamily.Linear, GeneralizedLinearFamily.Logistic, GeneralizedLinearFamily.Poisson])
        {
            double longest = family == GeneralizedLinearFamily.Logistic ? 12 : 2;
            double[] sizes = [.. Enumerable.Range(0, 61).Select(i => longest * i / 60)];
            panels.Add((family.ToString(),
            [
                new("exact", [.. sizes.Select(h => (h, Exact(h)))]),
                new("quadratic", [.. sizes.Select(h => (h, Quadratic(h)))], Mark.Line | Mark.Dashed),
            ]));
            if (family == GeneralizedLinearFamily.Logistic)
            {
                ratio = (Exact(1.0 / 8) - Quadratic(1.0 / 8)) / (Exact(1.0 / 16) - Quadratic(1.0 / 16));
            }

            double[] Beta(double h) => [0.5 * h, -0.25 * h];
            double Exact(double h) => GeneralizedLinearDropout.ExactPenalty<double>(family, x, Beta(h), Delta);
            double Quadratic(double h) => GeneralizedLinearDropout.QuadraticPenalty<double>(family, x, Beta(h), Delta);
        }

        double[,] feature = { { 1 } };
        double[] coefficients = [.. Enumerable.Range(0, 61).Select(i => i / 7.5)];
        panels.Add(("Logistic, one feature",
        [
            new("exact", [.. coefficients.Select(b => (b, GeneralizedLinearDropout.ExactPenalty<double>(GeneralizedLinearFamily.Logistic, feature, [b], Delta)))]),
            new("quadratic", [.. coefficients.Select(b => (b, GeneralizedLinearDropout.QuadraticPenalty<double>(GeneralizedLinearFamily.Logistic, feature, [b], Delta)))], Mark.Line | Mark.Dashed),
        ]));
        string sentence = $"The quadratic form of the dropout penalty is exact for least squares and good for small coefficients: halving them divides the logistic error by {Figure.Number(ratio)}; with one feature it falls again for large ones while the penalty rises to δ ln 2 = {Figure.Number(Delta * Math.Log(2))}.";
        return new(
            "glm-penalty",
            sentence,
            Panels.Compose(sentence, [.. panels.Select(p => new LinePlot($"{p.Plot} regression", p.Plot.Contains(',') ? "coefficient of one feature x = 1, logistic family" : $"h, coefficients h (0.5, −0.25), {(p.Plot == nameof(GeneralizedLinearFamily.Poisson) ? p.Plot : p.Plot.ToLowerInvariant())} family", "penalty", p.Series).ToSvg())], 1),
            Figure.PointsOf([.. panels]));
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
