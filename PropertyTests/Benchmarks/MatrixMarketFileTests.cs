using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public class MatrixMarketFileTests
{
    private static double[,] Read(string text) => MatrixMarketFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "y.mtx", default);

    private static string Banner(string kind) => $"%%MatrixMarket matrix {kind}\n";

    [Fact]
    public void CoordinatesInAnyOrderAndArraysByColumnsSurviveToTheBit()
        => Prop.ForAll(
            Matrices.Finite,
            matrix =>
            {
                int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
                string Value(int i, int j) => matrix[i, j].ToString("R", CultureInfo.InvariantCulture);
                var byColumn = Enumerable.Range(0, columns).SelectMany(j => Enumerable.Range(0, rows).Select(i => (i, j))).ToArray();
                string array = Banner("array real general") + $"{rows} {columns}\n" + string.Concat(byColumn.Select(p => Value(p.i, p.j) + "\n"));
                string coordinate = Banner("coordinate real general") + $"% a comment\n\n{rows} {columns} {rows * columns}\n"
                    + string.Concat(byColumn.Reverse().Select(p => $"  {p.i + 1}\t{p.j + 1} {Value(p.i, p.j)}\n"));

                // Adding to zero turns -0 into +0; nothing else may change.
                var expected = (double[,])matrix.Clone();
                for (int e = 0; e < rows * columns; e++)
                {
                    expected[e / columns, e % columns] += 0.0;
                }

                return Matrices.Same(expected, Read(array)) && Matrices.Same(expected, Read(coordinate));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("coordinate real general", "2 3 3\n1 1 1.5\n2 3 -2e1\n1 1 0.25\n", new double[] { 1.75, 0, 0, 0, 0, -20 })]
    [InlineData("coordinate integer general", "2 3 1\n2 1 7\n", new double[] { 0, 0, 0, 7, 0, 0 })]
    [InlineData("coordinate pattern general", "2 3 2\n1 2\n2 3\n", new double[] { 0, 1, 0, 0, 0, 1 })]
    [InlineData("COORDINATE Real General", "2 3 0\n", new double[] { 0, 0, 0, 0, 0, 0 })]
    public void RectangularFilesAreRead(string kind, string text, double[] values)
        => Assert.Equal(values, Read(Banner(kind) + text).Cast<double>());

    [Theory]
    [InlineData("coordinate real symmetric", "2 2 2\n1 1 3\n2 1 5\n", new double[] { 3, 5, 5, 0 })]
    [InlineData("coordinate pattern symmetric", "2 2 1\n2 1\n", new double[] { 0, 1, 1, 0 })]
    [InlineData("coordinate real skew-symmetric", "2 2 1\n2 1 5\n", new double[] { 0, -5, 5, 0 })]
    [InlineData("array real general", "2 2\n1\n2\n3\n4\n", new double[] { 1, 3, 2, 4 })]
    [InlineData("array real symmetric", "2 2\n1\n2\n3\n", new double[] { 1, 2, 2, 3 })]
    [InlineData("array integer skew-symmetric", "2 2\n4\n", new double[] { 0, -4, 4, 0 })]
    public void SquareFilesAreRead(string kind, string text, double[] values)
        => Assert.Equal(values, Read(Banner(kind) + text).Cast<double>());

    [Theory]
    [InlineData("1 2 3\n", "line 1: the file must open with '%%MatrixMarket matrix FORMAT FIELD SYMMETRY'.")]
    [InlineData("%%MatrixMarket matrix sparse real general\n", "line 1: the format 'sparse' is neither coordinate nor array.")]
    [InlineData("%%MatrixMarket matrix coordinate complex general\n", "line 1: the field 'complex' is not read; real, integer and pattern are.")]
    [InlineData("%%MatrixMarket matrix array pattern general\n", "line 1: a pattern has coordinates; an array of it has no meaning.")]
    [InlineData("%%MatrixMarket matrix coordinate real hermitian\n", "line 1: the symmetry 'hermitian' is not read; general, symmetric and skew-symmetric are.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2\n", "line 2: the size line has 2 numbers; rows, columns and entries make 3.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 -2 1\n", "line 2: '-2' is not a whole number.")]
    [InlineData("%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n", "line 2: a symmetric matrix is square, this one is 2 x 3.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n", "line 3: the row 3 is outside 1..2.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 0 1\n", "line 3: the column 0 is outside 1..2.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n", "line 3: an entry has 3 numbers, this one has 2.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n", "line 4: the file ends after 1 of 2 entries.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n2 2 1\n", "line 4: there are more entries than the size line announces.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 nan\n", "line 3: row 1, column 2: the value is nan; every entry must be finite.")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 x\n", "line 3: row 1, column 2: 'x' is not a number.")]
    [InlineData("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n", "line 6: the file ends before the entry at row 2, column 2.")]
    [InlineData("%%MatrixMarket matrix array real general\n1 2\n1\ninf\n", "line 4: row 1, column 2: the value is inf; every entry must be finite.")]
    [InlineData("%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 1\n", "line 3: the entry at row 1, column 2 lies outside the triangle that a symmetric file stores.")]
    public void BadFilesAreNamedByPlace(string text, string message)
        => Assert.Equal($"y.mtx, {message}", Assert.Throws<BadInputException>(() => Read(text)).Message);

    [SharedDataFact("abb313.mtx")]
    public void APatternFileOfTheCollectionIsRead()
    {
        double[,] matrix = MatrixFile.Read(SharedData.Path("abb313.mtx"), default);
        Assert.Equal((313, 176), (matrix.GetLength(0), matrix.GetLength(1)));
        Assert.Equal(1557, matrix.Cast<double>().Count(v => v == 1));
        Assert.Equal(1557, matrix.Cast<double>().Count(v => v != 0));
    }
}
