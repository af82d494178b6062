using System.Numerics;

namespace Kernels;

// Decompositions of which only the leading part is wanted.
public static partial class Svd
{
    /// <summary>
    /// Thin SVD without the singular vectors that are not wanted: of an m x n matrix, p = min(m, n), all triplets with a value above a threshold, and perhaps more.
    /// </summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="threshold">Zero or more. Vectors are left out, from 25 columns (float: 33) on, where it is at least 1/32 of the largest value.</param>
    /// <param name="u">m x p; the first <paramref name="computed"/> columns receive orthonormal vectors, what the others hold is not said.</param>
    /// <param name="singularValues">
    /// p values in descending order. The first <paramref name="computed"/> are as accurate as those of <c>Decompose</c>; the others, none above the threshold, come from the
    /// Gram matrix and are off by some ulp of <c>s_1^2 / s</c>, and of <c>s_1</c> times the root of an ulp where they vanish.
    /// </param>
    /// <param name="v">n x p; as u.</param>
    /// <param name="computed">How many triplets were computed.</param>
    /// <param name="parallelism">Threads that the products may use; the bits are the same.</param>
    /// <param name="cancellation">Looked at before each product.</param>
    /// <returns>How it ended; results are written also when it did not converge.</returns>
    /// <remarks>
    /// With k computed triplets the eigenvalues of the Gram matrix take about <c>m n^2 + 4/3 n^3</c> flops and divide and conquer, the vectors <c>(m + 2 n) n k</c> and a pass
    /// <c>(3 m + 2 n) k^2</c>. The residual of a triplet, <c>a^T u - s v</c>, is some ulp of <c>s_1^2 / s</c>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or two of the arguments share memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or not a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what the results hold then is not said.</exception>
    public static SvdInfo DecomposeAbove<T>(
        ReadOnlyMatrixView<T> a,
        T threshold,
        MatrixView<T> u,
        Span<T> singularValues,
        MatrixView<T> v,
        out int computed,
        Parallelism parallelism = default,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        => DecomposeAbove(a, threshold, u, singularValues, v, OwnWorkspace<T>(a.Rows, a.Columns), out computed, parallelism, cancellation);

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="threshold">Zero or more.</param>
    /// <param name="u">m x p.</param>
    /// <param name="singularValues">p values.</param>
    /// <param name="v">n x p.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <param name="computed">How many triplets were computed.</param>
    /// <param name="parallelism">Threads that the products may use.</param>
    /// <param name="cancellation">Looked at before each product.</param>
    /// <inheritdoc cref="DecomposeAbove{T}(ReadOnlyMatrixView{T}, T, MatrixView{T}, Span{T}, MatrixView{T}, out int, Parallelism, CancellationToken)"/>
    public static SvdInfo DecomposeAbove<T>(
        ReadOnlyMatrixView<T> a,
        T threshold,
        MatrixView<T> u,
        Span<T> singularValues,
        MatrixView<T> v,
        Span<T> workspace,
        out int computed,
        Parallelism parallelism = default,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireThreshold(threshold);
        SvdArguments.Check(a, u, singularValues, v, workspace);
        using var scope = CallFactorKernels<T>.Begin(parallelism, cancellation);
        return JacobiSvd.DecomposeAbove<T, CallFactorKernels<T>>(a, threshold, u, singularValues, v, workspace, out computed);
    }

    private static void RequireThreshold<T>(T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!(threshold >= T.Zero))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be zero or more.");
        }
    }
}
