using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

public class CaratheodoryReductionTests
{
    [Theory]
    [InlineData(2, 2, 7)]
    [InlineData(2, 3, 9)]
    [InlineData(1, 1, 5)]
    public void FewerUnitsHaveTheSameSumAndNoHigherPrice(int m, int n, int count)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            double[,] u = Dense.Random(count, m, seed), v = Dense.Random(count, n, seed + 100);
            Judge<double>(u, v, m, n, 1e-12);
            Judge<float>(u, v, m, n, 1e-5);
        }
    }

    [Fact]
    public void FewUnitsStayAsTheyAre()
    {
        double[,] u = Dense.Random(4, 2, 3), v = Dense.Random(4, 2, 4);
        var (atoms, units) = Make<double>(u, v, 2, 2);
        CaratheodoryReduction.Apply(atoms, units);
        Assert.Equal(4, units.Count);
        Assert.Equal(u, Dense.Of(units.Block(0).ToArray()));
    }

    private static void Judge<T>(double[,] u, double[,] v, int m, int n, double tolerance)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var (atoms, units) = Make<T>(u, v, m, n);
        double before = Price(u, v);
        double[,] sum = u.T().Times(v);
        CaratheodoryReduction.Apply(atoms, units);
        double[,] left = Dense.Of(units.Block(0).ToArray()), right = Dense.Of(units.Block(1).ToArray());
        Assert.True(units.Count <= m * n);
        Assert.True(left.T().Times(right).Minus(sum).Norm() <= tolerance * (1 + before));
        Assert.True(Price(left, right) <= before * (1 + tolerance));
    }

    private static double Price(double[,] u, double[,] v) => u.T().ColumnNorms().Zip(v.T().ColumnNorms(), (a, b) => a * b).Sum();

    private static (NuclearAtoms<T> Atoms, Units<T> Units) Make<T>(double[,] u, double[,] v, int m, int n)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var atoms = new NuclearAtoms<T>(m, n);
        Units<T> units = atoms.NewUnits();
        units.Resize(u.Rows());
        ((ReadOnlyMatrixView<T>)u.As<T>()).CopyTo(units.Block(0));
        ((ReadOnlyMatrixView<T>)v.As<T>()).CopyTo(units.Block(1));
        return (atoms, units);
    }
}
