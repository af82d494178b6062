using System.Globalization;

namespace Kernels.Benchmarks.Formats;

/// <summary>
/// Matrix Market exchange format (Boisvert, Pozo, Remington, NISTIR 5935): coordinate and array; real, integer and pattern;
/// general, symmetric and skew-symmetric. A pattern entry is 1; coordinate entries that repeat a place are added.
/// </summary>
internal static class MatrixMarketFile
{
    private enum Symmetry
    {
        General,
        Symmetric,
        SkewSymmetric,
    }

    internal static double[,] Read(Stream stream, string path, CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream);
        var lines = new Lines(reader, path, cancellation);
        var (coordinate, pattern, symmetry) = ReadBanner(lines);
        string[] size = Fields(lines.Next() ?? throw lines.Error("the size line is missing"));
        if (size.Length != (coordinate ? 3 : 2))
        {
            throw lines.Error($"the size line has {size.Length} numbers; {(coordinate ? "rows, columns and entries make 3" : "rows and columns make 2")}");
        }

        long rows = Whole(size[0], lines), columns = Whole(size[1], lines);
        if (symmetry != Symmetry.General && rows != columns)
        {
            throw lines.Error($"a symmetric matrix is square, this one is {rows} x {columns}");
        }

        var matrix = MatrixFile.Allocate(path, rows, columns);
        if (coordinate)
        {
            ReadCoordinates(lines, matrix, Whole(size[2], lines), pattern, symmetry);
        }
        else
        {
            ReadArray(lines, matrix, symmetry);
        }

        if (lines.Next() is not null)
        {
            throw lines.Error("there are more entries than the size line announces");
        }

        return matrix;
    }

    private static (bool Coordinate, bool Pattern, Symmetry Symmetry) ReadBanner(Lines lines)
    {
        string[] banner = Fields(lines.Raw()?.ToLowerInvariant() ?? "");
        if (banner.Length != 5 || banner[0] != "%%matrixmarket" || banner[1] != "matrix")
        {
            throw lines.Error("the file must open with '%%MatrixMarket matrix FORMAT FIELD SYMMETRY'");
        }

        bool coordinate = banner[2] switch
        {
            "coordinate" => true,
            "array" => false,
            var other => throw lines.Error($"the format '{other}' is neither coordinate nor array"),
        };
        bool pattern = banner[3] switch
        {
            "real" or "integer" or "double" => false,
            "pattern" when coordinate => true,
            "pattern" => throw lines.Error("a pattern has coordinates; an array of it has no meaning"),
            var other => throw lines.Error($"the field '{other}' is not read; real, integer and pattern are"),
        };
        Symmetry symmetry = banner[4] switch
        {
            "general" => Symmetry.General,
            "symmetric" => Symmetry.Symmetric,
            "skew-symmetric" => Symmetry.SkewSymmetric,
            var other => throw lines.Error($"the symmetry '{other}' is not read; general, symmetric and skew-symmetric are"),
        };
        return (coordinate, pattern, symmetry);
    }

    private static void ReadCoordinates(Lines lines, double[,] matrix, long entries, bool pattern, Symmetry symmetry)
    {
        int width = pattern ? 2 : 3;
        for (long e = 0; e < entries; e++)
        {
            string[] fields = Fields(lines.Next() ?? throw lines.Error($"the file ends after {e} of {entries} entries"));
            if (fields.Length != width)
            {
                throw lines.Error($"an entry has {width} numbers, this one has {fields.Length}");
            }

            int i = Index(fields[0], matrix.GetLength(0), "row", lines), j = Index(fields[1], matrix.GetLength(1), "column", lines);
            Store(matrix, i, j, pattern ? 1 : lines.Value(fields[2], i, j), symmetry, lines);
        }
    }

    // Column by column; a symmetric array holds the lower triangle, a skew one that without its zero diagonal.
    private static void ReadArray(Lines lines, double[,] matrix, Symmetry symmetry)
    {
        int rows = matrix.GetLength(0);
        for (int j = 0; j < matrix.GetLength(1); j++)
        {
            int first = symmetry switch { Symmetry.General => 0, Symmetry.Symmetric => j, _ => j + 1 };
            for (int i = first; i < rows; i++)
            {
                string text = lines.Next() ?? throw lines.Error($"the file ends before the entry at row {i + 1}, column {j + 1}");
                Store(matrix, i, j, lines.Value(text.Trim(), i, j), symmetry, lines);
            }
        }
    }

    private static void Store(double[,] matrix, int i, int j, double value, Symmetry symmetry, Lines lines)
    {
        matrix[i, j] += value;
        if (symmetry == Symmetry.General)
        {
            return;
        }

        if (i < j || (i == j && symmetry == Symmetry.SkewSymmetric))
        {
            throw lines.Error($"the entry at row {i + 1}, column {j + 1} lies outside the triangle that a symmetric file stores");
        }

        if (i != j)
        {
            matrix[j, i] += symmetry == Symmetry.Symmetric ? value : -value;
        }
    }

    private static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static long Whole(string field, Lines lines)
        => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw lines.Error($"'{field}' is not a whole number");

    private static int Index(string field, int count, string name, Lines lines)
    {
        long index = Whole(field, lines);
        return index >= 1 && index <= count ? (int)index - 1 : throw lines.Error($"the {name} {index} is outside 1..{count}");
    }

    // The lines that are neither blank nor comments, with the number of the last one for messages.
    private sealed class Lines(StreamReader reader, string path, CancellationToken cancellation)
    {
        private long _number;

        internal string? Raw()
        {
            cancellation.ThrowIfCancellationRequested();
            _number++;
            return reader.ReadLine();
        }

        internal string? Next()
        {
            while (Raw() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line) && line[0] != '%')
                {
                    return line;
                }
            }

            return null;
        }

        internal double Value(string field, int i, int j) => NumberText.Parse(field, () => $"{path}, line {_number}: row {i + 1}, column {j + 1}");

        internal BadInputException Error(string what) => new($"{path}, line {_number}: {what}.");
    }
}
