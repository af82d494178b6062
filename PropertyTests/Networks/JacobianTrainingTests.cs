using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Networks;

public class JacobianTrainingTests
{
    [Fact]
    public void TheWorkedLosses()
    {
        double[,] logits = { { 2, 0 }, { 5, 2 } };
        Assert.Equal(1.5877576813, JacobianTraining.MeanLoss<double>(LabelLoss.CrossEntropy, logits, [0, 1], new double[2, 2]), 1e-9);
        Assert.Equal(2, JacobianTraining.MeanLoss<double>(LabelLoss.Hinge, logits, [0, 1], new double[2, 2]), 1e-12);
        Assert.Equal(1.5877576813, JacobianTraining.MeanLoss<float>(LabelLoss.CrossEntropy, logits.As<float>(), [0, 1], new float[2, 2]), 1e-5);
        Assert.Equal(2, JacobianTraining.MeanLoss<float>(LabelLoss.Hinge, logits.As<float>(), [0, 1], new float[2, 2]), 1e-5);
    }

    [Theory]
    [InlineData(LabelLoss.CrossEntropy)]
    [InlineData(LabelLoss.Hinge)]
    public void GradientsOfTheLossesAreCentralDifferences(LabelLoss loss)
    {
        double[,] z = Dense.Random(6, 4, 3), gradient = new double[6, 4], unused = new double[6, 4];
        int[] labels = [0, 1, 2, 3, 0, 1];
        JacobianTraining.MeanLoss<double>(loss, z, labels, gradient);
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                double at = z[i, j];
                z[i, j] = at + 1e-6;
                double up = JacobianTraining.MeanLoss<double>(loss, z, labels, unused);
                z[i, j] = at - 1e-6;
                double down = JacobianTraining.MeanLoss<double>(loss, z, labels, unused);
                z[i, j] = at;
                Assert.Equal((up - down) / 2e-6, gradient[i, j], 1e-7);
            }
        }
    }

    // Three steps of full batches against plain loops from the same start; the Jacobian and its gradient by central differences of its definition.
    [Fact]
    public void StepsAreThoseOfTheFormula()
    {
        const double Rate = 0.05, Momentum = 0.8, Decay = 0.1, Lambda = 0.3;
        (double[,] x, int[] y) = Classes(12, 1);
        var options = new JacobianTrainingOptions { Hidden = [4], Epochs = 3, Batch = 100, Rate = Rate, Momentum = Momentum, Decay = Decay, Lambda = Lambda, Seed = 5 };
        var result = JacobianTraining.Solve<double>(x, y, 3, new double[0, 3], [], options);
        double[] w = [.. Start(0, 12, 3), .. new double[4], .. Start(1, 12, 4), .. new double[3]], v = new double[w.Length];
        for (int step = 0; step < 3; step++)
        {
            double[] slope = new double[w.Length];
            for (int i = 0; i < w.Length; i++)
            {
                double at = w[i];
                w[i] = at + 1e-5;
                double up = Total(w);
                w[i] = at - 1e-5;
                double down = Total(w);
                w[i] = at;
                slope[i] = (up - down) / 2e-5;
            }

            for (int i = 0; i < w.Length; i++)
            {
                v[i] = Momentum * v[i] - Rate * slope[i];
                w[i] += v[i];
            }
        }

        double[] reached = [.. result.Weights[0].Cast<double>(), .. result.Biases[0], .. result.Weights[1].Cast<double>(), .. result.Biases[1]];
        Assert.All(w.Zip(reached), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.Equal(4, result.Trace.Count);
        Assert.Equal(Loss(w), result.Trace[3].Loss, 1e-7);

        static double[] Start(ulong layer, int count, int fanIn)
        {
            double[] drawn = new double[count];
            RandomNumbers.Normal(5, layer, 0, Math.Sqrt(2.0 / fanIn), drawn);
            return drawn;
        }

        double[] Logits(double[] w, double[] input)
        {
            double[] hidden = [.. Enumerable.Range(0, 4).Select(i => Math.Max(0, w[12 + i] + Enumerable.Range(0, 3).Sum(j => w[3 * i + j] * input[j])))];
            return [.. Enumerable.Range(0, 3).Select(i => w[28 + i] + Enumerable.Range(0, 4).Sum(j => w[16 + 4 * i + j] * hidden[j]))];
        }

        double[] Row(int i) => [x[i, 0], x[i, 1], x[i, 2]];

        double Loss(double[] w) => Enumerable.Range(0, 12).Average(i => Math.Log(Logits(w, Row(i)).Sum(z => Math.Exp(z - Logits(w, Row(i))[y[i]]))));

        // The outputs are linear between kinks, so one difference is the derivative.
        double Penalty(double[] w) => Enumerable.Range(0, 12).Average(i => Enumerable.Range(0, 3).Sum(j =>
        {
            double[] moved = Row(i);
            moved[j] += 1e-4;
            return Logits(w, moved).Zip(Logits(w, Row(i)), (a, b) => Math.Pow((a - b) / 1e-4, 2)).Sum();
        }));

        double Total(double[] w) => Loss(w) + Lambda * Penalty(w) + Decay / 2 * w.Where((_, i) => i is < 12 or >= 16 and < 28).Sum(a => a * a);
    }

    [Theory]
    [InlineData(LabelLoss.CrossEntropy, false)]
    [InlineData(LabelLoss.Hinge, false)]
    [InlineData(LabelLoss.CrossEntropy, true)]
    public void ThePenaltyEndsWithASmallerJacobian(LabelLoss loss, bool sampled)
    {
        (double[,] x, int[] y) = Classes(60, 2);
        (double[,] apart, int[] yApart) = Classes(30, 3);
        var options = new JacobianTrainingOptions { Hidden = [20], Loss = loss, Epochs = 100, Batch = 20, Sampled = sampled, Seed = 1 };
        var plain = JacobianTraining.Solve<double>(x, y, 3, apart, yApart, options);
        var penalized = JacobianTraining.Solve<double>(x, y, 3, apart, yApart, options with { Lambda = 1 });
        Assert.True(penalized.Trace[^1].Penalty < 0.5 * plain.Trace[^1].Penalty);
        Assert.Equal(JacobianPenalty.Evaluate<double>(penalized.Weights, penalized.Biases, x, []), penalized.Trace[^1].Penalty, 1e-12);
        Assert.InRange(penalized.Trace[^1].HeldOut, 0, 1);
        var single = JacobianTraining.Solve<float>(x.As<float>(), y, 3, apart.As<float>(), yApart, options with { Lambda = 1 });
        Assert.Equal(penalized.Trace[^1].Penalty, single.Trace[^1].Penalty, 0.1 * penalized.Trace[^1].Penalty);
        Assert.True(Math.Abs(penalized.Trace[^1].Penalty - single.Trace[^1].Penalty) > 0);
    }

    // Epochs allocate their entry of the trace only.
    [Fact]
    public void StepsAllocateNothing()
    {
        (double[,] x, int[] y) = Classes(60, 2);
        var options = new JacobianTrainingOptions { Hidden = [8], Batch = 7, Lambda = 0.1, Sampled = true };
        Of(5);
        Assert.InRange(Of(105) - Of(5), 0, 100 * 200);

        long Of(int epochs) => Allocated.By(() => JacobianTraining.Solve<double>(x, y, 3, new double[0, 3], [], options with { Epochs = epochs }));
    }

    [Fact]
    public void CancellationReturnsWhatWasReached()
    {
        (double[,] x, int[] y) = Classes(12, 1);
        using var source = new CancellationTokenSource();
        var result = JacobianTraining.Solve<double>(x, y, 3, new double[0, 3], [], new() { Hidden = [4] }, new Watch(point =>
        {
            if (point.Epoch == 2)
            {
                source.Cancel();
            }
        }), source.Token);
        Assert.Equal(3, result.Trace.Count);
        Assert.True(double.IsNaN(result.Trace[^1].HeldOut));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        (double[,] x, int[] y) = Classes(12, 1);
        void Refuses(string name, JacobianTrainingOptions options) => Assert.Throws<ArgumentOutOfRangeException>(name, () => JacobianTraining.Solve<double>(x, y, 3, new double[0, 3], [], options));
        Refuses("Lambda", new() { Lambda = -1 });
        Refuses("Decay", new() { Decay = double.NaN });
        Refuses("Rate", new() { Rate = 0 });
        Refuses("Momentum", new() { Momentum = 1 });
        Refuses("Epochs", new() { Epochs = 0 });
        Refuses("Batch", new() { Batch = 0 });
        Refuses("RateInterval", new() { RateInterval = 0 });
        Refuses("Hidden", new() { Hidden = [3, 0] });
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => JacobianTraining.Solve<double>(x, y, 1, new double[0, 3], [], new()));
        Assert.Contains(
            "label 2, counted from 0, is 9",
            Assert.Throws<ArgumentException>("labels", () => JacobianTraining.Solve<double>(x, [0, 1, 9, .. y[3..]], 3, new double[0, 3], [], new())).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("labels", () => JacobianTraining.Solve<double>(x, y[1..], 3, new double[0, 3], [], new()));
        Assert.Throws<ArgumentException>("heldOut", () => JacobianTraining.Solve<double>(x, y, 3, new double[1, 2], [0], new()));
        Assert.Throws<ArgumentException>("heldOutLabels", () => JacobianTraining.Solve<double>(x, y, 3, new double[1, 3], [3], new()));
        x[1, 2] = double.NaN;
        Assert.Contains("row 1, column 2", Assert.Throws<ArgumentException>("inputs", () => JacobianTraining.Solve<double>(x, y, 3, new double[0, 3], [], new())).Message, StringComparison.Ordinal);
    }

    // Three Gaussian classes in three dimensions.
    private static (double[,] X, int[] Y) Classes(int rows, int seed)
    {
        double[,] means = Dense.Random(3, 3, 1), noise = Dense.Random(rows, 3, seed + 50);
        return (Dense.Build(rows, 3, (i, j) => 2 * means[i % 3, j] + noise[i, j]), [.. Enumerable.Range(0, rows).Select(i => i % 3)]);
    }

    private sealed class Watch(Action<TrainingPoint> seen) : IProgress<TrainingPoint>
    {
        public void Report(TrainingPoint value) => seen(value);
    }
}
