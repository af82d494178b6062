using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class DropoutFactorizationTests
{
    private const ulong Half = 1UL << 31;

    // theta = 4/5 is drawn as T / 2^32, 4.7e-11 above: the printed steps hold to that.
    [Fact]
    public void OneStepWithOneFactorKept()
        => OneStep([true, false], new[,] { { 0.96875, 0 }, { 1.11875, 1 }, { 0.425, 2 } }, new[,] { { 1.0375, 1 }, { 2.025, -1 } });

    [Fact]
    public void OneStepWithBothFactorsKept()
        => OneStep([true, true], new[,] { { 0.96875, 0.00625 }, { 1.15, 0.94375 }, { 0.4875, 1.85 } }, new[,] { { 1.00625, 1.1375 }, { 2.05625, -0.50625 } });

    private static void OneStep(bool[] mask, double[,] expectedU, double[,] expectedV)
    {
        double[,] y = { { 1, 2 }, { 3, 4 }, { 5, 6 } }, u = { { 1, 0 }, { 1, 1 }, { 0, 2 } }, v = { { 1, 1 }, { 2, -1 } };
        ulong stream = 0;
        while (!Experiment.Mask(2, 3435973837, stream, 0).SequenceEqual(mask))
        {
            stream++;
        }

        var result = DropoutFactorization.Solve<double>(
            y, u, v, new() { Rank = 2, Theta = 0.8, Iterations = 1, Step = 0.01, Seed = Experiment.Seed, MaskStream = stream });
        Assert.True(Dense.Of(result.U).Minus(expectedU).Max() <= 1e-10);
        Assert.True(Dense.Of(result.V).Minus(expectedV).Max() <= 1e-10);
    }

    [Fact]
    public void DroppedFactorsKeepTheirBits()
    {
        double[,] y = Dense.Random(6, 5, 1), u = Dense.Random(6, 8, 2), v = Dense.Random(5, 8, 3);
        int dropped = 0;
        for (ulong stream = 0; stream < 20; stream++)
        {
            var result = DropoutFactorization.Solve<double>(
                y, u, v, new() { Rank = 8, Theta = 0.5, Iterations = 1, Step = 0.01, Seed = Experiment.Seed, MaskStream = stream });
            bool[] kept = Experiment.Mask(8, Half, stream, 0);
            for (int j = 0; j < 8; j++)
            {
                dropped += kept[j] ? 0 : 1;
                Assert.Equal(!kept[j], Enumerable.Range(0, 6).All(i => BitConverter.DoubleToInt64Bits(u[i, j]) == BitConverter.DoubleToInt64Bits(result.U.Span[i, j])));
                Assert.Equal(!kept[j], Enumerable.Range(0, 5).All(i => BitConverter.DoubleToInt64Bits(v[i, j]) == BitConverter.DoubleToInt64Bits(result.V.Span[i, j])));
            }
        }

        Assert.InRange(dropped, 40, 120);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    public void FiftyStepsFollowThePlainLoop(double theta)
    {
        double[,] y = Experiment.Gaussian(12, 9, 0).Times(0.1), u = Experiment.Gaussian(12, 7, 2).Times(0.05), v = Experiment.Gaussian(9, 7, 3).Times(0.05);
        var options = new DropoutFactorizationOptions
        {
            Rank = 7,
            Theta = theta,
            Iterations = 50,
            Step = 0.05 * theta,
            StepDecay = 20,
            Seed = Experiment.Seed,
            StartScale = 0.05,
            ReportInterval = 10,
        };
        var result = DropoutFactorization.Solve<double>(y, u, v, options);
        var single = DropoutFactorization.Solve<float>(y.As<float>(), u.As<float>(), v.As<float>(), options);
        var drawn = DropoutFactorization.Solve<double>(y, options);

        ulong threshold = (ulong)Math.Round(theta * Math.Pow(2, 32), MidpointRounding.ToEven);
        PlainLoop(y, u, v, threshold, 50, 0.05 * theta, 20);
        Assert.True(Dense.Of(result.U).Minus(u).Max() <= 1e-14);
        Assert.True(Dense.Of(result.V).Minus(v).Max() <= 1e-14);
        Assert.True(Dense.Of(single.U).Minus(u).Max() <= 1e-6);

        // The start that the solver draws by itself is the one of the experiments.
        Assert.Equal(Dense.Of(result.U).Cast<double>(), Dense.Of(drawn.U).Cast<double>());
        Assert.Equal(Experiment.Objective(y, u, v, Experiment.WeightOf(threshold)), result.Objective, 1e-12);
        Assert.Equal([0, 10, 20, 30, 40, 50], result.Trace.Select(point => point.Iteration));
    }

    [Fact]
    public void TheFixedSizeExperimentReplays() => Replay(0.5, 4.6505659065487, 4.6430597133729);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0.9, 0.7538440776638, 0.7516520047550)]
    [InlineData(0.2, 9.7148083415438, 9.7081040841016)]
    public void TheFixedSizeExperimentReplaysAtOtherRates(double theta, double objective, double optimum) => Replay(theta, objective, optimum);

    // Other masks end at other points near the optimum.
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(8)]
    [InlineData(9)]
    public void TheFixedSizeExperimentEndsNearTheOptimumUnderOtherMasks(ulong stream)
    {
        var result = DropoutFactorization.Solve<double>(
            Experiment.FixedSizeData(), new() { Rank = 160, Theta = 0.5, Step = 0.025, Seed = Experiment.Seed, MaskStream = stream, ReportInterval = 1000 });
        Assert.InRange(result.RelativeGap, -1e-12, 1e-2);
    }

    // 10,000 steps at 100 x 100 with 160 factors; the final objectives were computed elsewhere.
    private static void Replay(double theta, double objective, double optimum)
    {
        double[,] y = Experiment.FixedSizeData();
        var options = new DropoutFactorizationOptions { Rank = 160, Theta = theta, Step = 0.05 * theta, Seed = Experiment.Seed, ReportInterval = 1000 };
        var result = DropoutFactorization.Solve<double>(y, options);
        Assert.Equal(objective, result.Objective, 1e-9 * objective);
        Assert.Equal(optimum, result.LowerBound, 1e-10);
        Assert.Equal((SolverStatus.NotOptimal, StopReason.IterationLimit, 10_000L), (result.Status, result.Stop, result.Iterations));

        var single = DropoutFactorization.Solve<float>(y.As<float>(), options);
        Assert.Equal(objective, single.Objective, 1e-5 * objective);
    }

    [Fact]
    public void DescentComesNearTheOptimumFromAbove()
    {
        double[,] y = Experiment.Gaussian(12, 6, 0).Times(Experiment.Gaussian(10, 6, 1).T());
        var result = DropoutFactorization.Solve<double>(y, new() { Rank = 8, Theta = 0.7, Seed = 5, Iterations = 20_000, StepDecay = 300, ReportInterval = 5000 });
        Assert.True(result.RelativeGap is >= -1e-12 and <= 1e-2, $"gap {result.RelativeGap}");
        Assert.True(result.Trace[0].Objective > 2 * result.Objective);
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V);
        Assert.Equal(Experiment.Objective(y, u, v, result.Lambda), result.Objective, 1e-9 * result.Objective);
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        double[,] y = Experiment.Gaussian(70, 60, 0).Times(0.05);
        var options = new DropoutFactorizationOptions { Rank = 30, Theta = 0.6, Iterations = 40 };
        var one = DropoutFactorization.Solve<double>(y, options);
        var two = DropoutFactorization.Solve<double>(y, options with { Parallelism = Parallelism.Of(2) });
        Assert.Equal(Dense.Of(one.U).Cast<double>(), Dense.Of(two.U).Cast<double>());
        Assert.Equal(one.Objective, two.Objective);
    }

    [Fact]
    public void AnOptimalStartIsCalledOptimal()
    {
        double[,] y = Dense.Random(6, 5, 3);
        var optimum = FixedWidthDropout.Solve<double>(y, FixedWidthDropoutOptions.FromTheta(4, 0.5));
        var result = DropoutFactorization.Solve<double>(y, optimum.U.AsView(), optimum.V.AsView(), new() { Rank = 4, Theta = 0.5, Iterations = 0 });
        Assert.Equal((SolverStatus.Optimal, 0L), (result.Status, result.Iterations));
    }

    [Fact]
    public void TheLoopAllocatesNothing()
    {
        double[,] y = Dense.Random(20, 15, 1);
        using var workspace = new SolverWorkspace<double>();
        var options = new DropoutFactorizationOptions { Rank = 6, Theta = 0.5, ReportInterval = 1_000_000 };
        Of(100);
        Of(2000);
        Assert.Equal(Of(100), Of(2000));

        long Of(int iterations) => Allocated.By(() => DropoutFactorization.Solve<double>(y, options with { Iterations = iterations }, workspace));
    }

    [Fact]
    public void CancellationReturnsTheLastIterateEvaluated()
    {
        double[,] y = Dense.Random(8, 7, 1);
        using var source = new CancellationTokenSource();
        var progress = new Callback(point =>
        {
            if (point.Iteration == 30)
            {
                source.Cancel();
            }
        });
        var options = new DropoutFactorizationOptions { Rank = 5, Theta = 0.6, Iterations = 1000, ReportInterval = 15 };
        var cancelled = DropoutFactorization.Solve<double>(y, options, progress: progress, cancellationToken: source.Token);
        var stopped = DropoutFactorization.Solve<double>(y, options with { Iterations = 30 });
        Assert.Equal((StopReason.Cancelled, 30L), (cancelled.Stop, cancelled.Iterations));
        Assert.Equal(Dense.Of(stopped.U).Cast<double>(), Dense.Of(cancelled.U).Cast<double>());
        Assert.Equal(stopped.Objective, cancelled.Objective);
        Assert.Equal([0L, 15L, 30L], progress.Seen.Select(point => point.Iteration));
        Assert.All(progress.Seen, point => Assert.Equal((1000L, cancelled.LowerBound), (point.Total, point.LowerBound)));
        Assert.Throws<OperationCanceledException>(() => DropoutFactorization.Solve<double>(y, options, cancellationToken: source.Token));
    }

    [Fact]
    public void ATooLongStepIsCalledDivergence()
    {
        double[,] y = Dense.Random(8, 7, 1);
        var error = Assert.Throws<SolverDivergedException>(
            () => DropoutFactorization.Solve<double>(y, new() { Rank = 5, Theta = 0.6, Step = 50, Iterations = 1000 }));
        Assert.Equal(100, error.Iteration);
        Assert.Contains("step 50", error.Message);
        Assert.Throws<SolverDivergedException>(() => DropoutFactorization.Solve<float>(y.As<float>(), new() { Rank = 5, Theta = 0.6, Step = 50, Iterations = 60, ReportInterval = 7 }));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] y = Dense.Random(4, 3, 1);
        var good = new DropoutFactorizationOptions { Rank = 2, Theta = 0.5, Iterations = 1 };
        void Rejects(string name, DropoutFactorizationOptions options)
            => Assert.Throws<ArgumentOutOfRangeException>(name, () => DropoutFactorization.Solve<double>(y, options));
        Rejects("Rank", good with { Rank = 0 });
        Rejects("Theta", good with { Theta = 0 });
        Rejects("Theta", good with { Theta = 1.5 });
        Rejects("Theta", good with { Theta = double.NaN });
        Rejects("Theta", good with { Theta = Math.ScaleB(1, -33) });
        Rejects("Iterations", good with { Iterations = -1 });
        Rejects("Step", good with { Step = 0 });
        Rejects("StepDecay", good with { StepDecay = double.PositiveInfinity });
        Rejects("StartScale", good with { StartScale = -1 });
        Rejects("ReportInterval", good with { ReportInterval = 0 });
        Assert.Throws<ArgumentException>("u", () => DropoutFactorization.Solve<double>(y, new double[3, 2], new double[3, 2], good));
        Assert.Throws<ArgumentException>("v", () => DropoutFactorization.Solve<double>(y, new double[4, 2], new double[3, 1], good));
        Assert.Throws<ArgumentException>("v", () => DropoutFactorization.Solve<double>(y, new double[4, 2], new double[,] { { 1, 2 }, { double.NaN, 1 }, { 1, 1 } }, good));
        Assert.Throws<ArgumentException>("y", () => DropoutFactorization.Solve<double>(new double[0, 0], good));
    }

    // The algorithm as written down, on whole matrices with dropped columns set to zero.
    private static void PlainLoop(double[,] y, double[,] u, double[,] v, ulong threshold, int steps, double first, double decay)
    {
        double theta = threshold / Math.Pow(2, 32);
        for (int t = 0; t < steps; t++)
        {
            bool[] z = Experiment.Mask(u.Columns(), threshold, 7, t);
            double[,] uz = Dense.Build(u.Rows(), u.Columns(), (i, j) => z[j] ? u[i, j] : 0), vz = Dense.Build(v.Rows(), v.Columns(), (i, j) => z[j] ? v[i, j] : 0);
            double[,] r = y.Minus(uz.Times(vz.T()).Times(1 / theta));
            double factor = 2 * first / (1 + t / decay) / theta;
            double[,] du = r.Times(vz), dv = r.T().Times(uz);
            for (int j = 0; j < u.Columns(); j++)
            {
                for (int i = 0; i < u.Rows(); i++)
                {
                    u[i, j] += factor * du[i, j];
                }

                for (int i = 0; i < v.Rows(); i++)
                {
                    v[i, j] += factor * dv[i, j];
                }
            }
        }
    }

    private sealed class Callback(Action<SolverProgress> action) : IProgress<SolverProgress>
    {
        public List<SolverProgress> Seen { get; } = [];

        public void Report(SolverProgress value)
        {
            Seen.Add(value);
            action(value);
        }
    }
}
