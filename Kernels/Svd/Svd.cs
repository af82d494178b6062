using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>Singular value decomposition by one-sided Jacobi rotations, for any shape and rank.</summary>
/// <remarks>
/// Well conditioned matrices of some size start from the eigenvectors of their Gram matrix, so that few rotations are left. Singular values of a matrix whose columns (or rows, when wide) are badly scaled come out with high relative accuracy, where methods
/// that reduce to bidiagonal form lose the small ones: J. Demmel, K. Veselic, "Jacobi's method is more accurate than QR", SIMAX 13, 1992.
/// </remarks>
public static partial class Svd
{
    /// <summary>Thin or full SVD <c>a = u diag(singularValues) v^T</c> of an m x n matrix; p = min(m, n).</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="u">m x p (thin) or m x m (full); receives orthonormal columns, also where singular values vanish.</param>
    /// <param name="singularValues">p values; receives them in descending order, none negative. One that exceeds the largest finite number becomes infinite.</param>
    /// <param name="v">n x p (thin) or n x n (full); receives orthonormal columns.</param>
    /// <returns>How it ended; results are written also when it did not converge.</returns>
    /// <remarks>
    /// Well conditioned, from 25 columns (float: 33) on: about <c>8 p^3</c> flops for the eigenvectors and <c>5 d p^2 + 2 p^3</c> a pass, d the longer side, one to three
    /// passes. Otherwise about <c>9 p^3</c> flops a sweep, five to ten sweeps, after a QR of <c>2 m n p</c>. Multiplying <paramref name="a"/> by a power of two
    /// multiplies the singular values by it and changes no other bit, as long as no number overflows or becomes subnormal. The first p columns of a full factor are
    /// those of the thin one; the others, a basis of what is orthogonal to them, come from a Householder QR of it, <c>2 d p^2</c> flops and
    /// <c>4 d p (d - p)</c> to write them. Scratch memory is the
    /// calling thread's own and is kept, so that a second call of the same size allocates nothing.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A shape does not fit, an entry of <paramref name="a"/> is NaN or infinite, or two of the arguments share memory.
    /// </exception>
    public static SvdInfo Decompose(ReadOnlyMatrixView<double> a, MatrixView<double> u, Span<double> singularValues, MatrixView<double> v)
        => DecomposeChecked(a, u, singularValues, v, OwnWorkspace<double>(a.Rows, a.Columns));

    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double})"/>
    public static SvdInfo Decompose(ReadOnlyMatrixView<float> a, MatrixView<float> u, Span<float> singularValues, MatrixView<float> v)
        => DecomposeChecked(a, u, singularValues, v, OwnWorkspace<float>(a.Rows, a.Columns));

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double})"/>
    public static SvdInfo Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v)
        where T : unmanaged
        => Decompose(a, u, singularValues, v, OwnWorkspace<T>(a.Rows, a.Columns));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="u">m x p or m x m; receives orthonormal columns, also where singular values vanish.</param>
    /// <param name="singularValues">p values; receives them in descending order.</param>
    /// <param name="v">n x p or n x n; receives orthonormal columns.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements, best on a 64-byte boundary; its content does not matter.</param>
    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double})"/>
    public static SvdInfo Decompose(
        ReadOnlyMatrixView<double> a, MatrixView<double> u, Span<double> singularValues, MatrixView<double> v, Span<double> workspace)
        => DecomposeChecked(a, u, singularValues, v, workspace);

    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double}, Span{double})"/>
    public static SvdInfo Decompose(
        ReadOnlyMatrixView<float> a, MatrixView<float> u, Span<float> singularValues, MatrixView<float> v, Span<float> workspace)
        => DecomposeChecked(a, u, singularValues, v, workspace);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double}, Span{double})"/>
    public static SvdInfo Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged
        => typeof(T) == typeof(double)
            ? DecomposeChecked(
                Scalar.As<T, double>(a), Scalar.As<T, double>(u), MemoryMarshal.Cast<T, double>(singularValues), Scalar.As<T, double>(v), MemoryMarshal.Cast<T, double>(workspace))
            : typeof(T) == typeof(float)
            ? DecomposeChecked(
                Scalar.As<T, float>(a), Scalar.As<T, float>(u), MemoryMarshal.Cast<T, float>(singularValues), Scalar.As<T, float>(v), MemoryMarshal.Cast<T, float>(workspace))
            : throw Scalar.NotSupported<T>();

    /// <summary>The singular values alone, with the same bits as <c>Decompose</c> gives them and at most as many operations.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="singularValues">min(m, n) values; receives them in descending order.</param>
    /// <inheritdoc cref="Decompose(ReadOnlyMatrixView{double}, MatrixView{double}, Span{double}, MatrixView{double})"/>
    public static SvdInfo SingularValues(ReadOnlyMatrixView<double> a, Span<double> singularValues)
        => ValuesChecked(a, singularValues, OwnWorkspace<double>(a.Rows, a.Columns));

    /// <inheritdoc cref="SingularValues(ReadOnlyMatrixView{double}, Span{double})"/>
    public static SvdInfo SingularValues(ReadOnlyMatrixView<float> a, Span<float> singularValues)
        => ValuesChecked(a, singularValues, OwnWorkspace<float>(a.Rows, a.Columns));

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="SingularValues(ReadOnlyMatrixView{double}, Span{double})"/>
    public static SvdInfo SingularValues<T>(ReadOnlyMatrixView<T> a, Span<T> singularValues)
        where T : unmanaged
        => SingularValues(a, singularValues, OwnWorkspace<T>(a.Rows, a.Columns));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="singularValues">min(m, n) values; receives them in descending order.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="SingularValues(ReadOnlyMatrixView{double}, Span{double})"/>
    public static SvdInfo SingularValues<T>(ReadOnlyMatrixView<T> a, Span<T> singularValues, Span<T> workspace)
        where T : unmanaged
        => typeof(T) == typeof(double)
            ? ValuesChecked(Scalar.As<T, double>(a), MemoryMarshal.Cast<T, double>(singularValues), MemoryMarshal.Cast<T, double>(workspace))
            : typeof(T) == typeof(float)
            ? ValuesChecked(Scalar.As<T, float>(a), MemoryMarshal.Cast<T, float>(singularValues), MemoryMarshal.Cast<T, float>(workspace))
            : throw Scalar.NotSupported<T>();

    /// <summary>Elements of workspace that a rows x columns matrix needs, for thin factors and full ones: at most about <c>3 p max(m, n) + 7 p^2</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredWorkspace<T>(int rows, int columns)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (int tall, int narrow) = (Math.Max(rows, columns), Math.Min(rows, columns));
        long length = typeof(T) == typeof(double) ? JacobiSvd.WorkspaceLength<double>(tall, narrow)
            : typeof(T) == typeof(float) ? JacobiSvd.WorkspaceLength<float>(tall, narrow)
            : throw Scalar.NotSupported<T>();
        return length <= int.MaxValue
            ? (int)length
            : throw new ArgumentOutOfRangeException(nameof(rows), $"The workspace of a {rows} x {columns} matrix has {length} elements; a span holds at most {int.MaxValue}.");
    }

    private static Span<T> OwnWorkspace<T>(int rows, int columns)
        where T : unmanaged
        => AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(rows, columns));

    private static SvdInfo DecomposeChecked<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SvdArguments.CheckEither(a, u, singularValues, v, workspace);
        return DecomposeEither<T, LiveFactorKernels<T>>(a, u, singularValues, v, workspace);
    }

    // The columns of a factor from min(m, n) on, where they are asked for, complete the orthonormal basis that the others begin.
    private static SvdInfo DecomposeEither<T, TKernels>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int p = singularValues.Length;
        MatrixView<T> left = u.Slice(0, 0, u.Rows, p), right = v.Slice(0, 0, v.Rows, p);
        SvdInfo info = JacobiSvd.Decompose<T, TKernels>(a, left, singularValues, right, vectors: true, workspace);
        OrthogonalComplement.Write<T, TKernels>(left, u.Slice(0, p, u.Rows, u.Columns - p), workspace);
        OrthogonalComplement.Write<T, TKernels>(right, v.Slice(0, p, v.Rows, v.Columns - p), workspace);
        return info;
    }

    private static SvdInfo ValuesChecked<T>(ReadOnlyMatrixView<T> a, Span<T> singularValues, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SvdArguments.Check(a, singularValues, workspace);
        return JacobiSvd.Decompose<T, LiveFactorKernels<T>>(a, default, singularValues, default, vectors: false, workspace);
    }
}
