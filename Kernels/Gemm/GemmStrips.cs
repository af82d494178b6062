using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Up to four columns, of the whole product or beside whole vectors of them, where k is adjacent in A: several rows share a vector, which they would leave mostly idle
// one by one, or lie along it. The chains are those of every tile.
internal static unsafe class GemmStrips<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Vectors of columns beside which a strip is faster than a tile: a narrower one has more rows, and its last vector costs less.
    private const int BesideVectors = 2;

    // Rows from which it is: one vector of floats or two of doubles where they are turned, and two of two rows each.
    private static int LeastRows => TTile.StripRows > 2 ? 16 : 4;

    // The columns behind whole vectors that are a strip; 0 if there are none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ColumnsOf(int m, int columns, nint aDepth)
    {
        int rest = columns % TTile.Lanes;
        return TTile.StripVectors > 0 && (uint)(rest - 1) < (uint)TTile.StripColumns && (columns == rest || columns > BesideVectors * TTile.Lanes)
            && aDepth == 1 && m >= LeastRows && TTile.HasMasks ? rest : 0;
    }

    // A small product with such columns, and no arguments of a tile column yet.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Multiply(int m, int n, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c, nint cRow)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Panels = 1;
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.ADepth = 1;
        arguments.ATile = 0;
        arguments.B = b;
        arguments.BDepth = bRow;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        arguments.Late = 0;
        arguments.LateBy = 1;
        GemmWalk<T, TTile>.TileColumn(&arguments, m, n);
    }

    // The arguments of a tile column; A and C go on behind it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Multiply(GemmTileArguments<T>* arguments, int m, int columns)
    {
        var (vectors, rest) = Math.DivRem(m, TTile.StripRows);
        int tiles = (vectors + TTile.StripVectors - 1) / TTile.StripVectors, most = (vectors + tiles - 1) / tiles, smaller = tiles * most - vectors;
        StripsBelow(arguments, tiles - smaller, most, columns);
        StripsBelow(arguments, smaller, most - 1, columns);
        if (rest > 0)
        {
            GemmWalk<T, TTile>.WholeColumn(arguments, rest, columns);
        }
    }

    private static void StripsBelow(GemmTileArguments<T>* arguments, int tiles, int vectors, int columns)
    {
        if (tiles > 0)
        {
            arguments->Tiles = (nuint)tiles;
            TTile.Strip(vectors, columns, arguments);
            int rows = tiles * vectors * TTile.StripRows;
            arguments->A += rows * arguments->ARow;
            arguments->C += rows * arguments->CRow;
        }
    }
}
