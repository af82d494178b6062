using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

[Trait("Category", "Dispatch")]
public class SvdBatchTests
{
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 2, 130)]
    [InlineData(3, 3, 64)]
    [InlineData(4, 4, 65)]
    [InlineData(6, 3, 7)]
    [InlineData(16, 16, 5)]
    [InlineData(40, 32, 3)]
    public void EveryMatrixIsDecomposed(int m, int n, int count)
    {
        Check<double>(m, n, count);
        Check<float>(m, n, count);
    }

    // Every fifth is rank deficient, graded or extreme.
    private static void Check<T>(int m, int n, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[][,] matrices = [.. Enumerable.Range(0, count).Select(k => Sample<T>(m, n, k))];
        T[] a = [.. matrices.SelectMany(matrix => matrix.Cast<T>())], u = new T[a.Length], s = new T[count * n], v = new T[count * n * n];
        T[] workspace = new T[SvdBatch.RequiredWorkspace<T>(m, n)];
        Array.Fill(workspace, T.NaN);
        Assert.Equal(0, SvdBatch.Decompose<T>(m, n, a, u, s, v, workspace));
        for (int k = 0; k < count; k++)
        {
            int at = k;
            T[,] left = TestMatrices.Of(m, n, (i, j) => u[(at * m * n) + (i * n) + j]), right = TestMatrices.Of(n, n, (i, j) => v[(at * n * n) + (i * n) + j]);
            Assert.True(SvdRatios.Of(matrices[k], left, s[(k * n)..((k + 1) * n)], right).Largest < 10, $"{m} x {n}, matrix {k}");
        }

        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
        {
            T[] otherU = new T[a.Length], otherS = new T[s.Length], otherV = new T[v.Length];
            BatchSweeps<T>.Run(width, m, n, new MatrixView<T>(a, count, m * n), new(otherU, count, m * n), new(otherS, count, n), new(otherV, count, n * n), workspace);
            Assert.Equal(u, otherU);
            Assert.Equal(s, otherS);
            Assert.Equal(v, otherV);
        }

        // A matrix does not depend on its neighbours.
        T[] oneU = new T[m * n], oneS = new T[n], oneV = new T[n * n];
        SvdBatch.Decompose<T>(m, n, a.AsSpan((count - 1) * m * n), oneU, oneS, oneV);
        Assert.Equal(u[((count - 1) * m * n)..], oneU);
    }

    private static T[,] Sample<T>(int m, int n, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] normal = TestMatrices.Normal<T>(m, n, seed);
        return (seed % 25) switch
        {
            5 => TestMatrices.Of(m, n, (i, j) => normal[i, j / 2]),
            10 => new T[m, n],
            15 => TestMatrices.Of(m, n, (i, j) => T.ScaleB(normal[i, j], -20 * j)),
            20 => TestMatrices.Of(m, n, (i, j) => T.ScaleB(normal[i, j], typeof(T) == typeof(double) ? 900 : 100)),
            _ => normal,
        };
    }

    [Fact]
    public void MistakesAreNamed()
    {
        double[] a = new double[18], u = new double[18], s = new double[6], v = new double[18];
        Assert.Equal(0, SvdBatch.Decompose<double>(3, 3, a, u, s, v));
        Assert.Throws<ArgumentException>("a", () => SvdBatch.Decompose<double>(3, 3, a.AsSpan(1), u, s, v));
        Assert.Throws<ArgumentException>("u", () => SvdBatch.Decompose<double>(3, 3, a, u.AsSpan(1), s, v));
        Assert.Throws<ArgumentException>("singularValues", () => SvdBatch.Decompose<double>(3, 3, a, u, s.AsSpan(1), v));
        Assert.Throws<ArgumentException>("v", () => SvdBatch.Decompose<double>(3, 3, a, u, s, v.AsSpan(1)));
        Assert.Throws<ArgumentException>("v", () => SvdBatch.Decompose<double>(3, 3, a, u, s, u));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => SvdBatch.Decompose<double>(33, 33, a, u, s, v));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => SvdBatch.Decompose<double>(2, 3, a, u, s, v));
        a[13] = double.NaN;
        Assert.Contains("(1, 1) of matrix 1", Assert.Throws<ArgumentException>("a", () => SvdBatch.Decompose<double>(3, 3, a, u, s, v)).Message, StringComparison.Ordinal);
    }
}
