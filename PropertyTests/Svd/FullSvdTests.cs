using System.Numerics;
using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.SvdTests;

// Square orthogonal factors: the thin ones and a basis of what is orthogonal to them.
public class FullSvdTests
{
    [Fact]
    public void InDouble() => Judge<double>(1e-14);

    [Fact]
    public void InFloat() => Judge<float>(4e-6);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach ((int m, int n) in ((int, int)[])[(1, 1), (5, 5), (2, 1), (1, 7), (6, 4), (4, 6), (9, 8), (40, 3), (3, 40), (70, 33), (33, 70), (100, 64)])
        {
            Check(Dense.Random(m, n, m + n));
            Check(new double[m, n]);
            Check(Dense.Random(m, 1, 1).Times(Dense.Random(1, n, 2)));
            Check(Dense.Build(m, n, (i, j) => i == j ? Math.Pow(10, -4 * i) : 0));
        }

        void Check(double[,] matrix)
        {
            int m = matrix.Rows(), n = matrix.Columns(), p = Math.Min(m, n);
            T[,] a = matrix.As<T>(), u = new T[m, m], v = new T[n, n], thinU = new T[m, p], thinV = new T[n, p];
            T[] values = new T[p], thin = new T[p];
            Assert.True(Svd.Decompose<T>(a, u, values, v).Converged);
            Svd.Decompose<T>(a, thinU, thin, thinV);
            double[,] left = Dense.Of(u), right = Dense.Of(v), middle = Dense.Build(m, n, (i, j) => i == j ? Convert.ToDouble(values[i]) : 0);
            Assert.True(left.T().Times(left).Minus(Dense.Identity(m)).Max() <= tolerance * Math.Max(m, 4));
            Assert.True(right.T().Times(right).Minus(Dense.Identity(n)).Max() <= tolerance * Math.Max(n, 4));
            Assert.True(left.Times(middle).Times(right.T()).Minus(Dense.Of(a)).Norm() <= tolerance * Math.Max(p, 4) * (1e-300 + Dense.Of(a).Norm()));

            // The bits of the thin form.
            Assert.Equal(thin, values);
            Assert.Equal(thinU.Cast<T>(), Dense.Build(m, p, (i, j) => i * m + j).Cast<double>().Select(at => u[(int)at / m, (int)at % m]));
            Assert.Equal(thinV.Cast<T>(), Dense.Build(n, p, (i, j) => i * n + j).Cast<double>().Select(at => v[(int)at / n, (int)at % n]));
        }
    }

    [Fact]
    public void AnEmptyMatrixHasWholeBases()
    {
        double[,] u = new double[0, 0], v = new double[3, 3];
        Svd.Decompose<double>(new double[0, 3], u, [], v);
        Assert.True(v.T().Times(v).Minus(Dense.Identity(3)).Max() <= 1e-15);
        Svd.Decompose<double>(new double[3, 0], v, [], u);
        Assert.True(v.T().Times(v).Minus(Dense.Identity(3)).Max() <= 1e-15);
    }

    [Fact]
    public void OneFactorMayBeFullAndStridesAreFree()
    {
        double[,] a = Dense.Random(7, 3, 1), thin = new double[3, 3], stored = new double[7, 7];
        double[] values = new double[3];
        Svd.Decompose<double>(a, ((MatrixView<double>)stored).Transposed, values, thin);
        double[,] u = stored.T();
        Assert.True(u.T().Times(u).Minus(Dense.Identity(7)).Max() <= 1e-14);
        Assert.True(u.Times(Dense.Diagonal(7, 3, values)).Times(thin.T()).Minus(a).Max() <= 1e-14);

        // Threads and a caller's workspace give the same bits.
        double[,] other = new double[7, 7], otherV = new double[3, 3];
        Svd.Decompose<double>(a, other, values, otherV, Parallelism.Of(2));
        Assert.Equal(u, other);
        Svd.Decompose<double>(a, other, values, otherV, new double[Svd.RequiredWorkspace<double>(7, 3)]);
        Assert.Equal(u, other);
    }

    [Fact]
    public void NothingIsAllocatedAfterTheFirstCall()
    {
        double[,] a = Dense.Random(30, 8, 1), u = new double[30, 30], v = new double[8, 8];
        double[] values = new double[8];
        Assert.Equal(0, Allocated.Again(() => Svd.Decompose<double>(a, u, values, v)));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        double[,] a = Dense.Random(5, 3, 1);
        double[] values = new double[3];
        string message = Assert.Throws<ArgumentException>("u", () => Svd.Decompose<double>(a, new double[5, 4], values, new double[3, 3])).Message;
        Assert.Contains("5 x 3 (thin) or 5 x 5 (full), but is 5 x 4", message);
        Assert.Throws<ArgumentException>("v", () => Svd.Decompose<double>(a, new double[5, 5], values, new double[3, 5]));
        Assert.Throws<ArgumentException>("workspace", () => Svd.Decompose<double>(a, new double[5, 5], values, new double[3, 3], new double[Svd.RequiredWorkspace<double>(5, 3) - 1]));
    }
}
