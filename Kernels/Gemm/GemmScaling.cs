using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// alpha of a chain product: rounded into the elements of the operand that has fewer of them, which is copied for it. Decided by shape alone, since it is part
// of the result. With it goes a small operand that is copied because of how it lies.
internal static unsafe class GemmScaling<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Of a copy that is made before everything else, so that what follows is a product without alpha, and stays in the second-level cache until then. What is
    // larger is copied block by block, but for a few rows or columns.
    private const int WholeBytes = 128 * 1024, Few = 4;

    // Rows of the copy that are shorter have no gaps: then one line is all of it.
    private const int TightBytes = 1024;

    internal static bool IsOfA(int m, int n) => m <= n;

    internal static (T OfA, T OfB) Scales(T alpha, bool isOfA) => isOfA ? (alpha, T.One) : (T.One, alpha);

    internal static bool IsWhole(int m, int n, int k) => Math.Min(m, n) <= Few || IsSmall(Math.Min(m, n), k);

    internal static bool IsSmall(int rows, int columns) => (long)rows * columns * sizeof(T) <= WholeBytes;

    // Elements that a copy takes at most, however the operand lies; whole cache lines.
    internal static nuint Length(int rows, int columns)
        => (Math.Max((nuint)rows * (nuint)Stride(columns), (nuint)columns * (nuint)Stride(rows)) + 15) / 16 * 16;

    // What Ready writes at most.
    internal static nuint Length(in GemmOperand<T> operand, bool copies, int rows, int columns) => copies || operand.IsScaled ? Length(rows, columns) : 0;

    // As a product without alpha reads it: the operand itself or a copy, which where it is asked for has adjacent columns.
    internal static GemmOperand<T> Ready(in GemmOperand<T> operand, bool copies, int rows, int columns, T* destination)
        => copies && operand.Column != 1 ? Turn(operand, rows, columns, destination) : copies || operand.IsScaled ? Copy(operand, rows, columns, destination) : operand;

    // The operand times its scale, along the same index.
    internal static GemmOperand<T> Copy(in GemmOperand<T> operand, int rows, int columns, T* destination)
    {
        if (IsTransposed(operand))
        {
            nint column = Stride(rows);
            Copy(operand.Transposed, columns, rows, destination, column);
            return new(destination, 1, column, T.One);
        }

        nint row = Stride(columns);
        Copy(operand, rows, columns, destination, row);
        return new(destination, row, 1, T.One);
    }

    // Adjacent columns to adjacent rows, times the scale.
    private static GemmOperand<T> Turn(in GemmOperand<T> operand, int rows, int columns, T* destination)
    {
        nint row = Stride(columns);
        GemmTransposition<T>.Copy(operand.Origin, operand.Column, columns, rows, destination, row);
        GemmOperand<T> turned = new(destination, row, 1, operand.Scale);
        if (operand.IsScaled)
        {
            Copy(turned, rows, columns, destination, row);
        }

        return new(destination, row, 1, T.One);
    }

    // How such a copy will lie.
    internal static GemmOperand<T> Layout(in GemmOperand<T> operand, int rows, int columns)
        => IsTransposed(operand) ? new(operand.Origin, 1, Stride(rows), T.One) : new(operand.Origin, Stride(columns), 1, T.One);

    // Row by row; a small operand takes less than the checks of a matrix form.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(in GemmOperand<T> operand, int rows, int columns, T* destination, nint stride)
    {
        if (operand.Column != 1)
        {
            CopyApart(operand, rows, columns, destination, stride);
        }
        else if (operand.Row == columns && stride == columns)
        {
            Line(operand.Origin, rows * columns, operand.Scale, destination);
        }
        else
        {
            for (int i = 0; i < rows; i++)
            {
                Line(operand.Origin + i * operand.Row, columns, operand.Scale, destination + i * stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line(T* from, int count, T factor, T* to) => Elementwise.Scale(new ReadOnlySpan<T>(from, count), factor, new Span<T>(to, count));

    // Element by element in memory, through tiles of adjacent ones.
    private static void CopyApart(in GemmOperand<T> operand, int rows, int columns, T* destination, nint stride)
        => Elementwise.Scale(operand.View(rows, columns), operand.Scale, new MatrixView<T>(ref *destination, rows, columns, (int)stride, 1));

    private static bool IsTransposed(in GemmOperand<T> operand) => operand.Row == 1 && operand.Column != 1;

    private static nint Stride(int length) => length * sizeof(T) < TightBytes ? length : (nint)GemmPacking<T>.Padded((nuint)length);
}
