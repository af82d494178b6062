using System.Numerics;

namespace Kernels.Runtime;

// Eigenvalues, descending and in double for scalar formulas, and eigenvectors of a symmetric matrix.
internal readonly struct SymmetricEigen<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal readonly double[] Values;

    // One eigenvector a row.
    internal readonly T[,] Vectors;

    internal readonly bool Converged;

    internal SymmetricEigen(ReadOnlyMatrixView<T> matrix)
    {
        int n = matrix.Rows;
        Span<T> values = new T[n];
        Vectors = new T[n, n];
        Converged = Kernels.SymmetricEigen.Decompose(matrix, values, ((MatrixView<T>)Vectors).Transposed);
        Values = new double[n];
        Conversions.Convert<T, double>(new ReadOnlyMatrixView<T>(values, 1, n), new MatrixView<double>(Values, 1, n));
    }

    // Refuses a matrix that is not square or differs from its transpose by more than rounding.
    internal static void Check(ReadOnlyMatrixView<T> matrix, string name)
    {
        Guard.Matrix(matrix, name);
        Guard.Shape(matrix, matrix.Rows, matrix.Rows, name);
        T[,] difference = new T[matrix.Rows, matrix.Rows];
        Elementwise.AddScaled(matrix, matrix.Transposed, -T.One, difference);
        T limit = T.CreateChecked(16 * Certificate.Roundoff<T>()) * Reductions.MaxMagnitude(matrix);
        if (Reductions.MaxMagnitude<T>(difference) <= limit)
        {
            return;
        }

        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (T.Abs(matrix[i, j] - matrix[j, i]) > limit)
                {
                    throw new ArgumentException(
                        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Must be symmetric, but holds {matrix[i, j]} at row {i}, column {j} and {matrix[j, i]} at row {j}, column {i} (counted from 0)."), name);
                }
            }
        }
    }
}
