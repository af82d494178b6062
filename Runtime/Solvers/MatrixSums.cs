using System.Numerics;

namespace Kernels.Runtime;

// Sums over the rows of matrices with adjacent columns, carried in double from row to row.
internal static class MatrixSums
{
    internal static double SumOfMagnitudes<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < matrix.Rows; i++)
        {
            sum += double.CreateChecked(Reductions.SumOfMagnitudes(matrix.Row(i)));
        }

        return sum;
    }

    internal static double Distance<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < a.Rows; i++)
        {
            sum += double.CreateChecked(Reductions.SquaredDistance(a.Row(i), b.Row(i)));
        }

        return Math.Sqrt(sum);
    }
}
