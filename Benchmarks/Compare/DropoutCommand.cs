using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;
using Kernels.Benchmarks.Figures;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare dropout</c>: the descent by masks against the same loop in NumPy, in a process of its own, alternating.</summary>
internal static class DropoutCommand
{
    private const int Steps = 10_000, SettlingSteps = 20, Units = 160;

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var rounds = NumberOption.Whole("--rounds", "Runs of each; medians are printed. 3 unless given.", "N");
        var command = new Command("dropout", """
            10,000 steps of dropout SGD at 100 x 100 with 160 units and theta = 1/2 against the same loop in NumPy (Scripts/dropout_sgd.py), if python3 has it:
            on masked factors as the formula stands, and on gathered ones. One thread each. Then the equalization of 2000 x 500 factors against one SVD of 500 x 500.

            Example: compare dropout
            """) { rounds };
        command.SetAction(parsed => Run(parsed.GetValue(rounds) ?? 3, screen, cancellation));
        return command;
    }

    private static int Run(int rounds, Screen screen, CancellationToken cancellation)
    {
        NumberRule.AtLeast(1, "--rounds", rounds);
        var rows = new List<string[]>();
        List<string[]> balancing = [];
        bool numpy = false;
        screen.Progress("Measuring", progress =>
        {
            rows.Add(Measure<double>("double", "float64", rounds, ref numpy, cancellation));
            progress.Report(0.4);
            rows.Add(Measure<float>("float", "float32", rounds, ref numpy, cancellation));
            progress.Report(0.8);
            balancing = BalancingContest.Run(2 * rounds + 1, cancellation);
            return true;
        }, still: true);
        screen.Table(["type", "ours, s", "NumPy masked, s", "ratio", "NumPy gathered, s", "ratio"], rows);
        screen.Table(["equalization", "ms", "of the SVD"], balancing);
        if (!numpy)
        {
            screen.Note("NumPy was not found (Debian: python3-numpy).");
        }

        return Program.Success;
    }

    private static string[] Measure<T>(string name, string type, int rounds, ref bool numpy, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] data = DropoutExperiment.FixedSize();
        T[,] y = new T[data.GetLength(0), data.GetLength(1)];
        for (int i = 0; i < y.GetLength(0); i++)
        {
            for (int j = 0; j < y.GetLength(1); j++)
            {
                y[i, j] = T.CreateChecked(data[i, j]);
            }
        }

        using var workspace = new SolverWorkspace<T>();
        var options = new DropoutFactorizationOptions { Rank = Units, Theta = 0.5, Step = 0.025, Iterations = Steps, ReportInterval = Steps };
        Contest.Settle([_ => DropoutFactorization.Solve<T>(y, options with { Iterations = SettlingSteps, ReportInterval = SettlingSteps }, workspace, cancellationToken: cancellation)]);
        List<double> ours = [], masked = [], gathered = [];
        for (int round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            ours.Add(DropoutFactorization.Solve<T>(y, options, workspace, cancellationToken: cancellation).Elapsed.TotalSeconds);
            if (Peer(type) is { } peer)
            {
                masked.Add(peer.Masked);
                gathered.Add(peer.Gathered);
                numpy = true;
            }
        }

        double mine = Median(ours);
        return [name, Seconds(mine), .. Against(masked, mine), .. Against(gathered, mine)];
    }

    private static string[] Against(List<double> peer, double ours) => peer.Count == 0 ? ["-", "-"] : [Seconds(Median(peer)), (Median(peer) / ours).ToString("F2", CultureInfo.InvariantCulture)];

    // Null where there is no interpreter with NumPy.
    private static (double Masked, double Gathered)? Peer(string type)
        => PythonScript.Run("dropout_sgd.py", type) is [_, string masked, _, string gathered] ? (PythonScript.Number(masked), PythonScript.Number(gathered)) : null;

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static string Seconds(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
