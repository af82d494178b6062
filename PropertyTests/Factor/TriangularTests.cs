using System.Numerics;
using Kernels.PropertyTests.Support;
using Kernels.PropertyTests.SvdTests;

namespace Kernels.PropertyTests.Factor;

public class TriangularTests
{
    private static readonly int[] Sizes = [0, 1, 2, 7, 8, 9, 17, 40, 75];

    [Fact]
    public void SolutionsAndProductsInDouble() => Every<double>();

    [Fact]
    public void SolutionsAndProductsInSingle() => Every<float>();

    private static void Every<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int turn = 0;
        foreach (int n in Sizes)
        {
            foreach (int k in (int[])[1, 5, 19])
            {
                foreach (Triangle triangle in Enum.GetValues<Triangle>())
                {
                    foreach (Side side in Enum.GetValues<Side>())
                    {
                        Layout layout = (Layout)(turn++ % 5);
                        Check<T>(n, k, triangle, side, unit: false, layout);
                        Check<T>(n, k, triangle, side, unit: true, layout);
                    }
                }
            }
        }
    }

    // The other triangle holds NaN, and so does a diagonal of ones: they are not read.
    private static void Check<T>(int n, int k, Triangle triangle, Side side, bool unit, Layout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        T[,] full = TestMatrices.Normal<T>(n, n, n + k);
        T[,] a = TestMatrices.Of(n, n, (i, j) => i == j
            ? (unit ? T.NaN : T.CreateChecked(2) + full[i, i] * full[i, i])
            : (triangle == Triangle.Lower) == (i > j) ? full[i, j] / T.CreateChecked(n) : T.NaN);
        double[,] exact = TestMatrices.Of(n, n, (i, j) => i == j ? (unit ? 1 : double.CreateChecked(a[i, i])) : T.IsNaN(a[i, j]) ? 0 : double.CreateChecked(a[i, j]));
        (int rows, int columns) = side == Side.Left ? (n, k) : (k, n);
        T[,] x = TestMatrices.Normal<T>(rows, columns, k);
        T[] aMemory = layout.Place(a, T.NaN), product = layout.Place(x, T.CreateChecked(77)), solution = (T[])product.Clone();
        MatrixView<T> aView = layout.View<T>(aMemory, n, n), productView = layout.View<T>(product, rows, columns), solutionView = layout.View<T>(solution, rows, columns);
        Triangular.Multiply<T>(aView, triangle, productView, side, unit);
        Triangular.Solve<T>(aView, triangle, solutionView, side, unit);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = 0, size = 0, back = 0, backSize = Math.Abs(double.CreateChecked(x[i, j]));
                for (int p = 0; p < n; p++)
                {
                    double element = side == Side.Left ? exact[i, p] : exact[p, j];
                    double old = double.CreateChecked(side == Side.Left ? x[p, j] : x[i, p]), solved = double.CreateChecked(side == Side.Left ? solutionView[p, j] : solutionView[i, p]);
                    sum += element * old;
                    size += Math.Abs(element * old);
                    back += element * solved;
                    backSize += Math.Abs(element * solved);
                }

                Assert.Equal(sum, double.CreateChecked(productView[i, j]), (n + 1) * ulp * size);
                Assert.Equal(double.CreateChecked(x[i, j]), back, (n + 2) * ulp * backSize);
            }
        }

        Assert.Equal(product.Length - (rows * columns), product.Count(value => value == T.CreateChecked(77)));
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = { { 1, 0 }, { 2, 0 } }, x = new double[2, 3];
        Assert.Contains("Diagonal element 1", Assert.Throws<ArgumentException>("a", () => Triangular.Solve<double>(a, Triangle.Lower, x)).Message, StringComparison.Ordinal);
        Triangular.Solve<double>(a, Triangle.Lower, x, unitDiagonal: true);
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>("a", () => Triangular.Multiply<double>(new double[2, 3], Triangle.Lower, x)).Message, StringComparison.Ordinal);
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>("x", () => Triangular.Multiply<double>(a, Triangle.Lower, x, Side.Right)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("x", () => Triangular.Multiply<double>(a, Triangle.Lower, a));
        Assert.Throws<ArgumentOutOfRangeException>("triangle", () => Triangular.Multiply<double>(a, (Triangle)2, x));
        Assert.Throws<ArgumentOutOfRangeException>("side", () => Triangular.Multiply<double>(a, Triangle.Lower, x, (Side)2));
    }
}
