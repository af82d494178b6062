using System.Globalization;

namespace Kernels.Benchmarks.Formats;

/// <summary>Reads a dense matrix from a file, by its extension. Rows and columns in messages count from 1.</summary>
internal static class MatrixFile
{
    internal static double[,] Read(string path, CsvOptions csv, CancellationToken cancellation = default)
    {
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new BadInputException($"The input '{path}' is not a file.");
        }

        Func<Stream, double[,]> read = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => stream => CsvFile.Read(stream, path, csv, cancellation),
            ".npy" => stream => NpyFile.Read(stream, path, cancellation),
            ".mtx" => stream => MatrixMarketFile.Read(stream, path, cancellation),
            ".png" => stream => PngFile.Read(stream, path),
            var other => throw new BadInputException(
                $"{path}: the extension '{other}' is not known; matrices are read from .csv, .npy (NumPy), .mtx (Matrix Market) and .png."),
        };

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            return read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"{path}: there is no such file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {e.Message}");
        }
    }

    /// <summary>An empty matrix of a shape that a file announced, or a message that it is too large for this process.</summary>
    internal static double[,] Allocate(string path, long rows, long columns)
    {
        if (rows < 1 || columns < 1)
        {
            throw new BadInputException($"{path}: the matrix is {rows} x {columns}; at least 1 x 1 is needed.");
        }

        // A view addresses at most int.MaxValue elements.
        if (rows > Array.MaxLength || columns > Array.MaxLength / rows)
        {
            throw new BadInputException($"{path}: a {rows} x {columns} matrix does not fit in memory as a dense array.");
        }

        try
        {
            return new double[rows, columns];
        }
        catch (OutOfMemoryException)
        {
            throw new BadInputException($"{path}: a {rows} x {columns} matrix does not fit in memory as a dense array.");
        }
    }

    /// <summary>Refuses entries so large that an objective, a sum of their squares, has no value.</summary>
    internal static void CheckSquares(string path, double[,] matrix)
    {
        double squared = 0;
        foreach (double value in matrix)
        {
            squared += value * value;
        }

        if (!double.IsFinite(squared))
        {
            throw new BadInputException($"{path}: the sum of the squared entries overflows; divide the data by a constant.");
        }
    }

    /// <summary>Rounds to single precision, or names the first value that has none.</summary>
    internal static float[,] ToSingle(string path, double[,] matrix)
    {
        var single = new float[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++)
            {
                single[i, j] = (float)matrix[i, j];
                if (float.IsInfinity(single[i, j]))
                {
                    throw new BadInputException(
                        string.Create(CultureInfo.InvariantCulture, $"{path}: row {i + 1}, column {j + 1}: {matrix[i, j]} is beyond single precision; leave --float out."));
                }
            }
        }

        return single;
    }
}
