using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Dropout;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// Means over every outcome, where an input is present or masks are not of independent units: masks by sample, shared ones, of weights on either side,
// of tied units and blocks, and windows on maps.
public class InputMaskLaws
{
    public sealed record Case(int Seed, int M, int Inputs, int Samples, int R, double Theta);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 3)
         from inputs in Gen.Choose(1, 3)
         from samples in Gen.Choose(1, 3)
         from r in Gen.Choose(1, 3)
         from percent in Gen.Choose(5, 95)
         select new Case(seed, m, inputs, samples, r, percent / 100.0)).ToArbitrary();

    [Fact]
    public void InDouble() => Judge<double>(1e-12);

    [Fact]
    public void InFloat() => Judge<float>(2e-5);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            double lambda = (1 - c.Theta) / c.Theta;
            double[,] y = Rounded<T>(c.M, c.Samples, c.Seed), x = Rounded<T>(c.Inputs, c.Samples, c.Seed + 1), u = Rounded<T>(c.M, c.R, c.Seed + 2), v = Rounded<T>(c.Inputs, c.R, c.Seed + 3);
            double[,] hidden = v.T().Times(x);
            double bySample = Mean(c.Theta, c.R * c.Samples, kept => Loss(u.Times(Masked(hidden, c.Theta, (i, j) => kept(j * c.R + i)))));
            double shared = Mean(c.Theta, c.R, kept => Loss(u.Times(Masked(hidden, c.Theta, (i, _) => kept(i)))));
            double onV = Mean(c.Theta, c.Inputs * c.R, kept => Loss(u.Times(Masked(v, c.Theta, (j, i) => kept(j * c.R + i)).T()).Times(x)));
            double onU = Mean(c.Theta, c.M * c.R, kept => Loss(Masked(u, c.Theta, (j, i) => kept(j * c.R + i)).Times(hidden)));
            double units = InputDropout.Evaluate<T>(y.As<T>(), x.As<T>(), u.As<T>(), v.As<T>(), lambda), weights = DropConnect.Evaluate<T>(y.As<T>(), x.As<T>(), u.As<T>(), v.As<T>(), lambda);
            return Near(bySample, units) && Near(shared, units) && Near(onU, units) && Near(onV, weights);

            double Loss(double[,] output) => y.Minus(output).Inner(y.Minus(output));
            bool Near(double mean, double found) => Math.Abs(mean - found) <= tolerance * mean;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TiedUnitsAndBlocksInDouble() => Tied<double>(1e-12);

    [Fact]
    public void TiedUnitsAndBlocksInFloat() => Tied<float>(2e-5);

    private static void Tied<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            int r = c.R + c.Samples, size = Math.Min(c.Inputs, r);
            double lambda = (1 - c.Theta) / c.Theta;
            double[,] a = Rounded<T>(c.M, c.M, c.Seed), m = Dense.Of(a.Plus(a.T()).As<T>()), w = Rounded<T>(c.M, r, c.Seed + 1);
            double units = Mean(c.Theta, r, kept => Loss(i => kept(i))), blocks = Mean(c.Theta, (r - 1) / size + 1, kept => Loss(i => kept(i / size)));
            return Math.Abs(units - TiedDropout.Evaluate<T>(m.As<T>(), w.As<T>(), lambda)) <= tolerance * units
                && Math.Abs(blocks - DropBlockObjective.Evaluate<T>(m.As<T>(), w.As<T>(), w.As<T>(), size, lambda)) <= tolerance * blocks;

            double Loss(Func<int, bool> kept) => Experiment.Loss(m, w, w, c.Theta, kept);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WindowsOnMapsInDouble() => Maps<double>(1e-12);

    [Fact]
    public void WindowsOnMapsInFloat() => Maps<float>(2e-5);

    private static void Maps<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            // A map of up to 3 x 4 units under windows of any size that fits.
            (int rows, int columns) = (c.M, c.Inputs + 1);
            (int windowRows, int windowColumns) = (1 + c.Seed % rows, 1 + c.Seed / 7 % columns);
            (int down, int across) = (rows - windowRows + 1, columns - windowColumns + 1);
            KeepRate gamma = KeepRate.Of(c.Theta / 3);
            MaskCovariance masks = MaskCovariance.Sliding(rows, columns, windowRows, windowColumns, gamma);
            double[] means = masks.Means.ToArray();
            double[,] y = Rounded<T>(2, 2, c.Seed), u = Rounded<T>(2, rows * columns, c.Seed + 1), v = Rounded<T>(2, rows * columns, c.Seed + 2);
            double mean = Mean(gamma.Value, down * across, seeded =>
            {
                double[,] masked = Dense.Build(2, rows * columns, (i, unit) => Enumerable.Range(0, down * across).Any(s => seeded(s) && Covers(s, unit)) ? 0 : u[i, unit] / means[unit]);
                double[,] residual = y.Minus(masked.Times(v.T()));
                return residual.Inner(residual);
            });
            return Math.Abs(mean - MaskedObjective.Evaluate<T>(y.As<T>(), u.As<T>(), v.As<T>(), masks)) <= tolerance * mean;

            bool Covers(int seed, int unit)
                => unit / columns - seed / across is var i && i >= 0 && i < windowRows && unit % columns - seed % across is var j && j >= 0 && j < windowColumns;
        }).QuickCheckThrowOnFailure();

    private static double[,] Rounded<T>(int rows, int columns, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Dense.Of(Dense.Random(rows, columns, seed).As<T>());

    private static double[,] Masked(double[,] a, double theta, Func<int, int, bool> kept) => Dense.Build(a.Rows(), a.Columns(), (i, j) => kept(i, j) ? a[i, j] / theta : 0);

    private static double Mean(double probability, int decisions, Func<Func<int, bool>, double> loss)
    {
        double mean = 0;
        for (int outcome = 0; outcome < 1 << decisions; outcome++)
        {
            int ones = int.PopCount(outcome), bits = outcome;
            mean += Math.Pow(probability, ones) * Math.Pow(1 - probability, decisions - ones) * loss(i => (bits >> i & 1) == 1);
        }

        return mean;
    }
}
