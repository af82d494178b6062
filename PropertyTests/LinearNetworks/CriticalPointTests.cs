using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LinearNetworks;

public class CriticalPointTests
{
    [Fact]
    public void EveryIndexSetIsClassified()
    {
        // M = P diag(sigma) Q^T; a critical point for every set of at most r indices, with an invertible change of basis C.
        double[] sigma = [3, 2, 1.2, 0.5];
        double[,] p = Dense.RandomOrthogonal(5, 1), q = Dense.RandomOrthogonal(4, 2), m = p.Times(Dense.Diagonal(5, 4, sigma)).Times(q.T());
        int saddles = 0;
        foreach (int r in (int[])[1, 2, 3, 5])
        {
            for (int set = 0; set < 16; set++)
            {
                int[] indices = [.. Enumerable.Range(0, 4).Where(i => (set >> i & 1) == 1)];
                if (indices.Length > r)
                {
                    continue;
                }

                double[,] c = Dense.Identity(r).Plus(Dense.Random(r, r, set), 0.2), inverseT = Inverse(c).T();
                double[,] u = Dense.Build(5, r, (i, j) => j < indices.Length ? p[i, indices[j]] * Math.Sqrt(sigma[indices[j]]) : 0).Times(c);
                double[,] w = Dense.Build(4, r, (i, j) => j < indices.Length ? q[i, indices[j]] * Math.Sqrt(sigma[indices[j]]) : 0).Times(inverseT);
                bool global = indices.Length == Math.Min(r, 4) && indices.SequenceEqual(Enumerable.Range(0, indices.Length));
                CriticalPoint<double> point = TwoLayerLandscape.Classify<double>(m, u, w);
                Assert.Equal(global ? CriticalPointKind.GlobalMinimum : CriticalPointKind.StrictSaddle, point.Kind);
                Assert.Equal(indices.Length, point.Rank);
                Assert.Equal(Enumerable.Range(0, 4).Except(indices).Sum(i => sigma[i] * sigma[i]), point.Objective, 1e-12);
                CriticalPoint<float> single = TwoLayerLandscape.Classify<float>(m.As<float>(), u.As<float>(), w.As<float>());
                Assert.Equal(point.Kind, single.Kind);
                if (global)
                {
                    continue;
                }

                saddles++;
                Assert.True(point.Curvature < 0);
                const double T = 1e-3;
                double moved = Value(m, u.Plus(point.DirectionU, T), w.Plus(point.DirectionW, T));
                Assert.Equal(1, (moved - point.Objective) / (point.Curvature / 2 * T * T), 1e-3);
                Assert.Equal(point.Curvature, SmallestCurvature(m, u, w), 1e-4);
            }
        }

        Assert.True(saddles >= 40);
    }

    [Fact]
    public void TheWorkedSaddle()
    {
        // Sxx = [[2,1],[1,2]], Syx = [[2,1],[1,3]], Syy = [[4,1],[1,6]], the second eigenvector alone: M = Syx Sxx^(-1/2) has M M^T = Sigma.
        double s = (1 / Math.Sqrt(3) + 1) / 2, d = (1 / Math.Sqrt(3) - 1) / 2;
        double[,] m = new double[,] { { 2, 1 }, { 1, 3 } }.Times(new[,] { { s, d }, { d, s } });
        double[,] u = { { 3 / Math.Sqrt(10) }, { -1 / Math.Sqrt(10) } }, w = m.T().Times(u);
        double sigma = Math.Sqrt(5.0 / 3);
        Assert.Equal(sigma, w.Norm(), 1e-12);
        u = u.Times(Math.Sqrt(sigma));
        w = w.Times(1 / Math.Sqrt(sigma));
        CriticalPoint<double> point = TwoLayerLandscape.Classify<double>(m, u, w);
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(-1.8901470576, point.Curvature, 1e-9);
        Assert.Equal(8.3333333333, point.Objective + 10 - m.Inner(m), 1e-9);
    }

    // With inputs whose moments are not the identity, one of them of deficient rank: through the data, not through M.
    [Fact]
    public void TwoLayersOfDataAreCertified()
    {
        foreach (int inputs in (int[])[4, 6])
        {
            double[,] x = Dense.Random(inputs, 4, 1).Times(Dense.Random(4, 9, 2)), y = Dense.Random(3, 9, 3);
            OneHiddenLayerResult<double> best = OneHiddenLayer.Solve<double>(y, x, 3);
            double[,] u = Dense.Of(best.U), v = Dense.Of(best.V);
            for (int set = 0; set < 8; set++)
            {
                // Two units of three: a subset of the leading directions is critical, and a minimum only when it is the first two.
                int[] indices = [.. Enumerable.Range(0, 3).Where(i => (set >> i & 1) == 1)];
                if (indices.Length > 2)
                {
                    continue;
                }

                double[,] first = Dense.Build(2, inputs, (k, j) => k < indices.Length ? v[j, indices[k]] : 0), second = Dense.Build(3, 2, (i, k) => k < indices.Length ? u[i, indices[k]] : 0);
                DeepCriticalPoint point = DeepLinearNetwork.Classify(y, x, [first, second]);
                Assert.Equal(indices is [0, 1] ? CriticalPointKind.GlobalMinimum : CriticalPointKind.StrictSaddle, point.Kind);
                if (point.Kind == CriticalPointKind.GlobalMinimum)
                {
                    Assert.Equal(point.GlobalMinimum, point.Objective, 1e-12 * y.Inner(y));
                    Assert.Empty(point.Direction);
                    continue;
                }

                Assert.Equal(1, point.Direction.Sum(layer => layer.Inner(layer)), 1e-12);
                Assert.True(point.Curvature < 0);
                const double T = 1e-3;
                double ahead = Loss(T), behind = Loss(-T);
                Assert.Equal(1, ((ahead + behind) / 2 - point.Objective) / (point.Curvature / 2 * T * T), 1e-3);
                double Loss(double t) => DeepLinearNetwork.Evaluate<double>(y, x, [first.Plus(point.Direction[0], t), second.Plus(point.Direction[1], t)]);
            }
        }
    }

    // The gap 1e-12 is below the tolerance of a comparison with the least value; the residual's singular value is not small beside its rounding.
    [Fact]
    public void ASaddleNearTheGlobalValueIsStillASaddle()
    {
        double[,] y = Dense.Diagonal(2, 2, 1, 1e-6), layer = Dense.Diagonal(2, 2, 1, 0);
        DeepCriticalPoint point = DeepLinearNetwork.Classify(y, Dense.Identity(2), [layer, layer]);
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(-2e-6, point.Curvature, 1e-12);
    }

    [Fact]
    public void ElsewhereTheNegativeGradientIsReturned()
    {
        double[,] m = Dense.Random(4, 3, 1), u = Dense.Random(4, 2, 2), w = Dense.Random(3, 2, 3);
        CriticalPoint<double> point = TwoLayerLandscape.Classify<double>(m, u, w);
        Assert.Equal(CriticalPointKind.NotCritical, point.Kind);
        const double T = 1e-6;
        double slope = -(point.DirectionU.Inner(point.DirectionU) + point.DirectionW.Inner(point.DirectionW));
        Assert.Equal(slope, (Value(m, u.Plus(point.DirectionU, T), w.Plus(point.DirectionW, T)) - point.Objective) / T, 1e-3 * Math.Abs(slope));
        Assert.Equal(CriticalPointKind.StrictSaddle, TwoLayerLandscape.Classify<double>(m, new double[4, 2], new double[3, 2]).Kind);
        Assert.Equal(CriticalPointKind.GlobalMinimum, TwoLayerLandscape.Classify<double>(new double[4, 3], new double[4, 2], new double[3, 2]).Kind);
        Assert.Throws<ArgumentException>("w", () => TwoLayerLandscape.Classify<double>(m, u, new double[3, 1]));
        Assert.Throws<ArgumentOutOfRangeException>("gradientTolerance", () => TwoLayerLandscape.Classify<double>(m, u, w, 0));
    }

    private static double Value(double[,] m, double[,] u, double[,] w)
    {
        double[,] residual = m.Minus(u.Times(w.T()));
        return residual.Inner(residual);
    }

    // Dense Hessian by second differences of the objective, its least eigenvalue by power iteration on a shift.
    private static double SmallestCurvature(double[,] m, double[,] u, double[,] w)
    {
        int r = u.Columns(), rows = u.Rows(), count = (rows + w.Rows()) * r;
        const double H = 1e-3;
        double At(Span<double> step)
        {
            double[] copy = step.ToArray();
            return Value(m, Dense.Build(rows, r, (i, j) => u[i, j] + copy[i * r + j]), Dense.Build(w.Rows(), r, (i, j) => w[i, j] + copy[(rows + i) * r + j]));
        }

        double[,] hessian = new double[count, count];
        double[] step = new double[count];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = 0;
                foreach ((int sa, int sb) in (ReadOnlySpan<(int, int)>)[(1, 1), (1, -1), (-1, 1), (-1, -1)])
                {
                    Array.Clear(step);
                    step[a] += sa * H;
                    step[b] += sb * H;
                    sum += sa * sb * At(step);
                }

                hessian[a, b] = hessian[b, a] = sum / (4 * H * H);
            }
        }

        double shift = Enumerable.Range(0, count).Max(i => Enumerable.Range(0, count).Sum(j => Math.Abs(hessian[i, j])));
        return shift - Dense.Build(count, count, (i, j) => (i == j ? shift : 0) - hessian[i, j]).SpectralNorm();
    }

    private static double[,] Inverse(double[,] c)
    {
        // Newton's iteration on a matrix near the identity.
        double[,] x = Dense.Identity(c.Rows());
        for (int i = 0; i < 60; i++)
        {
            x = x.Times(Dense.Identity(c.Rows()).Times(2).Minus(c.Times(x)));
        }

        return x;
    }
}
