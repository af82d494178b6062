using System.Numerics;

namespace Kernels;

/// <summary>Decompositions of many small matrices of one shape, one matrix a vector lane.</summary>
/// <remarks>
/// Row-cyclic one-sided Jacobi on 64 matrices at a time. A matrix whose singular values spread over more than 2^16, or whose squares overflow or underflow, is
/// decomposed by <see cref="Svd"/> on its own: which way a matrix goes depends on itself alone, and so do its bits. Contract: docs/contracts/svd-batch.md.
/// </remarks>
public static class SvdBatch
{
    /// <summary>Most columns of a matrix.</summary>
    public const int MaxColumns = 32;

    /// <summary>Thin SVDs, <c>a = u diag(s) v^T</c>, of matrices one after another in memory, each by rows.</summary>
    /// <param name="rows">m, at least n, at most 64.</param>
    /// <param name="columns">n, 1 to 32.</param>
    /// <param name="a">count m n elements, every one finite; not changed.</param>
    /// <param name="u">count m n elements; receives m x n matrices of orthonormal columns.</param>
    /// <param name="singularValues">count n elements; receives n values a matrix in descending order.</param>
    /// <param name="v">count n n elements; receives n x n orthogonal matrices.</param>
    /// <returns>Matrices that did not converge: none has been seen.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A length does not fit, or an element of a is NaN or infinite; spans share memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A shape out of range.</exception>
    public static int Decompose<T>(int rows, int columns, ReadOnlySpan<T> a, Span<T> u, Span<T> singularValues, Span<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Decompose(rows, columns, a, u, singularValues, v, AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(rows, columns)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="a">count m n elements.</param>
    /// <param name="u">count m n elements.</param>
    /// <param name="singularValues">count n elements.</param>
    /// <param name="v">count n n elements.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="Decompose{T}(int, int, ReadOnlySpan{T}, Span{T}, Span{T}, Span{T})"/>
    public static int Decompose<T>(int rows, int columns, ReadOnlySpan<T> a, Span<T> u, Span<T> singularValues, Span<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckShape(rows, columns);
        int size = rows * columns, count = a.Length / size;
        if (a.Length % size != 0)
        {
            throw new ArgumentException($"Has {a.Length} elements, which are no whole number of {rows} x {columns} matrices.", nameof(a));
        }

        FactorArguments.CheckLength(u.Length, a.Length, nameof(u));
        FactorArguments.CheckLength(singularValues.Length, count * columns, nameof(singularValues));
        FactorArguments.CheckLength(v.Length, count * columns * columns, nameof(v));
        FactorArguments.CheckWorkspace(workspace.Length, RequiredWorkspace<T>(rows, columns), nameof(workspace));
        RefuseOverlap(a, u, nameof(u));
        RefuseOverlap(a, singularValues, nameof(singularValues));
        RefuseOverlap(a, v, nameof(v));
        RefuseOverlap(u, v, nameof(v));
        if (FiniteCheck.TryFindNonFinite(new ReadOnlyMatrixView<T>(a, 1, a.Length), out _, out int element))
        {
            var ((matrix, at), value) = (Math.DivRem(element, size), a[element]);
            throw new ArgumentException($"Entry ({at / columns}, {at % columns}) of matrix {matrix}, counted from zero, is {value}; a decomposition needs finite entries.", nameof(a));
        }

        ReadOnlyMatrixView<T> all = new(a, count, size);

        return BatchSweeps<T>.Run(KernelInfo.Width, rows, columns, all, new(u, count, size), new(singularValues, count, columns), new(v, count, columns * columns), workspace);
    }

    /// <summary>Elements of workspace, whatever the number of matrices.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A shape out of range.</exception>
    public static int RequiredWorkspace<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckShape(rows, columns);
        return (int)BatchSweeps<T>.Length(rows, columns);
    }

    private static void CheckShape(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, MaxColumns);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, 2 * MaxColumns);
    }

    private static void RefuseOverlap<T>(ReadOnlySpan<T> other, Span<T> written, string name)
        where T : unmanaged
    {
        if (written.Overlaps(other))
        {
            throw new ArgumentException("Shares memory with another argument; it must lie elsewhere.", name);
        }
    }
}
