using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Networks;

public class ParallelNetworkTests
{
    // With one input and width 1 a deep subnetwork generates what one layer does: atoms relu(v) and relu(-v), which are orthogonal here.
    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { 1, 1, 1 })]
    public void OneInputIsALassoInTwoVariables(int[] hidden)
    {
        double[,] v = { { -1 }, { 1 }, { 2 } }, y = { { 1 }, { 2 }, { 3 } };
        var result = ParallelNetwork.Regression<double>(v, y, hidden, new() { Lambda = 0.5 });
        Assert.Equal(1.25, result.Objective, 1e-7);
        Assert.True(result.LowerBound <= 1.25 + 1e-12);
        Assert.Equal(hidden.Length + 1, result.Blocks.Count);
        Assert.Equal(0.5, result.PolarLower, 1e-5);
        Assert.NotEqual(SolverStatus.PolarCertified, result.Status);
        Assert.Equal(1.25, ParallelNetwork.Regression<float>(v.As<float>(), y.As<float>(), hidden, new() { Lambda = 0.5 }).Objective, 1e-3);
    }

    [Theory]
    [InlineData(2, new[] { 1 }, 1)]
    [InlineData(2, new[] { 3, 2 }, 2)]
    [InlineData(3, new[] { 2, 4, 3 }, 1)]
    public void AtomsAndPricesHaveTheDegreeOfTheDepth(int inputs, int[] hidden, int outputs)
    {
        double[,] v = Dense.Random(7, inputs, 1);
        var atoms = new ReluSubnetworks<double>(v, hidden, outputs);
        Units<double> units = Drawn(atoms, 3, 5), scaled = atoms.NewUnits();
        double[,] x = Forward(atoms, units);
        Assert.True(x.Minus(Plain(v, units, [inputs, .. hidden, outputs])).Norm() <= 1e-12 * (1 + x.Norm()));
        foreach (double a in new[] { 0, 0.5, 1, 2, 3.7 })
        {
            scaled.CopyFrom(units);
            for (int k = 0; k < atoms.Blocks; k++)
            {
                Elementwise.Scale<double>(scaled.Elements(k), a, scaled.Elements(k));
            }

            double power = Math.Pow(a, atoms.Blocks);
            Assert.True(Forward(atoms, scaled).Minus(x.Times(power)).Norm() <= 1e-12 * power * (1 + x.Norm()));
            Assert.Equal(power * atoms.Price(units, 1), atoms.Price(scaled, 1), 1e-12 * (1 + power * atoms.Price(units, 1)));
        }
    }

    [Fact]
    public void GradientsAreCentralDifferences()
    {
        double[,] v = Dense.Random(6, 2, 2), z = Dense.Random(6, 2, 3);
        var atoms = new ReluSubnetworks<double>(v, [3, 2], 2);
        Units<double> units = Drawn(atoms, 2, 9), slope = atoms.NewUnits();
        slope.Resize(2);
        for (int k = 0; k < atoms.Blocks; k++)
        {
            atoms.Contract(k, units, z, slope.Block(k), Parallelism.Sequential);
            for (int i = 0; i < units.Elements(k).Length; i++)
            {
                double at = units.Elements(k)[i];
                units.Elements(k)[i] = at + 1e-6;
                double up = Forward(atoms, units).Inner(z);
                units.Elements(k)[i] = at - 1e-6;
                double down = Forward(atoms, units).Inner(z);
                units.Elements(k)[i] = at;
                Assert.Equal((up - down) / 2e-6, slope.Elements(k)[i], 1e-6);
            }
        }
    }

    [Fact]
    public void ThePolarIsBracketedAndShown()
    {
        double[,] v = Dense.Random(8, 3, 4), z = Dense.Random(8, 2, 5);
        var atoms = new ReluSubnetworks<double>(v, [2, 2], 2);
        Units<double> found = atoms.NewUnits();
        double[] values = new double[1];
        double lower = atoms.PolarLower(z, found, values, 1), upper = atoms.PolarUpper(z, lower, 1);
        Assert.Equal(1, atoms.Price(found, 0), 1e-12);
        Assert.Equal(lower, Forward(atoms, found).Inner(z), 1e-12);
        Assert.InRange(lower, 1e-3, upper);
        Assert.True(upper <= v.SpectralNorm() * z.Norm() * (1 + 1e-12));
        Units<double> random = Drawn(atoms, 200, 11);
        for (int i = 0; i < random.Count; i++)
        {
            Assert.True(Forward(atoms, One(atoms, random, i)).Inner(z) / atoms.Price(random, i) <= lower * (1 + 1e-9));
        }
    }

    [Fact]
    public void AWiderSubnetworkFitsNoWorseThanTheBound()
    {
        double[,] v = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { -1, 1 } }, y = { { 1 }, { -0.5 }, { 2 }, { 1 } };
        // The optimum of one hidden layer, certified elsewhere by its exact polar.
        var result = ParallelNetwork.Regression<double>(v, y, [1], new() { Lambda = 0.2 });
        Assert.InRange(result.Objective, 0.8312741700 - 1e-9, 0.8312741700 * 1.002);
        Assert.True(result.LowerBound <= 0.8312741700);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] v = { { 1 }, { 2 } }, y = { { 1 }, { 2 } };
        Assert.Contains("hidden", Assert.Throws<ArgumentOutOfRangeException>(() => ParallelNetwork.Regression<double>(v, y, [], new() { Lambda = 1 })).Message);
        Assert.Contains("hidden", Assert.Throws<ArgumentOutOfRangeException>(() => ParallelNetwork.Regression<double>(v, y, [2, 0], new() { Lambda = 1 })).Message);
        Assert.Contains("inputs", Assert.Throws<ArgumentException>(() => ParallelNetwork.Regression<double>(new double[3, 1], y, [1], new() { Lambda = 1 })).Message);
        Assert.Contains("Lambda", Assert.Throws<ArgumentOutOfRangeException>(() => ParallelNetwork.Regression<double>(v, y, [1], new() { Lambda = 0 })).Message);
    }

    private static Units<double> Drawn(ReluSubnetworks<double> atoms, int count, ulong seed)
    {
        Units<double> units = atoms.NewUnits();
        units.Resize(count);
        atoms.Randomize(units, seed);
        return units;
    }

    private static Units<double> One(ReluSubnetworks<double> atoms, Units<double> units, int unit)
    {
        Units<double> one = atoms.NewUnits();
        one.Resize(1);
        for (int k = 0; k < atoms.Blocks; k++)
        {
            units.Block(k).Row(unit).CopyTo(one.Block(k).Row(0));
        }

        return one;
    }

    private static double[,] Forward(ReluSubnetworks<double> atoms, Units<double> units)
    {
        double[,] output = new double[atoms.Rows, atoms.Columns];
        atoms.Forward(units, output, Parallelism.Sequential);
        return output;
    }

    private static double[,] Plain(double[,] v, Units<double> units, int[] widths)
    {
        double[,] sum = new double[v.Rows(), widths[^1]];
        for (int unit = 0; unit < units.Count; unit++)
        {
            double[,] x = v;
            for (int k = 0; k < units.Blocks; k++)
            {
                double[] w = units.Block(k).Row(unit).ToArray();
                double[,] layer = Dense.Build(widths[k + 1], widths[k], (i, j) => w[i * widths[k] + j]), next = x.Times(layer.T());
                x = k == units.Blocks - 1 ? next : Dense.Build(next.Rows(), next.Columns(), (i, j) => Math.Max(0, next[i, j]));
            }

            sum = sum.Plus(x);
        }

        return sum;
    }
}
