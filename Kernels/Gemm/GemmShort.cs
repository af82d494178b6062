using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One column with a short k that is adjacent in A: too short for a sum over lanes, and along C there is but one lane. A vector of rows is transposed
// in registers, so each element is the chain over ascending k that it is elsewhere.
internal static unsafe class GemmShort<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // One step of k whose elements are adjacent is a row instead, and needs no transposition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Applies(int m, int n, int k, nint aRow, nint aColumn, nint cRow)
        => n == 1 && k <= TTile.MostShortDepth && m >= TTile.Lanes && aColumn == 1 && cRow == 1 && (aRow != 1 || k != 1) && TTile.HasMasks;

    internal static bool Applies(in GemmProblem<T> problem)
        => !problem.IsScaled && Applies(problem.M, problem.N, problem.K, problem.A.Row, problem.A.Column, problem.CRow);

    [SkipLocalsInit]
    internal static void Multiply(int m, int k, T* a, nint aRow, T* b, nint bRow, T beta, T* c)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        int tiles = m / TTile.Lanes, rest = m - tiles * TTile.Lanes;
        arguments.Tiles = (nuint)tiles;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.B = b;
        arguments.BDepth = bRow;
        arguments.Beta = beta;
        arguments.C = c;
        TTile.Short(k, TTile.Lanes, &arguments);
        if (rest > 0)
        {
            arguments.A = a + (m - rest) * aRow;
            arguments.C = c + (m - rest);
            TTile.Short(k, rest, &arguments);
        }
    }

    internal static void Multiply(in GemmProblem<T> problem)
        => Multiply(
            problem.M, problem.K, problem.A.Origin, problem.A.Row, problem.B.Origin, problem.B.Row, problem.Beta, problem.C);
}
