using StbImageSharp;
using StbImageWriteSharp;
using ColorComponents = StbImageSharp.ColorComponents;

namespace Kernels.Benchmarks.Formats;

/// <summary>Pictures as matrices: grey levels from 0, black, to 1, white. Colours are read by their luminance (ITU-R BT.601).</summary>
internal static class PngFile
{
    private const int Channels = 3;

    // What a NaN is drawn in.
    private static readonly byte[] Blue = [70, 110, 190];

    internal static double[,] Read(Stream stream, string path)
    {
        ImageResult picture;
        try
        {
            picture = ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            throw new BadInputException($"{path}: is not a PNG picture that can be read: {e.Message}.");
        }

        double[,] levels = MatrixFile.Allocate(path, picture.Height, picture.Width);
        for (int i = 0; i < picture.Height; i++)
        {
            for (int j = 0; j < picture.Width; j++)
            {
                var pixel = picture.Data.AsSpan(Channels * (i * picture.Width + j), Channels);
                levels[i, j] = (0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]) / 255;
            }
        }

        return levels;
    }

    /// <summary>Writes a matrix, <paramref name="black"/> to <paramref name="white"/>, as a grey picture; what lies beyond is cut, and NaN is drawn in blue.</summary>
    internal static byte[] Write(double[,] matrix, double black, double white)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        byte[] pixels = new byte[Channels * matrix.Length];
        double scale = white > black ? 255 / (white - black) : 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double level = (matrix[i, j] - black) * scale;
                var pixel = pixels.AsSpan(Channels * (i * columns + j), Channels);
                if (double.IsNaN(level))
                {
                    Blue.CopyTo(pixel);
                }
                else
                {
                    pixel.Fill((byte)Math.Round(Math.Clamp(level, 0, 255)));
                }
            }
        }

        using var stream = new MemoryStream();
        new ImageWriter().WritePng(pixels, columns, rows, StbImageWriteSharp.ColorComponents.RedGreenBlue, stream);
        return stream.ToArray();
    }
}
