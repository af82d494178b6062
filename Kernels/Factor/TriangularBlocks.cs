using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The recursion of Triangular, with the matrix on the left: halves down to a leaf, a product between them.
internal static class TriangularBlocks<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Rows of a leaf, and the columns of x that one passes at a time: at most 16 KiB of copies.
    private const int Leaf = 8, LeafColumns = 256;

    internal static void Solve(ReadOnlyMatrixView<T> a, bool lower, bool unit, MatrixView<T> x)
    {
        int n = a.Rows;
        if (n <= Leaf)
        {
            OnRows(a, lower, unit, solve: true, x);
            return;
        }

        int half = Half(n);
        MatrixView<T> top = x.Slice(0, 0, half, x.Columns), bottom = x.Slice(half, 0, n - half, x.Columns);
        if (lower)
        {
            Solve(a.Slice(0, 0, half, half), lower, unit, top);
            Gemm.Multiply(-T.One, a.Slice(half, 0, n - half, half), top, T.One, bottom);
            Solve(a.Slice(half, half, n - half, n - half), lower, unit, bottom);
        }
        else
        {
            Solve(a.Slice(half, half, n - half, n - half), lower, unit, bottom);
            Gemm.Multiply(-T.One, a.Slice(0, half, half, n - half), bottom, T.One, top);
            Solve(a.Slice(0, 0, half, half), lower, unit, top);
        }
    }

    internal static void Multiply(ReadOnlyMatrixView<T> a, bool lower, bool unit, MatrixView<T> x)
    {
        int n = a.Rows;
        if (n <= Leaf)
        {
            OnRows(a, lower, unit, solve: false, x);
            return;
        }

        int half = Half(n);
        MatrixView<T> top = x.Slice(0, 0, half, x.Columns), bottom = x.Slice(half, 0, n - half, x.Columns);
        if (lower)
        {
            Multiply(a.Slice(half, half, n - half, n - half), lower, unit, bottom);
            Gemm.Multiply(T.One, a.Slice(half, 0, n - half, half), top, T.One, bottom);
            Multiply(a.Slice(0, 0, half, half), lower, unit, top);
        }
        else
        {
            Multiply(a.Slice(0, 0, half, half), lower, unit, top);
            Gemm.Multiply(T.One, a.Slice(0, half, half, n - half), bottom, T.One, top);
            Multiply(a.Slice(half, half, n - half, n - half), lower, unit, bottom);
        }
    }

    // Whole leaves on one side, so that products have whole tiles.
    private static int Half(int n) => Math.Max(Leaf, n / 2 / Leaf * Leaf);

    // Row after row of x, each a span; rows that are not adjacent are copied a piece at a time.
    [SkipLocalsInit]
    private static void OnRows(ReadOnlyMatrixView<T> a, bool lower, bool unit, bool solve, MatrixView<T> x)
    {
        if (x.ColumnStride == 1 || x.Rows == 0)
        {
            OnAdjacentRows(a, lower, unit, solve, x);
            return;
        }

        Span<T> memory = stackalloc T[Leaf * LeafColumns];
        for (int j = 0; j < x.Columns; j += LeafColumns)
        {
            MatrixView<T> piece = x.Slice(0, j, x.Rows, Math.Min(LeafColumns, x.Columns - j));
            var copy = new MatrixView<T>(memory, piece.Rows, piece.Columns);
            piece.CopyTo(copy);
            OnAdjacentRows(a, lower, unit, solve, copy);
            copy.CopyTo(piece);
        }
    }

    private static void OnAdjacentRows(ReadOnlyMatrixView<T> a, bool lower, bool unit, bool solve, MatrixView<T> x)
    {
        // A row needs the old values of the rows before it in a product, the new ones in a solution.
        bool forward = lower == solve;
        for (int step = 0; step < a.Rows; step++)
        {
            int i = forward ? step : a.Rows - 1 - step;
            Span<T> row = x.Row(i);
            if (!solve && !unit)
            {
                Elementwise.Scale(row, a[i, i], row);
            }

            (int from, int to) = lower ? (0, i) : (i + 1, a.Rows);
            for (int k = from; k < to; k++)
            {
                Elementwise.AddScaled(row, x.Row(k), solve ? -a[i, k] : a[i, k], row);
            }

            if (solve && !unit)
            {
                Divide(row, a[i, i]);
            }
        }
    }

    // A quotient of each element: the reciprocal of a small pivot could overflow where the quotients do not.
    private static void Divide(Span<T> row, T divisor)
    {
        T reciprocal = T.One / divisor;
        if (T.IsFinite(reciprocal) && T.IsNormal(reciprocal))
        {
            Elementwise.Scale(row, reciprocal, row);
            return;
        }

        for (int j = 0; j < row.Length; j++)
        {
            row[j] /= divisor;
        }
    }
}
