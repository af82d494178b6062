using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LinearNetworks;

public class DeepLinearNetworkTests
{
    private static readonly double[,] One = { { 1 } };
    private static readonly double[,] Two = { { 2, 0 }, { 0, 1 } };

    [Fact]
    public void ThreeScalarLayersAtZeroAreANonStrictSaddle()
    {
        DeepCriticalPoint point = DeepLinearNetwork.Classify(One, One, [Scalar(0), Scalar(0), Scalar(0)]);
        Assert.Equal((CriticalPointKind.NonStrictSaddle, 1.0), (point.Kind, point.Objective));
        Assert.Equal(0, point.Curvature, 1e-6);
        Assert.Equal(0.998001, DeepLinearNetwork.Evaluate<double>(One, One, [Scalar(0.1), Scalar(0.1), Scalar(0.1)]), 1e-12);
        Assert.Equal(1.002001, DeepLinearNetwork.Evaluate<double>(One, One, [Scalar(-0.1), Scalar(0.1), Scalar(0.1)]), 1e-12);
        Assert.Equal(0.998001, DeepLinearNetwork.Evaluate<float>(new float[,] { { 1 } }, new float[,] { { 1 } }, [new[,] { { 0.1f } }, new[,] { { 0.1f } }, new[,] { { 0.1f } }]), 1e-6);
    }

    [Fact]
    public void TheRankConditionIsNotNecessary()
    {
        DeepCriticalPoint point = DeepLinearNetwork.Classify(One, One, [Scalar(0), Scalar(0), Scalar(1)]);
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(-2, point.Curvature, 1e-5);
        Assert.False(point.RankCondition);
    }

    [Fact]
    public void ANonStrictSaddleThatIsNotZero()
    {
        double root = Math.Cbrt(2);
        double[,] layer = { { root, 0 }, { 0, 0 } };
        DeepCriticalPoint point = DeepLinearNetwork.Classify(Two, Dense.Identity(2), [layer, layer, layer]);
        Assert.Equal(CriticalPointKind.NonStrictSaddle, point.Kind);
        Assert.Equal(1, point.Objective, 1e-12);
        Assert.Equal(0, point.GlobalMinimum, 1e-12);
        double[,] moved = { { root, 0 }, { 0, 0.1 } };
        Assert.Equal(1 - 0.001999, DeepLinearNetwork.Evaluate<double>(Two, Dense.Identity(2), [moved, moved, moved]), 1e-12);

        // The largest curvature, 6 * 2^(4/3), along the direction that stretches all layers alike.
        double[,] e = { { 1 / Math.Sqrt(3), 0 }, { 0, 0 } };
        double[][,] image = DeepLinearNetwork.HessianProduct(Two, Dense.Identity(2), [layer, layer, layer], [e, e, e]);
        Assert.Equal(15.1190525987, Enumerable.Range(0, 3).Sum(l => image[l].Inner(e)), 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void StrictSaddlesWithAndWithoutTheRankCondition(bool full)
    {
        double[,] first = Dense.Diagonal(2, 2, 2), one = Dense.Diagonal(2, 2, 1), identity = Dense.Identity(2);
        double[][,] weights = full ? [first, identity, one] : [first, one, identity];
        DeepCriticalPoint point = DeepLinearNetwork.Classify(Two, identity, weights);
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(full, point.RankCondition);
        Assert.Equal(full ? 2 : 1, point.InnerRank);
        Assert.Equal(-2, point.Curvature, 1e-5);
        const double T = 1e-2;
        double moved = DeepLinearNetwork.Evaluate<double>(Two, identity, [.. weights.Zip(point.Direction, (w, d) => w.Plus(d, T))]);
        Assert.Equal(1 - T * T, moved, 1e-5);
    }

    // E15: with the last factor included in the product, two layers would never satisfy the condition at a saddle; without it they always do.
    [Fact]
    public void TheConditionLeavesOutTheFirstAndTheLastLayer()
    {
        DeepCriticalPoint point = DeepLinearNetwork.Classify(Two, Dense.Identity(2), [new double[2, 2], new double[2, 2]]);
        Assert.Equal((CriticalPointKind.StrictSaddle, 2, true), (point.Kind, point.InnerRank, point.RankCondition));

        // The slide's W_(L-1) ... W_1 is zero here, of rank 0 < 2, although the saddle is strict.
        Assert.Equal(0, new double[2, 2].Max());
        DeepCriticalPoint deep = DeepLinearNetwork.Classify(Two, Dense.Identity(2), [new double[2, 2], new double[2, 2], new double[2, 2]]);
        Assert.Equal(CriticalPointKind.NonStrictSaddle, deep.Kind);
        Assert.Equal(5, deep.Objective, 1e-14);
    }

    [Fact]
    public void TheGradientIsTheSlope()
    {
        double[,] x = Dense.Random(3, 6, 1), y = Dense.Random(2, 6, 2);
        double[][,] weights = [Dense.Random(4, 3, 3), Dense.Random(3, 4, 4), Dense.Random(2, 3, 5)];
        double[][,] gradient = DeepLinearNetwork.Gradient<double>(y, x, weights);
        const double H = 1e-6;
        for (int l = 0; l < 3; l++)
        {
            for (int i = 0; i < weights[l].Rows(); i++)
            {
                for (int j = 0; j < weights[l].Columns(); j++)
                {
                    double[,] e = Dense.Build(weights[l].Rows(), weights[l].Columns(), (a, b) => a == i && b == j ? H : 0);
                    double up = DeepLinearNetwork.Evaluate<double>(y, x, [.. weights.Select((w, k) => k == l ? w.Plus(e) : w)]);
                    double down = DeepLinearNetwork.Evaluate<double>(y, x, [.. weights.Select((w, k) => k == l ? w.Minus(e) : w)]);
                    Assert.Equal((up - down) / (2 * H), gradient[l][i, j], 1e-7);
                }
            }
        }
    }

    [Fact]
    public void AGlobalMinimumIsRecognised()
    {
        double[,] x = Dense.Random(3, 8, 1), y = Dense.Random(2, 8, 2);
        var best = OneHiddenLayer.Solve<double>(y, x, 2);
        DeepCriticalPoint two = DeepLinearNetwork.Classify(y, x, [Dense.Of(best.V).T(), Dense.Of(best.U)]);
        Assert.Equal(CriticalPointKind.GlobalMinimum, two.Kind);
        DeepCriticalPoint three = DeepLinearNetwork.Classify(y, x, [Dense.Of(best.V).T(), Dense.Identity(2), Dense.Of(best.U)]);
        Assert.Equal(CriticalPointKind.GlobalMinimum, three.Kind);
        Assert.True(three.Curvature > -1e-5);
        Assert.Equal(CriticalPointKind.NotCritical, DeepLinearNetwork.Classify(y, x, [Dense.Random(2, 3, 1), Dense.Random(2, 2, 1)]).Kind);
    }

    [Fact]
    public void ManyParametersGoThroughLanczos()
    {
        // 3 layers of 15 x 15: 675 parameters. Zero but for the last two layers, as in the scalar example.
        double[,] y = Dense.Identity(15), zero = new double[15, 15];
        DeepCriticalPoint point = DeepLinearNetwork.Classify(y, Dense.Identity(15), [zero, zero, Dense.Identity(15)]);
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(-2, point.Curvature, 1e-4);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("weights", () => DeepLinearNetwork.Evaluate<double>(One, One, [new double[2, 1], new double[1, 1]]));
        Assert.Throws<ArgumentException>("weights", () => DeepLinearNetwork.Classify(One, One, [Scalar(1)]));
        Assert.Throws<ArgumentException>("x", () => DeepLinearNetwork.Evaluate<double>(One, new double[1, 2], [Scalar(1)]));
    }

    private static double[,] Scalar(double value) => new[,] { { value } };
}
