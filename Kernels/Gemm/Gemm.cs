using System.Runtime.CompilerServices;

namespace Kernels;

/// <summary>The general matrix product.</summary>
/// <remarks>
/// Each element of the result is one chain of fused multiply-adds over ascending k that starts from <c>beta * destination</c>, with
/// alpha rounded into the elements of the smaller operand, <c>c = fma(round(alpha a[i, p]), b[p, j], c)</c> up to as many rows as columns and
/// <c>c = fma(a[i, p], round(alpha b[p, j]), c)</c> beyond. Thin products with adjacent k (a row-major matrix times a
/// vector, a dot product) and deep ones of a few elements are sums over a fixed number of logical lanes instead. So the bits do not depend on vector width, thread count, alignment
/// or block sizes. NaN and infinities are data. Contract: docs/contracts/gemm.md.
/// </remarks>
// Inlined up to the call that does the work: three views passed on by value would cost as much as a 4 x 4 product.
public static class Gemm
{
    /// <summary><c>destination = a b</c>.</summary>
    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, MatrixView<double> destination, Parallelism parallelism = default)
        => GemmDispatch.Multiply(KernelInfo.Width, a, b, destination, parallelism);

    /// <inheritdoc cref="Multiply(ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, MatrixView{double}, Parallelism)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, MatrixView<float> destination, Parallelism parallelism = default)
        => GemmDispatch.Multiply(KernelInfo.Width, a, b, destination, parallelism);

    /// <inheritdoc cref="Multiply(ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, MatrixView{double}, Parallelism)"/>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static void Multiply<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, MatrixView<T> destination, Parallelism parallelism = default)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Multiply(Scalar.As<T, double>(a), Scalar.As<T, double>(b), Scalar.As<T, double>(destination), parallelism);
        }
        else if (typeof(T) == typeof(float))
        {
            Multiply(Scalar.As<T, float>(a), Scalar.As<T, float>(b), Scalar.As<T, float>(destination), parallelism);
        }
        else
        {
            throw Scalar.NotSupported<T>();
        }
    }

    /// <summary><c>destination = alpha a b + beta destination</c>.</summary>
    /// <param name="alpha">Factor of the product. At zero neither a nor b is read.</param>
    /// <param name="a">m x k, any strides; a transpose is <see cref="ReadOnlyMatrixView{T}.Transposed"/>.</param>
    /// <param name="b">k x n, any strides.</param>
    /// <param name="beta">Factor of the old destination. At zero the destination is not read, so a NaN in it vanishes.</param>
    /// <param name="destination">m x n, any strides; must not overlap a or b.</param>
    /// <param name="parallelism">Threads that may be used; the result is the same for every number.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the destination overlaps an operand.</exception>
    /// <remarks>
    /// 2 m n k flops. Nothing is allocated once warm: packing buffers belong to the thread and are kept.
    /// Source: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008); Van Zee and van de Geijn, BLIS (2015).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        double alpha, ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination, Parallelism parallelism = default)
        => GemmDispatch.Multiply(KernelInfo.Width, alpha, a, b, beta, destination, parallelism, []);

    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        float alpha, ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination, Parallelism parallelism = default)
        => GemmDispatch.Multiply(KernelInfo.Width, alpha, a, b, beta, destination, parallelism, []);

    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static void Multiply<T>(T alpha, ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination, Parallelism parallelism = default)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Multiply(
                Unsafe.BitCast<T, double>(alpha), Scalar.As<T, double>(a), Scalar.As<T, double>(b), Unsafe.BitCast<T, double>(beta), Scalar.As<T, double>(destination), parallelism);
        }
        else if (typeof(T) == typeof(float))
        {
            Multiply(
                Unsafe.BitCast<T, float>(alpha), Scalar.As<T, float>(a), Scalar.As<T, float>(b), Unsafe.BitCast<T, float>(beta), Scalar.As<T, float>(destination), parallelism);
        }
        else
        {
            throw Scalar.NotSupported<T>();
        }
    }

    /// <summary>Elements of workspace that a sequential product of this shape needs at most.</summary>
    /// <param name="m">Rows of the destination.</param>
    /// <param name="n">Columns of the destination.</param>
    /// <param name="k">Columns of a.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public static int RequiredWorkspace<T>(int m, int n, int k)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        return typeof(T) == typeof(float) || typeof(T) == typeof(double)
            ? checked((int)GemmDispatch.RequiredScratch<T>(KernelInfo.Width, m, n, k) + AlignedMemory.Slack<T>())
            : throw Scalar.NotSupported<T>();
    }

    /// <summary><c>destination = alpha a b + beta destination</c> on the calling thread, in memory of the caller's.</summary>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="a">m x k.</param>
    /// <param name="b">k x n.</param>
    /// <param name="beta">Factor of the old destination.</param>
    /// <param name="destination">m x n; must not overlap a or b.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; what it holds afterwards is of no use.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, the destination overlaps an operand, or the workspace is too short.</exception>
    public static void Multiply(
        double alpha, ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination, Span<double> workspace)
        => GemmDispatch.Multiply(KernelInfo.Width, alpha, a, b, beta, destination, Parallelism.Sequential, NotEmpty(workspace));

    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Span{double})"/>
    public static void Multiply(
        float alpha, ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination, Span<float> workspace)
        => GemmDispatch.Multiply(KernelInfo.Width, alpha, a, b, beta, destination, Parallelism.Sequential, NotEmpty(workspace));

    // To the dispatch an empty workspace means: take the thread's own.
    private static Span<T> NotEmpty<T>(Span<T> workspace)
        => workspace.IsEmpty ? throw new ArgumentException("The workspace is empty; ask RequiredWorkspace for its size.", nameof(workspace)) : workspace;
}
