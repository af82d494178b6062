using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.ProxTests;

// The fused steps inside the iterations they are made for, judged by the optimality conditions of the problem that these solve.
public class ProxStepTests
{
    private const double Lambda = 0.3;

    private readonly double[,] _d = Dense.Random(12, 30, 3);
    private readonly double[] _b = [.. Enumerable.Range(0, 12).Select(i => Dense.Random(12, 1, 4)[i, 0])];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IstaAndFistaSolveTheLasso(bool nonNegative)
    {
        double step = 1 / Math.Pow(_d.SpectralNorm(), 2);
        double[] ista = new double[30], x = new double[30], point = new double[30], before = new double[30];
        for (int k = 0; k < 20_000; k++)
        {
            if (nonNegative)
            {
                Prox.NonNegativeIstaStep(ista, Gradient(ista), step, Lambda * step, ista);
            }
            else
            {
                Prox.IstaStep(ista, Gradient(ista), step, Lambda * step, ista);
            }
        }

        int restarts = 0;
        for (double k = 0, t = 1; k < 3_000; k++)
        {
            double following = (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = (t - 1) / following;
            x.CopyTo(before, 0);
            double[] from = [.. point];
            // In place, as a solver does it: the iterate over the last one, the next point over this one.
            if (nonNegative)
            {
                Prox.NonNegativeFistaStep(point, Gradient(point), x, step, Lambda * step, momentum, x, point);
            }
            else
            {
                Prox.FistaStep(point, Gradient(point), x, step, Lambda * step, momentum, x, point);
            }

            t = following;
            if (Prox.MomentumTest(from, x, before) > 0)
            {
                restarts++;
                t = 1;
                x.CopyTo(point, 0);
            }
        }

        Assert.True(restarts > 0);
        AssertOptimal(ista, nonNegative, 1e-6);
        AssertOptimal(x, nonNegative, 1e-9);
    }

    [Fact]
    public void WithOrthonormalColumnsOneStepIsTheAnswer()
    {
        double[,] q = Dense.RandomOrthogonal(8, 5);
        double[] b = [.. Enumerable.Range(0, 8).Select(i => Dense.Random(8, 1, 6)[i, 0])], x = new double[8], correlation = new double[8], expected = new double[8];
        for (int j = 0; j < 8; j++)
        {
            correlation[j] = Enumerable.Range(0, 8).Sum(i => q[i, j] * b[i]);
            expected[j] = Math.Sign(correlation[j]) * Math.Max(Math.Abs(correlation[j]) - Lambda, 0);
        }

        Prox.IstaStep(x, [.. correlation.Select(value => -value)], 1, Lambda, x);
        Assert.Equal(expected, x, (a, c) => Math.Abs(a - c) <= 1e-15);
    }

    // One pass has the bits of the calls that it replaces.
    [Fact]
    public void AFusedStepHasTheBitsOfTheSeparateCalls()
    {
        const int Length = 1000;
        float[] point = Draw(1), gradient = Draw(2), previous = Draw(3), iterate = new float[Length], next = new float[Length], x = new float[Length], after = new float[Length];
        Prox.FistaStep(point, gradient, previous, 0.3f, 0.2f, 0.7f, iterate, next);
        Elementwise.AddScaled(point, gradient, -0.3f, x);
        Prox.SoftThreshold(x, 0.2f, x);
        Elementwise.Subtract(x, previous, after);
        Elementwise.AddScaled(x, after, 0.7f, after);
        Assert.Equal(x, iterate);
        Assert.Equal(after, next);

        static float[] Draw(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, Length).Select(_ => (float)(2 * random.NextDouble() - 1))];
        }
    }

    private double[] Gradient(double[] x)
    {
        double[] residual = new double[12], gradient = new double[30];
        for (int i = 0; i < 12; i++)
        {
            residual[i] = -_b[i];
            for (int j = 0; j < 30; j++)
            {
                residual[i] += _d[i, j] * x[j];
            }
        }

        for (int j = 0; j < 30; j++)
        {
            for (int i = 0; i < 12; i++)
            {
                gradient[j] += _d[i, j] * residual[i];
            }
        }

        return gradient;
    }

    // Minus the gradient is lambda times the sign where x is not zero, and no more than lambda elsewhere (below it when x >= 0 is asked).
    private void AssertOptimal(double[] x, bool nonNegative, double tolerance)
    {
        double[] gradient = Gradient(x);
        Assert.Contains(x, value => value != 0);
        Assert.Contains(x, value => value == 0);
        for (int j = 0; j < 30; j++)
        {
            double pull = -gradient[j];
            Assert.True(!nonNegative || x[j] >= 0);
            Assert.True(x[j] != 0 ? Math.Abs(pull - Lambda * Math.Sign(x[j])) <= tolerance : (nonNegative ? pull : Math.Abs(pull)) <= Lambda + tolerance, $"{j}: x {x[j]}, pull {pull}");
        }
    }
}
