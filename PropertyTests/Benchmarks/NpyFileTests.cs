using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public class NpyFileTests
{
    private static double[,] Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), "y.npy", default);

    private static string Error(byte[] bytes) => Assert.Throws<BadInputException>(() => Read(bytes)).Message;

    // A file put together by hand from numpy.lib.format's description.
    private static byte[] File(string header, byte[] data, byte major = 1)
    {
        using var stream = new MemoryStream();
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', major, 0]);
        byte[] text = Encoding.UTF8.GetBytes(header + "\n");
        byte[] length = new byte[major == 1 ? 2 : 4];
        length[0] = (byte)text.Length;
        length[1] = (byte)(text.Length >> 8);
        stream.Write(length);
        stream.Write(text);
        stream.Write(data);
        return stream.ToArray();
    }

    private static string Header(string descr, string shape, string fortran = "False") => $"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}";

    [Fact]
    public void WrittenBytesAreThoseOfNumPy()
    {
        using var stream = new MemoryStream();
        NpyFile.Write<double>(stream, new double[,] { { 1, 2, 3 }, { 4, 5, -6 } });
        byte[] bytes = stream.ToArray();

        // numpy.save of the same array: a header of 128 bytes, then the rows.
        Assert.Equal(128 + 48, bytes.Length);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n", Encoding.ASCII.GetString(bytes[10..128]));
        Assert.Equal([1.0, 2, 3, 4, 5, -6], Enumerable.Range(0, 6).Select(e => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(128 + 8 * e))));
    }

    [Fact]
    public void SinglePrecisionAndStridedViewsAreWritten()
    {
        float[,] matrix = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        using var stream = new MemoryStream();
        NpyFile.Write(stream, ((ReadOnlyMatrixView<float>)matrix).Transposed);
        byte[] bytes = stream.ToArray();
        Assert.Contains("'<f4', 'fortran_order': False, 'shape': (2, 3)", Encoding.ASCII.GetString(bytes[10..128]));
        Assert.Equal([1f, 3, 5, 2, 4, 6], Enumerable.Range(0, 6).Select(e => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(128 + 4 * e))));
    }

    [Fact]
    public void DoublesSurviveToTheBit()
        => Prop.ForAll(
            Matrices.Finite,
            matrix =>
            {
                using var stream = new MemoryStream();
                NpyFile.Write<double>(stream, matrix);
                return Matrices.Same(matrix, Read(stream.ToArray()));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("|u1", new byte[] { 1, 2, 3, 255 }, new double[] { 1, 2, 3, 255 })]
    [InlineData("|b1", new byte[] { 1, 0, 0, 1 }, new double[] { 1, 0, 0, 1 })]
    [InlineData("|i1", new byte[] { 1, 255, 128, 127 }, new double[] { 1, -1, -128, 127 })]
    [InlineData("<i2", new byte[] { 1, 0, 0, 1, 255, 255, 0, 128 }, new double[] { 1, 256, -1, -32768 })]
    [InlineData(">i2", new byte[] { 0, 1, 1, 0, 255, 255, 128, 0 }, new double[] { 1, 256, -1, -32768 })]
    [InlineData("<u2", new byte[] { 1, 0, 0, 1, 255, 255, 0, 128 }, new double[] { 1, 256, 65535, 32768 })]
    [InlineData("<f2", new byte[] { 0, 0x3C, 0, 0xC0, 0, 0, 1, 0 }, new double[] { 1, -2, 0, 5.9604644775390625e-8 })]
    [InlineData("<f4", new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x40 }, new double[] { 1, -2, 0, 2 })]
    [InlineData(">f4", new byte[] { 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0 }, new double[] { 1, -2, 0, 2 })]
    public void EveryRealTypeIsRead(string descr, byte[] data, double[] values)
    {
        Assert.Equal(new[,] { { values[0], values[1] }, { values[2], values[3] } }, Read(File(Header(descr, "(2, 2)"), data)));
        Assert.Equal(new[,] { { values[0], values[2] }, { values[1], values[3] } }, Read(File(Header(descr, "(2, 2)", "True"), data)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void LaterVersionsHaveALongerLengthField(byte major)
        => Assert.Equal(new double[,] { { 7, 8 } }, Read(File(Header("|u1", "(1, 2)"), [7, 8], major)));

    [Fact]
    public void BadFilesAreNamed()
    {
        byte[] data = new byte[32];
        Assert.Equal("y.npy: this is not an NPY file (it does not open with \\x93NUMPY).", Error("a,b\n1,2\n"u8.ToArray()));
        Assert.Equal("y.npy: NPY version 9.0 is not known; versions 1 to 3 are.", Error(File(Header("<f8", "(2, 2)"), data, 9)));
        Assert.Equal("y.npy: the array has 1 dimension; a matrix has 2.", Error(File(Header("<f8", "(4,)"), data)));
        Assert.Equal("y.npy: the array has 3 dimensions; a matrix has 2.", Error(File(Header("<f8", "(1, 2, 2)"), data)));
        Assert.Equal("y.npy: the matrix is 0 x 4; at least 1 x 1 is needed.", Error(File(Header("<f8", "(0, 4)"), data)));
        Assert.Equal("y.npy: the file ends before the data its header announces.", Error(File(Header("<f8", "(2, 3)"), data)));
        Assert.Equal("y.npy: the header gives no readable 'shape'.", Error(File("{'descr': '<f8', 'fortran_order': False}", data)));
        Assert.StartsWith("y.npy: elements of type '<c16' are not read;", Error(File(Header("<c16", "(1, 2)"), data)));
        Assert.StartsWith("y.npy: a 2000000000 x 2000000000 matrix does not fit in memory", Error(File(Header("<f8", "(2000000000, 2000000000)"), data)));
    }

    [Fact]
    public void ANonFiniteEntryIsNamedByRowAndColumnInBothOrders()
    {
        byte[] data = new byte[48];
        BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(32), double.NaN);
        Assert.Equal("y.npy: row 2, column 2: the value is NaN; every entry must be finite.", Error(File(Header("<f8", "(2, 3)"), data)));
        Assert.Equal("y.npy: row 1, column 3: the value is NaN; every entry must be finite.", Error(File(Header("<f8", "(2, 3)", "True"), data)));
    }
}
