using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.LinearNetworks;

// Worked points of the landscapes in single precision. Hessians of deep networks are differences and exist in double only; values and gradients do not.
public class LandscapesInFloatTests
{
    private static readonly float[,] One = { { 1 } }, Two = { { 2, 0 }, { 0, 1 } }, Identity = { { 1, 0 }, { 0, 1 } };

    [Fact]
    public void TheWorkedRegression()
    {
        float[,] sxx = { { 2, 1 }, { 1, 2 } }, syx = { { 2, 1 }, { 1, 3 } }, syy = { { 4, 1 }, { 1, 6 } };
        var result = OneHiddenLayer.SolveMoments<float>(sxx, syx, syy, 1);
        Assert.Equal(5, result.Objective, 2e-5 * 10);
        Assert.Equal(5, result.Eigenvalues[0], 1e-4);
        Assert.Equal(5.0 / 3, result.Eigenvalues[1], 1e-4);
        Assert.True(Dense.Of(result.U).Times(Dense.Of(result.V).T()).Minus(new[,] { { 0, 0.5 }, { 0, 1.5 } }).Max() <= 1e-5);
    }

    [Fact]
    public void TheWorkedSaddle()
    {
        double s = (1 / Math.Sqrt(3) + 1) / 2, d = (1 / Math.Sqrt(3) - 1) / 2, sigma = Math.Sqrt(5.0 / 3);
        double[,] m = new double[,] { { 2, 1 }, { 1, 3 } }.Times(new[,] { { s, d }, { d, s } }), q = { { 3 / Math.Sqrt(10) }, { -1 / Math.Sqrt(10) } };
        CriticalPoint<float> point = TwoLayerLandscape.Classify<float>(m.As<float>(), q.Times(Math.Sqrt(sigma)).As<float>(), m.T().Times(q).Times(1 / Math.Sqrt(sigma)).As<float>());
        Assert.Equal(CriticalPointKind.StrictSaddle, point.Kind);
        Assert.Equal(-1.8901470576, point.Curvature, 2e-5);
        Assert.Equal(8.3333333333, point.Objective + 10 - m.Inner(m), 1e-4);
    }

    // The table of critical points of three layers: the value, the gradient, and the value a step away.
    [Fact]
    public void TheDeepPoints()
    {
        float root = MathF.Cbrt(2);
        float[,] rooted = { { root, 0 }, { 0, 0 } }, first = { { 2, 0 }, { 0, 0 } }, unit = { { 1, 0 }, { 0, 0 } }, zero = new float[2, 2];
        Check(One, One, [Scalar(0), Scalar(0), Scalar(0)], 1, [Scalar(0.1f), Scalar(0.1f), Scalar(0.1f)], 0.998001);
        Check(One, One, [Scalar(0), Scalar(0), Scalar(0)], 1, [Scalar(-0.1f), Scalar(0.1f), Scalar(0.1f)], 1.002001);
        Check(One, One, [Scalar(0), Scalar(0), Scalar(1)], 1, [Scalar(0.1f), Scalar(0.1f), Scalar(1)], 0.99 * 0.99);
        Check(Two, Identity, [rooted, rooted, rooted], 1, [With(rooted, 0.1f), With(rooted, 0.1f), With(rooted, 0.1f)], 1 - 0.001999);
        Check(Two, Identity, [first, Identity, unit], 1, [With(first, 0.1f), Identity, With(unit, 0.1f)], 0.99 * 0.99);
        Check(Two, Identity, [first, unit, Identity], 1, [With(first, 0.1f), With(unit, 0.1f), Identity], 0.99 * 0.99);
        Check(Two, Identity, [zero, zero, zero], 5, [zero, zero, zero], 5);

        static void Check(float[,] y, float[,] x, float[][,] weights, double value, float[][,] moved, double after)
        {
            Assert.Equal(value, DeepLinearNetwork.Evaluate<float>(y, x, weights), 1e-5);
            Assert.All(DeepLinearNetwork.Gradient<float>(y, x, weights), layer => Assert.True(Dense.Of(layer).Max() <= 1e-5));
            Assert.Equal(after, DeepLinearNetwork.Evaluate<float>(y, x, moved), 1e-5);
        }
    }

    [Fact]
    public void TwoLayersUnderRidge()
    {
        var result = TwoLayerRidge.SolveWhitened<float>(Dense.Diagonal(3, 3, 4, 3, 1).As<float>(), 26, 3, 1.5);
        Assert.All(new[] { 2.5, 1.5, 0 }.Zip(result.Values), pair => Assert.Equal(pair.First, pair.Second, 4e-5));
        Assert.Equal(17.5, result.Objective, 2e-5 * 26);
        float[,] a = Dense.Random(3, 2, 1).As<float>(), b = Dense.Random(3, 2, 2).As<float>(), path = new float[3, 4];
        TwoLayerRidge.LevelSetPath<float>(a, b, 0.25, path);
        double[,] found = Dense.Of(path);
        Assert.True(found.Times(found.T()).Minus(Dense.Of(a).Times(Dense.Of(a).T()).Times(0.75).Plus(Dense.Of(b).Times(Dense.Of(b).T()), 0.25)).Max() <= 1e-6);
    }

    private static float[,] Scalar(float value) => new[,] { { value } };

    private static float[,] With(float[,] matrix, float corner) => new[,] { { matrix[0, 0], matrix[0, 1] }, { matrix[1, 0], corner } };
}
