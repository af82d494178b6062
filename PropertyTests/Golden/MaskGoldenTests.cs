using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Kernels.PropertyTests.Golden;

/// <summary>The bits of masks and random numbers, pinned: the same hash at every width, on every machine.</summary>
public class MaskGoldenTests
{
    private const string Planes = "8a5189625aef8d4139f3e0b4fd73c1d01aa152d443cfe2388697c901777365a6";
    private const string Words = "fdf0a04f032f974f234b5ad1db3764bbd6723d19b3301c287843b992c5763def";
    private const string Matrices = "49667cf0c1964672f7ee325299f0d06cf6d1c91f74cebf8c283e51e303f5ce13";
    private const string Numbers = "e2c53b6ce99692164d9f009321c0ff76b653cca9b2e0002e22db6a3bcc81c81b";

    [Theory]
    [InlineData(VectorWidth.V128)]
    [InlineData(VectorWidth.V256)]
    [InlineData(VectorWidth.V512)]
    public void TheBitsAreTheGoldenOnes(VectorWidth width)
    {
        string planes = Masks(width, MaskMapping.BytePlanes), words = Masks(width, MaskMapping.Words), numbers = OfNumbers(width);
        Assert.True((planes, words, numbers) == (Planes, Words, Numbers), $"planes {planes}, words {words}, numbers {numbers}");
    }

    // With the live width: the widths are equal by the rest of the tests.
    [Fact]
    public void TheBitsOfMatricesAreTheGoldenOnes()
    {
        string matrices = OfMatrices();
        Assert.True(matrices == Matrices, $"matrices {matrices}");
    }

    private static string OfMatrices()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (rows, columns) in new[] { (1, 9001), (130, 70), (67, 5000), (9000, 3), (2, 2) })
        {
            float[] x = [.. Enumerable.Range(0, rows * columns).Select(i => i % 1000 - 500.25f)], y = new float[x.Length];
            double[] xs = [.. x.Select(v => v / 3.0)], ys = new double[x.Length];
            foreach (MaskMapping mapping in Enum.GetValues<MaskMapping>())
            {
                foreach (var (height, width) in new[] { (1, 1), (2, 3), (1, 5), (3, 70), (66, 1), (65, 4500) })
                {
                    MatrixMask.ApplyTiles(new ReadOnlyMatrixView<float>(x, rows, columns), height, width, 5, 6, (1UL << 36) - 100, KeepRate.Of(0.7), new MatrixView<float>(y, rows, columns), true, mapping);
                    MatrixMask.ApplySliding(
                        new ReadOnlyMatrixView<double>(xs, rows, columns), Math.Min(height, rows), Math.Min(width, columns), 5, 6, (1UL << 36) - 100,
                        KeepRate.Of(0.1 / width / height), new MatrixView<double>(ys, rows, columns), mapping);
                    hash.AppendData(MemoryMarshal.AsBytes(y.AsSpan()));
                    hash.AppendData(MemoryMarshal.AsBytes(ys.AsSpan()));
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Masks(VectorWidth width, MaskMapping mapping)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] x = [.. Enumerable.Range(0, 50_000).Select(i => i - 0.5f)], y = new float[x.Length];
        double[] z = new double[x.Length];
        foreach (double theta in (double[])[0.5, 0.8, 0.1, 1 / 3.0, 1, 1e-6])
        {
            foreach (var (seed, stream, start) in new (ulong, ulong, ulong)[] { (0, 0, 0), (1, 2, 3), (ulong.MaxValue, 1UL << 40, (1UL << 36) - 20_001), (7, 7, (1UL << 34) - 9) })
            {
                var request = new MaskRequest(seed, stream, start, KeepRate.Of(theta), mapping);
                BernoulliMask.ApplyScaled(width, x, request, (float)request.Rate.Scale, y.AsSpan());
                BernoulliMask.FillWith(width, request, request.Rate.Scale, z.AsSpan());
                hash.AppendData(MemoryMarshal.AsBytes(y.AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes(z.AsSpan()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string OfNumbers(VectorWidth width)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        double[] doubles = new double[10_001];
        float[] singles = new float[10_001];
        uint[] integers = new uint[10_001];
        foreach (ulong start in (ulong[])[0, 1, (1UL << 34) - 5000])
        {
            RandomNumbers.Uniform(width, 1, 2, start, doubles.AsSpan(), 10);
            hash.AppendData(MemoryMarshal.AsBytes(doubles.AsSpan()));
            RandomNumbers.Uniform(width, 1, 2, start, singles.AsSpan(), 7);
            hash.AppendData(MemoryMarshal.AsBytes(singles.AsSpan()));
            RandomNumbers.Normal(width, 1, 2, start, 0.7, doubles.AsSpan());
            hash.AppendData(MemoryMarshal.AsBytes(doubles.AsSpan()));
            RandomNumbers.Normal(width, 1, 2, start, 0.7, singles.AsSpan());
            hash.AppendData(MemoryMarshal.AsBytes(singles.AsSpan()));
            RandomNumbers.Integers(width, 1, 2, start, 3_000_000_000, integers);
            hash.AppendData(MemoryMarshal.AsBytes(integers.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
