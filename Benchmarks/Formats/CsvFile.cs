namespace Kernels.Benchmarks.Formats;

/// <summary>What of a CSV file is the matrix.</summary>
/// <param name="SkipHeader">The first line holds names.</param>
/// <param name="DropLastColumn">The last column holds labels; it is not even parsed.</param>
/// <param name="AllowMissing">Empty fields, NaN and NA are missing elements, read as NaN.</param>
internal readonly record struct CsvOptions(bool SkipHeader = false, bool DropLastColumn = false, bool AllowMissing = false);

/// <summary>Comma-separated numbers, one row a line; blank lines are skipped, fields may be quoted.</summary>
internal static class CsvFile
{
    internal static double[,] Read(Stream stream, string path, CsvOptions options, CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream);
        var values = new List<double>();
        int columns = 0, rows = 0;
        long line = 0;
        while (reader.ReadLine() is { } text)
        {
            cancellation.ThrowIfCancellationRequested();
            line++;
            if ((options.SkipHeader && line == 1) || string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            rows++;
            int fields = ReadRow(text, path, line, rows, options, values);
            if (rows == 1)
            {
                columns = fields;
            }
            else if (fields != columns)
            {
                throw new BadInputException(
                    $"{path}, line {line}: row {rows} has {Count(fields, options)} values, but the first row has {Count(columns, options)}.");
            }
        }

        return ToMatrix(path, values, rows, columns);
    }

    private static int ReadRow(string text, string path, long line, int row, CsvOptions options, List<double> values)
    {
        ReadOnlySpan<char> rest = text;
        int column = 0;
        while (true)
        {
            int comma = rest.IndexOf(',');
            if (comma < 0 && options.DropLastColumn)
            {
                return column;
            }

            column++;
            int at = column;
            var field = Unquoted((comma < 0 ? rest : rest[..comma]).Trim());
            string hint = line == 1 ? " If the first line holds names, add --skip-header." : "";
            values.Add(options.AllowMissing && IsMissing(field) ? double.NaN : NumberText.Parse(field, () => $"{path}, line {line}: row {row}, column {at}", hint));
            if (comma < 0)
            {
                return column;
            }

            rest = rest[(comma + 1)..];
        }
    }

    private static bool IsMissing(ReadOnlySpan<char> field)
        => field.IsEmpty || field.Equals("nan", StringComparison.OrdinalIgnoreCase) || field.Equals("na", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> field)
        => field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Trim() : field;

    private static int Count(int fields, CsvOptions options) => fields + (options.DropLastColumn ? 1 : 0);

    private static double[,] ToMatrix(string path, List<double> values, int rows, int columns)
    {
        if (rows == 0)
        {
            throw new BadInputException($"{path}: the file holds no row of numbers.");
        }

        if (columns == 0)
        {
            throw new BadInputException($"{path}: --drop-last-column leaves no column.");
        }

        var matrix = MatrixFile.Allocate(path, rows, columns);
        for (int i = 0, at = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix[i, j] = values[at++];
            }
        }

        return matrix;
    }
}
