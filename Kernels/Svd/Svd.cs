using System.Numerics;

namespace Kernels;

/// <summary>Singular value decomposition by one-sided Jacobi rotations.</summary>
public static class Svd
{
    /// <summary>Thin SVD <c>a = u diag(singularValues) v^T</c> of an m x n matrix; p = min(m, n).</summary>
    /// <param name="a">m x n, any strides; not changed.</param>
    /// <param name="u">m x p; receives orthonormal columns, also where singular values vanish.</param>
    /// <param name="singularValues">p values; receives them in descending order, none negative.</param>
    /// <param name="v">n x p; receives orthonormal columns.</param>
    public static SvdInfo Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SvdReference.Decompose(a, u, singularValues, v);
}
