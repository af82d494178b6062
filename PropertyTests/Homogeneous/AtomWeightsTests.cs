using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

public class AtomWeightsTests
{
    // With the tolerance this loose the coordinates stop early; the step along the ray alone makes <R, X> = lambda Theta.
    [Fact]
    public void TheRadialConditionHoldsToRoundingWhateverTheTolerance()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            double[,] y = Dense.Random(7, 6, seed), u = Dense.Random(4, 7, 50 + seed), v = Dense.Random(4, 6, 90 + seed);
            var family = new NuclearAtoms<double>(7, 6);
            Units<double> units = family.NewUnits();
            units.Resize(4);
            ((ReadOnlyMatrixView<double>)u).CopyTo(units.Block(0));
            ((ReadOnlyMatrixView<double>)v).CopyTo(units.Block(1));
            new AtomWeights<double>(family, new() { Lambda = 0.01, InnerTolerance = 20 }, 0.01).Apply(units, y);
            double[,] left = Dense.Of(units.Block(0).ToArray()).T(), right = Dense.Of(units.Block(1).ToArray()).T(), x = left.Times(right.T());
            double price = 0.01 * left.ColumnNorms().Zip(right.ColumnNorms(), (a, b) => a * b).Sum();
            Assert.True(units.Count > 0);
            Assert.Equal(price, y.Minus(x).Inner(x), 1e-12 * y.Inner(y));
        }
    }

    // Under a loss that is not quadratic: a weight is positive where its slope vanishes, and zero where it is negative.
    [Fact]
    public void WeightsOfALogisticLossMeetTheirConditions()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            double[,] v = Dense.Random(20, 2, seed), labels = Dense.Build(20, 1, (i, _) => v[i, 0] > 0.3 * v[i, 1] ? 1 : -1);
            var family = new ReluUnits<double>(v, 1);
            var loss = new LogisticLoss<double>(labels);
            FactorizationOptions options = new() { Lambda = 0.5, InnerTolerance = 1e-3 };
            var descent = new BlockDescent<double>(family, loss, options, 0.5);
            Units<double> start = family.NewUnits(), units = family.NewUnits();
            start.Resize(3);
            family.Randomize(start, (ulong)seed);
            units.CopyFrom(start);
            double before = descent.Evaluate(units).Objective;
            new AtomWeights<double>(family, options, 0.5).Apply(units, descent, loss.Lipschitz);
            Assert.True(descent.Evaluate(units).Objective <= before);

            // <R, phi_i> - lambda theta_i of all three at what is left of them.
            Units<double> slope = family.NewUnits();
            slope.Resize(3);
            family.Contract(1, start, descent.Residual, slope.Block(1), Parallelism.Sequential);
            double[] slopes = [.. Enumerable.Range(0, 3).Select(i => slope.Block(1)[i, 0] * start.Block(1)[i, 0] / (0.5 * family.Price(start, i)) - 1)];
            Assert.Equal(units.Count, slopes.Count(s => Math.Abs(s) <= 0.02));
            Assert.All(slopes, s => Assert.True(s <= 0.02));
        }
    }
}
