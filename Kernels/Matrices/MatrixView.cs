using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>
/// A writable window on a dense matrix in somebody else's memory: element (i, j) is
/// <c>origin[i * RowStride + j * ColumnStride]</c>. Row-major by default; a transpose swaps the strides and moves nothing.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public readonly ref struct MatrixView<T>
    where T : unmanaged
{
    private readonly ref T _origin;

    /// <summary>A row-major matrix without gaps.</summary>
    /// <param name="elements">At least <c>rows * columns</c> elements.</param>
    /// <param name="rows">Number of rows, zero or more.</param>
    /// <param name="columns">Number of columns, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is too short.</exception>
    public MatrixView(Span<T> elements, int rows, int columns)
    {
        ViewShape.CheckTight(elements.Length, rows, columns);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = columns;
        ColumnStride = 1;
    }

    /// <summary>A row-major matrix whose rows start <paramref name="leadingDimension"/> elements apart.</summary>
    /// <param name="elements">Memory that holds every element of the matrix.</param>
    /// <param name="rows">Number of rows, zero or more.</param>
    /// <param name="columns">Number of columns, zero or more.</param>
    /// <param name="leadingDimension">Distance between the starts of two rows, at least <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative or the leading dimension is below <paramref name="columns"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is too short.</exception>
    public MatrixView(Span<T> elements, int rows, int columns, int leadingDimension)
    {
        ViewShape.CheckRows(elements.Length, rows, columns, leadingDimension);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = leadingDimension;
        ColumnStride = 1;
    }

    /// <summary>A matrix with any two strides.</summary>
    /// <param name="elements">Memory that holds every element of the matrix.</param>
    /// <param name="rows">Number of rows, zero or more.</param>
    /// <param name="columns">Number of columns, zero or more.</param>
    /// <param name="rowStride">Elements between (i, j) and (i + 1, j), zero or more.</param>
    /// <param name="columnStride">Elements between (i, j) and (i, j + 1), zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension or a stride is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is too short, or two elements of the view would share memory.</exception>
    public MatrixView(Span<T> elements, int rows, int columns, int rowStride, int columnStride)
    {
        ViewShape.CheckStrides(elements.Length, rows, columns, rowStride, columnStride);
        ViewShape.CheckDistinct(rows, columns, rowStride, columnStride);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    // The window of a view that was already checked.
    internal MatrixView(ref T origin, int rows, int columns, int rowStride, int columnStride)
    {
        _origin = ref origin;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Elements between (i, j) and (i + 1, j).</summary>
    public int RowStride { get; }

    /// <summary>Elements between (i, j) and (i, j + 1).</summary>
    public int ColumnStride { get; }

    /// <summary>True when the matrix has no element.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public MatrixView<T> Transposed => new(ref _origin, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The main diagonal, <c>1 x min(Rows, Columns)</c>, in the same memory.</summary>
    public MatrixView<T> Diagonal => new(ref _origin, IsEmpty ? 0 : 1, Math.Min(Rows, Columns), RowStride, ViewShape.DiagonalStride(Rows, Columns, RowStride, ColumnStride));

    /// <summary>Element (<paramref name="row"/>, <paramref name="column"/>), by reference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the matrix.</exception>
    public ref T this[int row, int column]
    {
        get
        {
            ViewShape.CheckPosition(row, column, Rows, Columns);
            return ref Unsafe.Add(ref _origin, (nint)row * RowStride + (nint)column * ColumnStride);
        }
    }

    internal ref T Origin => ref _origin;

    /// <summary>A rectangular window.</summary>
    /// <param name="row">First row.</param>
    /// <param name="column">First column.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the matrix.</exception>
    public MatrixView<T> Slice(int row, int column, int rows, int columns)
    {
        ViewShape.CheckWindow(row, column, rows, columns, Rows, Columns);
        return new(ref ViewShape.At(ref _origin, row, column, rows, columns, RowStride, ColumnStride), rows, columns, RowStride, ColumnStride);
    }

    /// <summary>Row <paramref name="row"/> as a span; needs <see cref="ColumnStride"/> 1 (or at most one column).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">The elements of a row are not adjacent.</exception>
    public Span<T> Row(int row)
    {
        ViewShape.CheckRow(row, Rows, Columns, ColumnStride);
        return Columns == 0 ? [] : MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _origin, (nint)row * RowStride), Columns);
    }

    /// <summary>Sets every element to <paramref name="value"/>. Elements between the rows are not touched.</summary>
    public void Fill(T value)
    {
        for (int i = 0; i < Rows; i++)
        {
            if (ColumnStride == 1)
            {
                Row(i).Fill(value);
                continue;
            }

            for (int j = 0; j < Columns; j++)
            {
                this[i, j] = value;
            }
        }
    }

    /// <summary>Copies this matrix to <paramref name="destination"/>, which must not overlap it (unless it is the same view).</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the views overlap without being the same.</exception>
    public void CopyTo(MatrixView<T> destination) => ((ReadOnlyMatrixView<T>)this).CopyTo(destination);

    /// <summary>A managed copy, <c>[row, column]</c>.</summary>
    public T[,] ToArray() => ((ReadOnlyMatrixView<T>)this).ToArray();

    /// <summary>The same window, read-only.</summary>
    public static implicit operator ReadOnlyMatrixView<T>(MatrixView<T> view)
        => new(ref view._origin, view.Rows, view.Columns, view.RowStride, view.ColumnStride);

    /// <summary>The whole of a two-dimensional array.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructors are the named alternates.")]
    public static implicit operator MatrixView<T>(T[,] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array.Length == 0
            ? new MatrixView<T>([], array.GetLength(0), array.GetLength(1))
            : new MatrixView<T>(MemoryMarshal.CreateSpan(ref array[0, 0], array.Length), array.GetLength(0), array.GetLength(1));
    }
}
