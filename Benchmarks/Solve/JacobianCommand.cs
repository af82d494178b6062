using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Solve.Factorize;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary><c>solve jacobian</c>: a classifier trained without a penalty, with weight decay and with a penalty on its Jacobian, side by side.</summary>
internal static class JacobianCommand
{
    private const int MostClasses = 1000;

    internal static Command Create(Screen screen, CancellationToken cancellation)
    {
        var input = new Option<string>("--input") { Description = "Samples in rows, class 0, 1, ... in the last column: .csv, .npy or .mtx.", HelpName = "FILE", Required = true };
        var lambda = NumberOption.Real("--lambda", "Weight of the squared Jacobian, positive; 0.01 unless given.", "L");
        var decay = NumberOption.Real("--decay", "Weight decay of the run that is compared with, positive; 0.001 unless given.", "D");
        var train = NumberOption.Whole("--train", "Samples to train on, chosen by chance; the others are held out. Three quarters unless given.", "N");
        var balanced = new Option<bool>("--balanced") { Description = "Choose as many samples of each class." };
        var hidden = NumberOption.Wholes("--hidden", "Widths of the hidden layers; one as wide as the input unless given.", "N,N,...", 100_000);
        var loss = new Option<string>("--loss") { Description = "cce (cross-entropy of the softmax) or hinge (Crammer and Singer).", DefaultValueFactory = _ => "cce" };
        loss.AcceptOnlyFromAmong("cce", "hinge");
        var epochs = NumberOption.Whole("--epochs", "Passes over the samples; 120 unless given.", "N");
        var batch = NumberOption.Whole("--batch", "Samples of a step; 128 unless given.", "N");
        var rate = NumberOption.Real("--rate", "Step length, positive; a tenth after each third of the epochs. 0.01 unless given.", "R");
        var scale = NumberOption.Real("--scale", "Divide the inputs by this, positive; by their largest magnitude unless given.", "S");
        var sampled = new Option<bool>("--sampled") { Description = "Penalize one class a sample, drawn anew each step: right in the mean, and less work." };
        var seed = NumberOption.Whole("--seed", "Seed of everything random; 0 unless given.", "N");
        var output = new Option<string?>("--out") { Description = "Folder for the weights, biases and report.html; it appears whole or not at all.", HelpName = "DIR" };
        var single = new Option<bool>("--float") { Description = "Compute in single precision." };
        var skipHeader = new Option<bool>("--skip-header") { Description = "CSV: the first line holds names." };
        var command = new Command("jacobian", """
            Training with a penalty on the Jacobian, loss + lambda R for R = 1/N sum_n ||d z(x_n) / dx||_F^2 of the outputs z, beside the same training without it and with weight decay.

            Example: solve jacobian --input digits.csv --skip-header --train 256 --hidden 64 --lambda 0.01 --out result
            """) { input, lambda, decay, train, balanced, hidden, loss, epochs, batch, rate, scale, sampled, seed, output, single, skipHeader };
        command.SetAction(parsed => Run(
            new()
            {
                Input = parsed.GetRequiredValue(input),
                Lambda = parsed.GetValue(lambda) ?? 0.01,
                Decay = parsed.GetValue(decay) ?? 0.001,
                Train = parsed.GetValue(train),
                Balanced = parsed.GetValue(balanced),
                Hidden = parsed.GetValue(hidden),
                Loss = parsed.GetValue(loss) == "hinge" ? LabelLoss.Hinge : LabelLoss.CrossEntropy,
                Epochs = parsed.GetValue(epochs) ?? 120,
                Batch = parsed.GetValue(batch) ?? 128,
                Rate = parsed.GetValue(rate) ?? 0.01,
                Scale = parsed.GetValue(scale),
                Sampled = parsed.GetValue(sampled),
                Seed = parsed.GetValue(seed) ?? 0,
                Out = parsed.GetValue(output),
                Csv = new(parsed.GetValue(skipHeader), DropLastColumn: false),
            },
            parsed.GetValue(single),
            screen,
            cancellation));
        return command;
    }

    private static int Run(JacobianRequest request, bool single, Screen screen, CancellationToken cancellation)
    {
        request.Check();
        using var folder = request.Out is null ? null : new OutputFolder(request.Out);
        double[,] data = screen.Progress("Reading", _ => MatrixFile.Read(request.Input, request.Csv, cancellation));
        JacobianOutcome outcome;
        try
        {
            outcome = screen.Progress("Training", bar => single ? Train<float>(data, request, bar, cancellation) : Train<double>(data, request, bar, cancellation));
        }
        catch (SolverDivergedException)
        {
            throw new BadInputException(Invariant($"The training left the finite numbers; --rate {request.Rate} is too long a step for these data."));
        }
        catch (Exception e) when (e is OverflowException or OutOfMemoryException)
        {
            throw new BadInputException($"{request.Input}: a {data.GetLength(0)} x {data.GetLength(1)} matrix is too large for this solver.");
        }

        string lead = $"{Path.GetFileName(request.Input)}, {data.GetLength(0)} samples of {data.GetLength(1) - 1} inputs, {(single ? "single" : "double")} precision.";
        screen.Title($"Jacobian penalty: {lead}");
        screen.Facts(outcome.Facts);
        screen.Table(JacobianReport.Header, JacobianReport.Rows(outcome));
        cancellation.ThrowIfCancellationRequested();
        if (folder is not null)
        {
            foreach (var (name, matrix) in outcome.Weights)
            {
                folder.Write($"{name}.npy", stream => NpyFile.Write<double>(stream, matrix));
            }

            folder.Write("report.html", stream => stream.Write(Encoding.UTF8.GetBytes(JacobianReport.Write(lead, outcome))));
            folder.Commit();
            screen.Facts([("written", $"{Path.Combine(request.Out!, "report.html")} and the weights with the penalty")]);
        }

        return Program.Success;
    }

    private static JacobianOutcome Train<T>(double[,] data, JacobianRequest request, IProgress<double> bar, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int[] labels = Labels(data, request.Input);
        int classes = Math.Max(2, labels.Max() + 1), inputs = data.GetLength(1) - 1;
        int[] order = Chosen(labels, request), chosen = order[..request.TrainOf(labels.Length)], held = order[chosen.Length..];
        double scale = request.Scale ?? Largest(data, inputs);
        T[,] x = Part(chosen), apart = Part(held);
        int[] y = [.. chosen.Select(i => labels[i])], yApart = [.. held.Select(i => labels[i])];
        var options = new JacobianTrainingOptions
        {
            Hidden = request.Hidden,
            Loss = request.Loss,
            Epochs = request.Epochs,
            Batch = request.Batch,
            Rate = request.Rate,
            RateInterval = Math.Max(1, (request.Epochs + 2) / 3),
            Sampled = request.Sampled,
            Seed = (ulong)request.Seed,
        };
        (string Name, JacobianTrainingOptions Options)[] runs =
            [("no penalty", options), ("weight decay", options with { Decay = request.Decay }), ("Jacobian", options with { Lambda = request.Lambda })];
        var results = runs.Select((run, index) => JacobianTraining.Solve<T>(x, y, classes, apart, yApart, run.Options, new Epochs(bar, index, request.Epochs), cancellation)).ToArray();
        return new(
            [
                ("trained on", $"{chosen.Length}, held out {held.Length}"),
                ("network", string.Join(" - ", [inputs, .. options.Hidden ?? [inputs], classes])),
                ("loss", request.Loss == LabelLoss.Hinge ? "hinge of Crammer and Singer" : "cross-entropy of the softmax"),
                ("lambda", Invariant($"{request.Lambda}")),
                ("decay", Invariant($"{request.Decay}")),
            ],
            [.. runs.Zip(results, (run, result) => (run.Name, result.Trace))],
            [
                .. results[^1].Weights.Select((w, l) => ($"W{l + 1}", Spectra.ToDouble(w))),
                .. results[^1].Biases.Select((b, l) => ($"b{l + 1}", Spectra.ToDouble(Column(b)))),
            ]);

        T[,] Part(int[] rows)
        {
            var part = new T[rows.Length, inputs];
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < inputs; j++)
                {
                    part[i, j] = T.CreateChecked(data[rows[i], j] / scale);
                }
            }

            return part;
        }
    }

    private static T[,] Column<T>(T[] values)
    {
        var column = new T[values.Length, 1];
        for (int i = 0; i < values.Length; i++)
        {
            column[i, 0] = values[i];
        }

        return column;
    }

    private static double Largest(double[,] data, int inputs)
    {
        double largest = 0;
        for (int i = 0; i < data.GetLength(0); i++)
        {
            for (int j = 0; j < inputs; j++)
            {
                largest = Math.Max(largest, Math.Abs(data[i, j]));
            }
        }

        return largest > 0 ? largest : 1;
    }

    private static int[] Labels(double[,] data, string file)
    {
        (int rows, int columns) = (data.GetLength(0), data.GetLength(1));
        if (columns < 2 || rows < 2)
        {
            throw new BadInputException($"{file}: needs two samples and two columns at least, inputs and a class, but is {rows} x {columns}.");
        }

        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            double label = data[i, columns - 1];
            labels[i] = label >= 0 && label < MostClasses && label == Math.Floor(label)
                ? (int)label
                : throw new BadInputException(Invariant($"{file}: classes are whole numbers from 0 to {MostClasses - 1}, but that of sample {i + 1} is {label}."));
        }

        return labels;
    }

    // By chance; balanced: the first of each class, then the second of each, ...
    private static int[] Chosen(int[] labels, JacobianRequest request)
    {
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        double[] keys = new double[labels.Length];
        RandomNumbers.Uniform((ulong)request.Seed, 77, 0, keys);
        Array.Sort(keys, order);
        if (!request.Balanced)
        {
            return order;
        }

        var seen = new Dictionary<int, int>();
        return [.. order.Select(i => (Sample: i, Turn: seen[labels[i]] = seen.GetValueOrDefault(labels[i]) + 1)).OrderBy(pair => pair.Turn).Select(pair => pair.Sample)];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Epochs(IProgress<double> bar, int run, int epochs) : IProgress<TrainingPoint>
    {
        public void Report(TrainingPoint value) => bar.Report((run + value.Epoch / (double)epochs) / 3);
    }
}
