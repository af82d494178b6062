using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Networks;

public class JacobianPenaltyTests
{
    [Fact]
    public void TheWorkedExample()
    {
        double[,] w1 = { { 1, 2 }, { -1, 1 }, { 0.5, -2 } }, w2 = { { 1, -1, 2 }, { 0, 3, 1 } }, x = { { 1, 0.5 }, { 2, -0.5 } };
        double[,] g1 = new double[3, 2], g2 = new double[2, 3];
        Assert.Equal(8.625, JacobianPenalty.Evaluate<double>([w1, w2], [], x, [g1, g2]), 1e-14);
        Assert.True(g1.Minus(new double[,] { { 3, 0 }, { 0, 0 }, { 4.5, -6 } }).Max() <= 1e-14);
        Assert.True(g2.Minus(new double[,] { { 3, 0, 5 }, { -3.5, 0, 4.25 } }).Max() <= 1e-14);
        float[,] f1 = new float[3, 2], f2 = new float[2, 3];
        Assert.Equal(8.625, JacobianPenalty.Evaluate<float>([w1.As<float>(), w2.As<float>()], [], x.As<float>(), [f1, f2]), 1e-5);
        Assert.True(Dense.Of(f1).Minus(g1).Max() <= 1e-5 && Dense.Of(f2).Minus(g2).Max() <= 1e-5);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TheOraclesHoldAtAnyDepth(int layers)
    {
        var net = Net.Draw(layers, 5);
        double[,] x = Dense.Random(6, 3, 8);
        double[][,] gradients = [.. net.Weights.Select(w => new double[w.Rows(), w.Columns()])];
        double value = JacobianPenalty.Evaluate<double>(net.Weights, net.Biases, x, gradients);
        double plain = 0, product = 1;
        for (int n = 0; n < 6; n++)
        {
            for (int j = 0; j < 3; j++)
            {
                double[] up = Row(x, n), down = Row(x, n);
                up[j] += 1e-6;
                down[j] -= 1e-6;
                plain += net.Logits(up).Zip(net.Logits(down), (a, b) => Math.Pow((a - b) / 2e-6, 2)).Sum() / 6;
            }
        }

        Assert.Equal(plain, value, 1e-6 * plain);
        for (int l = 0; l < layers; l++)
        {
            product *= net.Weights[l].Inner(net.Weights[l]);
            Assert.Equal(2 * value, net.Weights[l].Inner(gradients[l]), 1e-10 * value);
            for (int i = 0; i < net.Weights[l].Length; i++)
            {
                int row = i / net.Weights[l].Columns(), column = i % net.Weights[l].Columns();
                double at = net.Weights[l][row, column];
                net.Weights[l][row, column] = at + 1e-6;
                double above = JacobianPenalty.Evaluate<double>(net.Weights, net.Biases, x, []);
                net.Weights[l][row, column] = at - 1e-6;
                double below = JacobianPenalty.Evaluate<double>(net.Weights, net.Biases, x, []);
                net.Weights[l][row, column] = at;
                Assert.Equal((above - below) / 2e-6, gradients[l][row, column], 1e-6 * (1 + value));
            }
        }

        Assert.True(value <= product);
    }

    [Fact]
    public void TheStochasticFormIsRightInTheMean()
    {
        var net = Net.Draw(3, 2);
        double[,] x = Dense.Random(2, 3, 9), mean = new double[net.Weights[1].Rows(), net.Weights[1].Columns()];
        double[][,] exact = [.. net.Weights.Select(w => new double[w.Rows(), w.Columns()])], drawn = [.. net.Weights.Select(w => new double[w.Rows(), w.Columns()])];
        double value = JacobianPenalty.Evaluate<double>(net.Weights, net.Biases, x, exact), sum = 0;
        int classes = net.Weights[^1].Rows();
        for (int first = 0; first < classes; first++)
        {
            for (int second = 0; second < classes; second++)
            {
                sum += JacobianPenalty.Evaluate<double>(net.Weights, net.Biases, x, drawn, [first, second]) / (classes * classes);
                mean = mean.Plus(drawn[1], 1.0 / (classes * classes));
            }
        }

        Assert.Equal(value, sum, 1e-12 * value);
        Assert.True(mean.Minus(exact[1]).Norm() <= 1e-12 * exact[1].Norm());
    }

    // Ten inputs, three Gaussian classes of twenty, twenty hidden units, cross-entropy, full batches with momentum: training with the penalty ends with a smaller Jacobian.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TrainingWithThePenaltyEndsWithASmallerJacobian(int seed)
    {
        Assert.True(Train(1, seed) < 0.5 * Train(0, seed));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] w1 = new double[3, 2], w2 = new double[2, 3], x = { { 1, 2 } };
        void Refuses(string name, Action action) => Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(action).Message);
        Refuses("weights", () => JacobianPenalty.Evaluate<double>([w1, new double[2, 4]], [], x, []));
        Refuses("weights", () => JacobianPenalty.Evaluate<double>([], [], x, []));
        Refuses("gradients", () => JacobianPenalty.Evaluate<double>([w1, w2], [], x, [w1]));
        Refuses("biases", () => JacobianPenalty.Evaluate<double>([w1, w2], [[1, 2]], x, []));
        Refuses("classes", () => JacobianPenalty.Evaluate<double>([w1, w2], [], x, [], [2]));
        Refuses("classes", () => JacobianPenalty.Evaluate<double>([w1, w2], [], x, [], [0, 1]));
        Refuses("inputs", () => JacobianPenalty.Evaluate<double>([w1, w2], [], new double[,] { { 1, double.NaN } }, []));
    }

    private static double Train(double weight, int seed)
    {
        double[,] means = Dense.Random(3, 10, seed), noise = Dense.Random(60, 10, seed + 50), x = Dense.Build(60, 10, (i, j) => means[i % 3, j] + noise[i, j]);
        double[,] w1 = Dense.Random(20, 10, seed + 100).Times(Math.Sqrt(2.0 / 10)), w2 = Dense.Random(3, 20, seed + 150).Times(Math.Sqrt(2.0 / 20));
        double[,] v1 = new double[20, 10], v2 = new double[3, 20], g1 = new double[20, 10], g2 = new double[3, 20];
        for (int step = 0; step < 400; step++)
        {
            double[,] hidden = x.Times(w1.T());
            double[,] active = Dense.Build(60, 20, (i, j) => Math.Max(0, hidden[i, j])), logits = active.Times(w2.T());
            double[,] slope = Dense.Build(60, 3, (i, k) => (1 / Enumerable.Range(0, 3).Sum(c => Math.Exp(logits[i, c] - logits[i, k])) - (i % 3 == k ? 1 : 0)) / 60);
            double[,] back = slope.Times(w2);
            back = Dense.Build(60, 20, (i, j) => hidden[i, j] > 0 ? back[i, j] : 0);
            JacobianPenalty.Evaluate<double>([w1, w2], [], x, [g1, g2]);
            v1 = v1.Times(0.9).Plus(back.T().Times(x).Plus(g1, weight), -0.01);
            v2 = v2.Times(0.9).Plus(slope.T().Times(active).Plus(g2, weight), -0.01);
            (w1, w2) = (w1.Plus(v1), w2.Plus(v2));
        }

        return JacobianPenalty.Evaluate<double>([w1, w2], [], x, []);
    }

    private static double[] Row(double[,] x, int row) => [.. Enumerable.Range(0, x.Columns()).Select(j => x[row, j])];

    private sealed record Net(double[][,] Weights, double[][] Biases)
    {
        internal static Net Draw(int layers, int seed)
        {
            int[] widths = [3, .. Enumerable.Range(0, layers - 1).Select(l => 4 + l), 3];
            return new(
                [.. Enumerable.Range(0, layers).Select(l => Dense.Random(widths[l + 1], widths[l], seed + l))],
                [.. Enumerable.Range(0, layers - 1).Select(l => Row(Dense.Random(1, widths[l + 1], seed + 20 + l), 0))]);
        }

        internal double[] Logits(double[] x)
        {
            for (int l = 0; l < Weights.Length; l++)
            {
                double[] next = new double[Weights[l].Rows()];
                for (int i = 0; i < next.Length; i++)
                {
                    next[i] = (l < Biases.Length ? Biases[l][i] : 0) + x.Select((value, j) => value * Weights[l][i, j]).Sum();
                    next[i] = l + 1 < Weights.Length ? Math.Max(0, next[i]) : next[i];
                }

                x = next;
            }

            return x;
        }
    }
}
