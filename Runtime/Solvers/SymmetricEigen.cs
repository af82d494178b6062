using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

// Eigenvalues (descending) and eigenvectors of a symmetric matrix from the SVD of A + c I, where c, the largest sum of magnitudes of a row, makes it
// positive semidefinite (Gershgorin). Errors are a few units of roundoff of c.
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
        using SpanOwner<T> memory = SpanOwner<T>.Allocate(checked(2 * n * n + n));
        var shifted = new MatrixView<T>(memory.Span[..(n * n)], n, n);
        var other = new MatrixView<T>(memory.Span.Slice(n * n, n * n), n, n);
        Span<T> values = memory.Span[(2 * n * n)..];
        matrix.CopyTo(shifted);
        T shift = T.Zero;
        for (int i = 0; i < n; i++)
        {
            shift = T.Max(shift, Reductions.SumOfMagnitudes<T>(shifted.Row(i)));
        }

        for (int i = 0; i < n; i++)
        {
            shifted[i, i] += shift;
        }

        Vectors = new T[n, n];
        Converged = Svd.Decompose<T>(shifted, ((MatrixView<T>)Vectors).Transposed, values, other).Converged;
        Values = new double[n];
        for (int i = 0; i < n; i++)
        {
            Values[i] = double.CreateChecked(values[i]) - double.CreateChecked(shift);
        }
    }

    // Refuses a matrix that is not square or differs from its transpose by more than rounding.
    internal static void Check(ReadOnlyMatrixView<T> matrix, string name)
    {
        Guard.Matrix(matrix, name);
        Guard.Shape(matrix, matrix.Rows, matrix.Rows, name);
        T limit = T.CreateChecked(16 * Certificate.Roundoff<T>()) * Reductions.MaxMagnitude(matrix);
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
