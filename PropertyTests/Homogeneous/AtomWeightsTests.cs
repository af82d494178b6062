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
}
