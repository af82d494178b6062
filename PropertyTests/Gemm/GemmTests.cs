using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

public class GemmTests
{
    private static readonly VectorWidth[] Widths = [VectorWidth.V128, VectorWidth.V256, VectorWidth.V512];

    [Fact]
    public void EverySizeAroundTheTileEqualsTheChainBitByBit()
    {
        int[] rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 19, 25], depths = [1, 2, 7, 16];
        int[] columns = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129];
        foreach (int m in rows)
        {
            foreach (int n in columns)
            {
                foreach (int k in depths)
                {
                    AllWidths<float>(m, n, k, 1, 0);
                    AllWidths<double>(m, n, k, 1, 0);
                }
            }
        }
    }

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

    [Theory]
    [InlineData(200, 150, 400)]
    [InlineData(7, 4200, 3)]
    [InlineData(400, 70, 900)]
    [InlineData(150, 2100, 270)]
    public void SizesThatCrossEveryBlockEqualTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 1);
        AllWidths<double>(m, n, k, 1, 1);
        AllWidths<float>(m, n, k, 1.1, 0.3, Layout.ColumnMajor, Layout.ColumnMajor, Layout.ColumnMajorWithGaps);
        AllWidths<double>(m, n, k, 1.1, 0.3, Layout.RowMajorWithGaps, Layout.ColumnMajor, Layout.RowMajorWithGaps);
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
    public void AlphaInMemoryOfTheCallersEqualsTheChainBitByBit(int m, int n, int k)
    {
        var random = new Random(9);
        var (a, b, c) = (Draw.Matrix<float>(random, m, k), Draw.Matrix<float>(random, k, n), Draw.Matrix<float>(random, m, n));
        var expected = GemmOracle.Multiply(0.7f, a, b, 1.3f, c);
        Kernels.Gemm.Multiply(0.7f, a, b, 1.3f, c, new float[Kernels.Gemm.RequiredWorkspace<float>(m, n, k)]);
        Assert.Equal(expected, c);
    }

    // Without masks too: the last columns are copied then, beside a copy of A.
    [Fact]
    [Trait("Category", "Dispatch")]
    public void FewRowsThatStreamALargeMatrixEqualTheChainBitByBit()
    {
        AllWidths<float>(1, 1100, 900, 1, 1);
        AllWidths<double>(2, 700, 600, 1, 0);
        AllWidths<double>(700, 1, 601, 1, -1, Layout.ColumnMajor);
        AllWidths<float>(11, 370, 300, 1, 1);
        AllWidths<float>(40, 1030, 301, 1, 0);
        AllWidths<double>(95, 150, 517, 1, -1, Layout.ColumnMajor);
        // Fewer rows than a tile, and so deep that A is copied as well.
        AllWidths<float>(5, 70, 8000, 1, 0, Layout.ColumnMajor);
        AllWidths<double>(4, 40, 4000, 1, 1, Layout.ColumnMajor);
    }

    [Fact]
    public void FewColumnsOfATallProductEqualTheChainBitByBit()
    {
        foreach (Layout a in Enum.GetValues<Layout>())
        {
            for (int n = 1; n <= 9; n += 2)
            {
                AllWidths<float>(70, n, 33, 1, 1, a);
                AllWidths<double>(41, n, 600, -1, 0, a, Layout.ColumnMajor, Layout.RowMajorWithGaps);
            }
        }
    }

    [Fact]
    public void ATransposedMatrixTimesAColumnEqualsTheChainBitByBit()
    {
        foreach (int m in new[] { 1, 3, 8, 31, 64, 65 })
        {
            foreach (int k in new[] { 1, 2, 9, 17, 64, 65 })
            {
                AllWidths<float>(m, 1, k, 1, 0, Layout.ColumnMajor);
                AllWidths<double>(m, 1, k, 1, 0, Layout.ColumnMajorWithGaps);
                AllWidths<float>(m, 1, k, 1, 0, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps);
                AllWidths<double>(m, 1, k, 1, 0, Layout.ColumnMajor, Layout.RowMajor, Layout.RowMajorWithGaps);
            }
        }
    }

    [Theory]
    [InlineData("a", 8)]
    [InlineData("b", 70)]
    public void ATransposedMatrixTimesAColumnRefusesADestinationInsideAnOperand(string operand, int start)
    {
        float[] memory = new float[100];
        var refusal = Assert.Throws<ArgumentException>(() => Kernels.Gemm.Multiply(
            new ReadOnlyMatrixView<float>(memory.AsSpan(0, 64), 8, 8).Transposed, new ReadOnlyMatrixView<float>(memory.AsSpan(64, 8), 8, 1), new MatrixView<float>(memory.AsSpan(start, 8), 8, 1)));
        Assert.Equal("destination", refusal.ParamName);
        Assert.Contains($"overlaps {operand};", refusal.Message, StringComparison.Ordinal);
    }

    // Fewer rows than a vector has, some vectors, and each number of rows beside them.
    [Fact]
    public void OneShortColumnEqualsTheChainBitByBit()
    {
        foreach (int m in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 31, 63, 127, 128, 131 })
        {
            for (int k = 1; k < 10; k++)
            {
                AllWidths<float>(m, 1, k, 1, 0);
                AllWidths<double>(m, 1, k, 1, 0);
                AllWidths<float>(m, 1, k, 0.7, 1.3);
                AllWidths<double>(m, 1, k, 0.7, 1, Layout.RowMajorWithGaps, Layout.ColumnMajor);
                AllWidths<float>(1, m, k, -1, 0, Layout.RowMajor, Layout.ColumnMajor);
                AllWidths<double>(1, m, k, 0.7, -1, Layout.BothStrided, Layout.ColumnMajorWithGaps);
            }
        }
    }

    // Wider than the widest tile, and than a block of columns; depths on both sides of the rows of B that stream past at a time.
    [Fact]
    public void OneWideRowEqualsTheChainBitByBit()
    {
        foreach (int n in new[] { 33, 63, 65, 66, 71, 130, 2048, 2051, 2053, 4096, 4103, 4111, 8200 })
        {
            foreach (int k in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 21 })
            {
                AllWidths<float>(1, n, k, 1, 0);
                AllWidths<double>(1, n, k, 0.7, 1.3, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps);
                AllWidths<double>(n, 1, k, 1, -1, Layout.ColumnMajor);
                AllWidths<float>(n, 1, k, 0.7, 1, Layout.ColumnMajorWithGaps);
            }
        }
    }

    [Fact]
    public void TheDotFormEqualsItsLanesBitByBitOnBothSidesOfEachOfItsBounds()
    {
        int[] few = [1, 2, 3, 4, 5], many = [1, 4, 7, 8, 9, 21], depths = [3, 7, 8, 9, 15, 16, 17, 33, 47, 48, 70, 127, 128, 129, 255, 256, 257];
        foreach (int m in many)
        {
            foreach (int n in few)
            {
                foreach (int k in depths)
                {
                    foreach (var (a, b) in new[] { (Layout.RowMajor, Layout.RowMajor), (Layout.RowMajorWithGaps, Layout.ColumnMajor), (Layout.ColumnMajor, Layout.RowMajor) })
                    {
                        AllWidths<float>(m, n, k, 1, 0, a, b);
                        AllWidths<double>(m, n, k, 0.7, 1.3, a, b, Layout.RowMajorWithGaps);
                        AllWidths<double>(n, m, k, 1, 1, a, b);
                        AllWidths<float>(n, m, k, -1, 0, a, b, Layout.ColumnMajor);
                    }
                }
            }
        }
    }

    [Fact]
    public void TheSlicesOfAFewElementsEqualTheirChainsBitByBitOnBothSidesOfEachOfItsBounds()
    {
        foreach (int m in new[] { 1, 2, 3, 4, 5 })
        {
            foreach (int n in new[] { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17, 32, 33 })
            {
                foreach (int k in new[] { 15, 16, 17, 23, 31, 32, 33, 39, 63, 64, 65, 100 })
                {
                    AllWidths<float>(m, n, k, 1, 0);
                    AllWidths<double>(m, n, k, 0.7, 1.3, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
                    AllWidths<double>(n, m, k, 1, 1, Layout.ColumnMajor, Layout.RowMajorWithGaps, Layout.ColumnMajor);
                    AllWidths<float>(n, m, k, -1, 0.7, Layout.ColumnMajorWithGaps, Layout.BothStrided, Layout.BothStrided);
                    AllWidths<float>(m, n, k, 0.3, 1, Layout.ColumnMajor, Layout.RowMajor, Layout.ColumnMajor);
                    AllWidths<double>(m, n, k, -1, 0, Layout.BothStrided, Layout.RowMajor, Layout.BothStrided);
                }
            }
        }
    }

    // The sign of a zero: all slices underflow to minus zero, and one more step of zeros turns those that the last stretch of k does not reach.
    [Fact]
    public void SlicesThatUnderflowKeepTheSignOfTheirZero()
    {
        var (a, b) = (new float[1, 17], new float[17, 4]);
        for (int p = 0; p < 17; p++)
        {
            a[0, p] = -1e-30f;
            b[p, 0] = b[p, 1] = b[p, 2] = b[p, 3] = 1e-30f;
        }

        foreach (VectorWidth width in Widths)
        {
            Check(width, 1, 1f, a, b, 0f, new float[1, 4], GemmOracle.Multiply(1f, a, b, 0f, new float[1, 4], GemmOracle.Form.Slices), default, default, default);
        }
    }

    // Each is large enough for a thread to be woken (GemmCall). A part of a chain product may have a shape that, taken alone, is a sum over lanes; and the other way round.
    [Fact]
    public void TheFormIsThatOfTheWholeProductAlsoWhenThreadsShareIt()
    {
        foreach (Layout a in Enum.GetValues<Layout>())
        {
            AllWidths<float>(7, 1, 700_000, 1, 0, a);
            AllWidths<double>(1, 6, 400_000, 1, 1, Layout.RowMajor, a);
            AllWidths<double>(2100, 1, 1100, 1, 0, a);
            // From memory: other blocks of rows.
            AllWidths<float>(3001, 1, 1500, 1, 0, a);
        }
    }

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

    // Rows a power of two apart displace each other in the caches, and B is copied for that: alone in a short way, or by the tiles.
    [Theory]
    [InlineData(16, 16, 16)]
    [InlineData(20, 33, 17)]
    [InlineData(9, 64, 64)]
    [InlineData(40, 40, 40)]
    [InlineData(90, 100, 80)]
    [InlineData(7, 150, 90)]
    public void BlocksOfALargeMatrixEqualTheChainBitByBit(int m, int n, int k)
    {
        foreach (double alpha in new[] { 1, 0.7 })
        {
            BlocksOf<float>(1024, m, n, k, alpha);
            BlocksOf<double>(256, m, n, k, alpha);
            BlocksOf<double>(512, m, n, k, alpha);
        }
    }

    private static void BlocksOf<T>(int width, int m, int n, int k, double alpha)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(HashCode.Combine(m, n, k));
        var (a, b, c) = (Draw.Matrix<T>(random, m, k), Draw.Matrix<T>(random, k, n), Draw.Matrix<T>(random, m, n));
        var expected = GemmOracle.Multiply(T.CreateChecked(alpha), a, b, T.One, c, GemmOracle.FormOf<T>(m, n, k, Layout.RowMajor, Layout.RowMajor));
        foreach (VectorWidth live in Widths)
        {
            MatrixView<T> left = Block(a), right = Block(b), to = Block(c);
            GemmEntry.Multiply<T>(live, T.CreateChecked(alpha), left, right, T.One, to, Parallelism.Sequential);
            Assert.Equal(expected, to.ToArray());
        }

        MatrixView<T> Block(T[,] values)
        {
            var block = new MatrixView<T>(new T[values.GetLength(0) * width], values.GetLength(0), values.GetLength(1), width);
            new ReadOnlyMatrixView<T>(Flat(values), values.GetLength(0), values.GetLength(1)).CopyTo(block);
            return block;
        }

        static T[] Flat(T[,] values) => [.. values.Cast<T>()];
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
        ReadOnlyMatrixView<float> left = a, right = b;
        var parallelism = Parallelism.Of(2);
        for (int i = 0; i < 3; i++)
        {
            Kernels.Gemm.Multiply(a, b, c);
            Kernels.Gemm.Multiply(1.5f, a, b, 1, c, parallelism);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Kernels.Gemm.Multiply(a, b, c);
        Kernels.Gemm.Multiply(1.5f, a, b, 1, ((MatrixView<float>)c));
        Kernels.Gemm.Multiply(1.5f, left.Slice(0, 0, 20, 30), right.Slice(0, 0, 30, 20), 1, ((MatrixView<float>)c).Slice(0, 0, 20, 20));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AllWidths<T>(int m, int n, int k, double alpha, double beta, Layout a = default, Layout b = default, Layout c = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(HashCode.Combine(m, n, k));
        var (left, right, old) = (Draw.Matrix<T>(random, m, k), Draw.Matrix<T>(random, k, n), Draw.Matrix<T>(random, m, n));
        var expected = GemmOracle.Multiply(T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, GemmOracle.FormOf<T>(m, n, k, a, b));
        foreach (VectorWidth width in Widths)
        {
            Check(width, 1, T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, expected, a, b, c);
            Check(width, 2, T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, expected, a, b, c);
        }
    }

    private static void Check<T>(VectorWidth width, T alpha, T[,] a, T[,] b, T beta, T[,] c)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Check(width, 1, alpha, a, b, beta, c, GemmOracle.Multiply(alpha, a, b, beta, c), default, default, default);

    private static void Check<T>(
        VectorWidth width, int threads, T alpha, T[,] a, T[,] b, T beta, T[,] c, T[,] expected, Layout aLayout, Layout bLayout, Layout cLayout)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = c.GetLength(0), n = c.GetLength(1), k = a.GetLength(1);
        T filler = T.CreateChecked(-77);
        T[] left = aLayout.Place(a, filler), right = bLayout.Place(b, filler), actual = cLayout.Place(c, filler);
        GemmEntry.Multiply(width, alpha, aLayout.View<T>(left, m, k), bLayout.View<T>(right, k, n), beta, cLayout.View<T>(actual, m, n), Parallelism.Of(threads));
        T[] wanted = cLayout.Place(expected, filler);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.True(
                Same(wanted[i], actual[i]),
                $"{width}, {threads} threads, {m} x {n} x {k}, alpha {alpha}, beta {beta}, {aLayout} {bLayout} {cLayout}: element {i} is {actual[i]:R}, not {wanted[i]:R}");
        }
    }

    private static bool Same<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.IsNaN(x) ? T.IsNaN(y) : x == y && T.IsNegative(x) == T.IsNegative(y);
}
