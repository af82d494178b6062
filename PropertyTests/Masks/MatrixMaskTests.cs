using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Masks;

public class MatrixMaskTests
{
    private const ulong Seed = MaskReference.Seed, Stream = 21, Start = (1UL << 36) - 100;

    private static readonly KeepRate Rate = KeepRate.Of(0.8);

    private static bool Keeps(MaskMapping mapping, ulong id, KeepRate rate) => MaskReference.Bits(mapping, Seed, Stream, Start + id) < rate.Threshold;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 5000)]
    [InlineData(100, 7)]
    public void EveryElementFollowsTheDecisionOfItsTile(int tileRows, int tileColumns)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (5, 7), (12, 24), (3, 9001), (40, 1), (131, 70) })
        {
            foreach (MaskMapping mapping in Enum.GetValues<MaskMapping>())
            {
                Check<float>(rows, columns, tileRows, tileColumns, mapping);
                Check<double>(rows, columns, tileRows, tileColumns, mapping);
            }
        }
    }

    private static void Check<T>(int rows, int columns, int tileRows, int tileColumns, MaskMapping mapping)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int across = (columns + tileColumns - 1) / tileColumns;
        T scale = T.CreateChecked(Rate.Scale);
        foreach (var (layout, ofInput) in Enum.GetValues<Layout>().SelectMany(layout => new[] { (layout, layout), (layout, Layout.RowMajorWithGaps) }).Append((Layout.RowMajor, Layout.ColumnMajor)))
        {
            T[] from = [.. Enumerable.Range(0, ofInput.Strides(rows, columns).Length).Select(i => i % 11 == 3 ? T.NaN : T.CreateChecked(i % 100 - 50.5))];
            T[] to = new T[layout.Strides(rows, columns).Length];
            var x = ofInput.View(from.AsSpan(), rows, columns);
            var y = layout.View(to.AsSpan(), rows, columns);
            int kept = MatrixMask.ApplyTiles<T>(x, tileRows, tileColumns, Seed, Stream, Start, Rate, y, ragged: true, mapping);
            int expected = Enumerable.Range(0, (rows + tileRows - 1) / tileRows * across).Count(id => Keeps(mapping, (ulong)id, Rate));
            Assert.Equal(expected, kept);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    bool keeps = Keeps(mapping, (ulong)(i / tileRows * across + j / tileColumns), Rate);
                    Assert.Equal(keeps ? x[i, j] * scale : T.Zero, y[i, j]);
                }
            }
        }
    }

    [Fact]
    public void ElementsRowsAndColumnsAreTiles()
    {
        double[,] x = new double[9, 13], tiles = new double[9, 13], special = new double[9, 13];
        foreach (ref double value in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref x[0, 0], x.Length))
        {
            value = 1.5;
        }

        Assert.Equal(MatrixMask.ApplyTiles<double>(x, 1, 1, Seed, 1, 2, Rate, tiles), MatrixMask.Apply<double>(x, Seed, 1, 2, Rate, special));
        Assert.Equal(tiles, special);
        Assert.Equal(MatrixMask.ApplyTiles<double>(x, 1, 13, Seed, 1, 2, Rate, tiles), MatrixMask.ApplyRows<double>(x, Seed, 1, 2, Rate, special));
        Assert.Equal(tiles, special);
        Assert.Equal(MatrixMask.ApplyTiles<double>(x, 9, 1, Seed, 1, 2, Rate, tiles), MatrixMask.ApplyColumns<double>(x, Seed, 1, 2, Rate, special));
        Assert.Equal(tiles, special);

        // A vector and a matrix of adjacent rows have the same ids.
        double[] line = new double[117];
        BernoulliMask.Apply([.. Enumerable.Repeat(1.5, 117)], Seed, 1, 2, Rate, line);
        MatrixMask.Apply<double>(x, Seed, 1, 2, Rate, special);
        Assert.Equal(line, special.Cast<double>());
        MatrixMask.Apply<double>(x, Seed, 1, 2, Rate, x);
        Assert.Equal(special, x);
    }

    [Theory]
    [InlineData(1, 6, 1, 3, 0.05)]
    [InlineData(7, 9, 3, 2, 0.1)]
    [InlineData(4, 4, 4, 4, 0.3)]
    [InlineData(3, 5000, 2, 40, 0.01)]
    [InlineData(5, 6, 1, 1, 0.2)]
    [InlineData(70, 150, 65, 3, 0.001)]
    [InlineData(2, 9000, 2, 4200, 0.0001)]
    public void SlidingWindowsDropWhatTheyCover(int rows, int columns, int windowRows, int windowColumns, double probability)
    {
        var gamma = KeepRate.Of(probability);
        int seedRows = rows - windowRows + 1, seedColumns = columns - windowColumns + 1, kept = 0;
        bool[,] dropped = new bool[rows, columns];
        int[,] covering = new int[rows, columns];
        for (int p = 0; p < seedRows; p++)
        {
            for (int q = 0; q < seedColumns; q++)
            {
                bool seeded = Keeps(MaskMapping.BytePlanes, (ulong)(p * seedColumns + q), gamma);
                for (int i = p; i < p + windowRows; i++)
                {
                    for (int j = q; j < q + windowColumns; j++)
                    {
                        dropped[i, j] |= seeded;
                        covering[i, j]++;
                    }
                }
            }
        }

        foreach (bool isDropped in dropped)
        {
            kept += isDropped ? 0 : 1;
        }

        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            double[] from = new double[layout.Strides(rows, columns).Length], to = new double[from.Length];
            Array.Fill(from, 3);
            var y = layout.View(to.AsSpan(), rows, columns);
            int found = MatrixMask.ApplySliding<double>(layout.View(from.AsSpan(), rows, columns), windowRows, windowColumns, Seed, Stream, Start, gamma, y);
            Assert.Equal(kept, found);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    double expected = dropped[i, j] ? 0 : 3 / Math.Pow(1 - gamma.Value, covering[i, j]);
                    Assert.Equal(expected, y[i, j], 1e-14 * (1 + expected));
                    y[i, j] = 0;
                }
            }

            // Neither more nor less than the elements is written.
            Assert.DoesNotContain(to, value => value != 0);
        }
    }

    // The factors against the law by enumeration over the four seeds: six features, windows of three, keep 0.9.
    [Fact]
    public void TheSeedRateAndTheFactorsAreThoseOfTheLaw()
    {
        var gamma = MatrixMask.SeedRate(0.9, 1, 6, 1, 3);
        Assert.Equal(0.05, gamma.Value, 2.4e-10);
        double[] means = [0.95, 0.9025, 0.857375, 0.857375, 0.9025, 0.95];
        double[,] x = { { 1, 1, 1, 1, 1, 1 } }, y = new double[1, 6];
        double[] sums = new double[6];
        for (ulong draw = 0; draw < 400; draw++)
        {
            MatrixMask.ApplySliding<double>(x, 1, 3, 5, 6, 4 * draw, gamma, y);
            for (int i = 0; i < 6; i++)
            {
                Assert.True(y[0, i] == 0 || Math.Abs(y[0, i] - 1 / means[i]) < 1e-9);
                sums[i] += y[0, i] / 400;
            }
        }

        for (int i = 0; i < 6; i++)
        {
            Assert.InRange(sums[i] - 1, -5 * Math.Sqrt((1 / means[i] - 1) / 400), 5 * Math.Sqrt((1 / means[i] - 1) / 400));
        }
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        double[,] x = new double[4, 6], y = new double[4, 6], z = new double[6, 4];
        Assert.Contains("4 x 6", Assert.Throws<ArgumentException>("tileRows", () => MatrixMask.ApplyTiles<double>(x, 3, 2, 1, 2, 3, Rate, y)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("tileRows", () => MatrixMask.ApplyTiles<double>(x, 0, 2, 1, 2, 3, Rate, y));
        Assert.Throws<ArgumentOutOfRangeException>("tileColumns", () => MatrixMask.ApplyTiles<double>(x, 2, -1, 1, 2, 3, Rate, y));
        Assert.Throws<ArgumentException>("destination", () => MatrixMask.Apply<double>(x, 1, 2, 3, Rate, z));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => MatrixMask.Apply<double>(x, 1, 2, ulong.MaxValue - 22, Rate, y));
        MatrixMask.Apply<double>(x, 1, 2, ulong.MaxValue - 23, Rate, y);
        Assert.Throws<ArgumentOutOfRangeException>("mapping", () => MatrixMask.Apply<double>(x, 1, 2, 3, Rate, y, (MaskMapping)9));
        Assert.Throws<ArgumentOutOfRangeException>("windowColumns", () => MatrixMask.ApplySliding<double>(x, 2, 7, 1, 2, 3, Rate, y));
        Assert.Throws<ArgumentOutOfRangeException>("gamma", () => MatrixMask.ApplySliding<double>(x, 2, 2, 1, 2, 3, default, y));
        Assert.Throws<NotSupportedException>(() => MatrixMask.Apply<Half>(new Half[2, 2], 1, 2, 3, Rate, new Half[2, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("keep", () => MatrixMask.SeedRate(0, 4, 4, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("keep", () => MatrixMask.SeedRate(1, 4, 4, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>("keep", () => MatrixMask.SeedRate(double.NaN, 4, 4, 1, 1));
        double[] memory = new double[40];
        Assert.Throws<ArgumentException>("destination", () => MatrixMask.Apply<double>(
            new ReadOnlyMatrixView<double>(memory.AsSpan(0, 24), 4, 6), 1, 2, 3, Rate, new MatrixView<double>(memory.AsSpan(1, 24), 4, 6)));
        Assert.Equal(0, MatrixMask.ApplyRows<double>(new double[0, 5], 1, 2, 3, Rate, new double[0, 5]));
        Assert.Equal(0, MatrixMask.ApplyRows<double>(new double[5, 0], 1, 2, 3, Rate, new double[5, 0]));
    }
}
