using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One decision for each tile of a matrix: its bit becomes the bits of columns, and the line serves all rows of the band.
internal static unsafe class TileMask
{
    // Columns whose bits are on the stack at a time: of one row, of 64.
    private const int Strip = 4096, ColumnsOfBlock = 2048;

    private const int Rows = BitLine.BitsInWord;

    // Fewer rows do not repay that bits are transposed.
    private const int LeastRows = 16;

    [SkipLocalsInit]
    internal static int Apply<T>(ReadOnlyMatrixView<T> x, int tileRows, int tileColumns, in MaskRequest request, T scale, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int bands = (x.Rows - 1) / tileRows + 1, across = (x.Columns - 1) / tileColumns + 1;
        byte* drawn = stackalloc byte[DecisionLines.Memory];
        var decisions = new DecisionLines(request, bands, across, drawn);
        bool isAdjacent = x.ColumnStride == 1 && destination.ColumnStride == 1;
        return !isAdjacent && x.RowStride == 1 && destination.RowStride == 1 && x.Rows >= LeastRows
            ? AlongColumns(x, tileRows, tileColumns, decisions, scale, destination)
            : AlongRows(x, tileRows, tileColumns, decisions, scale, destination);
    }

    [SkipLocalsInit]
    private static int AlongRows<T>(ReadOnlyMatrixView<T> x, int tileRows, int tileColumns, DecisionLines decisions, T scale, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ulong* bits = stackalloc ulong[Strip / BitLine.BitsInWord + 2];
        T* buffer = stackalloc T[Strip];
        int kept = 0;
        for (int band = 0; band <= (x.Rows - 1) / tileRows; band++)
        {
            int first = band * tileRows, end = (int)Math.Min(x.Rows, (long)first + tileRows);
            for (int column = 0; column < x.Columns; column += Strip)
            {
                int columns = Math.Min(Strip, x.Columns - column);
                kept += Line(ref decisions, band, column, columns, tileColumns, bits);
                for (int row = first; row < end; row++)
                {
                    MaskedLines.Row(x, row, column, columns, bits, scale, null, destination, buffer);
                }
            }
        }

        return kept;
    }

    [SkipLocalsInit]
    private static int AlongColumns<T>(ReadOnlyMatrixView<T> x, int tileRows, int tileColumns, DecisionLines decisions, T scale, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Stride = ColumnsOfBlock / BitLine.BitsInWord + 1;
        ulong* bits = stackalloc ulong[Rows * Stride + 1];
        int kept = 0;
        for (int first = 0; first < x.Rows; first += Rows)
        {
            int rows = Math.Min(Rows, x.Rows - first);
            for (int column = 0; column < x.Columns; column += ColumnsOfBlock)
            {
                int columns = Math.Min(ColumnsOfBlock, x.Columns - column);
                for (int i = 0; i < rows; i++)
                {
                    ulong* line = bits + i * Stride;
                    bool isNew = (first + i) % tileRows == 0;
                    if (isNew || i == 0)
                    {
                        int keeps = Line(ref decisions, (first + i) / tileRows, column, columns, tileColumns, line);
                        kept += isNew ? keeps : 0;
                        continue;
                    }

                    BitLine.Copy(line - Stride, 0, columns, line);
                }

                MaskedLines.Columns(x, first, rows, column, columns, bits, Stride, scale, destination);
            }
        }

        return kept;
    }

    // Bits of columns, and the number of decisions among them that kept.
    [SkipLocalsInit]
    private static int Line(ref DecisionLines decisions, int band, int column, int columns, int tileColumns, ulong* bits)
    {
        if (tileColumns == 1)
        {
            decisions.Read(band, column, columns, bits);
            return BitLine.Count(bits, columns);
        }

        ulong* drawn = stackalloc ulong[Strip / BitLine.BitsInWord + 2];
        int first = column / tileColumns, skipped = column % tileColumns, tiles = (column + columns - 1) / tileColumns - first + 1;
        decisions.Read(band, first, tiles, drawn);
        BitLine.Widen(drawn, tiles, skipped, tileColumns, bits, columns);
        // A tile that began in an earlier strip was counted there.
        return BitLine.Count(drawn, tiles) - (skipped != 0 ? (int)(drawn[0] & 1) : 0);
    }
}
