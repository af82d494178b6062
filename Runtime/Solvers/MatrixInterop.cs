using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>
/// Matrices of CommunityToolkit.HighPerformance as the views that kernels and solvers take. Nothing is copied; a view lives as long as
/// the memory it was made from.
/// </summary>
public static class MatrixInterop
{
    /// <summary>The same rectangle as a writable view.</summary>
    public static MatrixView<T> AsView<T>(this Span2D<T> matrix)
        where T : unmanaged
        => matrix.IsEmpty
            ? new MatrixView<T>([], matrix.Height, matrix.Width)
            : new MatrixView<T>(
                MemoryMarshal.CreateSpan(ref matrix.DangerousGetReference(), Extent<T>(matrix, out int stride)), matrix.Height, matrix.Width, stride);

    /// <summary>The same rectangle as a read-only view.</summary>
    public static ReadOnlyMatrixView<T> AsView<T>(this ReadOnlySpan2D<T> matrix)
        where T : unmanaged
        => matrix.IsEmpty
            ? new ReadOnlyMatrixView<T>([], matrix.Height, matrix.Width)
            : new ReadOnlyMatrixView<T>(
                MemoryMarshal.CreateReadOnlySpan(ref matrix.DangerousGetReference(), Extent<T>(matrix, out int stride)), matrix.Height, matrix.Width, stride);

    /// <summary>The same rectangle as a writable view.</summary>
    public static MatrixView<T> AsView<T>(this Memory2D<T> matrix)
        where T : unmanaged
        => matrix.Span.AsView();

    /// <summary>The same rectangle as a read-only view.</summary>
    public static ReadOnlyMatrixView<T> AsView<T>(this ReadOnlyMemory2D<T> matrix)
        where T : unmanaged
        => matrix.Span.AsView();

    // Elements from the first to the last one of the rectangle. The toolkit keeps the stride to itself (CommunityToolkit/dotnet#453),
    // so it is measured between two rows.
    private static int Extent<T>(ReadOnlySpan2D<T> matrix, out int stride)
        where T : unmanaged
    {
        stride = matrix.Width;
        if (matrix.Height > 1)
        {
            nint bytes = Unsafe.ByteOffset(ref matrix.DangerousGetReferenceAt(0, 0), ref matrix.DangerousGetReferenceAt(1, 0));
            stride = (int)(bytes / Unsafe.SizeOf<T>());
        }

        return checked((matrix.Height - 1) * stride + matrix.Width);
    }
}
