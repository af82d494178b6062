using System.Numerics;
using Kernels.PropertyTests.Support;
using Kernels.PropertyTests.SvdTests;

namespace Kernels.PropertyTests.Factor;

public class QrTests
{
    public static readonly TheoryData<int, int> Shapes = new()
    {
        { 0, 0 }, { 0, 3 }, { 3, 0 }, { 1, 1 }, { 1, 5 }, { 5, 1 }, { 4, 4 }, { 9, 5 }, { 5, 9 }, { 33, 32 }, { 32, 40 }, { 70, 66 }, { 300, 40 }, { 40, 130 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheProductIsTheMatrixAndQIsOrthonormal(int m, int n)
    {
        foreach (bool pivoted in (bool[])[false, true])
        {
            Check(TestMatrices.Normal<double>(m, n, 1), pivoted);
            Check(TestMatrices.Normal<float>(m, n, 2), pivoted);
            double[,] normal = TestMatrices.Normal<double>(m, n, 3);
            Check(TestMatrices.Of(m, n, (i, j) => normal[i, j] * Math.Pow(10, -290 + (3 * (j % 7)))), pivoted);
            Check(TestMatrices.Of(m, n, (i, j) => j % 3 == 1 ? normal[i, 0] * 1e300 : 0), pivoted);
        }
    }

    [Theory]
    [InlineData(9, 6)]
    [InlineData(50, 41)]
    [InlineData(6, 9)]
    public void StridesAndWorkspaceDoNotMatter(int m, int n)
    {
        int p = Math.Min(m, n);
        double[,] a = TestMatrices.Normal<double>(m, n, 3), q = new double[m, p], r = new double[p, n];
        int[] order = new int[n], otherOrder = new int[n];
        foreach (bool pivoted in (bool[])[false, true])
        {
            Decompose(a, q, r, order, pivoted, []);
            foreach (Layout layout in Enum.GetValues<Layout>())
            {
                double[] input = layout.Place(a, double.NaN), qMemory = layout.Place(q, 77), rMemory = layout.Place(r, 77), workspace = new double[Qr.RequiredWorkspace<double>(m, n)];
                Array.Fill(workspace, double.NaN);
                MatrixView<double> qView = layout.View<double>(qMemory, m, p), rView = layout.View<double>(rMemory, p, n);
                qView.Fill(0);
                rView.Fill(0);
                Decompose(layout.View<double>(input, m, n), qView, rView, otherOrder, pivoted, workspace);
                Assert.Equal(q, qView.ToArray());
                Assert.Equal(r, rView.ToArray());
                Assert.Equal(order, otherOrder);
                Assert.Equal(qMemory.Length - (m * p), qMemory.Count(x => x == 77));
            }
        }
    }

    private static void Decompose(ReadOnlyMatrixView<double> a, MatrixView<double> q, MatrixView<double> r, int[] order, bool pivoted, double[] workspace)
    {
        if (!pivoted)
        {
            if (workspace.Length == 0)
            {
                Qr.Decompose(a, q, r);
            }
            else
            {
                Qr.Decompose(a, q, r, workspace);
            }
        }
        else if (workspace.Length == 0)
        {
            Qr.DecomposePivoted(a, q, r, order);
        }
        else
        {
            Qr.DecomposePivoted(a, q, r, order, workspace);
        }
    }

    // Thin and full. Each column of the product is right relative to its own length.
    private static void Check<T>(T[,] a, bool pivoted)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1), p = Math.Min(m, n);
        double tolerance = 4 * Math.Sqrt(m + 1) * Math.Sqrt(p + 1) * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        foreach (int columns in (int[])[p, m])
        {
            T[,] q = new T[m, columns], r = new T[p, n];
            int[] order = [.. Enumerable.Range(0, n)];
            if (pivoted)
            {
                int rank = Qr.DecomposePivoted<T>(a, q, r, order);
                Assert.Equal(Enumerable.Range(0, n), order.Order());
                Assert.All(Enumerable.Range(0, p), i => Assert.Equal(i < rank, r[i, i] != T.Zero));
            }
            else
            {
                Qr.Decompose<T>(a, q, r);
            }

            for (int j = 0; j < n; j++)
            {
                double length = Math.Sqrt(Enumerable.Range(0, m).Sum(i => Math.Pow(double.CreateChecked(a[i, order[j]]) / Math.Max(Size(a), double.Epsilon), 2))) * Math.Max(Size(a), double.Epsilon);
                for (int i = 0; i < m; i++)
                {
                    double product = Enumerable.Range(0, p).Sum(k => double.CreateChecked(q[i, k]) * double.CreateChecked(r[k, j]));
                    Assert.Equal(double.CreateChecked(a[i, order[j]]), product, tolerance * length);
                }

                Assert.All(Enumerable.Range(0, p), i => Assert.True(i <= j || r[i, j] == T.Zero));
            }

            for (int i = 0; i < columns; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, m).Sum(k => double.CreateChecked(q[k, i]) * double.CreateChecked(q[k, j])), tolerance);
                }
            }
        }
    }

    private static double Size<T>(T[,] a)
        where T : unmanaged, IFloatingPointIeee754<T>
        => a.Cast<T>().Select(x => Math.Abs(double.CreateChecked(x))).DefaultIfEmpty(1).Max();

    [Fact]
    public void MistakesAreNamed()
    {
        double[,] a = TestMatrices.Normal<double>(4, 3, 1), q = new double[4, 3], r = new double[3, 3];
        Assert.Contains("4 x 2", Assert.Throws<ArgumentException>("q", () => Qr.Decompose<double>(a, new double[4, 2], r)).Message, StringComparison.Ordinal);
        Assert.Contains("3 x 3", Assert.Throws<ArgumentException>("r", () => Qr.Decompose<double>(a, q, new double[4, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("q", () => Qr.Decompose<double>(a, a, r));
        Assert.Throws<ArgumentException>("workspace", () => Qr.Decompose<double>(a, q, r, new double[10]));
        Assert.Throws<ArgumentException>("order", () => Qr.DecomposePivoted<double>(a, q, r, new int[4]));
        a[2, 1] = double.NaN;
        Assert.Contains("(2, 1)", Assert.Throws<ArgumentException>("a", () => Qr.Decompose<double>(a, q, r)).Message, StringComparison.Ordinal);
    }
}
