using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public class CsvFileTests
{
    private static double[,] Read(string text, bool skipHeader = false, bool dropLast = false)
        => CsvFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "y.csv", new(skipHeader, dropLast), default);

    private static string Error(string text, bool skipHeader = false, bool dropLast = false)
        => Assert.Throws<BadInputException>(() => Read(text, skipHeader, dropLast)).Message;

    [Fact]
    public void WhatIsWrittenInFullIsReadToTheBit()
        => Prop.ForAll(
            Matrices.Finite,
            matrix =>
            {
                var text = new StringBuilder();
                for (int i = 0; i < matrix.GetLength(0); i++)
                {
                    text.AppendJoin(',', Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[i, j].ToString("R", CultureInfo.InvariantCulture))).Append('\n');
                }

                return Matrices.Same(matrix, Read(text.ToString()));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void SpacesQuotesBlankLinesAndBothLineEndsAreAccepted()
        => Assert.Equal(new double[,] { { 1, -2.5 }, { 3e-2, 4 } }, Read(" 1 , \"-2.5\"\r\n\r\n0.03,+4"));

    [Fact]
    public void AByteOrderMarkIsSkipped() => Assert.Equal(new double[,] { { 1, 2 } }, Read("\uFEFF1,2\n"));

    [Fact]
    public void HeaderAndLabelsAreNeverParsed()
        => Assert.Equal(new double[,] { { 1, 2 }, { 3, 4 } }, Read("a,b,label\n1,2,cat\n3,4,NaN\n", skipHeader: true, dropLast: true));

    [Theory]
    [InlineData("1,2,3\n4,5\n", "y.csv, line 2: row 2 has 2 values, but the first row has 3.")]
    [InlineData("1,2\n\n3,4,5\n", "y.csv, line 3: row 2 has 3 values, but the first row has 2.")]
    [InlineData("1,2\n3,NaN\n", "y.csv, line 2: row 2, column 2: the value is NaN; every entry must be finite.")]
    [InlineData("1,2\n-inf,4\n", "y.csv, line 2: row 2, column 1: the value is -inf; every entry must be finite.")]
    [InlineData("1,2\n3,1e999\n", "y.csv, line 2: row 2, column 2: the value is 1e999; every entry must be finite.")]
    [InlineData("1,2\n3,x\n", "y.csv, line 2: row 2, column 2: 'x' is not a number.")]
    [InlineData("1,2\n\"3,4\n", "y.csv, line 2: row 2, column 1: '\"3' is not a number.")]
    [InlineData("1,2\n3,\n", "y.csv, line 2: row 2, column 2: the value is missing.")]
    [InlineData("a,b\n", "y.csv, line 1: row 1, column 1: 'a' is not a number. If the first line holds names, add --skip-header.")]
    [InlineData("", "y.csv: the file holds no row of numbers.")]
    public void BadFilesAreNamedByPlace(string text, string message) => Assert.Equal(message, Error(text));

    [Fact]
    public void WithAHeaderRowsAreCountedWithoutIt()
        => Assert.Equal("y.csv, line 3: row 2 has 1 values, but the first row has 2.", Error("a,b\n1,2\n3\n", skipHeader: true));

    [Fact]
    public void RaggedRowsAreCountedWithTheirLabels()
        => Assert.Equal("y.csv, line 2: row 2 has 2 values, but the first row has 3.", Error("1,2,a\n3,b\n", dropLast: true));

    [Fact]
    public void LabelsAloneAreNoMatrix() => Assert.Equal("y.csv: --drop-last-column leaves no column.", Error("1\n2\n", dropLast: true));
}
