using System.Numerics;
using Kernels.PropertyTests.Support;
using static Kernels.PropertyTests.Gemm.GemmCheck;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Products that are sums over lanes or slices of k against those of the contract, bit by bit.</summary>
public class GemmSumsTests
{
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

    // Four columns take half of the lanes at a time, from a depth on, in chunks of k: one, two and three of them, with rows that fill no block of tiles, one, and more.
    [Fact]
    public void SumsTakenByHalvesOfTheirLanesEqualThemBitByBit()
    {
        foreach (int m in new[] { 5, 23, 24, 25, 26, 27, 50 })
        {
            foreach (int k in new[] { 55, 56, 111, 112, 255, 256, 271, 512, 523, 528, 1029 })
            {
                AllWidths<float>(m, 4, k, 1, 0, b: Layout.ColumnMajor);
                AllWidths<float>(m, 4, k, -1, 1.3, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps, Layout.BothStrided);
                AllWidths<double>(4, m, k, 1, 0, b: Layout.ColumnMajor);
                AllWidths<double>(4, m, k, 0.7, 1, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps, Layout.RowMajorWithGaps);
            }
        }
    }

    // A column whose rows are read one after the other: every rest of k, every rest of four rows, and both sides of each bound (rows of 3 and 16 KiB, a matrix of 56 KiB and 2 MiB).
    [Fact]
    public void AColumnOfSumsReadRowByRowEqualsItsLanesBitByBit()
    {
        for (int rest = 0; rest < 64; rest++)
        {
            AllWidths<float>(19 + rest % 4, 1, 768 + rest, 1, 0);
            AllWidths<float>(1, 93 + rest % 4, 192 + rest, -1, 1.3, b: Layout.ColumnMajorWithGaps, c: Layout.RowMajorWithGaps);
            AllWidths<double>(19 + rest % 4, 1, 384 + rest, 0.7, 1, Layout.RowMajorWithGaps, c: Layout.BothStrided);
            AllWidths<double>(73 + rest % 4, 1, 100 + rest, 1, 0);
        }

        foreach (var (m, k) in new[] { (14, 1024), (15, 1024), (76, 767), (76, 768), (30, 4096), (30, 4097), (512, 1024), (513, 1024), (4, 4000) })
        {
            AllWidths<float>(m, 1, k, 1, 0);
            AllWidths<double>(1, m, k / 2, -1, 1, b: Layout.ColumnMajor);
            AllWidths<float>(1, m, k, 1, 0.5, b: Layout.ColumnMajorWithGaps);
            AllWidths<double>(m, 1, k / 2, 1, 0, Layout.ColumnMajor);
        }
    }

    // Each is that of Reductions.Dot.
    [Fact]
    public void EachSumOfALongColumnIsTheInnerProductBitByBit()
    {
        const int Rows = 21, Depth = 1001;
        var random = new Random(3);
        double[] a = [.. Enumerable.Range(0, Rows * Depth).Select(_ => random.NextDouble() - 0.5)], x = [.. Enumerable.Range(0, Depth).Select(_ => random.NextDouble() - 0.5)], y = new double[Rows];
        Kernels.Gemm.Multiply(new ReadOnlyMatrixView<double>(a, Rows, Depth), new ReadOnlyMatrixView<double>(x, Depth, 1), new MatrixView<double>(y, Rows, 1));
        Assert.Equal([.. Enumerable.Range(0, Rows).Select(row => Reductions.Dot<double>(a.AsSpan(row * Depth, Depth), x))], y);
    }

    // Nine parts of a matrix of 17 MB: each alone would have sums of more lanes.
    [Fact]
    public void APartOfALongColumnHasTheLanesOfTheWhole()
    {
        const int Rows = 4300, Depth = 1000;
        var random = new Random(5);
        var (a, x, y) = (Draw.Matrix<float>(random, Rows, Depth), Draw.Matrix<float>(random, Depth, 1), new float[Rows, 1]);
        float[,] expected = GemmOracle.Multiply(1f, a, x, 0f, y, GemmOracle.Form.Dots);
        foreach (VectorWidth width in Widths)
        {
            Check(width, 3, 1f, a, x, 0f, y, expected, default, default, default);
        }
    }

    // Both sides along k: on both sides of each bound, with more passes than one, and in parts.
    [Fact]
    public void SeveralRowsOrColumnsAlongKEqualTheirLanesBitByBit()
    {
        foreach (int several in new[] { 5, 6, 7, 8, 9, 12, 13 })
        {
            foreach (int others in new[] { 5, 13, 64, 65, 130 })
            {
                AllWidths<float>(several, others, 47 + several % 3, 1, 0, b: Layout.ColumnMajor);
                AllWidths<float>(others, several, 200, -1, 1.3, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps, Layout.BothStrided);
                AllWidths<double>(several, others, 48 - several % 2, 1, 0, b: Layout.ColumnMajor);
                AllWidths<double>(others, several, 131, 0.7, 1, Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps, Layout.ColumnMajor);
            }
        }

        AllWidths<double>(9, 2621, 100, 1, 0, b: Layout.ColumnMajor);
        AllWidths<double>(9, 2622, 100, 1, 0, b: Layout.ColumnMajor);
        AllWidths<float>(10, 700, 1000, 1, 0, b: Layout.ColumnMajor);
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

    // Rows of A that overlap, one element apart: k is adjacent, and rows are too, so that few of them are slices of the transposed product, whichever way is short enough for them.
    [Fact]
    public void SlidingWindowsHaveTheSameFormOnEveryWay()
    {
        foreach (int m in new[] { 2, 4, 6, 8, 9, 16, 17, 30 })
        {
            foreach (int k in new[] { 16, 40, 64, 65, 100, 500, 1100 })
            {
                SlidingWindows<float>(m, 1, k);
                SlidingWindows<float>(m, 4, k);
                SlidingWindows<double>(m, 1, k);
                SlidingWindows<double>(m, 4, k);
            }
        }
    }

    private static void SlidingWindows<T>(int m, int n, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(m);
        T[,] signal = Draw.Matrix<T>(random, 1, m + k - 1), a = new T[m, k], b = Draw.Matrix<T>(random, k, n), zero = new T[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                a[i, p] = signal[0, i + p];
            }
        }

        T[,] expected = GemmOracle.Multiply(T.One, a, b, T.Zero, zero, GemmOracle.FormOf<T>(m, n, k, (1, 1), (n, 1)));
        T[] line = [.. signal.Cast<T>()];
        var windows = new ReadOnlyMatrixView<T>(line, m, k, 1, 1);
        foreach (VectorWidth width in Widths)
        {
            var actual = new T[m, n];
            GemmEntry.Multiply(width, T.One, windows, b, T.Zero, actual, Parallelism.Of(1));
            Assert.Equal(expected, actual);
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
}
