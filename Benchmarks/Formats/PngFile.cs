using BigGustave;

namespace Kernels.Benchmarks.Formats;

/// <summary>Pictures as matrices: grey levels from 0, black, to 1, white. Colours are read by their luminance (ITU-R BT.601).</summary>
internal static class PngFile
{
    internal static double[,] Read(Stream stream, string path)
    {
        Png png;
        try
        {
            png = Png.Open(stream);
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            throw new BadInputException($"{path}: is not a PNG picture that can be read: {e.Message}");
        }

        double[,] levels = MatrixFile.Allocate(path, png.Height, png.Width);
        for (int i = 0; i < png.Height; i++)
        {
            for (int j = 0; j < png.Width; j++)
            {
                Pixel pixel = png.GetPixel(j, i);
                levels[i, j] = (0.299 * pixel.R + 0.587 * pixel.G + 0.114 * pixel.B) / 255;
            }
        }

        return levels;
    }

    /// <summary>Writes a matrix, <paramref name="black"/> to <paramref name="white"/>, as a grey picture; what lies beyond is cut, and NaN is drawn in blue.</summary>
    internal static byte[] Write(double[,] matrix, double black, double white)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        var builder = PngBuilder.Create(columns, rows, hasAlphaChannel: false);
        double scale = white > black ? 255 / (white - black) : 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double level = (matrix[i, j] - black) * scale;
                byte grey = (byte)Math.Round(Math.Clamp(level, 0, 255));
                builder.SetPixel(double.IsNaN(level) ? new Pixel(70, 110, 190) : new Pixel(grey, grey, grey), j, i);
            }
        }

        return builder.Save();
    }
}
