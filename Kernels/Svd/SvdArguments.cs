using System.Numerics;

namespace Kernels;

// What a caller can get wrong, each with one error that names the argument.
internal static class SvdArguments
{
    internal static void Check<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckShape(a, u, a.Rows, nameof(u));
        CheckShape(a, v, a.Columns, nameof(v));
        CheckOthers(a, u, singularValues, v, workspace);
    }

    // Thin, or all columns of an orthogonal matrix.
    internal static void CheckEither<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckEither(a, u, a.Rows, nameof(u));
        CheckEither(a, v, a.Columns, nameof(v));
        CheckOthers(a, u, singularValues, v, workspace);
    }

    private static void CheckOthers<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlyMatrixView<T> values = new(singularValues, 1, singularValues.Length), scratch = new(workspace, 1, workspace.Length);
        RefuseOverlap<T>(u, nameof(u), a, nameof(a));
        RefuseOverlap<T>(v, nameof(v), a, nameof(a));
        RefuseOverlap<T>(v, nameof(v), u, nameof(u));
        RefuseOverlap<T>(values, nameof(singularValues), u, nameof(u));
        RefuseOverlap<T>(values, nameof(singularValues), v, nameof(v));
        RefuseOverlap<T>(scratch, nameof(workspace), u, nameof(u));
        RefuseOverlap<T>(scratch, nameof(workspace), v, nameof(v));
        Check(a, singularValues, workspace);
    }

    internal static void Check<T>(ReadOnlyMatrixView<T> a, Span<T> singularValues, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (singularValues.Length != Math.Min(a.Rows, a.Columns))
        {
            throw new ArgumentException(
                $"A {a.Rows} x {a.Columns} matrix has {Math.Min(a.Rows, a.Columns)} singular values; the span has {singularValues.Length}.", nameof(singularValues));
        }

        int needed = Svd.RequiredWorkspace<T>(a.Rows, a.Columns);
        if (workspace.Length < needed)
        {
            throw new ArgumentException($"A {a.Rows} x {a.Columns} matrix needs {needed} elements; the span has {workspace.Length}.", nameof(workspace));
        }

        ReadOnlyMatrixView<T> values = new(singularValues, 1, singularValues.Length), scratch = new(workspace, 1, workspace.Length);
        RefuseOverlap<T>(values, nameof(singularValues), a, nameof(a));
        RefuseOverlap<T>(scratch, nameof(workspace), a, nameof(a));
        RefuseOverlap<T>(scratch, nameof(workspace), values, nameof(singularValues));
        CheckFinite(a);
    }

    private static void CheckShape<T>(ReadOnlyMatrixView<T> a, MatrixView<T> factor, int rows, string name)
        where T : unmanaged
    {
        int columns = Math.Min(a.Rows, a.Columns);
        if (factor.Rows != rows || factor.Columns != columns)
        {
            throw new ArgumentException(
                $"For a {a.Rows} x {a.Columns} matrix it must be {rows} x {columns}, but is {factor.Rows} x {factor.Columns}.", name);
        }
    }

    private static void CheckEither<T>(ReadOnlyMatrixView<T> a, MatrixView<T> factor, int rows, string name)
        where T : unmanaged
    {
        int columns = Math.Min(a.Rows, a.Columns);
        if (factor.Rows != rows || (factor.Columns != columns && factor.Columns != rows))
        {
            string full = columns == rows ? "" : $" (thin) or {rows} x {rows} (full)";
            throw new ArgumentException(
                $"For a {a.Rows} x {a.Columns} matrix it must be {rows} x {columns}{full}, but is {factor.Rows} x {factor.Columns}.", name);
        }
    }

    private static void RefuseOverlap<T>(ReadOnlyMatrixView<T> written, string writtenName, ReadOnlyMatrixView<T> other, string otherName)
        where T : unmanaged
    {
        if (ViewOverlap.Overlap(written, other))
        {
            throw new ArgumentException($"Shares memory with {otherName}; it must lie elsewhere.", writtenName);
        }
    }

    private static void CheckFinite<T>(ReadOnlyMatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (FiniteCheck.TryFindNonFinite(a, out int row, out int column))
        {
            throw new ArgumentException($"Entry ({row}, {column}), counted from zero, is {a[row, column]}; a decomposition needs finite entries.", nameof(a));
        }
    }
}
