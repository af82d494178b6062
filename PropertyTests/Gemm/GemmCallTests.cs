using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

/// <summary>The public entries: what they refuse, what they allow, and that they allocate nothing.</summary>
public class GemmCallTests
{
    [Fact]
    [Trait("Category", "Dispatch")]
    public void ThePublicEntriesUseTheLiveWidthAndEqualTheChain()
    {
        var random = new Random(5);
        var (a, b, c) = (Draw.Matrix<double>(random, 20, 30), Draw.Matrix<double>(random, 30, 40), Draw.Matrix<double>(random, 20, 40));
        var expected = GemmOracle.Multiply(2, a, b, -1, c);
        var actual = (double[,])c.Clone();
        Kernels.Gemm.Multiply(2, a, b, -1, actual);
        Assert.Equal(expected, actual);
        actual = (double[,])c.Clone();
        Kernels.Gemm.Multiply(2, a, b, -1, actual, new double[Kernels.Gemm.RequiredWorkspace<double>(20, 40, 30)]);
        Assert.Equal(expected, actual);
        actual = (double[,])c.Clone();
        Kernels.Gemm.Multiply<double>(2, a, b, -1, actual);
        Assert.Equal(expected, actual);
        Kernels.Gemm.Multiply(a, b, actual);
        Assert.Equal(GemmOracle.Multiply(1, a, b, 0, c), actual);
    }

    // Blocks of operands are copied, never a large A or B as a whole.
    [Theory]
    [InlineData(4000, 16, 4000)]
    [InlineData(16, 4000, 4000)]
    [InlineData(4000, 200, 4000)]
    [InlineData(4000, 4000, 4000)]
    public void TheWorkspaceIsSmallBesideALargeOperand(int m, int n, int k)
        => Assert.InRange(Kernels.Gemm.RequiredWorkspace<float>(m, n, k), 1, 4_500_000);

    [Fact]
    public void BadCallsNameTheArgument()
    {
        var (a, b, c) = (new double[3, 4], new double[4, 5], new double[3, 5]);
        Assert.Contains("a is 3 x 4 and b is 5 x 4", Assert.Throws<ArgumentException>("b", () => Kernels.Gemm.Multiply(a, new double[5, 4], c)).Message);
        Assert.Contains("Must be 3 x 5, but is 5 x 3", Assert.Throws<ArgumentException>("destination", () => Kernels.Gemm.Multiply(a, b, new double[5, 3])).Message);
        Assert.Throws<ArgumentException>("workspace", () => Kernels.Gemm.Multiply(1, a, b, 0, c, new double[3]));
        Assert.Throws<ArgumentException>("workspace", () => Kernels.Gemm.Multiply(1, a, b, 0, c, Span<double>.Empty));
        Assert.Throws<NotSupportedException>(() => Kernels.Gemm.Multiply<int>(new int[1, 1], new int[1, 1], new int[1, 1]));
        double[] shared = new double[100];
        Assert.Contains("overlaps a", Assert.Throws<ArgumentException>("destination", () => Kernels.Gemm.Multiply(
            new MatrixView<double>(shared, 4, 4, 10), new double[4, 4], new MatrixView<double>(shared.AsSpan(33), 4, 4, 10))).Message);
    }

    // Each has a way of its own, with checks of its own.
    [Theory]
    [InlineData(4, 5, 6, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(4, 5, 6, Layout.ColumnMajor, Layout.RowMajor)]
    [InlineData(4, 5, 6, Layout.RowMajor, Layout.ColumnMajor)]
    [InlineData(20, 50, 30, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(1, 100, 4, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(1, 1000, 9, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(3, 100, 4, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(100, 1, 4, Layout.ColumnMajor, Layout.RowMajor)]
    [InlineData(8, 1, 8, Layout.ColumnMajor, Layout.RowMajor)]
    [InlineData(300, 1, 4, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(1, 30, 5, Layout.RowMajor, Layout.ColumnMajor)]
    [InlineData(1, 30, 40, Layout.RowMajor, Layout.ColumnMajor)]
    [InlineData(1, 9, 40, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(70, 80, 90, Layout.RowMajor, Layout.RowMajor)]
    public void ADestinationThatMeetsTheEndOfAnOperandIsRefused(int m, int n, int k, Layout a, Layout b)
    {
        foreach (float alpha in new[] { 1f, -0.7f })
        {
            float[] memory = new float[m * n + Math.Max(m, n) * k], other = new float[Math.Max(m, n) * k];
            int ofA = m * k, ofB = k * n, ofC = m * n;
            Refused("a", memory.AsSpan(ofC - 1, ofA), other.AsSpan(0, ofB), memory.AsSpan(0, ofC));
            Refused("a", memory.AsSpan(0, ofA), other.AsSpan(0, ofB), memory.AsSpan(ofA - 1, ofC));
            Refused("b", other.AsSpan(0, ofA), memory.AsSpan(ofC - 1, ofB), memory.AsSpan(0, ofC));
            Refused("b", other.AsSpan(0, ofA), memory.AsSpan(0, ofB), memory.AsSpan(ofB - 1, ofC));

            void Refused(string operand, Span<float> left, Span<float> right, Span<float> to)
            {
                string message = "";
                try
                {
                    Kernels.Gemm.Multiply(alpha, a.View(left, m, k), b.View(right, k, n), 0, new MatrixView<float>(to, m, n));
                }
                catch (ArgumentException e) when (e.ParamName == "destination")
                {
                    message = e.Message;
                }

                Assert.Contains($"overlaps {operand};", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void BlocksOfOneMatrixMayBeOperandAndDestination()
    {
        var random = new Random(7);
        var whole = Draw.Matrix<double>(random, 12, 12);
        MatrixView<double> view = whole;
        var (a, b) = (view.Slice(0, 0, 6, 6).ToArray(), view.Slice(0, 6, 6, 6).ToArray());
        Kernels.Gemm.Multiply(view.Slice(0, 0, 6, 6), view.Slice(0, 6, 6, 6), view.Slice(6, 3, 6, 6));
        Assert.Equal(GemmOracle.Multiply(1, a, b, 0, new double[6, 6]), view.Slice(6, 3, 6, 6).ToArray());
    }

    // As above, turned: the extents of all three meet, their elements do not.
    [Fact]
    public void BlocksOfOneMatrixMayBeTransposedOperands()
    {
        var random = new Random(7);
        var whole = Draw.Matrix<double>(random, 12, 12);
        MatrixView<double> view = whole;
        ReadOnlyMatrixView<double> a = view.Slice(0, 0, 6, 6), b = view.Slice(0, 6, 6, 6);
        var expected = GemmOracle.Multiply(0.7, a.Transposed.ToArray(), b.Transposed.ToArray(), 0, new double[6, 6]);
        Kernels.Gemm.Multiply(0.7, a.Transposed, b.Transposed, 0, view.Slice(6, 3, 6, 6));
        Assert.Equal(expected, view.Slice(6, 3, 6, 6).ToArray());
        var refusal = Assert.Throws<ArgumentException>(() =>
        {
            MatrixView<double> same = whole;
            Kernels.Gemm.Multiply(same.Slice(0, 0, 6, 6), same.Slice(0, 6, 6, 6).Transposed, same.Slice(5, 3, 6, 6));
        });
        Assert.Equal("destination", refusal.ParamName);
    }

    [Fact]
    public void NothingIsAllocatedOnceWarm()
    {
        var random = new Random(8);
        var (a, b, c) = (Draw.Matrix<float>(random, 150, 200), Draw.Matrix<float>(random, 200, 170), new float[150, 170]);
        var parallelism = Parallelism.Of(2);
        for (int i = 0; i < 3; i++)
        {
            Run();
            Kernels.Gemm.Multiply(1.5f, a, b, 1, c, parallelism);
        }

        Assert.Equal(0, Allocated.By(Run));

        void Run()
        {
            ReadOnlyMatrixView<float> left = a, right = b;
            MatrixView<float> product = c;
            Kernels.Gemm.Multiply(a, b, c);
            Kernels.Gemm.Multiply(1.5f, a, b, 1, product);
            Kernels.Gemm.Multiply(1.5f, left.Slice(0, 0, 20, 30), right.Slice(0, 0, 30, 20), 1, product.Slice(0, 0, 20, 20));
        }
    }
}
