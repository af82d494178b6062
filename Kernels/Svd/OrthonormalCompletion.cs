using System.Numerics;

namespace Kernels;

// Extends orthonormal columns by unit vectors made orthogonal to them. The unit vector taken is that of the row in which the columns so
// far have least weight: at least (rows - k) / rows of its square lies outside their span, and two rounds of Gram-Schmidt are enough
// (L. Giraud, J. Langou, M. Rozloznik, Comput. Math. Appl. 50, 2005).
internal static class OrthonormalCompletion
{
    // Replaces the columns from `rank` on.
    internal static void Complete<T, TKernels>(JacobiWorkspace<T> work, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        Span<T> weights = work.Spare;
        weights.Clear();
        for (int j = 0; j < rank; j++)
        {
            AddSquares(work.Left[j], weights);
        }

        for (int k = rank; k < work.Columns; k++)
        {
            Span<T> column = work.Left[k];
            column.Clear();
            column[IndexOfLeast(weights)] = T.One;
            RemoveProjections<T, TKernels>(work, k);
            RemoveProjections<T, TKernels>(work, k);
            Elementwise.Scale(column, T.One / T.Sqrt(TKernels.Dot(column, column)), column);
            AddSquares(column, weights);
        }
    }

    private static void RemoveProjections<T, TKernels>(JacobiWorkspace<T> work, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        Span<T> column = work.Left[k];
        for (int j = 0; j < k; j++)
        {
            Span<T> basis = work.Left[j];
            TKernels.AddScaled(basis, -TKernels.Dot(basis, column), column);
        }
    }

    private static void AddSquares<T>(ReadOnlySpan<T> column, Span<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < column.Length; i++)
        {
            weights[i] = T.FusedMultiplyAdd(column[i], column[i], weights[i]);
        }
    }

    private static int IndexOfLeast<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int least = 0;
        for (int i = 1; i < weights.Length; i++)
        {
            least = weights[i] < weights[least] ? i : least;
        }

        return least;
    }
}
