using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Kernels.Benchmarks.Formats;

/// <summary>
/// NumPy's NPY format (numpy.lib.format): versions 1 to 3, real numbers of either byte order, C or Fortran order, two dimensions.
/// Written as version 1.0, little-endian, C order.
/// </summary>
internal static partial class NpyFile
{
    private delegate double Element(ReadOnlySpan<byte> bytes);

    internal static double[,] Read(Stream stream, string path, CancellationToken cancellation)
    {
        string header = ReadHeader(stream, path);
        string descr = Match(Descr(), header, "descr", path);
        bool fortran = Match(FortranOrder(), header, "fortran_order", path) == "True";
        string[] shape = Match(Shape(), header, "shape", path).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (shape.Length != 2)
        {
            throw new BadInputException($"{path}: the array has {shape.Length} dimension{(shape.Length == 1 ? "" : "s")}; a matrix has 2.");
        }

        if (!long.TryParse(shape[0], CultureInfo.InvariantCulture, out long rows) || !long.TryParse(shape[1], CultureInfo.InvariantCulture, out long columns))
        {
            throw new BadInputException($"{path}: the shape ({string.Join(", ", shape)}) is not two whole numbers.");
        }

        var matrix = MatrixFile.Allocate(path, rows, columns);
        ReadElements(stream, path, matrix, fortran, descr, cancellation);
        return matrix;
    }

    /// <summary>Writes a float or double matrix.</summary>
    internal static void Write<T>(Stream stream, ReadOnlyMatrixView<T> matrix)
        where T : unmanaged
    {
        string descr = typeof(T) == typeof(double) ? "<f8" : typeof(T) == typeof(float) ? "<f4"
            : throw new NotSupportedException($"NPY files are written for float and double, not {typeof(T)}.");
        string dictionary = string.Create(
            CultureInfo.InvariantCulture, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({matrix.Rows}, {matrix.Columns}), }}");

        // The data start on a multiple of 64 bytes; the header ends with a newline.
        const int Prefix = 10;
        int length = (Prefix + dictionary.Length + 1 + 63) / 64 * 64 - Prefix;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.Latin1.GetBytes(dictionary.PadRight(length - 1) + "\n"));
        T[] row = new T[matrix.Columns];
        for (int i = 0; i < matrix.Rows; i++)
        {
            matrix.Slice(i, 0, 1, matrix.Columns).CopyTo(new MatrixView<T>(row, 1, row.Length));
            WriteLittleEndian(stream, row);
        }
    }

    private static void WriteLittleEndian<T>(Stream stream, T[] row)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(row.AsSpan());
        if (!BitConverter.IsLittleEndian)
        {
            int size = bytes.Length / Math.Max(row.Length, 1);
            for (int at = 0; at < bytes.Length; at += size)
            {
                bytes.Slice(at, size).Reverse();
            }
        }

        stream.Write(bytes);
    }

    private static string ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new BadInputException($"{path}: this is not an NPY file (it does not open with \\x93NUMPY).");
        }

        int major = start[6];
        if (major is < 1 or > 3)
        {
            throw new BadInputException($"{path}: NPY version {major}.{start[7]} is not known; versions 1 to 3 are.");
        }

        Span<byte> size = stackalloc byte[major == 1 ? 2 : 4];
        Fill(stream, size, path);
        long length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > 1 << 20)
        {
            throw new BadInputException($"{path}: the header claims {length} bytes; that of a matrix is short.");
        }

        byte[] header = new byte[length];
        Fill(stream, header, path);
        return (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(header);
    }

    private static void ReadElements(Stream stream, string path, double[,] matrix, bool fortran, string descr, CancellationToken cancellation)
    {
        var (element, size) = ElementOf(descr, path);
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        int outer = fortran ? columns : rows, inner = fortran ? rows : columns;
        byte[] line = new byte[checked(inner * size)];
        for (int p = 0; p < outer; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            Fill(stream, line, path);
            for (int q = 0; q < inner; q++)
            {
                (int i, int j) = fortran ? (q, p) : (p, q);
                double value = element(line.AsSpan(q * size, size));
                matrix[i, j] = double.IsFinite(value)
                    ? value
                    : throw NumberText.NotFinite($"{path}: row {i + 1}, column {j + 1}", value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static (Element Read, int Size) ElementOf(string descr, string path)
    {
        bool big = descr.StartsWith('>');
        return descr.TrimStart('<', '>', '=', '|') switch
        {
            "f8" => (big ? BinaryPrimitives.ReadDoubleBigEndian : BinaryPrimitives.ReadDoubleLittleEndian, 8),
            "f4" => (big ? b => BinaryPrimitives.ReadSingleBigEndian(b) : b => BinaryPrimitives.ReadSingleLittleEndian(b), 4),
            "f2" => (big ? b => (double)BinaryPrimitives.ReadHalfBigEndian(b) : b => (double)BinaryPrimitives.ReadHalfLittleEndian(b), 2),
            "i8" => (big ? b => BinaryPrimitives.ReadInt64BigEndian(b) : b => BinaryPrimitives.ReadInt64LittleEndian(b), 8),
            "i4" => (big ? b => BinaryPrimitives.ReadInt32BigEndian(b) : b => BinaryPrimitives.ReadInt32LittleEndian(b), 4),
            "i2" => (big ? b => BinaryPrimitives.ReadInt16BigEndian(b) : b => BinaryPrimitives.ReadInt16LittleEndian(b), 2),
            "i1" => (b => (sbyte)b[0], 1),
            "u8" => (big ? b => BinaryPrimitives.ReadUInt64BigEndian(b) : b => BinaryPrimitives.ReadUInt64LittleEndian(b), 8),
            "u4" => (big ? b => BinaryPrimitives.ReadUInt32BigEndian(b) : b => BinaryPrimitives.ReadUInt32LittleEndian(b), 4),
            "u2" => (big ? b => BinaryPrimitives.ReadUInt16BigEndian(b) : b => BinaryPrimitives.ReadUInt16LittleEndian(b), 2),
            "u1" or "b1" => (b => b[0], 1),
            _ => throw new BadInputException($"{path}: elements of type '{descr}' are not read; real numbers (f2, f4, f8, i1..i8, u1..u8, b1) are."),
        };
    }

    private static void Fill(Stream stream, Span<byte> bytes, string path)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new BadInputException($"{path}: the file ends before the data its header announces.");
        }
    }

    private static string Match(Regex pattern, string header, string key, string path)
        => pattern.Match(header) is { Success: true } match ? match.Groups[1].Value : throw new BadInputException($"{path}: the header gives no readable '{key}'.");

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Shape();
}
