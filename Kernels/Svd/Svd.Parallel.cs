using System.Numerics;

namespace Kernels;

// The forms that may use several threads and may be cancelled.
public static partial class Svd
{
    /// <summary>The same on several threads, with the same bits, and with a way to stop it.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="u">m x p (thin) or m x m (full); receives orthonormal columns, also where singular values vanish.</param>
    /// <param name="singularValues">p values; receives them in descending order.</param>
    /// <param name="v">n x p (thin) or n x n (full); receives orthonormal columns.</param>
    /// <param name="parallelism">Threads that the products may use. They pay from about 256 columns on; smaller products stay on the calling thread by themselves.</param>
    /// <param name="cancellation">Looked at before each product; one of a thousand columns takes some 40 ms on one thread.</param>
    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double})"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="OperationCanceledException">Cancelled; what the results hold then is not said.</exception>
    public static SvdInfo Decompose<T>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Parallelism parallelism, CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Decompose(a, u, singularValues, v, OwnWorkspace<T>(a.Rows, a.Columns), parallelism, cancellation);

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="u">m x p or m x m.</param>
    /// <param name="singularValues">p values.</param>
    /// <param name="v">n x p or n x n.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <param name="parallelism">Threads that the products may use.</param>
    /// <param name="cancellation">Looked at before each product.</param>
    /// <inheritdoc cref="Decompose{T}(ReadOnlyMatrixView{T}, MatrixView{T}, Span{T}, MatrixView{T}, Parallelism, CancellationToken)"/>
    public static SvdInfo Decompose<T>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace, Parallelism parallelism, CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SvdArguments.CheckEither(a, u, singularValues, v, workspace);
        using var scope = CallFactorKernels<T>.Begin(parallelism, cancellation);
        return DecomposeEither<T, CallFactorKernels<T>>(a, u, singularValues, v, workspace);
    }

    /// <summary>The singular values alone, on several threads.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="singularValues">min(m, n) values; receives them in descending order.</param>
    /// <param name="parallelism">Threads that the products may use.</param>
    /// <param name="cancellation">Looked at before each product.</param>
    /// <inheritdoc cref="Decompose{T}(ReadOnlyMatrixView{T}, MatrixView{T}, Span{T}, MatrixView{T}, Parallelism, CancellationToken)"/>
    public static SvdInfo SingularValues<T>(ReadOnlyMatrixView<T> a, Span<T> singularValues, Parallelism parallelism, CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> workspace = OwnWorkspace<T>(a.Rows, a.Columns);
        SvdArguments.Check(a, singularValues, workspace);
        using var scope = CallFactorKernels<T>.Begin(parallelism, cancellation);
        return JacobiSvd.Decompose<T, CallFactorKernels<T>>(a, default, singularValues, default, vectors: false, workspace);
    }
}
