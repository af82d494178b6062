using Kernels.PropertyTests.Dropout;

namespace Kernels.PropertyTests.Masks;

public class IrwinHallTests
{
    [Fact]
    public void TheFirstValuesAreTheGivenOnes()
    {
        double[] values = new double[4];
        IrwinHall.Fill(Experiment.Seed, 0, 0, 1, values);
        Assert.Equal([0.08820523197798343, 0.16158844184613222, -0.1857763433315114, 0.3402848076454794], values);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 200)]
    [InlineData(61, 130)]
    [InlineData(1UL << 33, 5)]
    public void EveryRangeEqualsTheDefinition(ulong start, int count)
    {
        double[] values = new double[count];
        IrwinHall.Fill(Experiment.Seed, 11, start, 0.5, values);
        for (int i = 0; i < count; i++)
        {
            ulong sum = 0;
            for (ulong l = 0; l < 4; l++)
            {
                sum += Experiment.Word(Experiment.Seed, 11, 4 * (start + (ulong)i) + l) >> 8;
            }

            Assert.Equal(0.5 * ((sum * Math.Pow(2, -24) - 2) * 1.7320508075688772), values[i]);
        }

        float[] singles = new float[count];
        IrwinHall.Fill(Experiment.Seed, 11, start, 0.5, singles);
        Assert.Equal(values.Select(value => (float)value), singles);
    }

    [Fact]
    public void MeanAndVarianceAreThoseOfTheNormalToSamplingError()
    {
        double[] values = new double[100_000];
        IrwinHall.Fill(9, 1, 0, 1, values);
        Assert.InRange(values.Average(), -0.02, 0.02);
        Assert.InRange(values.Average(value => value * value), 0.98, 1.02);
    }

    [Fact]
    public void ARangeMayEndAtTheLastElementAndNotPassIt()
    {
        const ulong Last = (1UL << 62) - 1;
        IrwinHall.Fill(1, 1, Last, 1, new double[1]);
        foreach ((ulong start, int count) in new[] { (Last, 2), (Last + 1, 1), (ulong.MaxValue, 2) })
        {
            Assert.Throws<ArgumentOutOfRangeException>("start", () => IrwinHall.Fill(1, 1, start, 1, new double[count]));
        }
    }
}
