using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.Matrices;

public class FiniteCheckTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void TheFirstBadEntryIsFoundInEveryPlace(double bad)
    {
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                double[,] matrix = Dense.Build(3, 4, (a, b) => 4 * a + b >= 4 * i + j ? bad : double.MaxValue);
                Assert.True(FiniteCheck.TryFindNonFinite<double>(matrix, out int row, out int column));
                Assert.Equal((i, j), (row, column));

                double[,] single = Dense.Build(3, 4, (a, b) => (a, b) == (i, j) ? bad : -double.MaxValue);
                Assert.True(FiniteCheck.TryFindNonFinite(((ReadOnlyMatrixView<double>)single).Transposed, out row, out column));
                Assert.Equal((j, i), (row, column));
            }
        }
    }

    [Fact]
    public void WhatLiesBetweenTheRowsIsNotLookedAt()
    {
        float[] memory = [1, 2, float.NaN, 3, 4, float.NaN];
        Assert.False(FiniteCheck.TryFindNonFinite(new ReadOnlyMatrixView<float>(memory, 2, 2, 3), out int row, out int column));
        Assert.Equal((-1, -1), (row, column));
        Assert.False(FiniteCheck.TryFindNonFinite<float>(new float[0, 3], out _, out _));
    }
}
