using System.CommandLine;
using System.Globalization;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Compare;

/// <summary><c>compare solve</c>: solvers against the same algorithms with MathNet and with NumPy.</summary>
internal static class SolversCommand
{
    // A full run of a managed SVD in each iteration takes minutes.
    private const int ManagedIterations = 2, DescentIterations = 500, ImputeIterations = 60;

    private const double Agreement = 1e-6;

    private static readonly string[] Names = ["svt", "impute", "pursuit", "nmf"];

    private static string DigitsFile => Path.Combine("..", "shared", "data", "digits.csv");

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var problem = new Option<string>("--problem") { Description = "One of the problems, or all.", DefaultValueFactory = _ => "all" };
        problem.AcceptOnlyFromAmong([.. Names, "all"]);
        var rounds = NumberOption.Whole("--rounds", "Runs of ours and of NumPy, in turn; medians are printed. 3 unless given.", "N");
        var digits = new Option<string?>("--digits") { Description = "CSV of digits for nmf, names in the first line and labels in the last column; a product is drawn without.", HelpName = "FILE" };
        var whole = new Option<bool>("--whole") { Description = "Let MathNet run to the end (minutes), instead of taking two iterations for as many as needed." };
        var command = new Command("solve", """
            Singular value thresholding, Soft-Impute, robust PCA and non-negative factorization, ours against the same algorithm written with
            MathNet and with NumPy (Scripts/factorizations.py, if python3 has it). One thread each, double precision.

            Example: compare solve --problem impute
            """) { problem, rounds, digits, whole };
        command.SetAction(parsed => Run(
            parsed.GetValue(problem)!, parsed.GetValue(rounds) ?? 3, parsed.GetValue(digits) ?? (File.Exists(DigitsFile) ? DigitsFile : null), parsed.GetValue(whole), screen, cancellation));
        return command;
    }

    private static int Run(string problem, int rounds, string? digits, bool whole, Screen screen, CancellationToken cancellation)
    {
        NumberRule.AtLeast(1, "--rounds", rounds);
        string[] wanted = problem is "all" ? Names : [problem];
        bool numpy = false;
        var rows = screen.Progress("Solving", progress =>
        {
            var rows = new List<string[]>();
            foreach (string name in wanted)
            {
                rows.Add(Measure(Contest(name, digits, cancellation), rounds, whole, ref numpy, cancellation));
                progress.Report((double)rows.Count / wanted.Length);
            }

            return rows;
        }, still: true);
        screen.Table(["problem", "Kernels, s", "steps", "MathNet, s", "ratio", "NumPy, s", "steps", "ratio", "objectives"], rows);
        screen.Note("objectives: how far the last ones of Kernels and NumPy are apart, relative to NumPy's; without NumPy those of Kernels and MathNet, where that ran to the end.");
        screen.Note(whole ? "" : $"MathNet: the time of {ManagedIterations} iterations, for as many as ours.");
        if (!numpy)
        {
            screen.Note("NumPy was not found (Debian: python3-numpy).");
        }

        return Program.Success;
    }

    private static SolverContest Contest(string name, string? digits, CancellationToken cancellation)
        => name switch
        {
            "svt" => SolverContest.Thresholding(1000, 800),
            "impute" => SolverContest.Completion(1000, 800, 20, ImputeIterations),
            "pursuit" => SolverContest.Pursuit(1000, 500, 10),
            _ => SolverContest.NonNegative(digits is null ? null : Digits(digits, cancellation), 16, DescentIterations),
        };

    private static double[,] Digits(string path, CancellationToken cancellation)
    {
        using FileStream file = File.OpenRead(path);
        return CsvFile.Read(file, path, new(SkipHeader: true, DropLastColumn: true), cancellation);
    }

    private static string[] Measure(SolverContest contest, int rounds, bool whole, ref bool numpy, CancellationToken cancellation)
    {
        contest.RunOurs();
        List<SolverRun> ours = [], theirs = [];
        double afterTwo = double.NaN;
        for (int round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            ours.Add(contest.RunOurs());
            if (contest.RunNumPy() is { } peer)
            {
                theirs.Add(peer.Run);
                afterTwo = peer.AfterTwo;
                numpy = true;
            }
        }

        SolverRun mine = Median(ours);
        bool direct = contest.Data.Iterations == 1;
        int steps = whole ? (int)mine.Iterations : direct ? 1 : Math.Min(ManagedIterations, (int)mine.Iterations);
        if (!whole)
        {
            contest.RunManaged(1);
        }

        SolverRun managed = contest.RunManaged(steps);
        if (theirs.Count > 0)
        {
            // All three run one algorithm: after two iterations MathNet is where NumPy is.
            Check($"{contest.Name}: MathNet", managed.Objective, steps == mine.Iterations ? Median(theirs).Objective : afterTwo);
        }

        double managedSeconds = managed.Seconds / managed.Iterations * mine.Iterations;
        string[] row = [$"{contest.Name} {contest.Size}", Seconds(mine.Seconds), Count(mine), Seconds(managedSeconds), Ratio(managedSeconds / mine.Seconds)];
        if (theirs.Count == 0)
        {
            return [.. row, "-", "-", "-", steps == mine.Iterations ? Apart(mine.Objective, managed.Objective) : "-"];
        }

        SolverRun python = Median(theirs);
        return [.. row, Seconds(python.Seconds), Count(python), Ratio(python.Seconds / mine.Seconds), Apart(mine.Objective, python.Objective)];
    }

    private static void Check(string name, double value, double expected)
    {
        if (!(Math.Abs(value - expected) <= Agreement * Math.Abs(expected)))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{name} is at {value}, NumPy at {expected}: they do not run the same algorithm."));
        }
    }

    private static string Apart(double ours, double theirs)
    {
        double apart = (ours - theirs) / Math.Abs(theirs);
        return $"[{(Math.Abs(apart) <= Agreement ? "green" : "red")}]{apart.ToString("0.0e+0", CultureInfo.InvariantCulture)}[/]";
    }

    private static SolverRun Median(List<SolverRun> runs) => runs.OrderBy(run => run.Seconds).ElementAt(runs.Count / 2);

    private static string Count(SolverRun run) => run.Iterations.ToString(CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString(value >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
