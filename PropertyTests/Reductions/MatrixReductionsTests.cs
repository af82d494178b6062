using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.ReductionsTests;

[Trait("Category", "Dispatch")]
public class MatrixReductionsTests
{
    [Theory]
    [InlineData(5, 7)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    public void EveryCombinationOfStridesGivesTheSum(int m, int n)
    {
        double[,] a = Dense.Random(m, n, 1), b = Dense.Random(m, n, 2);
        double[,] at = a.T(), bt = b.T();
        ReadOnlyMatrixView<double> a1 = a, a2 = ((ReadOnlyMatrixView<double>)at).Transposed, a3 = Spread(a);
        ReadOnlyMatrixView<double> b1 = b, b2 = ((ReadOnlyMatrixView<double>)bt).Transposed, b3 = Spread(b);
        double expected = a.Inner(b);
        Assert.Equal(expected, MatrixReductions.Inner(a1, b1), 1e-13);
        Assert.Equal(expected, MatrixReductions.Inner(a1, b2), 1e-13);
        Assert.Equal(expected, MatrixReductions.Inner(a2, b2), 1e-13);
        Assert.Equal(expected, MatrixReductions.Inner(a3, b2), 1e-13);
        Assert.Equal(expected, MatrixReductions.Inner(a3, b3), 1e-13);
        Assert.Equal(a.Inner(a), MatrixReductions.SumOfSquares(a2), 1e-13);
        Assert.Equal(a.Max(), Reductions.MaxMagnitude(a1));
        Assert.Equal(a.Max(), Reductions.MaxMagnitude(a2));
        Assert.Equal(a.Max(), Reductions.MaxMagnitude(a3));
        // Columns with gaps between them, in which lies what is not of the matrix.
        double[] gaps = new double[n * (m + 3)];
        Array.Fill(gaps, double.NaN);
        var apart = new MatrixView<double>(gaps, m, n, 1, m + 3);
        a1.CopyTo(apart);
        Assert.Equal(a.Max(), Reductions.MaxMagnitude<double>(apart));

        double[] expectedRows = [.. at.ColumnNorms().Select(norm => norm * norm)], rows = new double[m];
        foreach (int view in new[] { 1, 2, 3 })
        {
            MatrixReductions.SumsOfSquaresOfRows(view == 1 ? (ReadOnlyMatrixView<double>)a : view == 2 ? ((ReadOnlyMatrixView<double>)at).Transposed : Spread(a), rows);
            Assert.All(expectedRows.Zip(rows), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        }
    }

    [Fact]
    public void FloatSumsAreGoodToManyMoreElementsThanFloatCounts()
    {
        // 5000 rows of squares that sum to 1000 exactly: a float accumulator would stall near 2^24 / 1000 rows.
        float[] ones = new float[5000 * 1000];
        Array.Fill(ones, 1);
        Assert.Equal(5e6, MatrixReductions.SumOfSquares(new ReadOnlyMatrixView<float>(ones, 5000, 1000)));
        Array.Fill(ones, 4097);
        Assert.Equal(5e6 * 4097 * 4097, MatrixReductions.SumOfSquares(new ReadOnlyMatrixView<float>(ones, 5000, 1000)), 5e6 * 4097.0 * 4097 * 1e-6);
    }

    [Fact]
    public void WrongShapesAreNamed()
    {
        Assert.Throws<ArgumentException>("b", () => MatrixReductions.Inner<double>(new double[2, 3], new double[3, 2]));
        Assert.Throws<ArgumentException>("destination", () => MatrixReductions.SumsOfSquaresOfRows<double>(new double[2, 3], new double[3]));
    }

    // Neither stride is one.
    internal static ReadOnlyMatrixView<double> Spread(double[,] matrix)
    {
        int m = matrix.Rows(), n = matrix.Columns();
        double[] memory = new double[2 * m * n + 1];
        Array.Fill(memory, double.NaN);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                memory[2 * (i * n + j)] = matrix[i, j];
            }
        }

        return new(memory, m, n, 2 * n, 2);
    }
}
