using System.Numerics;

namespace Kernels;

// A'A with the work of one triangle and a little more.
internal static class GramProduct
{
    // Wide enough for the tiles to run at their speed.
    private const int BlockColumns = 96;

    internal static void Multiply<T, TKernels>(ReadOnlyMatrixView<T> a, MatrixView<T> gram)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        for (int first = 0; first < a.Columns; first += BlockColumns)
        {
            int width = Math.Min(BlockColumns, a.Columns - first), rest = a.Columns - first;
            MatrixView<T> lower = gram.Slice(first, first, rest, width);
            TKernels.Multiply(a.Slice(0, first, a.Rows, rest).Transposed, a.Slice(0, first, a.Rows, width), T.Zero, lower);
            lower.Slice(width, 0, rest - width, width).CopyTo(gram.Slice(first, first + width, width, rest - width).Transposed);
        }
    }
}
