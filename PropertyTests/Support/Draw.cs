using System.Numerics;

namespace Kernels.PropertyTests.Support;

/// <summary>Seeded matrices for tests, with full mantissas so that a wrong order of rounding shows.</summary>
internal static class Draw
{
    internal static T[,] Matrix<T>(Random random, int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var matrix = new T[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix[i, j] = T.CreateChecked(2 * random.NextDouble() - 1);
            }
        }

        return matrix;
    }
}
