using System.Numerics;

namespace Kernels;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix: by Jacobi rotations for Gram matrices and small ones, by divide and conquer for others.</summary>
/// <remarks>
/// Sources: C. Jacobi 1846; angles by H. Rutishauser, Numer. Math. 9, 1966; all disjoint pairs of a step in lanes; about <c>18 n^3</c> flops a sweep, six to ten
/// sweeps. Not a Gram matrix, from order 25 on: Householder reduction and divide and conquer, about <c>6 n^3</c> flops. Contract: docs/contracts/symmetric-eigen.md.
/// </remarks>
public static class SymmetricEigen
{
    private const int MaxSweeps = 30;

    // Below, rotations cost less.
    private const int LeastDivided = 25;

    /// <summary><c>a = vectors diag(values) vectors^T</c>.</summary>
    /// <param name="a">n x n, any strides, every entry finite; only the lower triangle is read, and not changed.</param>
    /// <param name="values">n values; receives them in descending order.</param>
    /// <param name="vectors">n x n; receives orthonormal columns.</param>
    /// <param name="isGram">
    /// The matrix is positive semidefinite. Then every eigenvalue of <c>D B D</c>, D diagonal and B well conditioned, is found with high relative accuracy (J.
    /// Demmel, K. Veselic, SIMAX 13, 1992). Otherwise errors are relative to the largest one.
    /// </param>
    /// <returns>False when thirty sweeps were not enough; results are written all the same. Not seen yet.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry is NaN or infinite, a diagonal entry of a Gram matrix is negative, or arguments share memory.</exception>
    public static bool Decompose<T>(ReadOnlyMatrixView<T> a, Span<T> values, MatrixView<T> vectors, bool isGram = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Decompose(a, values, vectors, isGram, AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(a.Rows)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">n x n.</param>
    /// <param name="values">n values.</param>
    /// <param name="vectors">n x n.</param>
    /// <param name="isGram">The matrix is positive semidefinite.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="Decompose{T}(ReadOnlyMatrixView{T}, Span{T}, MatrixView{T}, bool)"/>
    public static unsafe bool Decompose<T>(ReadOnlyMatrixView<T> a, Span<T> values, MatrixView<T> vectors, bool isGram, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = a.Rows;
        Check(a, values, vectors, isGram, workspace);
        if (n == 0)
        {
            return true;
        }

        if (IsDivided(n, isGram) && TryDivide(a, values, vectors, workspace))
        {
            return true;
        }

        fixed (T* memory = workspace)
        {
            var jacobi = new GramRotations<T>(OrderOf(n), AlignedMemory.Align<T>(memory));
            jacobi.Gram.Clear();
            int exponent = Scale(a);
            T shift = isGram ? T.Zero : Load(a, exponent, T.Zero, jacobi.Gram);
            Load(a, exponent, shift, jacobi.Gram);
            T tolerance = SvdScaling.Epsilon<T>() * (isGram ? T.One : T.One / T.CreateChecked(4));
            (_, long last) = jacobi.Run<LiveFactorKernels<T>>(MaxSweeps, across: false, tolerance);
            Write(jacobi, n, exponent, shift, values, vectors);
            return last == 0;
        }
    }

    /// <summary>Elements of workspace that a matrix of this order needs: about <c>2 n^2 + 40 n</c>, from order 25 on <c>5 n^2 + 150 n</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredWorkspace<T>(int order)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        long rotated = GramRotations<T>.Length(OrderOf(order)) + AlignedMemory.Slack<T>();
        long divided = IsDivided(order, isGram: false) ? Tridiagonal<T>.Length(order) + TridiagonalEigen<T>.Length(order) : 0;
        return FactorArguments.Length(Math.Max(rotated, divided), order, order, nameof(order));
    }

    // By order and kind alone: the same steps on every host.
    private static bool IsDivided(int n, bool isGram) => !isGram && n >= LeastDivided;

    private static bool TryDivide<T>(ReadOnlyMatrixView<T> a, Span<T> values, MatrixView<T> vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = a.Rows, exponent = Scale(a);
        var reduction = new Tridiagonal<T>(n, ref memory);
        var eigen = new TridiagonalEigen<T>(n, ref memory);
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                reduction.Rest[j][i] = reduction.Rest[i][j] = T.ScaleB(a[i, j], -exponent);
            }
        }

        reduction.Reduce<LiveFactorKernels<T>>();
        if (!eigen.Decompose<LiveFactorKernels<T>>(reduction.Diagonal, reduction.OffDiagonal))
        {
            return false;
        }

        // What was reduced is no longer needed, and products are fastest by columns.
        for (int k = 0; k < n; k++)
        {
            int place = eigen.Order[n - 1 - k];
            values[k] = T.ScaleB(eigen.Values[place], exponent);
            eigen.Vectors[place].CopyTo(reduction.Rest[k]);
        }

        reduction.MultiplyQ<LiveFactorKernels<T>>(reduction.Rest.View);
        reduction.Rest.View.CopyTo(vectors);
        return true;
    }

    // Columns in pairs, of which there are at least two; those added are zero.
    private static int OrderOf(int n) => Math.Max(4, n + (n % 2));

    // The power of two that brings the largest entry of the lower triangle to about one.
    private static int Scale<T>(ReadOnlyMatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        for (int i = 0; i < a.Rows; i++)
        {
            largest = T.Max(largest, Reductions.MaxMagnitude(a.Slice(i, 0, 1, i + 1)));
        }

        return largest == T.Zero ? 0 : T.ILogB(largest);
    }

    // Writes both triangles, and returns the greatest sum of magnitudes in a row, a bound of all eigenvalues: added to the diagonal it makes the matrix semidefinite.
    private static T Load<T>(ReadOnlyMatrixView<T> a, int exponent, T shift, PairLanes<T> gram)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T bound = T.Zero;
        for (int i = 0; i < a.Rows; i++)
        {
            T sum = T.Zero;
            for (int j = 0; j < a.Rows; j++)
            {
                T entry = T.ScaleB(i >= j ? a[i, j] : a[j, i], -exponent);
                sum += T.Abs(entry);
                gram.At(i, j) = i == j ? entry + shift : entry;
            }

            bound = T.Max(bound, sum);
        }

        return bound;
    }

    private static void Write<T>(GramRotations<T> jacobi, int n, int exponent, T shift, Span<T> values, MatrixView<T> vectors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < n; k++)
        {
            values[k] = jacobi.Gram.At(k, k) - shift;
        }

        jacobi.Basis.RowRange(0, n).Store(vectors);
        for (int k = 0; k < n; k++)
        {
            int largest = k;
            for (int j = k + 1; j < n; j++)
            {
                largest = values[j] > values[largest] ? j : largest;
            }

            if (largest != k)
            {
                (values[k], values[largest]) = (values[largest], values[k]);
                for (int i = 0; i < n; i++)
                {
                    (vectors[i, k], vectors[i, largest]) = (vectors[i, largest], vectors[i, k]);
                }
            }

            values[k] = T.ScaleB(values[k], exponent);
        }
    }

    private static void Check<T>(ReadOnlyMatrixView<T> a, Span<T> values, MatrixView<T> vectors, bool isGram, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckSquare(a, nameof(a));
        FactorArguments.CheckLength(values.Length, a.Rows, nameof(values));
        FactorArguments.CheckShape<T>(vectors, a.Rows, a.Rows, nameof(vectors));
        FactorArguments.CheckWorkspace(workspace.Length, RequiredWorkspace<T>(a.Rows), nameof(workspace));
        FactorArguments.RefuseOverlap<T>(vectors, nameof(vectors), a, nameof(a));
        FactorArguments.RefuseOverlap(values, nameof(values), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(values, nameof(values), vectors, nameof(vectors));
        FactorArguments.RefuseOverlap(workspace, nameof(workspace), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(workspace, nameof(workspace), vectors, nameof(vectors));
        for (int i = 0; i < a.Rows; i++)
        {
            FactorArguments.CheckFinite(a.Slice(i, 0, 1, i + 1), nameof(a));
            if (isGram && a[i, i] < T.Zero)
            {
                throw new ArgumentException($"Diagonal element {i}, counted from zero, is {a[i, i]}; that of a Gram matrix is not negative.", nameof(a));
            }
        }
    }
}
