using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class NetworkDropoutTests
{
    private static readonly int[] Widths = [3, 5, 4, 2];
    private static readonly KeepRate[] Rates = [KeepRate.Of(0.8), KeepRate.Of(0.6), KeepRate.Of(0.5)];

    [Theory]
    [InlineData(LayerActivation.Identity)]
    [InlineData(LayerActivation.Relu)]
    [InlineData(LayerActivation.Logistic)]
    public void TheBackwardPassIsTheSlopeAtFixedMasks(LayerActivation activation)
    {
        const double H = 1e-6;
        double[,] x = Dense.Random(4, 3, 1), target = Dense.Random(4, 2, 2);
        double[][,] weights = Weights();
        var network = new NetworkDropout<double>(weights, Rates, activation, 6);
        double Loss()
        {
            double[,] residual = network.Train(x, Experiment.Seed, 7, 20).ToArray().Minus(target);
            return residual.Inner(residual) / 2;
        }

        _ = Loss();
        network.Backward(network.Output.ToArray().Minus(target));
        double[][,] gradients = [.. network.Gradients.Select(g => (double[,])g.Clone())];
        for (int l = 0; l < 3; l++)
        {
            for (int i = 0; i < weights[l].Rows(); i++)
            {
                for (int j = 0; j < weights[l].Columns(); j++)
                {
                    double at = weights[l][i, j];
                    weights[l][i, j] = at + H;
                    double up = Loss();
                    weights[l][i, j] = at - H;
                    double down = Loss();
                    weights[l][i, j] = at;
                    Assert.Equal((up - down) / (2 * H), gradients[l][i, j], 1e-8);
                }
            }
        }
    }

    // E2: the masks act element by element, and gradients of dropped units are exactly zero: columns of the next layer, rows of their own.
    [Fact]
    public void GradientsOfDroppedUnitsAreExactlyZero()
    {
        int dropped = 0, alive = 0;
        for (ulong step = 0; step < 20; step++)
        {
            var network = new NetworkDropout<double>(Weights(), Rates, LayerActivation.Logistic, 1);
            network.Train(Dense.Random(1, 3, 1), Experiment.Seed, step, 3);
            network.Backward(new double[,] { { 1, -1 } });
            for (int l = 1; l < 3; l++)
            {
                for (int i = 0; i < Widths[l]; i++)
                {
                    bool kept = Experiment.Word(Experiment.Seed, (ulong)(l + 1) << 48 | step, 3 * (ulong)Widths[l] + (ulong)i) < Rates[l].Threshold;
                    dropped += kept ? 0 : 1;
                    bool zero = Enumerable.Range(0, Widths[l + 1]).All(o => network.Gradients[l][o, i] == 0);
                    Assert.True(kept || zero);
                    alive += zero ? 0 : 1;
                    Assert.True(kept || Enumerable.Range(0, Widths[l - 1]).All(j => network.Gradients[l - 1][i, j] == 0));
                }
            }
        }

        Assert.InRange(dropped, 40, 140);
        Assert.InRange(alive, 40, 140);
    }

    [Fact]
    public void TheMeanOutputOfALinearNetworkIsItsPredictionInDouble() => MeanOutput<double>(1e-12);

    [Fact]
    public void TheMeanOutputOfALinearNetworkIsItsPredictionInFloat() => MeanOutput<float>(2e-5);

    // Over all masks of three layers, each with its probability; masks of different layers are independent.
    private static void MeanOutput<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[][,] weights = [.. Weights().Select(w => Dense.Of(w.As<T>()))];
        double[,] x = Dense.Of(Dense.Random(1, 3, 1).As<T>()), mean = new double[1, 2];
        for (int mask = 0; mask < 1 << 12; mask++)
        {
            double p = 1;
            double[,] h = x;
            int bit = 0;
            for (int l = 0; l < 3; l++)
            {
                double[,] masked = (double[,])h.Clone();
                for (int i = 0; i < h.Columns(); i++)
                {
                    bool kept = (mask >> bit++ & 1) == 1;
                    p *= kept ? Rates[l].Value : 1 - Rates[l].Value;
                    masked[0, i] = kept ? masked[0, i] / Rates[l].Value : 0;
                }

                h = masked.Times(weights[l].T());
            }

            mean = mean.Plus(h, p);
        }

        var network = new NetworkDropout<T>([.. weights.Select(w => w.As<T>())], Rates, LayerActivation.Identity, 1);
        Assert.True(Dense.Of(network.Predict(x.As<T>()).ToArray()).Minus(mean).Max() <= tolerance * (1 + mean.Max()) * 10);
    }

    [Fact]
    public void TheFormWithoutScalingIsTheSameNetworkAfterRescaling()
    {
        double[][,] weights = Weights(), scaled = [.. weights.Select((w, l) => w.Times(Rates[l].Value))];
        double[,] x = Dense.Random(2, 3, 1);
        var network = new NetworkDropout<double>(scaled, Rates, LayerActivation.Relu, 2);
        double[,] found = network.Train(x, Experiment.Seed, 5, 0).ToArray(), h = x;
        for (int l = 0; l < 3; l++)
        {
            // Dropped units vanish, kept ones stay as they are.
            h = Dense.Build(2, h.Columns(), (b, i) => Experiment.Word(Experiment.Seed, (ulong)(l + 1) << 48 | 5, (ulong)(b * h.Columns() + i)) < Rates[l].Threshold ? h[b, i] : 0).Times(weights[l].T());
            h = l == 2 ? h : Dense.Build(2, h.Columns(), (b, i) => Math.Max(h[b, i], 0));
        }

        Assert.True(found.Minus(h).Max() <= 1e-14);

        // At test time: theta W of the plain form, W of the scaled one.
        double[,] test = x;
        for (int l = 0; l < 3; l++)
        {
            test = test.Times(weights[l].T()).Times(Rates[l].Value);
            test = l == 2 ? test : Dense.Build(2, test.Columns(), (b, i) => Math.Max(test[b, i], 0));
        }

        Assert.True(network.Predict(x).ToArray().Minus(test).Max() <= 1e-14);
    }

    // One softmax layer: the normalized weighted geometric mean over all masks is the softmax of theta W x. E21: the masks are 2^units.
    [Fact]
    public void TheGeometricMeanOfASoftmaxLayerIsItsPrediction()
    {
        const int Units = 6;
        const double Theta = 0.7;
        double[,] w = Dense.Random(3, Units, 1), x = Dense.Random(1, Units, 2);
        double[] logs = new double[3];
        int masks = 0;
        for (int mask = 0; mask < 1 << Units; mask++, masks++)
        {
            int kept = int.PopCount(mask), bits = mask;
            double p = Math.Pow(Theta, kept) * Math.Pow(1 - Theta, Units - kept);
            double[] logits = [.. Enumerable.Range(0, 3).Select(o => Enumerable.Range(0, Units).Sum(i => (bits >> i & 1) == 1 ? w[o, i] * x[0, i] : 0))];
            double total = Math.Log(logits.Sum(Math.Exp));
            for (int o = 0; o < 3; o++)
            {
                logs[o] += p * (logits[o] - total);
            }
        }

        Assert.Equal(64, masks);
        double[] geometric = [.. logs.Select(Math.Exp)];
        var network = new NetworkDropout<double>([w.Times(Theta)], [KeepRate.Of(Theta)], LayerActivation.Identity, 1);
        double[] predicted = [.. network.Predict(x).ToArray().Cast<double>().Select(Math.Exp)];
        for (int o = 0; o < 3; o++)
        {
            Assert.Equal(predicted[o] / predicted.Sum(), geometric[o] / geometric.Sum(), 1e-15);
        }
    }

    [Fact]
    public void APassAllocatesNothingAndBatchesDoNotChangeMasks()
    {
        double[,] x = Dense.Random(6, 3, 1), gradient = Dense.Random(6, 2, 2);
        var network = new NetworkDropout<double>(Weights(), Rates, LayerActivation.Relu, 6);
        double[,] whole = network.Train(x, 1, 2, 0).ToArray();
        double[,] part = network.Train(((ReadOnlyMatrixView<double>)x).Slice(2, 0, 3, 3), 1, 2, 2).ToArray();
        Assert.True(part.Minus(Dense.Build(3, 2, (i, j) => whole[i + 2, j])).Max() <= 1e-15);
        for (int i = 0; i < 50; i++)
        {
            Pass();
        }

        Assert.Equal(0, Allocated.By(Pass));

        void Pass()
        {
            network.Train(x, 1, 2, 0);
            network.Backward(gradient);
            network.Descend(0.01);
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("rates", () => new NetworkDropout<double>(Weights(), [KeepRate.Of(1)], LayerActivation.Relu, 1));
        Assert.Throws<ArgumentException>("weights", () => new NetworkDropout<double>([new double[2, 3], new double[2, 3]], [default, default], LayerActivation.Relu, 1));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => new NetworkDropout<double>(Weights(), Rates, LayerActivation.Relu, 0));
        var network = new NetworkDropout<double>(Weights(), Rates, LayerActivation.Relu, 2);
        Assert.Throws<ArgumentException>("x", () => network.Predict(new double[3, 3]).Rows);
        Assert.Throws<ArgumentException>("x", () => network.Predict(new double[2, 4]).Rows);
        Assert.Throws<ArgumentOutOfRangeException>("step", () => network.Train(new double[2, 3], 0, 1UL << 48, 0).Rows);
        network.Predict(new double[2, 3]);
        Assert.Throws<ArgumentException>("outputGradient", () => network.Backward(new double[1, 2]));
    }

    private static double[][,] Weights() => [.. Enumerable.Range(0, 3).Select(l => Dense.Random(Widths[l + 1], Widths[l], l + 10))];
}
