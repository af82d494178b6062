using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Networks;

public class ReluNetworkTests
{
    private static FactorizationOptions Tight(double lambda) => new() { Lambda = lambda, InnerTolerance = 1e-10, PolarTolerance = 1e-8, GapTolerance = 1e-9 };

    [Fact]
    public void OneInputIsALassoOfTwoOrthogonalAtoms()
    {
        double[,] v = { { -1 }, { 1 }, { 2 } }, y = { { 1 }, { 2 }, { 3 } };
        var result = ReluNetwork.Regression<double>(v, y, Tight(0.5));
        Assert.Equal(1.25, result.Objective, 1e-8);
        Assert.Equal(0.5, result.PolarUpper, 1e-6);
        Assert.True(result.Status >= SolverStatus.PolarCertified);
        Judge(v, y, 0.5, result);
        double[] weights = [.. Prices(result).OrderDescending()];
        Assert.Equal(1.5, weights[0], 1e-6);
        Assert.Equal(0.5, weights[1], 1e-6);
        Assert.Equal(1.25, ReluNetwork.Regression<float>(v.As<float>(), y.As<float>(), new() { Lambda = 0.5 }).Objective, 1e-3);
    }

    [Fact]
    public void TwoInputsAreSolvedAndCertified()
    {
        double[,] v = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { -1, 1 } }, y = { { 1 }, { -0.5 }, { 2 }, { 1 } };
        var result = ReluNetwork.Regression<double>(v, y, Tight(0.2));
        Assert.Equal(0.8312741700, result.Objective, 1e-7);
        Assert.True(result.Status >= SolverStatus.PolarCertified, $"{result.Status} {result.PolarUpper} {result.RadialResidual}");
        double[] prediction = [1.2828427125, 0, 1.5171572875, 0.8];
        Assert.All(prediction.Zip(Dense.Of(result.Output).Cast<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Judge(v, y, 0.2, result);
    }

    [Fact]
    public void ThePolarOfTwoInputsIsNoSmallerThanAnyDirection()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            double[,] v = Dense.Random(7, 2, seed), z = Dense.Random(7, 3, 100 + seed);
            var units = new ReluUnits<double>(v, 3);
            var found = units.NewUnits();
            double polar = units.PolarLower(z, found, new double[1], 1);
            Assert.Equal(polar, units.PolarUpper(z, polar, 0));
            double best = Enumerable.Range(0, 20000).Max(a => Value(v, z, [Math.Cos(a * Math.PI / 10000), Math.Sin(a * Math.PI / 10000)]));
            // The value turns by at most ||Z|| ||V|| a radian, and a sample is within half a step.
            Assert.InRange(polar, best * (1 - 1e-12), best + v.SpectralNorm() * z.SpectralNorm() * Math.PI / 20000);
            Assert.Equal(polar, Value(v, z, [found.Block(0)[0, 0], found.Block(0)[0, 1]]), 1e-10);
        }
    }

    [Fact]
    public void TheBoundsOfThePolarOfManyInputsBracketRandomDirections()
    {
        for (int outputs = 1; outputs <= 2; outputs++)
        {
            double[,] v = Dense.Random(12, 4, 3), z = Dense.Random(12, outputs, 5);
            var units = new ReluUnits<double>(v, outputs);
            var found = units.NewUnits();
            double lower = units.PolarLower(z, found, new double[1], 1), upper = units.PolarUpper(z, lower, 0);
            Assert.True(lower <= upper);
            for (int trial = 0; trial < 2000; trial++)
            {
                double[,] w = Dense.Random(1, 4, trial);
                Assert.True(Value(v, z, [.. w.Cast<double>().Select(x => x / w.Norm())]) <= lower * (1 + 1e-6));
            }
        }
    }

    [Fact]
    public void LabelsAreLearnedWithABound()
    {
        double[,] v = Dense.Random(30, 2, 8);
        double[,] labels = Dense.Build(30, 1, (i, _) => v[i, 0] * v[i, 1] > 0 ? 1 : -1);
        var result = ReluNetwork.Logistic<double>(v, labels, new() { Lambda = 0.05 });
        double loss = Enumerable.Range(0, 30).Sum(i => Math.Log(1 + Math.Exp(-labels[i, 0] * Dense.Of(result.Output)[i, 0])));
        Assert.Equal(loss + 0.05 * Prices(result).Sum(), result.Objective, 1e-9);
        Assert.InRange(result.LowerBound, 0, result.Objective * (1 + 1e-12));
        Assert.True(result.RelativeGap < 0.02, $"{result.Status} {result.RelativeGap} {result.PolarLower}");
        Assert.Contains("0.5 at row 2, column 0", Assert.Throws<ArgumentException>("y", () => new LogisticLoss<double>(new double[,] { { 1 }, { -1 }, { 0.5 } })).Message, StringComparison.Ordinal);
    }

    // Labels of noise over two inputs: without shared cells and second-order steps some forty units stay near the kinks, and the gap open.
    [Fact]
    public void UnitsThatShareTheirCellsAreOneUnit()
    {
        double[,] v = Dense.Random(40, 2, 21);
        double[,] labels = Dense.Build(40, 1, (i, _) => v[i, 0] * v[i, 1] > 0 ? 1 : -1);
        foreach (UnitsResult<double> result in (UnitsResult<double>[])[ReluNetwork.Regression<double>(v, labels, new() { Lambda = 0.5 }), ReluNetwork.Logistic<double>(v, labels, new() { Lambda = 0.05 })])
        {
            Assert.Equal(SolverStatus.Optimal, result.Status);
            Assert.InRange(result.Rank, 2, 12);
        }

        // In single precision a gain of two units of roundoff is the least that another unit can have.
        var single = ReluNetwork.Regression<float>(v.As<float>(), labels.As<float>(), new() { Lambda = 0.5 });
        Assert.InRange(single.RelativeGap, 0, 5e-3);
        Assert.InRange(single.Rank, 2, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MergingKeepsTheSumAndNeverRaisesThePrice(int outputs)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            double[,] v = Dense.Random(5, 2, seed);
            var atoms = new ReluUnits<double>(v, outputs);
            Units<double> units = atoms.NewUnits();
            units.Resize(12);
            atoms.Randomize(units, (ulong)seed);

            // Output weights of the same direction for every third unit; on a kink for one unit.
            for (int i = 3; i < 12; i++)
            {
                Elementwise.Scale<double>(units.Block(1).Row(i % 3), 1 + i, units.Block(1).Row(i));
            }

            (units.Block(0)[4, 0], units.Block(0)[4, 1]) = (-v[2, 1], v[2, 0]);
            double[,] before = new double[5, outputs], after = new double[5, outputs];
            atoms.Forward(units, before, Parallelism.Sequential);
            double price = Enumerable.Range(0, 12).Sum(i => atoms.Price(units, i));
            atoms.Merge(units);
            atoms.Forward(units, after, Parallelism.Sequential);
            Assert.True(after.Minus(before).Max() <= 1e-10 * (1 + before.Max()));
            Assert.True(Enumerable.Range(0, units.Count).Sum(i => atoms.Price(units, i)) <= price * (1 + 1e-14));
            Assert.InRange(units.Count, 2, 11);
        }
    }

    // In the smooth part: the direction solves the system of central differences of the gradient.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheDirectionIsNewtons(int outputs)
    {
        double[,] v = Dense.Random(15, 2, 5), y = Dense.Random(15, outputs, 6);
        var atoms = new ReluUnits<double>(v, outputs);
        var loss = new QuadraticLoss<double>(y);
        Units<double> units = atoms.NewUnits(), direction = atoms.NewUnits();
        units.Resize(2);
        direction.Resize(2);
        atoms.Randomize(units, 3);
        double[,] x = new double[15, outputs], residual = new double[15, outputs];
        double Objective()
        {
            atoms.Forward(units, x, Parallelism.Sequential);
            return loss.Evaluate(x, residual) + 0.3 * (atoms.Price(units, 0) + atoms.Price(units, 1));
        }

        Span<double> w = units.Elements(0);
        double[] slope = Slope(), d = new double[4];
        Objective();
        Assert.True(atoms.TryDirection(0, units, loss, residual, 0.3, direction.Block(0), out double kink));
        direction.Elements(0).CopyTo(d);
        double[] start = w.ToArray();
        for (int i = 0; i < 4; i++)
        {
            w[i] = start[i] + 1e-4 * d[i];
        }

        double[] moved = Slope();
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(-1e-4 * slope[i], moved[i] - slope[i], 1e-6 * (1 + Math.Abs(slope[i]))));

        // The signs stay up to the kink, where one row is at zero.
        for (int i = 0; i < 4; i++)
        {
            w[i] = start[i] + kink * d[i];
        }

        double least = Enumerable.Range(0, 15).Min(n => Enumerable.Range(0, 2).Min(unit => Math.Abs(v[n, 0] * units.Block(0)[unit, 0] + v[n, 1] * units.Block(0)[unit, 1])));
        Assert.True(least <= 1e-12 * (1 + kink));

        double[] Slope()
        {
            double[] s = new double[4];
            Span<double> w = units.Elements(0);
            for (int i = 0; i < 4; i++)
            {
                double at = w[i];
                w[i] = at + 1e-6;
                double up = Objective();
                w[i] = at - 1e-6;
                s[i] = (up - Objective()) / 2e-6;
                w[i] = at;
            }

            return s;
        }
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("inputs", () => ReluNetwork.Regression<double>(new double[3, 2], new double[4, 1], Tight(1)));
        Assert.Throws<ArgumentException>("outputs", () => ReluNetwork.Regression<double>(new double[3, 2], new double[3, 0], Tight(1)));
        Assert.Throws<ArgumentException>("inputs", () => ReluNetwork.Regression<double>(new double[,] { { double.NaN } }, new double[1, 1], Tight(1)));
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => ReluNetwork.Regression<double>(new double[1, 1], new double[1, 1], Tight(0)));
    }

    private static double Value(double[,] v, double[,] z, double[] w)
    {
        double[] hidden = [.. Enumerable.Range(0, v.Rows()).Select(i => Math.Max(0, Enumerable.Range(0, w.Length).Sum(j => v[i, j] * w[j])))];
        return Math.Sqrt(Enumerable.Range(0, z.Columns()).Sum(c => Math.Pow(Enumerable.Range(0, v.Rows()).Sum(i => z[i, c] * hidden[i]), 2)));
    }

    private static double[] Prices(UnitsResult<double> result)
        => [.. Dense.Of(result.Blocks[0]).ColumnNorms().Zip(Dense.Of(result.Blocks[1]).ColumnNorms(), (a, b) => a * b)];

    private static void Judge(double[,] v, double[,] y, double lambda, UnitsResult<double> result)
    {
        double[,] before = v.Times(Dense.Of(result.Blocks[0])), hidden = Dense.Build(before.Rows(), before.Columns(), (i, j) => Math.Max(0, before[i, j]));
        double[,] x = hidden.Times(Dense.Of(result.Blocks[1]).T()), r = y.Minus(x);
        Assert.True(x.Minus(Dense.Of(result.Output)).Max() <= 1e-12);
        double objective = r.Inner(r) / 2 + lambda * Prices(result).Sum();
        Assert.Equal(objective, result.Objective, 1e-12 * Math.Max(1, objective));
        Assert.True(result.LowerBound <= objective * (1 + 1e-12));
        Assert.Equal(lambda * Prices(result).Sum(), r.Inner(x), 1e-7);
    }
}
