using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>
/// A read-only window on a dense matrix in somebody else's memory; see <see cref="MatrixView{T}"/>. Here two elements may
/// share memory (a stride of zero repeats a row or a column).
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public readonly ref struct ReadOnlyMatrixView<T>
    where T : unmanaged
{
    private readonly ref T _origin;

    /// <summary>A row-major matrix without gaps.</summary>
    /// <inheritdoc cref="MatrixView{T}(Span{T}, int, int)"/>
    public ReadOnlyMatrixView(ReadOnlySpan<T> elements, int rows, int columns)
    {
        ViewShape.CheckTight(elements.Length, rows, columns);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = columns;
        ColumnStride = 1;
    }

    /// <summary>A row-major matrix whose rows start <paramref name="leadingDimension"/> elements apart.</summary>
    /// <inheritdoc cref="MatrixView{T}(Span{T}, int, int, int)"/>
    public ReadOnlyMatrixView(ReadOnlySpan<T> elements, int rows, int columns, int leadingDimension)
    {
        ViewShape.CheckRows(elements.Length, rows, columns, leadingDimension);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = leadingDimension;
        ColumnStride = 1;
    }

    /// <summary>A matrix with any two strides.</summary>
    /// <inheritdoc cref="MatrixView{T}(Span{T}, int, int, int, int)"/>
    public ReadOnlyMatrixView(ReadOnlySpan<T> elements, int rows, int columns, int rowStride, int columnStride)
    {
        ViewShape.CheckStrides(elements.Length, rows, columns, rowStride, columnStride);
        _origin = ref MemoryMarshal.GetReference(elements);
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    internal ReadOnlyMatrixView(ref T origin, int rows, int columns, int rowStride, int columnStride)
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
    public ReadOnlyMatrixView<T> Transposed => new(ref _origin, Columns, Rows, ColumnStride, RowStride);

    /// <inheritdoc cref="MatrixView{T}.Diagonal"/>
    public ReadOnlyMatrixView<T> Diagonal => new(ref _origin, IsEmpty ? 0 : 1, Math.Min(Rows, Columns), RowStride, ViewShape.DiagonalStride(Rows, Columns, RowStride, ColumnStride));

    /// <summary>Element (<paramref name="row"/>, <paramref name="column"/>), by reference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the matrix.</exception>
    public ref readonly T this[int row, int column]
    {
        get
        {
            ViewShape.CheckPosition(row, column, Rows, Columns);
            return ref Unsafe.Add(ref _origin, (nint)row * RowStride + (nint)column * ColumnStride);
        }
    }

    // For kernels, which pin it; never written through.
    internal ref T Origin => ref _origin;

    /// <summary>A rectangular window.</summary>
    /// <inheritdoc cref="MatrixView{T}.Slice"/>
    public ReadOnlyMatrixView<T> Slice(int row, int column, int rows, int columns)
    {
        ViewShape.CheckWindow(row, column, rows, columns, Rows, Columns);
        return new(ref ViewShape.At(ref _origin, row, column, rows, columns, RowStride, ColumnStride), rows, columns, RowStride, ColumnStride);
    }

    /// <summary>Row <paramref name="row"/> as a span; needs <see cref="ColumnStride"/> 1 (or at most one column).</summary>
    /// <inheritdoc cref="MatrixView{T}.Row"/>
    public ReadOnlySpan<T> Row(int row)
    {
        ViewShape.CheckRow(row, Rows, Columns, ColumnStride);
        return Columns == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _origin, (nint)row * RowStride), Columns);
    }

    /// <summary>Copies this matrix to <paramref name="destination"/>, which must not overlap it (unless it is the same view).</summary>
    /// <param name="destination">A matrix of the same shape, any strides.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the views overlap without being the same.</exception>
    public void CopyTo(MatrixView<T> destination)
    {
        ViewShape.CheckSame(Rows, Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(this, destination, "the source");
        ViewCopy.Copy(this, destination);
    }

    /// <summary>A managed copy, <c>[row, column]</c>.</summary>
    public T[,] ToArray()
    {
        var array = new T[Rows, Columns];
        CopyTo(array);
        return array;
    }

    /// <summary>The whole of a two-dimensional array.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructors are the named alternates.")]
    public static implicit operator ReadOnlyMatrixView<T>(T[,] array) => (MatrixView<T>)array;
}
