using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Copies of operands in the layout a tile reads. The tile takes A at any strides, so "packing" A is a copy into adjacent rows (or
// columns) at the speed of a copy; B goes into panels as wide as the tile, the last vector filled with zeros.
internal static unsafe class GemmPacking<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DepthStep = 64;

    private const int TileSteps = 16;

    // A stride that is no multiple of 1 KiB, so that rows do not fall into the same few cache sets and no store waits for a load 4 KiB away.
    internal static nuint Padded(nuint length)
    {
        nuint whole = (length + 15) / 16 * 16;
        return whole * (nuint)sizeof(T) % 1024 == 0 ? whole + 16 : whole;
    }

    internal static GemmOperand<T> Rows(GemmOperand<T> a, int rows, int depth, int tile, T* destination)
    {
        if (a.Row == 1 && a.Column != 1)
        {
            Tiles(a, rows, depth, tile, destination);
            if (a.IsScaled)
            {
                int count = (rows + tile - 1) / tile * tile * depth;
                GemmScaling<T>.CopyRows(a.Scale, 1, count, destination, count, destination, count);
            }

            return new(destination, 1, tile, T.One, (nint)tile * depth);
        }

        nint stride = (nint)Padded((nuint)depth);
        if (a.IsScaled)
        {
            GemmScaling<T>.Copy(a, rows, depth, destination, stride);
        }
        else
        {
            Copy(a.Origin, a.Row, a.Column, rows, depth, destination, stride, 1);
        }

        return new(destination, stride, 1, T.One);
    }

    // Tile by tile, the rows of each side by side at a step of k: in rows as long as the block, each tile would touch a line of its own at each step, more than
    // the first-level cache keeps for the next one. A is read as it lies, some steps at a time, so that a tile's whole lines are written: the same line of every
    // tile may fall into few sets. Behind the last row of a short tile is what was there.
    private static void Tiles(in GemmOperand<T> a, int rows, int depth, int tile, T* destination)
    {
        nint next = (nint)tile * depth;
        for (int p = 0; p < depth; p += TileSteps)
        {
            int steps = Math.Min(TileSteps, depth - p);
            T* from = a.Origin + p * a.Column, to = destination + (nint)p * tile;
            for (int i = 0; i < rows; i += tile, from += tile, to += next)
            {
                int count = Math.Min(tile, rows - i);
                for (int step = 0; step < steps; step++)
                {
                    CopyFew(from + step * a.Column, count, to + step * tile);
                }
            }
        }
    }

    // By fours and twos, which are one or two moves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyFew(T* from, int count, T* to)
    {
        for (; count >= 4; count -= 4, from += 4, to += 4)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)(4 * sizeof(T)));
        }

        if ((count & 2) != 0)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)(2 * sizeof(T)));
            from += 2;
            to += 2;
        }

        if ((count & 1) != 0)
        {
            *to = *from;
        }
    }

    internal static GemmColumnPanels<T> Columns(GemmOperand<T> b, int depth, int columns, int panel, int lanes, int first, T* destination)
    {
        for (int j = first; j < columns; j += panel)
        {
            int width = Math.Min(panel, columns - j), padded = (width + lanes - 1) / lanes * lanes;
            Panel(b.From(0, j), depth, width, padded, destination + (nint)(j - first) * depth);
        }

        return new(b, destination, first, depth);
    }

    internal static void Copy(T* source, nint row, nint column, int rows, int columns, T* destination, nint destinationRow, nint destinationColumn)
    {
        if (row == 1 && column != 1 && destinationColumn == 1)
        {
            GemmTransposition<T>.Copy(source, column, columns, rows, destination, destinationRow);
            return;
        }

        if (column == 1 && destinationColumn != 1 && destinationRow == 1)
        {
            GemmTransposition<T>.Copy(source, row, rows, columns, destination, destinationColumn);
            return;
        }

        for (int i = 0; i < rows; i++, source += row, destination += destinationRow)
        {
            if (column == 1 && destinationColumn == 1)
            {
                new ReadOnlySpan<T>(source, columns).CopyTo(new Span<T>(destination, columns));
                continue;
            }

            for (int j = 0; j < columns; j++)
            {
                destination[j * destinationColumn] = source[j * column];
            }
        }
    }

    private static void Panel(in GemmOperand<T> b, int depth, int width, int padded, T* destination)
    {
        if (b.Row == 1)
        {
            // By steps of depth that keep the written lines in the first-level cache.
            for (int p = 0; p < depth; p += DepthStep)
            {
                GemmTransposition<T>.Copy(b.Origin + p, b.Column, width, Math.Min(DepthStep, depth - p), destination + (nint)p * padded, padded);
            }
        }
        else
        {
            Copy(b.Origin, b.Row, b.Column, depth, width, destination, padded, 1);
        }

        for (int p = 0; p < depth && width < padded; p++)
        {
            new Span<T>(destination + (nint)p * padded + width, padded - width).Clear();
        }
    }
}

// B as the tiles see it: columns in place up to one, packed panels from there on.
internal readonly unsafe struct GemmColumnPanels<T>(GemmOperand<T> inPlace, T* packed, int firstPacked, int depth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The panel of so many columns from one on; the next one of the same width lies behind it.
    internal GemmPanel<T> From(int column, int width, int lanes)
        => column < firstPacked
            ? new(inPlace.Origin + column, inPlace.Row, width)
            : new(packed + (nint)(column - firstPacked) * depth, (width + lanes - 1) / lanes * lanes, (nint)width * depth);
}

internal readonly unsafe struct GemmPanel<T>(T* origin, nint depth, nint next)
    where T : unmanaged
{
    internal readonly T* Origin = origin;

    // Elements from a step of k to the next.
    internal readonly nint Depth = depth;

    // Elements to the panel at the right.
    internal readonly nint Next = next;
}
