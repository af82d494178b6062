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

    // Elements of a row that are scaled where they are met: a call takes longer (C - A B of 8 x 8 with gaps 0.8 -> 1.15 of the best peer).
    private const int ShortLine = 64;

    // Rows of the copy that are shorter have no gaps: then one line is all of it.
    private const int TightBytes = 1024;

    internal static bool IsOfA(int m, int n) => m <= n;

    internal static (T OfA, T OfB) Scales(T alpha, bool isOfA) => isOfA ? (alpha, T.One) : (T.One, alpha);

    internal static bool IsWhole(int m, int n, int k) => Math.Min(m, n) <= Few || IsSmall(Math.Min(m, n), k);

    internal static bool IsSmall(int rows, int columns) => (long)rows * columns * sizeof(T) <= WholeBytes;

    // Elements that a copy takes at most, however the operand lies; whole cache lines.
    internal static nuint Length(int rows, int columns)
        => (Math.Max((nuint)rows * (nuint)Stride(columns), (nuint)columns * (nuint)Stride(rows)) + 15) / 16 * 16;

    // What MakeReady writes at most.
    internal static nuint Length(in GemmOperand<T> operand, bool copies, int rows, int columns) => copies || operand.IsScaled ? Length(rows, columns) : 0;

    // As a product without alpha reads it: the operand itself or a copy, which where it is asked for has adjacent columns. By reference: a structure that is
    // returned is read back by vectors, which wait until its parts are stored.
    internal static void MakeReady(ref GemmOperand<T> operand, bool copies, int rows, int columns, T* destination)
    {
        if (copies && operand.Column != 1)
        {
            Turn(operand, rows, columns, destination);
            operand = new(destination, Stride(columns), 1, T.One);
        }
        else if (copies || operand.IsScaled)
        {
            MakeCopy(ref operand, rows, columns, destination);
        }
    }

    // The operand times its scale, along the same index.
    private static void MakeCopy(ref GemmOperand<T> operand, int rows, int columns, T* destination)
    {
        if (IsTransposed(operand))
        {
            Copy(operand.Transposed, columns, rows, destination, Stride(rows));
        }
        else
        {
            Copy(operand, rows, columns, destination, Stride(columns));
        }

        operand = Layout(operand, rows, columns, destination);
    }

    // How such a copy will lie.
    internal static GemmOperand<T> Layout(in GemmOperand<T> operand, int rows, int columns, T* destination)
        => IsTransposed(operand) ? new(destination, 1, Stride(rows), T.One) : new(destination, Stride(columns), 1, T.One);

    // Adjacent columns to adjacent rows, times the scale.
    private static void Turn(in GemmOperand<T> operand, int rows, int columns, T* destination)
    {
        nint row = Stride(columns);
        GemmTransposition<T>.Copy(operand.Origin, operand.Column, columns, rows, destination, row);
        if (operand.IsScaled)
        {
            CopyRows(operand.Scale, rows, columns, destination, row, destination, row);
        }
    }

    // Row by row; a small operand takes less than the checks of a matrix form.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(in GemmOperand<T> operand, int rows, int columns, T* destination, nint stride)
    {
        if (operand.Column != 1)
        {
            CopyApart(operand, rows, columns, destination, stride);
        }
        else
        {
            CopyRows(operand.Scale, rows, columns, operand.Origin, operand.Row, destination, stride);
        }
    }

    // Also in place.
    internal static void CopyRows(T scale, int rows, int columns, T* from, nint fromRow, T* to, nint toRow)
    {
        if (fromRow == columns && toRow == columns)
        {
            (rows, columns) = (1, rows * columns);
        }

        if (columns <= ShortLine)
        {
            ShortLines(scale, rows, columns, from, fromRow, to, toRow);
            return;
        }

        for (; rows > 0; rows--, from += fromRow, to += toRow)
        {
            Elementwise.Scale(new ReadOnlySpan<T>(from, columns), scale, new Span<T>(to, columns));
        }
    }

    // By vectors, the last of a row over the one before it and loaded before that is stored; element by element where a row has not one.
    private static void ShortLines(T scale, int rows, int columns, T* from, nint fromRow, T* to, nint toRow)
    {
        int last = columns - Vector<T>.Count;
        for (; rows > 0; rows--, from += fromRow, to += toRow)
        {
            if (last < 0)
            {
                for (int j = 0; j < columns; j++)
                {
                    to[j] = from[j] * scale;
                }

                continue;
            }

            Vector<T> end = Vector.Load(from + last) * scale;
            for (int j = 0; j < last; j += Vector<T>.Count)
            {
                (Vector.Load(from + j) * scale).Store(to + j);
            }

            end.Store(to + last);
        }
    }

    // Element by element in memory, through tiles of adjacent ones.
    private static void CopyApart(in GemmOperand<T> operand, int rows, int columns, T* destination, nint stride)
        => Elementwise.Scale(operand.View(rows, columns), operand.Scale, new MatrixView<T>(ref *destination, rows, columns, (int)stride, 1));

    private static bool IsTransposed(in GemmOperand<T> operand) => operand.Row == 1 && operand.Column != 1;

    private static nint Stride(int length) => length * sizeof(T) < TightBytes ? length : (nint)GemmPacking<T>.Padded((nuint)length);
}
