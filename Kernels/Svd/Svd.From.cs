using System.Numerics;

namespace Kernels;

// The warm start.
public static partial class Svd
{
    // How far |V'V - I| may be from zero; one step of Newton and Schulz squares it.
    private const double GuessTolerance = 1e-3;

    /// <summary>Thin SVD of a matrix that is near one whose vectors are known: fewer sweeps than from nothing, and the same result up to rounding.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="guess">
    /// An orthogonal matrix of order min(m, n), within 1e-3: <c>v</c> of the other matrix when it is at least as tall as wide, else its <c>u</c>. It
    /// may be the memory of v (or u) that the result goes to.
    /// </param>
    /// <param name="u">m x p; receives orthonormal columns.</param>
    /// <param name="singularValues">p values; receives them in descending order.</param>
    /// <param name="v">n x p; receives orthonormal columns.</param>
    /// <returns>How it ended.</returns>
    /// <remarks>
    /// Small values of graded matrices are right relative to the largest one only: they are those of a product with the guess. Cost: <c>2 d p^2</c> for the product,
    /// <c>8 p^3</c> for the guess. Below 48 columns sweeps go on from there, after a change of 1 % about half as many as from nothing. Above, a guess pays when the columns of the
    /// product have small angles to make up (a change well below the spacing of the values); otherwise it is dropped, for a start from nothing is faster than sweeps.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">
    /// A shape does not fit, an entry of a is NaN or infinite, the guess is not orthogonal, or two of the other arguments share memory.
    /// </exception>
    public static SvdInfo DecomposeFrom<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> guess, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
        => DecomposeFrom(a, guess, u, singularValues, v, AlignedMemory.RentWorkspace<T>(RequiredWorkspaceFrom<T>(a.Rows, a.Columns)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="guess">Orthogonal, of order min(m, n).</param>
    /// <param name="u">m x p.</param>
    /// <param name="singularValues">p values.</param>
    /// <param name="v">n x p.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspaceFrom{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="DecomposeFrom{T}(ReadOnlyMatrixView{T}, ReadOnlyMatrixView{T}, MatrixView{T}, Span{T}, MatrixView{T})"/>
    public static SvdInfo DecomposeFrom<T>(
        ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> guess, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int order = Math.Min(a.Rows, a.Columns);
        FactorArguments.CheckShape(guess, order, order, nameof(guess));
        FactorArguments.CheckWorkspace(workspace.Length, RequiredWorkspaceFrom<T>(a.Rows, a.Columns), nameof(workspace));
        FactorArguments.RefuseOverlap(workspace, nameof(workspace), guess, nameof(guess));
        SvdArguments.Check(a, u, singularValues, v, workspace);
        CheckOrthogonal(guess, workspace);
        return a.Rows < a.Columns
            ? JacobiSvd.DecomposeFrom<T, LiveFactorKernels<T>>(a.Transposed, guess, v, singularValues, u, workspace)
            : JacobiSvd.DecomposeFrom<T, LiveFactorKernels<T>>(a, guess, u, singularValues, v, workspace);
    }

    /// <summary>Elements of workspace that a start from known vectors needs.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredWorkspaceFrom<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int ordinary = RequiredWorkspace<T>(rows, columns);
        return FactorArguments.Length(
            Math.Max(ordinary, JacobiSvd.FromWorkspaceLength<T>(Math.Max(rows, columns), Math.Min(rows, columns))), rows, columns, nameof(rows));
    }

    private static void CheckOrthogonal<T>(ReadOnlyMatrixView<T> guess, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = guess.Rows;
        var gram = new MatrixView<T>(workspace, n, n);
        Gemm.Multiply(guess.Transposed, guess, gram);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double off = double.CreateChecked(gram[i, j]) - (i == j ? 1 : 0);
                if (!(Math.Abs(off) <= GuessTolerance))
                {
                    throw new ArgumentException($"Is not orthogonal: columns {i} and {j}, counted from zero, have the product {gram[i, j]}.", nameof(guess));
                }
            }
        }
    }
}
