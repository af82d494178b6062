using Kernels.PropertyTests.Support;
using static Kernels.PropertyTests.Gemm.GemmCheck;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Few columns, or few products of a sum, against the chain, bit by bit: strips, outer products and short columns.</summary>
public class GemmFewColumnsTests
{
    // Several rows of up to four columns share a vector: alone and behind whole vectors, fewer rows than share one and more, with fewer than four steps of k left.
    [Fact]
    public void AStripOfUpToFourColumnsEqualsTheChainBitByBit()
    {
        foreach (int m in new[] { 4, 7, 8, 15, 16, 17, 23, 24, 25, 34, 65, 67, 98 })
        {
            foreach (int n in new[] { 2, 3, 4, 17, 33, 35, 36, 49, 65, 68, 131 })
            {
                AllWidths<float>(m, n, m % 11 + 1, 1, 0);
                AllWidths<float>(m, n, 31, 1, -1, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
                AllWidths<double>(m, n, m % 11 + 1, 1, 0.3, c: Layout.RowMajorWithGaps);
                AllWidths<double>(m, n, 66, 0.7, 0);
            }
        }
    }

    // Each number of rows up to some vectors of them, of few columns, alone and behind whole vectors, and of sums of one product and more: strips, outer products and what is left of them.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(35)]
    [InlineData(67)]
    public void EachNumberOfRowsOfFewColumnsEqualsTheChainBitByBit(int n)
    {
        for (int m = 1; m <= 66; m++)
        {
            int k = (5 * m + n) % 13 + 1;
            AllWidths<float>(m, n, k, 1, 0);
            AllWidths<double>(m, n, k, 1, 0);
            AllWidths<float>(m, n, k, 1, 0.5, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
            AllWidths<double>(m, n, k, -1, 1, Layout.RowMajor, Layout.RowMajor, Layout.ColumnMajor);
        }
    }

    // Sums of one to four products: each number of columns up to some vectors of them, A either way.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EachNumberOfColumnsOfShortSumsEqualsTheChainBitByBit(int k)
    {
        for (int n = 1; n <= 140; n++)
        {
            int m = n % 7 + 3;
            AllWidths<float>(m, n, k, 1, 0, Layout.ColumnMajor);
            AllWidths<double>(m, n, k, 1, 1);
            AllWidths<float>(m, n, k, 0.7, -0.5, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps, Layout.RowMajorWithGaps);
            AllWidths<double>(n, m, k, 1, 1, Layout.RowMajor, Layout.ColumnMajor, Layout.ColumnMajor);
        }
    }

    // Fewer rows than a vector has, some vectors, and each number of rows beside them.
    [Fact]
    public void OneShortColumnEqualsTheChainBitByBit()
    {
        foreach (int m in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 31, 63, 127, 128, 131, 512, 513 })
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
}
