using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.SvdTests;

public class SvdContractTests
{
    [Theory]
    [InlineData(17)]
    [InlineData(-300)]
    [InlineData(900)]
    [InlineData(-900)]
    public void APowerOfTwoChangesOnlyExponentsInDouble(int exponent) => ScaledBits<double>(exponent);

    [Theory]
    [InlineData(17)]
    [InlineData(-100)]
    [InlineData(100)]
    public void APowerOfTwoChangesOnlyExponentsInSingle(int exponent) => ScaledBits<float>(exponent);

    private static void ScaledBits<T>(int exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach ((int m, int n) in ((int, int)[])[(1, 1), (7, 7), (19, 6), (4, 11)])
        {
            T[,] a = TestMatrices.Normal<T>(m, n, m);
            Thin<T> plain = Thin<T>.Of(a), scaled = Thin<T>.Of(TestMatrices.Of(m, n, (i, j) => T.ScaleB(a[i, j], exponent)));
            Assert.Equal(plain.U, scaled.U);
            Assert.Equal(plain.V, scaled.V);
            Assert.Equal(plain.S.Select(s => T.ScaleB(s, exponent)), scaled.S);
            Assert.Equal(plain.Info, scaled.Info);
        }
    }

    [Theory]
    [InlineData(9, 6)]
    [InlineData(6, 9)]
    [InlineData(7, 7)]
    public void StridesOfInputAndOutputDoNotMatter(int m, int n)
    {
        int p = Math.Min(m, n);
        double[,] a = TestMatrices.Normal<double>(m, n, 3);
        Thin<double> expected = Thin<double>.Of(a);

        // Every second element of rows 40 apart; the factors are windows of one matrix, u transposed beside v.
        double[] input = new double[m * 40], values = new double[p], factors = [.. Enumerable.Repeat(77.0, 60 * 30)];
        var view = new MatrixView<double>(input, m, n, 40, 2);
        ((ReadOnlyMatrixView<double>)a).CopyTo(view);
        var both = new MatrixView<double>(factors, 60, 30, 30);
        MatrixView<double> u = both.Slice(1, 1, p, m).Transposed, v = both.Slice(20, 2, n, p);
        SvdInfo info = Svd.Decompose(view, u, values, v);
        Assert.Equal(expected.Info, info);
        Assert.Equal(expected.S, values);
        Assert.Equal(expected.U, u.ToArray());
        Assert.Equal(expected.V, v.ToArray());
        Assert.Equal(factors.Length - (p * (m + n)), factors.Count(x => x == 77));
    }

    [Theory]
    [InlineData(9, 6)]
    [InlineData(5, 21)]
    public void ATransposeExchangesTheFactors(int m, int n)
    {
        float[,] a = TestMatrices.Normal<float>(m, n, 5);
        Thin<float> svd = Thin<float>.Of(a), transposed = Thin<float>.Of(TestMatrices.Transposed(a));
        Assert.Equal(svd.U, transposed.V);
        Assert.Equal(svd.V, transposed.U);
        Assert.Equal(svd.S, transposed.S);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(12, 5)]
    [InlineData(8, 33)]
    public void WorkspaceOfTheCallersGivesTheSameBits(int m, int n)
    {
        double[,] a = TestMatrices.Normal<double>(m, n, 7);
        Thin<double> expected = Thin<double>.Of(a);
        int needed = Svd.RequiredWorkspace<double>(m, n);
        for (int offset = 0; offset < 9; offset++)
        {
            double[] memory = new double[needed + 9];
            Array.Fill(memory, double.NaN);
            double[,] u = new double[m, Math.Min(m, n)], v = new double[n, Math.Min(m, n)];
            double[] values = new double[Math.Min(m, n)];
            Svd.Decompose(a, u, values, v, memory.AsSpan(offset, needed));
            Assert.Equal(expected.U, u);
            Assert.Equal(expected.S, values);
            Assert.Equal(expected.V, v);
            Assert.All(memory[..offset].Concat(memory[(offset + needed)..]), outside => Assert.True(double.IsNaN(outside)));
        }
    }

    [Theory]
    [InlineData(11, 4)]
    [InlineData(4, 11)]
    [InlineData(20, 20)]
    public void ValuesAloneHaveTheSameBits(int m, int n)
    {
        double[,] a = TestMatrices.Normal<double>(m, n, 8);
        float[,] single = TestMatrices.Convert<double, float>(a);
        double[] values = new double[Math.Min(m, n)];
        float[] singles = new float[Math.Min(m, n)];
        Assert.Equal(Thin<double>.Of(a).Info, Svd.SingularValues(a, values));
        Assert.Equal(Thin<double>.Of(a).S, values);
        Svd.SingularValues(single, singles);
        Assert.Equal(Thin<float>.Of(single).S, singles);
        Array.Clear(singles);
        Svd.SingularValues<float>(single, singles, new float[Svd.RequiredWorkspace<float>(m, n)]);
        Assert.Equal(Thin<float>.Of(single).S, singles);
    }

    [Fact]
    public void NothingIsAllocatedOnceWarm()
    {
        double[,] a = TestMatrices.Normal<double>(24, 15, 1), u = new double[24, 15], v = new double[15, 15];
        double[] values = new double[15], workspace = new double[Svd.RequiredWorkspace<double>(24, 15)];
        Assert.Equal(0, Allocated.Again(Run));

        void Run()
        {
            Svd.Decompose(a, u, values, v);
            Svd.Decompose(a, u, values, v, workspace);
            Svd.Decompose<double>(a, u, values, v);
            Svd.SingularValues(a, values);
        }
    }

    [Theory]
    [InlineData(2, 1, double.NaN, "NaN")]
    [InlineData(0, 3, double.PositiveInfinity, "Infinity")]
    [InlineData(4, 0, double.NegativeInfinity, "-Infinity")]
    public void TheFirstEntryThatIsNotFiniteIsNamed(int row, int column, double entry, string text)
    {
        double[,] a = TestMatrices.Normal<double>(5, 4, 1), u = new double[5, 4], v = new double[4, 4];
        a[row, column] = entry;
        a[4, 3] = double.NaN;
        double[] values = new double[4];
        var error = Assert.Throws<ArgumentException>("a", () => Svd.Decompose(a, u, values, v));
        Assert.Contains($"Entry ({row}, {column})", error.Message);
        Assert.Contains($"is {text};", error.Message);
        Assert.Contains($"Entry ({row}, {column})", Assert.Throws<ArgumentException>("a", () => Svd.SingularValues(a, values)).Message);
        Assert.Contains($"Entry ({column}, {row})", Assert.Throws<ArgumentException>("a", () => Svd.SingularValues(((ReadOnlyMatrixView<double>)a).Transposed, values)).Message);
        Assert.All(values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void ShapesThatDoNotFitAreNamed()
    {
        double[,] a = new double[5, 3], right = new double[3, 3];
        double[] values = new double[3];
        Assert.Contains("For a 5 x 3 matrix it must be 5 x 3 (thin) or 5 x 5 (full), but is 5 x 4", Assert.Throws<ArgumentException>("u", () => Svd.Decompose(a, new double[5, 4], values, right)).Message);
        Assert.Contains("it must be 3 x 3, but is 5 x 3", Assert.Throws<ArgumentException>("v", () => Svd.Decompose(a, new double[5, 3], values, new double[5, 3])).Message);
        Assert.Contains("has 3 singular values; the span has 5", Assert.Throws<ArgumentException>("singularValues", () => Svd.Decompose(a, new double[5, 3], new double[5], right)).Message);
        Assert.Throws<ArgumentException>("singularValues", () => Svd.SingularValues(a, new double[2]));
        int needed = Svd.RequiredWorkspace<double>(5, 3);
        Assert.Contains($"needs {needed} elements; the span has {needed - 1}", Assert.Throws<ArgumentException>("workspace", () => Svd.Decompose(a, new double[5, 3], values, right, new double[needed - 1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Svd.RequiredWorkspace<double>(-1, 3));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => Svd.RequiredWorkspace<float>(1, -3));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Svd.RequiredWorkspace<float>(100_000, 100_000));
        Assert.Throws<NotSupportedException>(() => Svd.SingularValues<int>(new int[2, 2], new int[2]));
    }

    [Fact]
    public void ArgumentsThatShareMemoryAreRefused()
    {
        double[] memory = new double[80 + Svd.RequiredWorkspace<double>(6, 4)], values = new double[4];
        double[,] left = new double[6, 4], right = new double[4, 4];
        Assert.Contains("with a;", Assert.Throws<ArgumentException>("u", () => Svd.Decompose(At(0, 6, 4), At(23, 6, 4), values, right)).Message);
        Assert.Contains("with a;", Assert.Throws<ArgumentException>("v", () => Svd.Decompose(At(10, 6, 4), left, values, At(0, 4, 4))).Message);
        Assert.Contains("with u;", Assert.Throws<ArgumentException>("v", () => Svd.Decompose(At(0, 6, 4), At(24, 6, 4), values, At(40, 4, 4))).Message);
        Assert.Contains("with u;", Assert.Throws<ArgumentException>("singularValues", () => Svd.Decompose(At(0, 6, 4), At(24, 6, 4), memory.AsSpan(47, 4), right)).Message);
        Assert.Contains("with a;", Assert.Throws<ArgumentException>("singularValues", () => Svd.SingularValues(At(0, 6, 4), memory.AsSpan(3, 4))).Message);
        Assert.Contains("with a;", Assert.Throws<ArgumentException>("workspace", () => Svd.Decompose(At(0, 6, 4), left, values, right, memory.AsSpan(20))).Message);
        Svd.Decompose(At(0, 6, 4), At(24, 6, 4), memory.AsSpan(48, 4), At(52, 4, 4), memory.AsSpan(68));

        MatrixView<double> At(int start, int rows, int columns) => new(memory.AsSpan(start), rows, columns);
    }
}
