using System.Numerics;

namespace Kernels;

// From orthogonal columns to singular values and vectors.
internal static class SvdFinish
{
    // Sorts by length, descending, and undoes the scaling in the values written.
    internal static void WriteValues<T, TKernels>(JacobiWorkspace<T> work, int exponent, Span<T> singularValues)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        Sort<T, TKernels>(work);
        for (int k = 0; k < singularValues.Length; k++)
        {
            singularValues[k] = T.ScaleB(work.Norms[k], exponent);
        }
    }

    private static void Sort<T, TKernels>(JacobiWorkspace<T> work)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        for (int j = 0; j < work.Columns; j++)
        {
            work.Norms[j] = ColumnPair.Length<T, TKernels>(work.Left[j]);
        }

        // The pivoting of the sweeps leaves little to do: selection, because it swaps each column at most once.
        for (int k = 0; k < work.Columns - 1; k++)
        {
            int longest = k;
            for (int j = k + 1; j < work.Columns; j++)
            {
                longest = work.Norms[j] > work.Norms[longest] ? j : longest;
            }

            if (longest != k)
            {
                work.Swap(k, longest);
            }
        }
    }

    // Turns the sorted columns into U: unit vectors, also where the singular value vanishes.
    internal static void Normalize<T, TKernels>(JacobiWorkspace<T> work)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int rank = 0;
        for (; rank < work.Columns && work.Norms[rank] >= SvdScaling.Negligible<T>(); rank++)
        {
            Elementwise.Scale(work.Left[rank], T.One / work.Norms[rank], work.Left[rank]);
        }

        if (rank < work.Columns)
        {
            OrthonormalCompletion.Complete<T, TKernels>(work, rank);
        }
    }
}
