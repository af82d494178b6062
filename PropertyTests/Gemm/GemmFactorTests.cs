using Kernels.PropertyTests.Support;
using static Kernels.PropertyTests.Gemm.GemmCheck;

namespace Kernels.PropertyTests.Gemm;

/// <summary>alpha and beta: where they are rounded, and what is not read because of them.</summary>
public class GemmFactorTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(0.7, 1.3)]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    public void EveryScalePairInEveryLayoutEqualsTheChainBitByBit(double alpha, double beta)
    {
        foreach (Layout a in Enum.GetValues<Layout>())
        {
            foreach (Layout b in Enum.GetValues<Layout>())
            {
                foreach (Layout c in Enum.GetValues<Layout>())
                {
                    AllWidths<float>(13, 37, 19, alpha, beta, a, b, c);
                    AllWidths<double>(14, 35, 21, alpha, beta, a, b, c);
                    // One small tile at every width.
                    AllWidths<float>(5, 4, 3, alpha, beta, a, b, c);
                    AllWidths<double>(11, 2, 6, alpha, beta, a, b, c);
                }
            }
        }
    }

    // On both sides of a square, on both sides of a copy that is made as a whole, and of one row or column.
    [Theory]
    [InlineData(5, 5, 3)]
    [InlineData(6, 5, 4)]
    [InlineData(3, 50, 9)]
    [InlineData(1, 1, 6)]
    [InlineData(1, 90, 5)]
    [InlineData(64, 1, 33)]
    [InlineData(70, 66, 65)]
    [InlineData(66, 70, 65)]
    [InlineData(210, 205, 256)]
    [InlineData(205, 210, 256)]
    [InlineData(40, 3, 11000)]
    public void AlphaIsRoundedIntoTheSmallerOperand(int m, int n, int k)
    {
        foreach (Layout a in Enum.GetValues<Layout>())
        {
            foreach (Layout b in Enum.GetValues<Layout>())
            {
                AllWidths<float>(m, n, k, 0.7, 0, a, b);
                AllWidths<double>(m, n, k, -1.3, 0.3, a, b, a);
            }
        }
    }

    [Theory]
    [InlineData(30, 20, 10)]
    [InlineData(20, 300, 40)]
    [InlineData(300, 280, 310)]
    [InlineData(280, 300, 310)]
    [InlineData(700, 12, 300)]
    [InlineData(90, 3000, 50)]
    [InlineData(16, 300, 1100)]
    [InlineData(300, 40, 1100)]
    [InlineData(30, 20, 4500)]
    [InlineData(100, 1100, 2000)]
    public void AlphaInMemoryOfTheCallersEqualsTheChainBitByBit(int m, int n, int k)
    {
        var random = new Random(9);
        var (a, b, c) = (Draw.Matrix<float>(random, m, k), Draw.Matrix<float>(random, k, n), Draw.Matrix<float>(random, m, n));
        int required = Kernels.Gemm.RequiredWorkspace<float>(m, n, k);
        var layouts = new[]
        {
            (Layout.RowMajor, Layout.RowMajor, Layout.RowMajor), (Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor),
            (Layout.ColumnMajor, Layout.ColumnMajor, Layout.RowMajor), (Layout.RowMajor, Layout.RowMajor, Layout.BothStrided),
        };
        foreach (var (left, right, to) in layouts)
        {
            var expected = GemmOracle.Multiply(0.7f, a, b, 1.3f, c, GemmOracle.FormOf<float>(m, n, k, left, right));
            float[] memory = new float[required + 131072], actual = to.Place(c, 0);
            memory.AsSpan(required).Fill(-77);
            Kernels.Gemm.Multiply(
                0.7f, left.View<float>(left.Place(a, 0), m, k), right.View<float>(right.Place(b, 0), k, n), 1.3f, to.View<float>(actual, m, n), memory.AsSpan(0, required));
            Assert.Equal(to.Place(expected, 0), actual);
            Assert.False(memory.AsSpan(required).ContainsAnyExcept(-77f), $"it wrote behind its workspace: {left} {right} {to}");
        }
    }

    [Fact]
    [Trait("Category", "Dispatch")]
    public void NotANumberAndInfinityAreDataAndBetaZeroDoesNotReadTheDestination()
    {
        var random = new Random(6);
        var (a, b, c) = (Draw.Matrix<float>(random, 9, 12), Draw.Matrix<float>(random, 12, 21), Draw.Matrix<float>(random, 9, 21));
        a[3, 4] = float.NaN;
        a[8, 11] = float.PositiveInfinity;
        b[0, 20] = float.NegativeInfinity;
        b[5, 6] = float.Epsilon;
        b[2, 2] = -0f;
        c[1, 1] = float.NaN;
        foreach (VectorWidth width in Widths)
        {
            Check(width, 1f, a, b, 0f, c);
            Check(width, 1f, a, b, 1f, c);
            Check(width, 0f, a, b, 0f, c);
            Check(width, 0f, a, b, 1f, c);
        }
    }

    [Fact]
    [Trait("Category", "Dispatch")]
    public void ADepthOfZeroScalesTheDestination()
    {
        double[,] c = { { 1, 2 }, { 3, double.NaN } };
        Kernels.Gemm.Multiply(1, new double[2, 0], new double[0, 2], 3, c);
        Assert.Equal(new double[,] { { 3, 6 }, { 9, double.NaN } }, c);
        Kernels.Gemm.Multiply(1, new double[2, 0], new double[0, 2], 0, c);
        Assert.Equal(new double[2, 2], c);
        Kernels.Gemm.Multiply(new double[0, 3], new double[3, 2], new double[0, 2]);
    }
}
