using System.Numerics;

namespace Kernels.Runtime;

// right K^+ for a symmetric positive semidefinite K, by its SVD, without the values below a cut of the largest: least squares with normal equations
// that may be singular but are consistent.
internal static class PseudoInverse
{
    // values: K's size; vectors and other: K's shape; product: right's shape. destination may be right itself.
    internal static void SolveRight<T>(
        ReadOnlyMatrixView<T> right, ReadOnlyMatrixView<T> k, MatrixView<T> destination, MatrixView<T> vectors, MatrixView<T> other, MatrixView<T> product, Span<T> values,
        Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Svd.Decompose(k, vectors, values, other);
        T cut = T.CreateChecked(typeof(T) == typeof(float) ? 1e-6 : 1e-13) * values[0];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = values[i] > cut ? T.One / values[i] : T.Zero;
        }

        // K^+ = other diag(1 / values) vectors^T.
        Gemm.Multiply(right, other, product, parallelism);
        Elementwise.ScaleByRow<T>(vectors.Transposed, values, vectors.Transposed);
        Gemm.Multiply(product, vectors.Transposed, destination, parallelism);
    }
}
