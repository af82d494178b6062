using System.Globalization;
using System.Xml.Linq;
using Kernels.Benchmarks.Reports;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>The page of <c>solve jacobian</c>: where the three trainings ended, and how they went.</summary>
internal static class JacobianReport
{
    internal static readonly IReadOnlyList<string> Header = ["training", "loss", "R", "right in training", "right held out"];

    internal static IEnumerable<IEnumerable<string>> Rows(JacobianOutcome outcome)
        => outcome.Runs.Select(run => (string[])[run.Name, Number(run.Trace[^1].Loss), Number(run.Trace[^1].Penalty), Share(run.Trace[^1].Accuracy), Share(run.Trace[^1].HeldOut)]);

    internal static string Write(string lead, JacobianOutcome outcome)
    {
        var report = new HtmlReport("Jacobian penalty", lead);
        report.Section("Result");
        report.Paragraph("minimize over W, b:  loss + λ R + ½ decay ‖W‖²,  R = 1/N Σₙ ‖∂z(xₙ)/∂x‖²,  by stochastic gradients from one start");
        report.Facts(outcome.Facts);
        report.Table(Header, Rows(outcome));
        report.Paragraph("Of one start and one choice of samples; nothing is proved here, as the loss of a network is not convex in its weights.");
        report.Section("How far the outputs move");
        report.Figure(Plot(outcome, "R", point => point.Penalty, log: true), "R, the mean squared Frobenius norm of the Jacobian at the training samples: how far outputs move when inputs do.");
        report.Section("Samples held out");
        report.Figure(Plot(outcome, "share right", point => point.HeldOut, log: false), "Share of the samples held out whose largest output is their class.");
        report.Section("Loss");
        report.Figure(Plot(outcome, "mean loss", point => point.Loss, log: true), "Mean loss of the training samples, without penalties.");
        return report.ToString();
    }

    private static XElement Plot(JacobianOutcome outcome, string label, Func<TrainingPoint, double> value, bool log)
        => new LinePlot(
            $"{label} over the epochs",
            "epoch",
            label,
            [.. outcome.Runs.Select(run => new Series(run.Name, [.. run.Trace.Select(point => ((double)point.Epoch, value(point)))]))],
            LogY: log).ToSvg();

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("P1", CultureInfo.InvariantCulture);
}
