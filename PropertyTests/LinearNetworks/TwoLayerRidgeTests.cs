using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LinearNetworks;

public class TwoLayerRidgeTests
{
    [Fact]
    public void TheWorkedExample()
    {
        var result = TwoLayerRidge.SolveWhitened<double>(Dense.Diagonal(3, 3, 4, 3, 1), 26, 3, 1.5);
        Assert.Equal([2.5, 1.5, 0], result.Values);
        Assert.Equal(17.5, result.Objective, 1e-12);
        Assert.Equal(17.5, TwoLayerRidge.SolveWhitened<float>(Dense.Diagonal(3, 3, 4, 3, 1).As<float>(), 26, 3, 1.5).Objective, 1e-4);
        Assert.Equal(SolverStatus.Optimal, result.Status);

        // One unit: the first value alone.
        Assert.Equal(26 - 16 + 1.5 * 1.5 + 2 * 1.5 * 2.5, TwoLayerRidge.SolveWhitened<double>(Dense.Diagonal(3, 3, 4, 3, 1), 26, 1, 1.5).Objective, 1e-12);
    }

    [Fact]
    public void AlternatingRidgeEndsAtBothForms()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            double[,] x = Dense.Random(3, 9, seed), y = Dense.Random(2, 9, seed + 20), sxx = x.Times(x.T()), syx = y.Times(x.T()), syy = y.Times(y.T());
            sxx = Dense.Build(3, 3, (i, j) => (sxx[i, j] + sxx[j, i]) / 2);
            syy = Dense.Build(2, 2, (i, j) => (syy[i, j] + syy[j, i]) / 2);
            double lambda = 0.2 + 0.1 * seed;
            var result = TwoLayerRidge.Solve<double>(sxx, syx, syy, lambda);
            Assert.Equal((StopReason.Converged, SolverStatus.Optimal), (result.Stop, result.Status));
            double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), residual = y.Minus(u.Times(v.T()).Times(x));
            double direct = residual.Inner(residual) + lambda * (u.Inner(u) + v.Inner(v));
            Assert.Equal(direct, result.Objective, 1e-11 * y.Inner(y));
            for (int k = 0; k < 30; k++)
            {
                double[,] du = u.Plus(Dense.Random(2, 2, k), 0.02), dv = v.Plus(Dense.Random(3, 2, k + 40), 0.02), rest = y.Minus(du.Times(dv.T()).Times(x));
                Assert.True(rest.Inner(rest) + lambda * (du.Inner(du) + dv.Inner(dv)) >= result.Objective - 1e-9);
            }

            // Stationary: E X^T V = lambda U and X E^T U = lambda V.
            Assert.True(residual.Times(x.T()).Times(v).Minus(u.Times(lambda)).Max() <= 1e-7);
            Assert.True(x.Times(residual.T()).Times(u).Minus(v.Times(lambda)).Max() <= 1e-7);
            var single = TwoLayerRidge.Solve<float>(sxx.As<float>(), syx.As<float>(), syy.As<float>(), lambda);
            Assert.Equal(result.Objective, single.Objective, 1e-4 * y.Inner(y));
        }
    }

    [Fact]
    public void WhitenedInputsAreTheClosedForm()
    {
        double[,] syx = Dense.Random(3, 4, 5).Times(0.4), syy = Dense.Identity(3).Times(2);
        var closed = TwoLayerRidge.SolveWhitened<double>(syx, 6, 3, 0.15);
        var iterated = TwoLayerRidge.Solve<double>(Dense.Identity(4), syx, syy, 0.15);
        Assert.Equal(closed.Objective, iterated.Objective, 1e-10);
    }

    [Fact]
    public void SaddlesHaveTheStatedCurvature()
    {
        // M = diag(4, 3, 1), lambda = 1.5, only the second index taken with two units: escape along the first, curvature -4 (sigma_1 - lambda).
        double[,] m = Dense.Diagonal(3, 3, 4, 3, 1);
        double root = Math.Sqrt(1.5);
        double[,] u = { { 0, 0 }, { root, 0 }, { 0, 0 } };
        double[,] residual = m.Minus(u.Times(u.T()));
        Assert.True(residual.Times(u).Minus(u.Times(1.5)).Max() <= 1e-14);
        double At(double t)
        {
            double[,] moved = { { 0, t }, { root, 0 }, { 0, 0 } }, rest = m.Minus(moved.Times(moved.T()));
            return rest.Inner(rest) + 1.5 * 2 * moved.Inner(moved);
        }

        const double H = 1e-3;
        Assert.Equal(-4 * (4 - 1.5), (At(H) - 2 * At(0) + At(-H)) / (H * H), 1e-4);
    }

    [Fact]
    public void TheLevelSetPathStaysBelowTheLine()
    {
        double[,] x = Dense.Random(3, 7, 1), y = Dense.Random(2, 7, 2), ua = Dense.Random(2, 2, 3), va = Dense.Random(3, 2, 4), ub = Dense.Random(2, 2, 5), vb = Dense.Random(3, 2, 6);
        double Value(double[,] u, double[,] v)
        {
            double[,] residual = y.Minus(u.Times(v.T()).Times(x));
            return residual.Inner(residual) + 0.3 * (u.Inner(u) + v.Inner(v));
        }

        double from = Value(ua, va), to = Value(ub, vb);
        for (int i = 0; i <= 100; i++)
        {
            double t = i / 100.0;
            double[,] u = new double[2, 4], v = new double[3, 4];
            TwoLayerRidge.LevelSetPath<double>(ua, ub, t, u);
            TwoLayerRidge.LevelSetPath<double>(va, vb, t, v);
            Assert.True(Value(u, v) <= (1 - t) * from + t * to + 1e-12);
            Assert.True(u.Times(v.T()).Minus(ua.Times(va.T()).Times(1 - t).Plus(ub.Times(vb.T()), t)).Max() <= 1e-14);
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("lambda", () => TwoLayerRidge.SolveWhitened<double>(Dense.Identity(2), 2, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("lambda", () => TwoLayerRidge.Solve<double>(Dense.Identity(2), Dense.Identity(2), Dense.Identity(2), 0));
        Assert.Throws<ArgumentException>("sxx", () => TwoLayerRidge.Solve<double>(Dense.Diagonal(2, 2, 1, -1), Dense.Identity(2), Dense.Identity(2), 1));
        Assert.Throws<ArgumentOutOfRangeException>("t", () => TwoLayerRidge.LevelSetPath<double>(new double[2, 1], new double[2, 1], 1.5, new double[2, 2]));
        Assert.Throws<ArgumentException>("to", () => TwoLayerRidge.LevelSetPath<double>(new double[2, 1], new double[3, 1], 0.5, new double[2, 2]));
    }
}
