using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Dropout;

public class BalancingTests
{
    [Fact]
    public void ATwoByTwoGramIsEqualizedByTheGivenRotation()
    {
        double[,] gram = { { 5, 1 }, { 1, 1 } }, w = Dense.Identity(2);
        Balancing.EqualizeGram<double>(gram, w);
        Assert.Equal(3, gram[0, 0], 1e-14);
        Assert.Equal(3, gram[1, 1], 1e-14);
        // (w_1, w_2) became (c w_1 - s w_2, s w_1 + c w_2).
        double[,] expected = { { 0.8506508084, 0.5257311121 }, { -0.5257311121, 0.8506508084 } };
        Assert.True(w.Minus(expected).Max() <= 1e-10);
    }

    [Theory]
    [InlineData(4, 3, 1)]
    [InlineData(3, 6, 2)]
    [InlineData(9, 9, 3)]
    [InlineData(2, 1, 4)]
    public void ColumnsOfATiedFactorGetOneLengthAndKeepTheirGram(int m, int r, int seed)
    {
        double[,] w = Dense.Random(m, r, seed), before = w.Times(w.T());
        Balancing.EqualizeColumns<double>(w);
        Assert.True(w.Times(w.T()).Minus(before).Max() <= 1e-13);
        double mean = Math.Sqrt(Enumerable.Range(0, m).Sum(i => before[i, i]) / r);
        Assert.All(w.ColumnNorms(), norm => Assert.Equal(mean, norm, 1e-12));
    }

    [Theory]
    [InlineData(new double[] { 5, 2, 1, 0 }, new double[] { 2, 2, 2, 2 })]
    [InlineData(new double[] { 3, 2, 1 }, new double[] { 2, 2, 2 })]
    [InlineData(new double[] { 4, 3, 2, 1 }, new double[] { 3, 3, 2.5, 1.5 })]
    [InlineData(new double[] { 6, 0, 0 }, new double[] { 3, 2, 1 })]
    [InlineData(new double[] { 1 }, new double[] { 1 })]
    [InlineData(new double[] { 2, 2 }, new double[] { 2, 2 })]
    public void SchurHornGivesTheWantedDiagonal(double[] values, double[] targets)
    {
        double[,] q = SchurHorn.Rotation(values, targets);
        int r = values.Length;
        Assert.True(q.T().Times(q).Minus(Dense.Identity(r)).Max() <= 1e-14 * r);
        double[,] diagonal = q.T().Times(Dense.Diagonal(r, r, values)).Times(q);
        for (int i = 0; i < r; i++)
        {
            Assert.Equal(targets[i], diagonal[i, i], 1e-14 * values[0]);
        }
    }

    [Fact]
    public void FourValuesAreEqualizedByTwoRotations()
    {
        // (5, 2, 1, 0) to (2, 2, 2, 2): each rotation mixes two columns of the identity, so two leave one column untouched, three none.
        double[,] q = SchurHorn.Rotation([5, 2, 1, 0], [2, 2, 2, 2]);
        int untouched = Enumerable.Range(0, 4).Count(j => Enumerable.Range(0, 4).Count(i => q[i, j] != 0) == 1);
        Assert.Equal(1, untouched);
        Assert.Equal(1, Determinant(q), 1e-14);
    }

    [Fact]
    public void TheHadamardPathEqualizesInOneStep()
    {
        // Gram diag(2.2, 1.2, 0.2, 0): every squared length is 0.9 afterwards, and the product stays.
        double[,] q = Dense.RandomOrthogonal(5, 3), w = Dense.Build(5, 4, (i, j) => q[i, j] * Math.Sqrt(new[] { 2.2, 1.2, 0.2, 0 }[j])), before = w.Times(w.T());
        float[,] single = w.As<float>();
        Balancing.EqualizeByHadamard<double>(w);
        Balancing.EqualizeByHadamard<float>(single);
        Assert.All(w.ColumnNorms(), norm => Assert.Equal(0.9, norm * norm, 1e-14));
        Assert.All(Dense.Of(single).ColumnNorms(), norm => Assert.Equal(0.9, norm * norm, 1e-5));
        Assert.True(w.Times(w.T()).Minus(before).Max() <= 1e-14);

        // The columns of Sylvester's matrix: the second of a unit vector alternates.
        double[,] unit = Dense.Identity(4);
        Balancing.EqualizeByHadamard<double>(unit);
        Assert.True(unit.Minus(Dense.Build(4, 4, (i, j) => int.PopCount(i & j) % 2 == 0 ? 0.5 : -0.5)).Max() <= 1e-15);
        Assert.Throws<ArgumentException>("w", () => Balancing.EqualizeByHadamard<double>(new double[2, 3]));
    }

    [Fact]
    public void ASymmetricSplitIsEqualizedInPlace()
    {
        double[] x = [3, 2, 1e-8, 0, 0];
        double[,] p = Dense.RandomOrthogonal(6, 1), q = Dense.RandomOrthogonal(5, 2);
        double[,] u = Dense.Build(6, 5, (i, j) => p[i, j] * Math.Sqrt(x[j])), v = Dense.Build(5, 5, (i, j) => q[i, j] * Math.Sqrt(x[j])), product = u.Times(v.T());
        Balancing.EqualizeSplit<double>(u, v);
        Assert.True(u.Times(v.T()).Minus(product).Max() <= 1e-14);
        Assert.All(u.ColumnNorms().Concat(v.ColumnNorms()), norm => Assert.Equal((5 + 1e-8) / 5, norm * norm, 1e-13));
        Assert.Throws<ArgumentException>("u", () => Balancing.EqualizeSplit<double>(Dense.Diagonal(2, 2, 1, 2), Dense.Diagonal(2, 2, 1, 2)));
        Assert.Throws<ArgumentException>("v", () => Balancing.EqualizeSplit<double>(new double[2, 2], new double[2, 3]));
    }

    // E5: equal importance is not enough. E6: a rotation alone does not balance arbitrary factors.
    [Fact]
    public void EqualImportanceAloneIsNotOptimal()
    {
        double[,] u = { { 1, 1 }, { 0, 1 } }, v = { { 1, 0 }, { -1, 1 } };
        Assert.True(u.Times(v.T()).Minus(Dense.Identity(2)).Max() == 0);
        double[] a = [.. u.ColumnNorms().Zip(v.ColumnNorms(), (p, q) => p * q)];
        Assert.Equal(a[0], a[1], 1e-15);
        Assert.Equal(4, Regularizer(u, v), 1e-14);
        BalancedFactors<double> balanced = Balancing.Balance<double>(u, v);
        Assert.Equal(2, Regularizer(Dense.Of(balanced.U), Dense.Of(balanced.V)), 1e-13);

        // No rotation of these columns reaches the least regularizer; the symmetric split must come first.
        u = new double[,] { { 1, 0 }, { 0, 3 } };
        v = new double[,] { { 1, 0.9 }, { 0.9, 1 } };
        double nuclear = Balancing.Balance<double>(u, v).NuclearNorm;
        for (int i = 0; i < 180; i++)
        {
            double angle = i * Math.PI / 180;
            double[,] q = { { Math.Cos(angle), -Math.Sin(angle) }, { Math.Sin(angle), Math.Cos(angle) } };
            Assert.True(Regularizer(u.Times(q), v.Times(q)) > 1.05 * nuclear * nuclear / 2);
        }
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(8)]
    public void NormsSpreadOverDecadesAreBalanced(int exponent)
    {
        // Column lengths from 1 to 10^(+-8), zero columns among them.
        double[,] u = Dense.Random(7, 6, 1), v = Dense.Random(6, 6, 2);
        double[,] wideU = Dense.Build(7, 6, (i, j) => j == 3 ? 0 : u[i, j] * Math.Pow(10, exponent * j / 5.0)), wideV = Dense.Build(6, 6, (i, j) => v[i, j] * Math.Pow(10, -exponent * j / 5.0));
        JudgeBalance<double>(wideU, wideV, 1e-13, 1e-12, 1e-14);
        JudgeBalance<double>(wideU, wideU.Times(Dense.Random(6, 6, 5)), 1e-13, 1e-12, 1e-14);
        JudgeBalance<float>(wideU, v, 1e-5, 2e-5, 4e-6);
    }

    [Fact]
    public void SchurHornRefusesWhatIsNotMajorized()
    {
        Assert.Throws<ArgumentException>("targets", () => SchurHorn.Rotation([3, 1], [3.5, 0.5]));
        Assert.Throws<ArgumentException>("targets", () => SchurHorn.Rotation([3, 1], [2, 1]));
        Assert.Throws<ArgumentException>("targets", () => SchurHorn.Rotation([3, 1], [2]));
        Assert.Throws<ArgumentException>("values", () => SchurHorn.Rotation([1, 3], [2, 2]));
    }

    [Fact]
    public void TheProductOfTheFirstExampleIsBalanced()
    {
        double[,] u = { { 1, 0 }, { 1, 1 }, { 0, 2 } }, v = { { 1, 1 }, { 2, -1 } };
        BalancedFactors<double> balanced = Balancing.Balance<double>(u, v);
        Assert.Equal(6, balanced.NuclearNorm, 1e-14);
        Assert.Equal(2, balanced.Rank);
        double[,] bu = Dense.Of(balanced.U), bv = Dense.Of(balanced.V);
        Assert.True(bu.Times(bv.T()).Minus(new double[,] { { 1, 2 }, { 2, 1 }, { 2, -2 } }).Max() <= 1e-14);
        Assert.Equal(20, Regularizer(u, v), 1e-14);
        Assert.Equal(18, Regularizer(bu, bv), 1e-13);
    }

    [Fact]
    public void BalancingInFloatHoldsToFloatTolerances()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            JudgeBalance<float>(Dense.Random(9, 5, seed), Dense.Random(7, 5, seed + 100), 1e-5, 2e-5, 4e-6);
        }
    }

    [Theory]
    [InlineData(6, 5, 3)]
    [InlineData(5, 6, 9)]
    [InlineData(8, 1, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 3, 8)]
    public void BalancingInDoubleHoldsToDoubleTolerances(int m, int n, int r)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            JudgeBalance<double>(Dense.Random(m, r, seed), Dense.Random(n, r, seed + 100), 1e-13, 1e-12, 1e-14);
        }
    }

    [Fact]
    public void RankDeficientFactorsAreBalanced()
    {
        double[,] mix = { { 1, 2, 0, -1 }, { 0, 1, 1, 1 } };
        JudgeBalance<double>(Dense.Random(6, 2, 1).Times(mix), Dense.Random(5, 2, 2).Times(mix), 1e-13, 1e-12, 1e-14);
        JudgeBalance<double>(new double[4, 3], Dense.Random(5, 3, 2), 1e-13, 1e-12, 1e-14);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Assert.Throws<ArgumentException>("v", () => Balancing.Balance<double>(new double[3, 2], new double[4, 3]));
        Assert.Throws<ArgumentException>("u", () => Balancing.Balance<double>(new double[,] { { 1, double.NaN } }, new double[1, 2]));
        Assert.Throws<ArgumentException>("w", () => Balancing.EqualizeColumns<double>(new double[0, 2]));
    }

    // Product, equal norms and rotation; tolerances as the specification of balancing states them.
    private static void JudgeBalance<T>(double[,] left, double[,] right, double product, double norms, double orthogonality)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] tu = left.As<T>(), tv = right.As<T>();
        double[,] u = Dense.Of(tu), v = Dense.Of(tv);
        int r = u.Columns();
        BalancedFactors<T> balanced = Balancing.Balance<T>(tu, tv);
        double[,] bu = Dense.Of(balanced.U), bv = Dense.Of(balanced.V), q = Dense.Of(balanced.Rotation);
        double scale = u.Norm() * v.Norm();
        Assert.True(bu.Times(bv.T()).Minus(u.Times(v.T())).Norm() <= product * scale);
        Assert.True(q.T().Times(q).Minus(Dense.Identity(r)).Max() <= orthogonality * r);
        double share = balanced.NuclearNorm / r;
        foreach ((double a, double b) in bu.ColumnNorms().Zip(bv.ColumnNorms()))
        {
            Assert.True(Math.Abs(a * b - share) <= norms * share + product * scale);
            Assert.True(Math.Abs(a * a - share) <= norms * share + product * scale);
        }

        Assert.True(Regularizer(bu, bv) <= Regularizer(u, v) * (1 + norms) + product * scale * scale);
    }

    private static double Regularizer(double[,] u, double[,] v) => u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * a * b * b).Sum();

    private static double Determinant(double[,] matrix)
    {
        double[,] a = (double[,])matrix.Clone();
        double determinant = 1;
        for (int k = 0; k < a.Rows(); k++)
        {
            int pivot = Enumerable.Range(k, a.Rows() - k).MaxBy(i => Math.Abs(a[i, k]));
            for (int j = 0; j < a.Columns() && pivot != k; j++)
            {
                (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);
            }

            determinant *= pivot == k ? a[k, k] : -a[k, k];
            for (int i = k + 1; i < a.Rows(); i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j < a.Columns(); j++)
                {
                    a[i, j] -= factor * a[k, j];
                }
            }
        }

        return determinant;
    }
}
