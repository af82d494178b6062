using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kernels.PropertyTests.Gemm;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Golden;

/// <summary>
/// The bits of GEMM, pinned: one hash over a list of shapes, layouts, alpha and beta must come out at every width, thread count and
/// alignment, on every machine. The operands come from Philox, so nothing but this project decides them.
/// </summary>
public class GemmGoldenTests
{
    private const string Single = "7bde006f0f76cddbdca1582982ee4a2a85152d5e2fedcd329b2f853c30306dba";
    private const string Double = "54302c7c189efc880ef91fbf14765b0fd0523db43eb54f4932d8f50a5db9026b";

    private static readonly (int M, int N, int K)[] Shapes =
    [
        (1, 1, 1), (2, 3, 4), (4, 4, 4), (7, 13, 5), (16, 16, 16), (17, 31, 33), (64, 64, 64), (65, 63, 100), (1, 200, 70), (200, 1, 70),
        (90, 5, 40), (128, 130, 127), (33, 40, 700), (300, 200, 400), (1, 1, 1000), (4, 3, 300), (50, 3, 64), (2, 40, 61), (100, 4, 256), (5, 4, 60), (4, 7, 49),
    ];

    // One row or column, and few rows: wide tiles, rows of B that stream past, and columns that are transposed in registers.
    private const string ThinSingle = "8c1e2bd5e12b5c5b34c75b2bbc446b685a4e60ec7a91ebda23653abbea4602b1";
    private const string ThinDouble = "fb649a34c0f33e37c6d52d34cda040f893eb86d6d441609eb499b45313322596";

    private static readonly (int M, int N, int K)[] ThinShapes =
    [
        (1, 1, 5), (8, 1, 1), (9, 1, 2), (70, 1, 3), (37, 1, 4), (100, 1, 5), (64, 1, 6), (131, 1, 7), (1, 77, 6), (1, 5, 3), (1, 37, 40), (1, 61, 9), (1, 131, 17),
        (1, 300, 70), (1, 4200, 9), (2, 29, 33), (2, 100, 5), (3, 31, 40), (3, 70, 17), (3, 129, 100), (5, 3, 2), (12, 5, 7), (13, 7, 30),
    ];

    // Few elements over slices of k, and three or four columns, which are sums of floats and chains of doubles.
    private const string FewSingle = "ac04bf8f34903894a3101b028e64312d3dc17aaed486ba9ae0a06d1eb7df0969";
    private const string FewDouble = "5ce7ab8fbaa591f21e69e75dae28c5021466816e80f95cdeda5ecd4425390713";

    private static readonly (int M, int N, int K)[] FewShapes =
    [
        (1, 2, 16), (1, 8, 32), (1, 16, 32), (1, 16, 1000), (16, 1, 99), (2, 3, 100), (3, 5, 41), (4, 4, 64), (4, 8, 70), (2, 16, 64), (6, 2, 33), (10, 3, 100), (3, 3, 300),
        (20, 4, 64), (9, 3, 90), (4, 20, 64), (1, 24, 200),
    ];

    // Both operands along k: sums of several rows or columns, and chains beyond the bounds of those.
    private const string AlongSingle = "9dcc5d7defa1236ed3fc71be5773c03609253d4953023b5717229d533ac78e75";
    private const string AlongDouble = "ad76fa5b329b75c5051a9140d402b9dac2b32c165da182a6ad6bc29a61242aa1";

    private static readonly (int M, int N, int K)[] AlongShapes = [(5, 5, 48), (8, 10, 100), (7, 130, 50), (40, 12, 75), (8, 65, 60), (13, 13, 60), (9, 12, 47), (200, 3, 90), (2621, 9, 100), (9, 2622, 100)];

    // Long columns and rows of sums, which have more lanes, on both sides of their bounds.
    private const string LongSingle = "6388683eeb7aae0531bcb5e3ad23176070a3ffd6cc77b241f9c4220d70041ff9";
    private const string LongDouble = "ad5b85c4ccb9feac7c757cac047c9a94922a4fc4216912b92f0074b415859b57";

    private static readonly (int M, int N, int K)[] LongShapes = [(20, 1, 1000), (1, 31, 900), (100, 1, 800), (60, 1, 1001), (5, 1, 4096), (16, 1, 2048), (30, 1, 768), (1, 40, 385), (7, 1, 1024)];

    private static readonly (Layout A, Layout B)[] Alike = [.. Enum.GetValues<Layout>().Select(layout => (layout, layout))];

    private static readonly (Layout A, Layout B)[] Along = [(Layout.RowMajor, Layout.ColumnMajor), (Layout.RowMajorWithGaps, Layout.ColumnMajorWithGaps)];

    // Operands have 31 bits, so an alpha of few bits would not be rounded in double.
    private static readonly (double Alpha, double Beta)[] Factors = [(1, 0), (1, 1), (-1.3, 0.3)];

    [Theory]
    [InlineData(VectorWidth.V128, 1, 0)]
    [InlineData(VectorWidth.V256, 1, 3)]
    [InlineData(VectorWidth.V512, 1, 0)]
    [InlineData(VectorWidth.V512, 2, 5)]
    [InlineData(VectorWidth.V256, 2, 1)]
    public void TheBitsAreTheGoldenOnes(VectorWidth width, int threads, int offset)
    {
        string single = Hash<float>(Shapes, Alike, width, threads, offset), dual = Hash<double>(Shapes, Alike, width, threads, offset);
        Assert.True((single, dual) == (Single, Double), $"float {single}, double {dual}");
        (single, dual) = (Hash<float>(ThinShapes, Alike, width, threads, offset), Hash<double>(ThinShapes, Alike, width, threads, offset));
        Assert.True((single, dual) == (ThinSingle, ThinDouble), $"thin: float {single}, double {dual}");
        (single, dual) = (Hash<float>(FewShapes, Alike, width, threads, offset), Hash<double>(FewShapes, Alike, width, threads, offset));
        Assert.True((single, dual) == (FewSingle, FewDouble), $"few: float {single}, double {dual}");
        (single, dual) = (Hash<float>(AlongShapes, Along, width, threads, offset), Hash<double>(AlongShapes, Along, width, threads, offset));
        Assert.True((single, dual) == (AlongSingle, AlongDouble), $"along: float {single}, double {dual}");
        (single, dual) = (Hash<float>(LongShapes, Along, width, threads, offset), Hash<double>(LongShapes, Along, width, threads, offset));
        Assert.True((single, dual) == (LongSingle, LongDouble), $"long: float {single}, double {dual}");
    }

    private static string Hash<T>((int M, int N, int K)[] shapes, (Layout A, Layout B)[] layouts, VectorWidth width, int threads, int offset)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ulong stream = 0;
        foreach (var (m, n, k) in shapes)
        {
            foreach (var (alpha, beta) in Factors)
            {
                foreach (var (ofA, ofB) in layouts)
                {
                    T[] a = Operand<T>(ofA, m, k, offset, stream++), b = Operand<T>(ofB, k, n, offset, stream++);
                    T[] c = Operand<T>(Layout.RowMajor, m, n, offset, stream++);
                    GemmEntry.Multiply<T>(
                        width,
                        T.CreateChecked(alpha),
                        ofA.View(a.AsSpan(offset), m, k),
                        ofB.View(b.AsSpan(offset), k, n),
                        T.CreateChecked(beta),
                        Layout.RowMajor.View(c.AsSpan(offset), m, n),
                        Parallelism.Of(threads));
                    hash.AppendData(MemoryMarshal.AsBytes(c.AsSpan(offset)));
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Words of Philox as numbers in [-1, 1), the same at every place in memory.
    private static T[] Operand<T>(Layout layout, int rows, int columns, int offset, ulong stream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = new T[layout.Strides(rows, columns).Length + offset];
        var view = layout.View(memory.AsSpan(offset), rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                view[i, j] = T.CreateChecked((int)Philox4x32.Word(2026, stream, (ulong)(i * columns + j))) / T.CreateChecked(2147483648.0);
            }
        }

        return memory;
    }
}
