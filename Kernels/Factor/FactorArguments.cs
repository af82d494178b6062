using System.Numerics;

namespace Kernels;

// What a caller of a factorization can get wrong, each with one error that names the argument.
internal static class FactorArguments
{
    internal static void CheckShape<T>(ReadOnlyMatrixView<T> matrix, int rows, int columns, string name)
        where T : unmanaged
    {
        if (matrix.Rows != rows || matrix.Columns != columns)
        {
            throw new ArgumentException($"Must be {rows} x {columns}, but is {matrix.Rows} x {matrix.Columns}.", name);
        }
    }

    internal static void CheckSquare<T>(ReadOnlyMatrixView<T> matrix, string name)
        where T : unmanaged
    {
        if (matrix.Rows != matrix.Columns)
        {
            throw new ArgumentException($"Must be square, but is {matrix.Rows} x {matrix.Columns}.", name);
        }
    }

    internal static void CheckLength(int length, int needed, string name)
    {
        if (length != needed)
        {
            throw new ArgumentException($"Must have {needed} elements, but has {length}.", name);
        }
    }

    internal static void CheckWorkspace(int length, int needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"Needs {needed} elements; the span has {length}.", name);
        }
    }

    internal static void RefuseOverlap<T>(ReadOnlyMatrixView<T> written, string writtenName, ReadOnlyMatrixView<T> other, string otherName)
        where T : unmanaged
    {
        if (ViewOverlap.Overlap(written, other))
        {
            throw new ArgumentException($"Shares memory with {otherName}; it must lie elsewhere.", writtenName);
        }
    }

    internal static void RefuseOverlap<T>(Span<T> written, string writtenName, ReadOnlyMatrixView<T> other, string otherName)
        where T : unmanaged
        => RefuseOverlap(new ReadOnlyMatrixView<T>(written, 1, written.Length), writtenName, other, otherName);

    internal static void CheckFinite<T>(ReadOnlyMatrixView<T> matrix, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (FiniteCheck.TryFindNonFinite(matrix, out int row, out int column))
        {
            throw new ArgumentException($"Entry ({row}, {column}), counted from zero, is {matrix[row, column]}; a factorization needs finite entries.", name);
        }
    }

    // A length that a span can have.
    internal static int Length(long elements, int rows, int columns, string name)
        => elements <= int.MaxValue
            ? (int)elements
            : throw new ArgumentOutOfRangeException(name, $"The workspace of a {rows} x {columns} matrix has {elements} elements; a span holds at most {int.MaxValue}.");
}
