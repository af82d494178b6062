using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Dropout;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// The mean of the dropout loss over masks is the explicit regularizer:
// E ||Y - (1/theta) U diag(z) V^T||^2 = ||Y - U V^T||^2 + (1 - theta)/theta sum ||u_i||^2 ||v_i||^2.
public class DropoutLaws
{
    public sealed record Case(int Seed, int M, int N, int R, double Theta);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 5)
         from n in Gen.Choose(1, 5)
         from r in Gen.Choose(1, 10)
         from percent in Gen.Choose(5, 100)
         select new Case(seed, m, n, r, percent / 100.0)).ToArbitrary();

    [Fact]
    public void TheMeanOverAllMasksIsTheObjectiveInDouble() => Enumerate<double>(1e-12);

    [Fact]
    public void TheMeanOverAllMasksIsTheObjectiveInFloat() => Enumerate<float>(2e-5);

    private static void Enumerate<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            T[,] ty = Dense.Random(c.M, c.N, c.Seed).As<T>(), tu = Dense.Random(c.M, c.R, c.Seed + 1).As<T>(), tv = Dense.Random(c.N, c.R, c.Seed + 2).As<T>();
            double[,] y = Dense.Of(ty), u = Dense.Of(tu), v = Dense.Of(tv);
            double mean = 0;
            for (int mask = 0; mask < 1 << c.R; mask++)
            {
                int kept = int.PopCount(mask), bits = mask;
                double p = Math.Pow(c.Theta, kept) * Math.Pow(1 - c.Theta, c.R - kept);
                mean += p * Experiment.Loss(y, u, v, c.Theta, i => (bits >> i & 1) == 1);
            }

            double objective = DropoutObjective.Evaluate<T>(ty, tu, tv, (1 - c.Theta) / c.Theta);
            return Math.Abs(objective - mean) <= tolerance * mean;
        }).QuickCheckThrowOnFailure();

    // Too many masks to enumerate: the mean over N drawn ones is within 6 standard errors (a miss has probability 2e-9), and that
    // window is narrow enough to tell the regularizer from three quarters of it.
    [Theory]
    [InlineData(0.5, 24)]
    [InlineData(0.8, 40)]
    [InlineData(0.2, 33)]
    public void TheMeanOverDrawnMasksIsTheObjective(double theta, int r)
    {
        const int Draws = 20_000;
        double[,] y = Dense.Random(4, 3, 1), u = Dense.Random(4, r, 2), v = Dense.Random(3, r, 3);
        KeepRate rate = KeepRate.Of(theta);
        bool[] kept = new bool[r];
        double sum = 0, squares = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            BernoulliMask.Kept(17, 5, (ulong)draw * (ulong)r, rate, kept);
            double loss = Experiment.Loss(y, u, v, rate.Value, i => kept[i]);
            sum += loss;
            squares += loss * loss;
        }

        double mean = sum / Draws, error = Math.Sqrt((squares / Draws - mean * mean) / Draws);
        double objective = DropoutObjective.Evaluate<double>(y, u, v, rate.DropoutWeight);
        double regularizer = objective - DropoutObjective.Evaluate<double>(y, u, v, 0);
        Assert.True(Math.Abs(mean - objective) <= 6 * error, $"mean {mean}, objective {objective}, standard error {error}");
        Assert.True(6 * error < regularizer / 4);
    }

    [Fact]
    public void NoFactorsAreBelowTheClosedForm()
        => Prop.ForAll(Cases, c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), u = Dense.Random(c.M, c.R, c.Seed + 1), v = Dense.Random(c.N, c.R, c.Seed + 2);
            double lambda = (1 - c.Theta) / c.Theta, squared = y.Inner(y);
            var optimum = FixedWidthDropout.Solve<double>(y, FixedWidthDropoutOptions.FromTheta(c.R, c.Theta));
            return Experiment.Objective(y, u, v, lambda) >= optimum.ClosedForm - 1e-11 * squared
                && Math.Abs(Experiment.Objective(y, Dense.Of(optimum.U), Dense.Of(optimum.V), lambda) - optimum.ClosedForm) <= 1e-12 * squared;
        }).QuickCheckThrowOnFailure();

    // Exact minimization over one factor at a time, by normal equations, from four random starts: it knows nothing of singular values.
    [Fact]
    public void AlternatingLeastSquaresEndsAtTheClosedForm()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            int m = 2 + seed % 4, n = 2 + seed / 3, r = 1 + seed % 5;
            double lambda = 0.2 + 0.3 * seed;
            double[,] y = Dense.Random(m, n, seed);
            double optimum = FixedWidthDropout.Solve<double>(y, new() { Rank = r, Lambda = lambda }).ClosedForm, best = double.PositiveInfinity;
            for (int start = 0; start < 4; start++)
            {
                double[,] u = Dense.Random(m, r, 100 * seed + start), v = Dense.Random(n, r, 100 * seed + start + 50);
                for (int sweep = 0; sweep < 3000; sweep++)
                {
                    u = Solve(Weighted(v, lambda), v.T().Times(y.T())).T();
                    v = Solve(Weighted(u, lambda), u.T().Times(y)).T();
                }

                double value = Experiment.Objective(y, u, v, lambda);
                Assert.True(value >= optimum - 1e-11 * y.Inner(y));
                best = Math.Min(best, value);
            }

            Assert.True(best - optimum <= 1e-9 * y.Inner(y), $"case {seed}: {best} against {optimum}");
        }
    }

    // V^T V + lambda diag(||v_i||^2)
    private static double[,] Weighted(double[,] v, double lambda)
    {
        double[,] gram = v.T().Times(v);
        return Dense.Build(gram.Rows(), gram.Columns(), (i, j) => i == j ? (1 + lambda) * gram[i, i] : gram[i, j]);
    }

    // Gaussian elimination of a symmetric positive definite matrix; a column that vanished stays zero.
    private static double[,] Solve(double[,] matrix, double[,] right)
    {
        double[,] a = (double[,])matrix.Clone(), x = (double[,])right.Clone();
        int n = a.Rows();
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < n; i++)
            {
                double factor = i == k || !(a[k, k] > 1e-280) ? 0 : a[i, k] / a[k, k];
                for (int j = k; j < n && factor != 0; j++)
                {
                    a[i, j] -= factor * a[k, j];
                }

                for (int j = 0; j < x.Columns() && factor != 0; j++)
                {
                    x[i, j] -= factor * x[k, j];
                }
            }
        }

        return Dense.Build(n, x.Columns(), (i, j) => a[i, i] > 1e-280 ? x[i, j] / a[i, i] : 0);
    }
}
