using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

public class SoftmaxLossTests
{
    private static readonly int[] Labels = [0, 2, 1, 2, 0];

    [Fact]
    public void ValueAndResidualAreThoseOfTheDefinition()
    {
        var loss = new SoftmaxLoss<double>(Labels, 3);
        double[,] x = Dense.Random(5, 3, 1).Times(3), residual = new double[5, 3];
        Assert.Equal(Plain(x), loss.Evaluate(x, residual), 1e-12);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double[,] up = (double[,])x.Clone(), down = (double[,])x.Clone();
                up[i, j] += 1e-5;
                down[i, j] -= 1e-5;
                Assert.Equal(-(Plain(up) - Plain(down)) / 2e-5, residual[i, j], 1e-8);
            }
        }

        float[,] single = new float[5, 3];
        Assert.Equal(Plain(x), new SoftmaxLoss<float>(Labels, 3).Evaluate(x.As<float>(), single), 1e-5 * Plain(x));
        // Large elements do not overflow.
        Assert.Equal(Plain(x), loss.Evaluate(x.Plus(Dense.Build(5, 3, (_, _) => 1e4)), residual), 1e-9);
    }

    // Fenchel: at s = 1 the dual objective is l(X) + <R, X>, and for other s it is that of the entropies by definition.
    [Fact]
    public void TheDualIsTheConjugate()
    {
        var loss = new SoftmaxLoss<double>(Labels, 3);
        double[,] x = Dense.Random(5, 3, 2), residual = new double[5, 3];
        double value = loss.Evaluate(x, residual), inner = residual.Inner(x);
        Assert.Equal(value + inner, loss.DualBound(residual, value, inner, 7), 1e-12);
        Assert.Equal(0, loss.DualBound(residual, value, inner, 0), 1e-15);
        double half = 0;
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double q = (Labels[i] == j ? 1 : 0) - 0.5 * residual[i, j];
                half -= q * Math.Log(q);
            }
        }

        Assert.Equal(half, loss.DualBound(residual, value, inner, 0.5), 1e-12);
    }

    [Fact]
    public void ANetworkOfOneInputIsCertified()
    {
        double[,] v = { { -1 }, { 1 }, { 2 }, { -0.5 }, { 0.3 } };
        var result = ReluNetwork.Softmax<double>(v, Labels, 3, new() { Lambda = 0.2 });
        Assert.True(result.Status >= SolverStatus.PolarCertified, $"{result.Status}, gap {result.RelativeGap}");
        double price = Enumerable.Range(0, result.Rank).Sum(i => Column(result.Blocks[0], i) * Column(result.Blocks[1], i));
        Assert.Equal(Plain(Dense.Of(result.Output)) + 0.2 * price, result.Objective, 1e-9);
        Assert.True(result.LowerBound <= result.Objective * (1 + 1e-12));

        // The atoms are relu(v) z' and relu(-v) z': a convex problem in two vectors, here by plain proximal gradient.
        double[,] z = new double[2, 3];
        double[,] features = Dense.Build(5, 2, (i, k) => Math.Max(0, k == 0 ? v[i, 0] : -v[i, 0]));
        double step = 0.3;
        for (int iteration = 0; iteration < 20_000; iteration++)
        {
            double[,] gradient = features.T().Times(Gradient(features.Times(z)));
            z = z.Plus(gradient, -step);
            for (int k = 0; k < 2; k++)
            {
                double length = Math.Sqrt(Enumerable.Range(0, 3).Sum(j => z[k, j] * z[k, j])), scale = Math.Max(0, 1 - 0.2 * step / length);
                for (int j = 0; j < 3; j++)
                {
                    z[k, j] *= scale;
                }
            }
        }

        double optimum = Plain(features.Times(z)) + 0.2 * Enumerable.Range(0, 2).Sum(k => Math.Sqrt(Enumerable.Range(0, 3).Sum(j => z[k, j] * z[k, j])));
        Assert.Equal(optimum, result.Objective, 1e-5 * optimum);
        Assert.Equal(optimum, ReluNetwork.Softmax<float>(v.As<float>(), Labels, 3, new() { Lambda = 0.2 }).Objective, 1e-3 * optimum);
    }

    [Fact]
    public void BadLabelsAreNamed()
    {
        Assert.Contains("label 1", Assert.Throws<ArgumentException>(() => new SoftmaxLoss<double>([0, 3], 3)).Message);
        Assert.Contains("label 0", Assert.Throws<ArgumentException>(() => new SoftmaxLoss<double>([-1], 3)).Message);
        Assert.Throws<ArgumentException>(() => new SoftmaxLoss<double>([], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxLoss<double>([0], 1));
    }

    private static double Column(CommunityToolkit.HighPerformance.Memory2D<double> block, int column) => Dense.Of(block).ColumnNorms()[column];

    private static double Plain(double[,] x)
    {
        double sum = 0;
        for (int i = 0; i < x.Rows(); i++)
        {
            double total = 0;
            for (int j = 0; j < x.Columns(); j++)
            {
                total += Math.Exp(x[i, j] - x[i, Labels[i]]);
            }

            sum += Math.Log(total);
        }

        return sum;
    }

    private static double[,] Gradient(double[,] x) => Dense.Build(x.Rows(), x.Columns(), (i, j) =>
    {
        double total = 0;
        for (int k = 0; k < x.Columns(); k++)
        {
            total += Math.Exp(x[i, k] - x[i, j]);
        }

        return 1 / total - (Labels[i] == j ? 1 : 0);
    });
}
