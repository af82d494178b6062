using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kernels;

// The checks that both views share. Each names the argument and its value.
internal static class ViewShape
{
    // A view of a small matrix is made at each of its products: the common cases take few comparisons, and inline.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckTight(int length, int rows, int columns)
    {
        if ((rows | columns) < 0 || (long)rows * columns > length)
        {
            Check(length, rows, columns, columns, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckRows(int length, int rows, int columns, int leadingDimension)
    {
        if (rows <= 0 || columns <= 0 || leadingDimension < columns || (long)(rows - 1) * leadingDimension + columns > length)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(leadingDimension, columns);
            Check(length, rows, columns, leadingDimension, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckStrides(int length, int rows, int columns, int rowStride, int columnStride)
    {
        if (rows <= 0 || columns <= 0 || (rowStride | columnStride) < 0 || (long)(rows - 1) * rowStride + (long)(columns - 1) * columnStride >= length)
        {
            Check(length, rows, columns, rowStride, columnStride);
        }
    }

    // A writable view must not name one element twice: whole rows lie apart, or whole columns do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckDistinct(int rows, int columns, int rowStride, int columnStride)
    {
        if (columnStride <= 0 || rowStride <= (long)(columns - 1) * columnStride)
        {
            CheckColumnsApart(rows, columns, rowStride, columnStride);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Check(int length, int rows, int columns, int rowStride, int columnStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(columnStride);
        if (rows == 0 || columns == 0)
        {
            return;
        }

        long needed = (long)(rows - 1) * rowStride + (long)(columns - 1) * columnStride + 1;
        if (needed > length)
        {
            throw new ArgumentException(
                $"A {rows} x {columns} matrix with strides ({rowStride}, {columnStride}) needs {needed} elements; the span has {length}.", "elements");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckColumnsApart(int rows, int columns, int rowStride, int columnStride)
    {
        bool repeats = (rows > 1 && columns > 0 && rowStride == 0) || (columns > 1 && rows > 0 && columnStride == 0);
        bool interleaves = rows > 1 && columns > 1
            && rowStride <= (long)(columns - 1) * columnStride
            && columnStride <= (long)(rows - 1) * rowStride;
        if (repeats || interleaves)
        {
            throw new ArgumentException(
                $"Strides ({rowStride}, {columnStride}) make elements of a {rows} x {columns} matrix share memory; a writable view needs distinct elements.",
                nameof(rowStride));
        }
    }

    internal static void CheckPosition(int row, int column, int rows, int columns)
    {
        if ((uint)row >= (uint)rows || (uint)column >= (uint)columns)
        {
            ThrowPosition(row, column, rows, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckWindow(int row, int column, int windowRows, int windowColumns, int rows, int columns)
    {
        if (row < 0 || column < 0 || windowRows < 0 || windowColumns < 0
            || (long)row + windowRows > rows || (long)column + windowColumns > columns)
        {
            ThrowWindow(row, column, windowRows, windowColumns, rows, columns);
        }
    }

    internal static void CheckRow(int row, int rows, int columns, int columnStride)
    {
        CheckLine(row, rows, nameof(row));
        if (columns > 1 && columnStride != 1)
        {
            throw new InvalidOperationException($"A row is a span only when its elements are adjacent; the column stride is {columnStride}.");
        }
    }

    internal static void CheckLine(int row, int rows, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows, name);
    }

    internal static void CheckSame(int rows, int columns, int otherRows, int otherColumns, string otherName)
    {
        if (rows != otherRows || columns != otherColumns)
        {
            throw new ArgumentException($"Must be {rows} x {columns}, but is {otherRows} x {otherColumns}.", otherName);
        }
    }

    // An empty window may start one past the end; it then points at the origin, never outside.
    internal static ref T At<T>(ref T origin, int row, int column, int rows, int columns, int rowStride, int columnStride)
        => ref (rows == 0 || columns == 0 ? ref origin : ref Unsafe.Add(ref origin, (nint)row * rowStride + (nint)column * columnStride));

    // Where the diagonal has two elements both strides are distances within the memory, and so is their sum.
    internal static int DiagonalStride(int rows, int columns, int rowStride, int columnStride)
        => Math.Min(rows, columns) > 1 ? rowStride + columnStride : 1;

    [DoesNotReturn]
    private static void ThrowPosition(int row, int column, int rows, int columns)
        => throw new ArgumentOutOfRangeException(nameof(row), $"Position ({row}, {column}) is outside a {rows} x {columns} matrix.");

    [DoesNotReturn]
    private static void ThrowWindow(int row, int column, int windowRows, int windowColumns, int rows, int columns)
        => throw new ArgumentOutOfRangeException(nameof(row), $"The {windowRows} x {windowColumns} window at ({row}, {column}) leaves a {rows} x {columns} matrix.");
}
