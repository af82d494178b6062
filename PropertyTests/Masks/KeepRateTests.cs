namespace Kernels.PropertyTests.Masks;

public class KeepRateTests
{
    [Theory]
    [InlineData(1.0, 1UL << 32)]
    [InlineData(0.5, 1UL << 31)]
    [InlineData(0.75, 3UL << 30)]
    [InlineData(0.8, 3435973837)]
    [InlineData(0.8f, 3435973888)]
    [InlineData(0.9, 3865470566)]
    [InlineData(0.1, 429496730)]
    [InlineData(2.3283064365386963e-10, 1)] // 2^-32
    [InlineData(3.4924596548080444e-10, 2)] // 1.5 * 2^-32: the tie goes to the even neighbour
    [InlineData(5.8207660913467407e-10, 2)] // 2.5 * 2^-32: and so does this one
    public void ThetaIsRoundedToAMultipleOfTwoToTheMinus32(double theta, ulong threshold)
    {
        var rate = KeepRate.Of(theta);
        Assert.Equal(threshold, rate.Threshold);
        Assert.Equal(threshold / 4294967296.0, rate.Value);
        Assert.Equal(4294967296.0 / threshold, rate.Scale);
        Assert.Equal((4294967296.0 - threshold) / threshold, rate.DropoutWeight);
    }

    [Fact]
    public void RealisedValuesAreThoseOfTheSpecification()
    {
        Assert.Equal(0.8000000000465661, KeepRate.Of(0.8).Value, 1e-16);
        Assert.Equal(0.8999999999068677, KeepRate.Of(0.9).Value, 1e-16);
        Assert.Equal(0.10000000009313226, KeepRate.Of(0.1).Value, 1e-17);
        Assert.Equal(1.2499999999272404, KeepRate.Of(0.8).Scale, 2.3e-16);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.0, "0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1.0000000000000002, "1.0000000000000002")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    [InlineData(1.1641532182693481e-10, "1.1641532182693481E-10")] // 2^-33, a tie that rounds to zero
    public void AnImpossibleThetaIsRefusedByValue(double theta, string named)
        => Assert.Contains(named, Assert.Throws<ArgumentOutOfRangeException>("theta", () => KeepRate.Of(theta)).Message);

    [Fact]
    public void TheDefaultKeepsEverything()
    {
        KeepRate rate = default;
        Assert.Equal(KeepRate.Of(1), rate);
        Assert.Equal((1UL << 32, 1.0, 1.0, 0.0), (rate.Threshold, rate.Value, rate.Scale, rate.DropoutWeight));
        Assert.True(rate != KeepRate.Of(0.5));
        Assert.Equal("0.5", KeepRate.Of(0.5).ToString());
    }
}
