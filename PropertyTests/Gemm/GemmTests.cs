using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Kernels.PropertyTests.Support;
using static Kernels.PropertyTests.Gemm.GemmCheck;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Every path of a product against the chain or sum of the contract, bit by bit.</summary>
public class GemmTests
{
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

    // Read in place, k is cut where a panel of B and the rows of A beside it would not stay in the first-level cache: on both sides of that bound, along k and apart, with alpha in a copy, and a C too large for it.
    [Theory]
    [InlineData(50, 50, 188)]
    [InlineData(50, 50, 189)]
    [InlineData(90, 91, 301)]
    [InlineData(7, 33, 511)]
    [InlineData(61, 59, 700)]
    [InlineData(300, 90, 200)]
    public void SmallMatricesOfADeepProductEqualTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 0);
        AllWidths<float>(m, n, k, 1, -1, Layout.ColumnMajor);
        AllWidths<double>(m, n, k, 0.7, 1, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
        AllWidths<double>(m, n, k, 1, 0.3, Layout.ColumnMajor, Layout.ColumnMajor, Layout.ColumnMajor);
    }

    // A large B is copied panel by panel: where its rows displace each other and where they do not, with a last panel in part, k in several blocks, copies of A and of a B that alpha is rounded into,
    // on both sides of the rows that do so; and where tiles of two heights pass a B that streams, a few panels at a time, and few rows a B that waits for memory.
    [Theory]
    [InlineData(18, 1024, 130)]
    [InlineData(24, 331, 520)]
    [InlineData(25, 331, 520)]
    [InlineData(70, 206, 1025)]
    [InlineData(96, 140, 520)]
    [InlineData(97, 140, 520)]
    [InlineData(128, 127, 1030)]
    [InlineData(129, 127, 1030)]
    [InlineData(16, 1100, 300)]
    [InlineData(3, 1030, 3100)]
    [InlineData(10, 1030, 3100)]
    public void RowsThatPassALargeMatrixEqualTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 0);
        AllWidths<double>(m, n, k, 1, -1, Layout.ColumnMajor, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
        AllWidths<double>(m, n, k, 0.7, 1, Layout.RowMajorWithGaps, c: Layout.BothStrided);
        AllWidths<double>(m, n, k, 1.1, 0.3, Layout.ColumnMajor);
    }

    // A large A that is read along its rows meets few columns: all of k at once, in one panel and in several, up to as many steps as a panel may have and beyond, on both sides of the columns
    // that do so, and as the transposed product, where C is turned though lanes are left idle; and with rows of A in one set of the first-level cache.
    [Theory]
    [InlineData(300, 17, 1030)]
    [InlineData(410, 8, 900)]
    [InlineData(131, 20, 4500)]
    [InlineData(220, 256, 600)]
    [InlineData(220, 257, 600)]
    [InlineData(130, 9, 1024)]
    [InlineData(133, 5, 1026)]
    [InlineData(300, 17, 530)]
    [InlineData(1020, 9, 3200)]
    public void FewColumnsOfADeepProductEqualTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 0);
        AllWidths<float>(n, m, k, 1, -1, b: Layout.ColumnMajor);
        AllWidths<double>(m, n, k, 0.7, 1, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps, Layout.BothStrided);
        AllWidths<double>(n, m, k, 1.1, 0.3, Layout.ColumnMajor, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps);
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

    // A large C is written along its rows, few tiles of them at a time: in place, beside copies, and with a last block of one to five rows.
    [Theory]
    [InlineData(1030, 701, 9)]
    [InlineData(733, 1107, 33)]
    [InlineData(1202, 1417, 9)]
    [InlineData(1207, 1408, 5)]
    [InlineData(97, 17000, 6)]
    [InlineData(1801, 3503, 1)]
    [InlineData(1801, 3503, 3)]
    [InlineData(1801, 3503, 8)]
    [InlineData(9000, 200, 4)]
    public void ALargeProductOfAShortDepthEqualsTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 0);
        AllWidths<double>(m, n, k, 1, 1, Layout.ColumnMajor, Layout.ColumnMajor);
        AllWidths<double>(m, n, k, 0.7, -1, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps);
    }

    // A is passed as the B of the transposed product, into scratch beside C: columns that leave lanes idle and that fill vectors, as many as pass it and one more, and more rows than a block of columns has.
    [Theory]
    [InlineData(1400, 2, 260)]
    [InlineData(1400, 3, 260)]
    [InlineData(700, 8, 530)]
    [InlineData(700, 16, 530)]
    [InlineData(1400, 17, 260)]
    [InlineData(1030, 96, 260)]
    [InlineData(1030, 128, 260)]
    [InlineData(1030, 129, 260)]
    [InlineData(4200, 3, 70)]
    public void FewColumnsOfATransposedLargeMatrixEqualTheChainBitByBit(int m, int n, int k)
    {
        AllWidths<float>(m, n, k, 1, 0, Layout.ColumnMajor);
        AllWidths<double>(m, n, k, 1, -1, Layout.ColumnMajorWithGaps, Layout.ColumnMajor, Layout.RowMajorWithGaps);
        AllWidths<double>(m, n, k, 0.7, 0.3, Layout.ColumnMajor, Layout.RowMajorWithGaps, Layout.BothStrided);
    }

    // Where B would be turned for few rows, the transposed product reads it as it lies: on both sides of the rows that leave lanes idle, with a last strip of C in part.
    [Fact]
    public void FewRowsTimesATransposedMatrixEqualTheChainBitByBit()
    {
        foreach (int m in new[] { 5, 7, 8, 12, 15, 16, 24, 33, 48 })
        {
            AllWidths<float>(m, 131, 70, 1, 0, b: Layout.ColumnMajor);
            AllWidths<double>(m, 131, 70, 1, -1, Layout.ColumnMajor, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps);
            // alpha in a copy of all of A, and from 16 rows on block by block.
            AllWidths<double>(m, 350, 1030, 0.7, 1, Layout.RowMajorWithGaps, Layout.ColumnMajor);
            AllWidths<float>(m, 261, 530, 1.1, 0.3, Layout.ColumnMajor, Layout.ColumnMajor, Layout.RowMajorWithGaps);
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

    // The mirror image, with the depths of chains, of slices and of dots.
    [Fact]
    public void ARowTimesATransposedMatrixEqualsTheChainBitByBit()
    {
        foreach (int n in new[] { 1, 2, 3, 8, 31, 64, 65, 512, 513 })
        {
            foreach (int k in new[] { 1, 2, 7, 8, 17, 65, 300 })
            {
                AllWidths<float>(1, n, k, 1, 0, Layout.RowMajor, Layout.ColumnMajor);
                AllWidths<double>(1, n, k, 0.7, 0.3, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps);
                AllWidths<float>(1, n, k, 0.7, 1, Layout.RowMajor, Layout.ColumnMajorWithGaps, Layout.BothStrided);
                AllWidths<double>(1, n, k, 1, 1, Layout.ColumnMajor, Layout.ColumnMajor, Layout.ColumnMajorWithGaps);
            }
        }
    }

    // One to four rows on both sides of what goes straight to a kernel, by panels or streaming, and their mirror images.
    [Theory]
    [InlineData(64, 3)]
    [InlineData(65, 1)]
    [InlineData(100, 40)]
    [InlineData(100, 41)]
    [InlineData(100, 81)]
    [InlineData(100, 82)]
    [InlineData(512, 7)]
    [InlineData(513, 7)]
    [InlineData(1100, 30)]
    public void FewRowsWiderThanSmallProductsEqualTheChainBitByBit(int n, int k)
    {
        foreach (int m in new[] { 1, 2, 3, 4 })
        {
            AllWidths<float>(m, n, k, 1, 0);
            AllWidths<double>(m, n, k, 1, 1, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
            AllWidths<float>(m, n, k, 0.7, 0.3, Layout.RowMajorWithGaps);
            AllWidths<double>(m, n, k, 0.7, 0);
            AllWidths<float>(n, m, k, 1, 0.3, Layout.ColumnMajor, Layout.ColumnMajor, Layout.ColumnMajor);
            AllWidths<double>(n, m, k, 0.7, 0, Layout.ColumnMajorWithGaps, Layout.ColumnMajor, Layout.ColumnMajor);
        }
    }

    // A matrix beyond the first-level cache, whose rows pass C one by one at 512 bits: each rest of a vector, an even and an odd number of whole ones, both sides of the bounds, and the mirror image.
    [Fact]
    public void ALargeMatrixWhoseRowsPassOneByOneEqualsTheChainBitByBit()
    {
        for (int rest = 0; rest < 32; rest++)
        {
            AllWidths<float>(1, 191 + rest, 80, 1, 0);
            AllWidths<double>(1, 95 + rest, 80, 1, 1, Layout.ColumnMajor);
            AllWidths<float>(1, 4080 + rest, 5, 1, 0.3, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
            AllWidths<double>(180 + rest, 1, 61, -1, 0, Layout.ColumnMajorWithGaps);
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

    // More than there are rows, processors, or numbers when each has three parts.
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1 << 30)]
    [InlineData(int.MaxValue)]
    public void AnyNumberOfThreadsGivesTheSameBits(int threads)
    {
        var random = new Random(5);
        var (a, b, c) = (Draw.Matrix<double>(random, 140, 130), Draw.Matrix<double>(random, 130, 150), Draw.Matrix<double>(random, 140, 150));
        double[,] expected = GemmOracle.Multiply(0.7, a, b, 1, c, GemmOracle.Form.Chains);
        foreach (VectorWidth width in Widths)
        {
            Check(width, threads, 0.7, a, b, 1, c, expected, default, default, default);
        }
    }

    // A row of products that are too small to wake a helper for has one after a while.
    [Theory]
    [InlineData(64, 64, 64, Layout.RowMajor, Layout.RowMajor)]
    [InlineData(6, 300, 90, Layout.RowMajor, Layout.ColumnMajor)]
    [InlineData(300, 6, 90, Layout.ColumnMajor, Layout.RowMajor)]
    [InlineData(4, 400, 100, Layout.RowMajor, Layout.ColumnMajor)]
    [InlineData(2000, 1, 80, Layout.RowMajor, Layout.RowMajor)]
    public void ARowOfSmallProductsInTwoThreadsGivesTheBitsOfOne(int m, int n, int k, Layout aLayout, Layout bLayout)
    {
        var random = new Random(6);
        double[,] a = Draw.Matrix<double>(random, m, k), b = Draw.Matrix<double>(random, k, n), c = new double[m, n];
        double[] left = aLayout.Place(a, 0.0), right = bLayout.Place(b, 0.0);
        double[,] expected = GemmOracle.Multiply(1, a, b, 0, c, GemmOracle.FormOf<double>(m, n, k, aLayout, bLayout));
        bool helped = Environment.ProcessorCount == 1;
        const int MostSeconds = 60;
        long start = Stopwatch.GetTimestamp();
        for (int times = 0; times < 1000 || (!helped && Stopwatch.GetElapsedTime(start).TotalSeconds < MostSeconds); times++)
        {
            Array.Clear(c);
            Kernels.Gemm.Multiply(aLayout.View<double>(left, m, k), bLayout.View<double>(right, k, n), c, Parallelism.Of(2));
            Assert.Equal(0, MemoryMarshal.CreateSpan(ref expected[0, 0], m * n).SequenceCompareTo(MemoryMarshal.CreateSpan(ref c[0, 0], m * n)));
            helped |= ForkJoin.IsHelped;
        }

        Assert.True(helped, "No product was shared, so nothing was tested.");
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
}
