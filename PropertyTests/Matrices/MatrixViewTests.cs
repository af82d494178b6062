namespace Kernels.PropertyTests.Matrices;

public class MatrixViewTests
{
    [Fact]
    public void ATransposeSharesMemoryAndSwapsStrides()
    {
        double[,] array = { { 1, 2, 3 }, { 4, 5, 6 } };
        MatrixView<double> view = array;
        view.Transposed[2, 1] = 60;
        Assert.Equal(60, array[1, 2]);
        Assert.Equal((3, 2, 1, 3), (view.Transposed.Rows, view.Transposed.Columns, view.Transposed.RowStride, view.Transposed.ColumnStride));
    }

    [Fact]
    public void TheDiagonalIsARowInTheSameMemory()
    {
        double[,] array = { { 1, 2, 3 }, { 4, 5, 6 } };
        MatrixView<double> view = array, column = view.Slice(0, 1, 2, 1), empty = view.Slice(0, 0, 2, 0);
        Assert.Equal(new double[,] { { 1, 5 } }, view.Diagonal.ToArray());
        Assert.Equal(new double[,] { { 1, 5 } }, ((ReadOnlyMatrixView<double>)view).Transposed.Diagonal.ToArray());
        Assert.Equal(new double[,] { { 2 } }, column.Diagonal.ToArray());
        Assert.True(empty.Diagonal.IsEmpty);
        view.Slice(0, 1, 2, 2).Diagonal.Fill(9);
        Assert.Equal(new double[,] { { 1, 9, 3 }, { 4, 5, 9 } }, array);
        Assert.Equal(6, MatrixReductions.Trace<double>(view));
        Assert.Equal(0, MatrixReductions.Trace<double>(empty));
    }

    [Fact]
    public void ASliceOfASliceAddressesTheSameElement()
    {
        var view = new MatrixView<float>(Enumerable.Range(0, 60).Select(i => (float)i).ToArray(), 5, 10, 12);
        Assert.Equal(view[3, 7], view.Slice(1, 2, 4, 8).Slice(2, 5, 1, 1)[0, 0]);
        Assert.Equal(view[4, 3], view.Transposed.Slice(3, 1, 2, 4)[0, 3]);
    }

    [Theory]
    [InlineData(3, 4, 4, 1, true)]
    [InlineData(3, 4, 1, 3, true)]
    [InlineData(3, 4, 2, 6, true)]
    [InlineData(1, 4, 0, 1, true)]
    [InlineData(4, 1, 1, 0, true)]
    [InlineData(1, 1, 0, 0, true)]
    [InlineData(0, 4, 0, 0, true)]
    [InlineData(3, 4, 3, 1, false)]
    [InlineData(3, 4, 0, 1, false)]
    [InlineData(3, 4, 4, 0, false)]
    [InlineData(1, 4, 1, 0, false)]
    [InlineData(2, 2, 1, 1, false)]
    public void AWritableViewNeedsDistinctElements(int rows, int columns, int rowStride, int columnStride, bool accepted)
    {
        var error = Record.Exception(() => { _ = new MatrixView<double>(new double[100], rows, columns, rowStride, columnStride); });
        Assert.Equal(accepted, error is null);
        Assert.True(accepted || error is ArgumentException { ParamName: "rowStride" });
        _ = new ReadOnlyMatrixView<double>(new double[100], rows, columns, rowStride, columnStride);
    }

    // Every element in its place, by enumeration: inside the memory, and of a writable view whole rows or whole columns apart.
    [Fact]
    public void AViewIsMadeWhereItsElementsAreInTheMemoryAndApart()
    {
        int[] counts = [int.MinValue, -1, 0, 1, 2, 3], strides = [int.MinValue, -1, 0, 1, 2, 3, 4, 7, int.MaxValue], lengths = [0, 1, 3, 4, 6, 9, 20];
        foreach (int rows in counts)
        {
            foreach (int columns in counts)
            {
                foreach (int rowStride in strides)
                {
                    foreach (int columnStride in strides)
                    {
                        foreach (int length in lengths)
                        {
                            bool fits = rows >= 0 && columns >= 0 && rowStride >= 0 && columnStride >= 0 && Places(rows, columns, rowStride, columnStride).SelectMany(row => row).All(p => p < length);
                            bool isWritable = fits && (AreApart(Places(rows, columns, rowStride, columnStride)) || AreApart(Places(columns, rows, columnStride, rowStride)));
                            Assert.Equal(fits, IsMade(() => { _ = new ReadOnlyMatrixView<byte>(new byte[length], rows, columns, rowStride, columnStride); }));
                            Assert.Equal(isWritable, IsMade(() => { _ = new MatrixView<byte>(new byte[length], rows, columns, rowStride, columnStride); }));
                            if (columnStride == 1)
                            {
                                bool hasRows = fits && rowStride >= columns;
                                Assert.Equal(hasRows, IsMade(() => { _ = new ReadOnlyMatrixView<byte>(new byte[length], rows, columns, rowStride); }));
                                Assert.Equal(hasRows, IsMade(() => { _ = new MatrixView<byte>(new byte[length], rows, columns, rowStride); }));
                            }
                        }
                    }
                }
            }
        }
    }

    // Row by row.
    private static List<List<long>> Places(int rows, int columns, int rowStride, int columnStride)
        => [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => (long)i * rowStride + (long)j * columnStride).ToList())];

    private static bool AreApart(List<List<long>> rows)
        => rows.SelectMany(row => row).Distinct().Count() == rows.Sum(row => row.Count) && rows.Zip(rows.Skip(1)).All(pair => pair.First.Count == 0 || pair.First.Max() < pair.Second.Min());

    private static bool IsMade(Action make)
    {
        var error = Record.Exception(make);
        Assert.True(error is null or ArgumentException, $"{error}");
        return error is null;
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        Assert.Contains("needs 12 elements; the span has 11", Assert.Throws<ArgumentException>("elements", () => { _ = new MatrixView<double>(new double[11], 3, 4); }).Message);
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => { _ = new MatrixView<double>([], -1, 4); });
        Assert.Throws<ArgumentOutOfRangeException>("leadingDimension", () => { _ = new MatrixView<double>(new double[20], 3, 4, 3); });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixView<double>(new double[12], 3, 4)[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new MatrixView<double>(new double[12], 3, 4).Slice(1, 1, 3, 3); });
        Assert.Throws<InvalidOperationException>(() => { _ = new MatrixView<double>(new double[12], 3, 4).Transposed.Row(0); });
        Assert.Throws<ArgumentException>("destination", () => new MatrixView<double>(new double[12], 3, 4).CopyTo(new MatrixView<double>(new double[12], 4, 3)));
    }

    [Fact]
    public void CopyAndFillLeaveTheGapsBetweenRowsAlone()
    {
        double[] memory = new double[20];
        new MatrixView<double>(memory, 3, 4, 6).Fill(7);
        Assert.Equal([7, 7, 7, 7, 0, 0, 7, 7, 7, 7, 0, 0, 7, 7, 7, 7, 0, 0, 0, 0], memory);
        double[,] source = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        ((ReadOnlyMatrixView<double>)source).Transposed.CopyTo(new MatrixView<double>(memory, 2, 3, 6));
        Assert.Equal([1, 3, 5, 7, 0, 0, 2, 4, 6, 7, 0, 0, 7, 7, 7, 7, 0, 0, 0, 0], memory);
    }
}
