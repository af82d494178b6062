using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class RooflineTests
{
    [Fact]
    public void ASquareIsBoundByArithmeticAndAVectorByMemory()
    {
        var roofline = new Roofline(single: 1000, @double: 500, _ => new Bandwidth(Read: 100, Write: 50));
        Assert.Equal((1000, Bound.Compute), roofline.Of<float>(GemmShape.Square(1000)));
        Assert.Equal((500, Bound.Compute), roofline.Of<double>(GemmShape.Square(1000)));

        // 2 * 300 * 200 operations; A and x are read at 100 bytes a second, y is written at 50.
        double seconds = 4 * (300 * 200 + 200) / 100.0 + 4 * 300 / 50.0;
        var (rate, bound) = roofline.Of<float>(new(300, 1, 200));
        Assert.Equal(2 * 300 * 200 / seconds, rate, 1e-9);
        Assert.Equal(Bound.Memory, bound);
        Assert.Equal(rate / 2, roofline.Of<double>(new(300, 1, 200)).Rate, 1e-9);
    }

    [Fact]
    public void TheLargerTimeDecides()
    {
        // Of order 1: two operations, two numbers read, one written. At one byte a second that is 12 seconds.
        var bytes = new Bandwidth(1, 1);
        Assert.Equal((2 / 12.0, Bound.Memory), new Roofline(1, 1, _ => bytes).Of<float>(GemmShape.Square(1)));
        Assert.Equal((2 / 13.0, Bound.Compute), new Roofline(2 / 13.0, 1, _ => bytes).Of<float>(GemmShape.Square(1)));
    }

    [Fact]
    public void WithoutBandwidthOnlyTheOperationsCount()
        => Assert.Equal((10, Bound.Compute), new Roofline(10, 10, null).Of<float>(new(4000, 1, 4000)));

    [Fact]
    public void EachSizeClassIsMeasuredOnceAndOnlyWhenAskedFor()
    {
        var measured = new List<int>();
        var roofline = new Roofline(1, 1, sizeClass =>
        {
            measured.Add(sizeClass);
            return new(sizeClass, sizeClass);
        });
        Assert.Empty(roofline.Bandwidths);
        roofline.Of<float>(GemmShape.Square(256));
        roofline.Of<float>(GemmShape.Square(4));
        roofline.Of<float>(GemmShape.Square(257));
        roofline.Of<double>(GemmShape.Square(256));
        Assert.Equal([1 << 19, 1 << 14, 1 << 20], measured);
        Assert.Equal([1 << 14, 1 << 19, 1 << 20], roofline.Bandwidths.Keys);
    }

    // Never rounded up: a smaller buffer may lie in a nearer cache, which keeps the limit a limit.
    [Theory]
    [InlineData(1, 1 << 14)]
    [InlineData(1 << 15, 1 << 15)]
    [InlineData((1 << 16) - 1, 1 << 15)]
    [InlineData(1e12, 1 << 27)]
    public void SizeClassesArePowersOfTwo(double bytes, int sizeClass) => Assert.Equal(sizeClass, Bandwidth.SizeClass(bytes));

    [Fact]
    public void BandwidthsAreMeasured()
    {
        var bandwidth = Bandwidth.Measure(1 << 14);
        Assert.True(double.IsFinite(bandwidth.Read) && bandwidth.Read > 0 && double.IsFinite(bandwidth.Write) && bandwidth.Write > 0);
    }
}
