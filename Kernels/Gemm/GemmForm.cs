using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// What an element of C is: docs/contracts/gemm.md, "What it computes".
internal enum GemmForm
{
    // One chain of multiply-adds over ascending k.
    Chains,

    // A sum over logical lanes along k: lane l takes the products p = l, l + S, l + 2 S, ... as one chain.
    Dots,

    // The same over eight slices of k.
    Slices,
}

// Which form a product has: decided by its shape and by which index is adjacent, and by nothing else. Where the columns of C fill no vector, or its elements
// are too few, a chain over k would wait for itself.
internal static class GemmForms<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // More columns fill a vector of C well enough.
    internal const int Few = 4;

    // Of one column; of several, where adding up the lanes costs more than the chains' waiting; and where the columns must be copied first.
    internal const int LeastDepth = 8;

    internal const int LeastDepthOfSeveral = 48;

    private const int LeastDepthOfFewCopied = 256, ManyRows = 8;

    private const int LeastDepthOfSlices = 16;

    // Rows or columns that are sums where k is adjacent on both sides: to turn one of them takes longer than to add up lanes, and chains would leave lanes idle.
    internal const int Several = 12;

    // Of doubles, elements of the other side, since each four of them pass it again, and how many of those meet eight, which fill vectors as chains.
    private const int MostBeside = 1 << 18, MostBesideWhole = 64;

    // Three or four doubles fill a vector well enough (16 x 4 x 64 in chains 2.0, 64 x 4 x 1000 1.33 times as fast), unless they are a column of C.
    private static int FewColumns => typeof(T) == typeof(double) ? 2 : Few;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsChains(int m, int n, int k, nint aRow, nint aColumn, nint bRow, nint bColumn)
        => k < LeastDepth || (m > Few && n > Few && !AreSeveral(m, n, k, aColumn, bRow)) || Of(m, n, k, aRow, aColumn, bRow, bColumn) == GemmForm.Chains;

    internal static GemmForm Of(int m, int n, int k, nint aRow, nint aColumn, nint bRow, nint bColumn)
    {
        if (AreSlices(m, n, k, bColumn) || AreSlices(n, m, k, aRow))
        {
            return GemmForm.Slices;
        }

        bool isAdjacentInA = aColumn == 1, isAdjacentInB = bRow == 1;
        return AreDots(m, n, k, isAdjacentInA, isAdjacentInB, FewColumns) || AreDots(n, m, k, isAdjacentInB, isAdjacentInA, Few)
            || (m <= Few && n <= Few && k >= LeastDepthOfFewCopied) || AreSeveral(m, n, k, aColumn, bRow)
            ? GemmForm.Dots
            : GemmForm.Chains;
    }

    // Adding up takes as long as some steps of k for each element, and twice as many of double, of which a vector holds half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreSlices(int m, int n, int k, nint bColumn)
        => k >= LeastDepthOfSlices && GemmSlices<T, TTile>.IsOriented(m, n, bColumn) && k >= m * n * Unsafe.SizeOf<T>() / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreSeveral(int m, int n, int k, nint aColumn, nint bRow)
    {
        int several = Math.Min(m, n), others = Math.Max(m, n);
        return bRow == 1 && aColumn == 1 && several is > 1 and <= Several && k >= LeastDepthOfSeveral
            && (typeof(T) != typeof(double) || ((long)others * k <= MostBeside && (several != 8 || others <= MostBesideWhole)));
    }

    private static bool AreDots(int rows, int columns, int k, bool rowsAdjacent, bool columnsAdjacent, int most)
        => rowsAdjacent
        && (columns == 1 ? k >= LeastDepth : columns <= most && k >= LeastDepthOfSeveral && (columnsAdjacent || columns == Few || rows >= ManyRows));
}
