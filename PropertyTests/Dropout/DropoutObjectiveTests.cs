using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class DropoutObjectiveTests
{
    private static readonly double[,] Y = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
    private static readonly double[,] U = { { 1, 0 }, { 1, 1 }, { 0, 2 } };
    private static readonly double[,] V = { { 1, 1 }, { 2, -1 } };

    [Fact]
    public void TheExampleInExactRationals()
    {
        Assert.Equal(91, Experiment.Loss(Y, U, V, 0.8, _ => false), 1e-13);
        Assert.Equal(114.125, Experiment.Loss(Y, U, V, 0.8, i => i == 1), 1e-13);
        Assert.Equal(66.625, Experiment.Loss(Y, U, V, 0.8, i => i == 0), 1e-13);
        Assert.Equal(86.625, Experiment.Loss(Y, U, V, 0.8, _ => true), 1e-13);
        Assert.Equal(83, DropoutObjective.Evaluate<double>(Y, U, V, 0));
        Assert.Equal(88, DropoutObjective.Evaluate<double>(Y, U, V, 0.25));
        Assert.Equal(88, DropoutObjective.Evaluate<float>(Y.As<float>(), U.As<float>(), V.As<float>(), 0.25));
    }

    [Fact]
    public void AnyStridesGiveTheSameValue()
    {
        double[,] y = Dense.Random(5, 4, 1), u = Dense.Random(5, 3, 2), v = Dense.Random(4, 3, 3);
        ReadOnlyMatrixView<double> yt = y.T(), ut = u.T(), vt = v.T();
        double expected = Experiment.Objective(y, u, v, 0.7);
        Assert.Equal(expected, DropoutObjective.Evaluate<double>(y, u, v, 0.7), 1e-13);
        Assert.Equal(expected, DropoutObjective.Evaluate(yt.Transposed, ut.Transposed, vt.Transposed, 0.7), 1e-13);
    }

    [Fact]
    public void TheGradientIsTheSlopeOfTheObjective()
    {
        // Central differences with h = 1e-5 are off by h^2 and by eps / h.
        const double H = 1e-5;
        double[,] y = Dense.Random(4, 3, 1), u = Dense.Random(4, 5, 2), v = Dense.Random(3, 5, 3), gu = new double[4, 5], gv = new double[3, 5];
        DropoutObjective.Gradient<double>(y, u, v, 0.6, gu, gv);
        for (int j = 0; j < 5; j++)
        {
            for (int i = 0; i < 4; i++)
            {
                double[,] e = Dense.Build(4, 5, (a, b) => a == i && b == j ? H : 0);
                Assert.Equal((Experiment.Objective(y, u.Plus(e), v, 0.6) - Experiment.Objective(y, u.Minus(e), v, 0.6)) / (2 * H), gu[i, j], 1e-8);
            }

            for (int i = 0; i < 3; i++)
            {
                double[,] e = Dense.Build(3, 5, (a, b) => a == i && b == j ? H : 0);
                Assert.Equal((Experiment.Objective(y, u, v.Plus(e), 0.6) - Experiment.Objective(y, u, v.Minus(e), 0.6)) / (2 * H), gv[i, j], 1e-8);
            }
        }
    }

    [Fact]
    public void TheMeanGradientOverAllMasksIsTheGradientInDouble() => MeanGradient<double>(1e-12);

    [Fact]
    public void TheMeanGradientOverAllMasksIsTheGradientInFloat() => MeanGradient<float>(2e-5);

    // The gradient of the loss of one mask, -2/theta (R V diag(z), R^T U diag(z)), averaged over all masks.
    private static void MeanGradient<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Rank = 6;
        const double Theta = 0.7;
        T[,] ty = Dense.Random(4, 5, 1).As<T>(), tu = Dense.Random(4, Rank, 2).As<T>(), tv = Dense.Random(5, Rank, 3).As<T>();
        double[,] y = Dense.Of(ty), u = Dense.Of(tu), v = Dense.Of(tv), meanU = new double[4, Rank], meanV = new double[5, Rank];
        double size = 0;
        for (int mask = 0; mask < 1 << Rank; mask++)
        {
            int kept = int.PopCount(mask);
            double p = Math.Pow(Theta, kept) * Math.Pow(1 - Theta, Rank - kept);
            double[,] z = Dense.Build(Rank, Rank, (i, j) => i == j && (mask >> i & 1) == 1 ? 1 : 0);
            double[,] r = y.Minus(u.Times(z).Times(v.T()).Times(1 / Theta));
            double[,] du = r.Times(v).Times(z).Times(-2 / Theta), dv = r.T().Times(u).Times(z).Times(-2 / Theta);
            meanU = meanU.Plus(du, p);
            meanV = meanV.Plus(dv, p);
            size += p * (du.Norm() + dv.Norm());
        }

        T[,] gu = new T[4, Rank], gv = new T[5, Rank];
        DropoutObjective.Gradient<T>(ty, tu, tv, (1 - Theta) / Theta, gu, gv);
        Assert.True(Dense.Of(gu).Minus(meanU).Norm() <= tolerance * size);
        Assert.True(Dense.Of(gv).Minus(meanV).Norm() <= tolerance * size);
    }

    // 10,000 steps of gradient descent on the data of the fixed-size experiment; the final objectives were computed elsewhere.
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(3865470566UL, 0.7516824320741)]
    [InlineData(2147483648UL, 4.6430691756103)]
    [InlineData(858993459UL, 9.7081166174602)]
    public void DescentByTheGradientReplays(ulong threshold, double objective)
    {
        const int M = 100, R = 160;
        double lambda = Experiment.WeightOf(threshold);
        double[,] y = Experiment.FixedSizeData(), ut = Experiment.Gaussian(M, R, 2).Times(0.05).T(), vt = Experiment.Gaussian(M, R, 3).Times(0.05).T();
        double[,] gradientU = new double[R, M], gradientV = new double[R, M];
        using var workspace = new SolverWorkspace<double>();
        MatrixView<double> u = ((MatrixView<double>)ut).Transposed, v = ((MatrixView<double>)vt).Transposed;
        MatrixView<double> gu = ((MatrixView<double>)gradientU).Transposed, gv = ((MatrixView<double>)gradientV).Transposed;
        for (int t = 0; t < 10_000; t++)
        {
            DropoutObjective.Gradient(y, u, v, lambda, gu, gv, workspace);
            double step = -0.05 / (1 + t / 1000.0);
            Elementwise.AddScaled<double>(ut, gradientU, step, ut);
            Elementwise.AddScaled<double>(vt, gradientV, step, vt);
        }

        Assert.Equal(objective, DropoutObjective.Evaluate(y, u, v, lambda, workspace), 1e-9 * objective);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("u", () => DropoutObjective.Evaluate<double>(Y, V, V, 1));
        Assert.Throws<ArgumentException>("v", () => DropoutObjective.Evaluate<double>(Y, U, U, 1));
        Assert.Throws<ArgumentOutOfRangeException>("lambda", () => DropoutObjective.Evaluate<double>(Y, U, V, -1));
        Assert.Throws<ArgumentException>("gradientV", () => DropoutObjective.Gradient<double>(Y, U, V, 1, new double[3, 2], new double[3, 2]));
        Assert.Throws<ArgumentException>("workspace", () => DropoutObjective.Evaluate(Y, U, V, 1, new SolverWorkspace<double>(new double[5])));
    }
}
