using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kernels;

/// <summary>What the emitted matrix forms of vectorized expressions call: checks, and passage through adjacent memory. Not meant to be called by hand.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MatrixLines
{
    private const int CacheLine = 64;

    // Half of a second-level cache.
    private const int FetchFrom = 1 << 18;

    /// <summary>Bits of the widest vectors that the runtime accelerates.</summary>
    public static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Views have one shape.</summary>
    /// <exception cref="ArgumentException">They have not.</exception>
    public static void SameShape(int rows, int columns, string name, int expectedRows, int expectedColumns, string expectedName)
    {
        if (rows != expectedRows || columns != expectedColumns)
        {
            throw new ArgumentException($"'{name}' is {rows} x {columns} and '{expectedName}' is {expectedRows} x {expectedColumns}; the shapes must be equal.", name);
        }
    }

    /// <summary>A span has one element for each row.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void OnePerRow(int length, string name, int rows, int columns, string viewName)
    {
        if (length != rows)
        {
            throw new ArgumentException($"'{name}' has {length} elements and '{viewName}' is {rows} x {columns}; there must be one for each row.", name);
        }
    }

    /// <summary>A span has one element for each column.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void OnePerColumn(int length, string name, int rows, int columns, string viewName)
    {
        if (length != columns)
        {
            throw new ArgumentException($"'{name}' has {length} elements and '{viewName}' is {rows} x {columns}; there must be one for each column.", name);
        }
    }

    /// <summary>A destination is exactly an input view, or shares no memory with it.</summary>
    /// <exception cref="ArgumentException">It overlaps the input otherwise.</exception>
    public static void SameOrApart<TInput, T>(ReadOnlyMatrixView<TInput> input, string inputName, MatrixView<T> destination, string name)
        where TInput : unmanaged
        where T : unmanaged
    {
        ReadOnlyMatrixView<T> same = Cast<TInput, T>(input);
        if (!ViewOverlap.IsSame(same, destination) && ViewOverlap.Overlap(same, destination))
        {
            ThrowOverlap(name, inputName, "be the same view or share no memory");
        }
    }

    /// <summary>A destination shares no memory with a span.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public static void Apart<TOther, T>(ReadOnlySpan<TOther> other, string otherName, MatrixView<T> destination, string name)
        where TOther : unmanaged
        where T : unmanaged
        => Apart(new ReadOnlyMatrixView<TOther>(other, 1, other.Length), otherName, destination, name);

    /// <summary>A destination shares no memory with another view.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public static void Apart<TOther, T>(ReadOnlyMatrixView<TOther> other, string otherName, MatrixView<T> destination, string name)
        where TOther : unmanaged
        where T : unmanaged
    {
        if (ViewOverlap.Overlap(Cast<TOther, T>(other), destination))
        {
            ThrowOverlap(name, otherName, "share no memory");
        }
    }

    /// <summary>A span shares no memory with a view.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public static void Apart<TOther, T>(ReadOnlyMatrixView<TOther> other, string otherName, Span<T> destination, string name)
        where TOther : unmanaged
        where T : unmanaged
    {
        // Scalars of two widths: in terms of bytes of the view's.
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        var span = new ReadOnlyMatrixView<TOther>(ref Unsafe.As<byte, TOther>(ref MemoryMarshal.GetReference(bytes)), 1, (bytes.Length + Unsafe.SizeOf<TOther>() - 1) / Unsafe.SizeOf<TOther>(), bytes.Length, 1);
        if (ViewOverlap.Overlap(other, span))
        {
            ThrowOverlap(name, otherName, "share no memory");
        }
    }

    /// <summary>Two spans share no memory.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public static void Apart<TOther, T>(ReadOnlySpan<TOther> other, string otherName, Span<T> destination, string name)
        where TOther : unmanaged
        where T : unmanaged
    {
        if (MemoryMarshal.AsBytes(other).Overlaps(MemoryMarshal.AsBytes(destination)))
        {
            ThrowOverlap(name, otherName, "share no memory");
        }
    }

    /// <summary>Whether the elements of each row are adjacent.</summary>
    public static bool AreRows<T>(ReadOnlyMatrixView<T> view)
        where T : unmanaged
        => view.ColumnStride == 1 || view.Columns <= 1;

    /// <summary>Whether the view is row after row without gaps.</summary>
    public static bool IsTight<T>(ReadOnlyMatrixView<T> view)
        where T : unmanaged
        => AreRows(view) && (view.RowStride == view.Columns || view.Rows <= 1);

    /// <summary>The elements of a view that is tight.</summary>
    public static ReadOnlySpan<T> Flat<T>(ReadOnlyMatrixView<T> view)
        where T : unmanaged
        => view.IsEmpty ? [] : MemoryMarshal.CreateReadOnlySpan(ref view.Origin, checked(view.Rows * view.Columns));

    /// <summary>The elements of a view that is tight.</summary>
    public static Span<T> Flat<T>(MatrixView<T> view)
        where T : unmanaged
        => view.IsEmpty ? [] : MemoryMarshal.CreateSpan(ref view.Origin, checked(view.Rows * view.Columns));

    /// <summary>The same window on scalars of another name.</summary>
    public static ReadOnlyMatrixView<TTo> Cast<TFrom, TTo>(ReadOnlyMatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged
        => Scalar.As<TFrom, TTo>(view);

    /// <summary>The same window on scalars of another name.</summary>
    public static MatrixView<TTo> Cast<TFrom, TTo>(MatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged
        => Scalar.As<TFrom, TTo>(view);

    /// <summary>Copies a window to memory, row after row.</summary>
    public static void Pack<T>(ReadOnlyMatrixView<T> window, Span<T> tile)
        where T : unmanaged
        => ViewCopy.Copy(window, new MatrixView<T>(tile, window.Rows, window.Columns));

    /// <summary>Copies a window from memory, row after row.</summary>
    public static void Unpack<T>(ReadOnlySpan<T> tile, MatrixView<T> window)
        where T : unmanaged
        => ViewCopy.Copy(new ReadOnlyMatrixView<T>(tile, window.Rows, window.Columns), window);

    /// <summary>Copies rows to memory side by side, <paramref name="side"/> of them; the last is there more than once when they are fewer.</summary>
    public static void PackAcross<T>(ReadOnlyMatrixView<T> window, int side, Span<T> tile)
        where T : unmanaged
    {
        ViewCopy.Copy(window.Transposed, new MatrixView<T>(tile, window.Columns, window.Rows, side));
        for (int j = 0; j < window.Columns && window.Rows < side; j++)
        {
            Span<T> line = tile.Slice(j * side, side);
            line[window.Rows..].Fill(line[window.Rows - 1]);
        }
    }

    /// <summary>Copies rows that lie side by side in memory, <paramref name="side"/> of them, to a window.</summary>
    public static void UnpackAcross<T>(ReadOnlySpan<T> tile, int side, MatrixView<T> window)
        where T : unmanaged
        => ViewCopy.Copy(new ReadOnlyMatrixView<T>(tile, window.Columns, window.Rows, side), window.Transposed);

    /// <summary>
    /// Asks for a window whose rows lie side by side, of a matrix that caches may not hold: in pieces as long as they are in memory, since what reads
    /// it a vector wide takes one line from page after page, which no processor foresees.
    /// </summary>
    public static unsafe void Fetch<T>(ReadOnlyMatrixView<T> view, int row, int column, int rows, int columns)
        where T : unmanaged
    {
        if (!Sse.IsSupported || (long)view.Columns * view.ColumnStride * sizeof(T) < FetchFrom)
        {
            return;
        }

        fixed (T* origin = &view.Origin)
        {
            for (int j = column; j < column + columns; j++)
            {
                T* line = origin + row + (nint)j * view.ColumnStride;
                for (int i = 0; i < rows; i += CacheLine / sizeof(T))
                {
                    Sse.Prefetch0(line + i);
                }
            }
        }
    }

    /// <summary>Copies values, and repeats the last.</summary>
    public static void Repeat<T>(ReadOnlySpan<T> values, Span<T> tile)
        where T : unmanaged
    {
        values.CopyTo(tile);
        tile[values.Length..].Fill(values[^1]);
    }

    private static void ThrowOverlap(string name, string otherName, string rule)
        => throw new ArgumentException($"'{name}' overlaps '{otherName}'; they must {rule}.", name);
}
