using System.Numerics;

namespace Kernels;

// QR without pivoting: panels of reflectors, halved down to a leaf of single reflections, and the rest of the matrix updated by whole panels
// (E. Elmroth, F. Gustavson, "Applying recursion to serial and parallel QR factorization", IBM J. Res. Dev. 44, 2000). Tall and narrow
// matrices have nearly all their work in these products too.
internal static class HouseholderQr<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Leaf = 4;

    internal static void Factor<TKernels>(Reflectors<T> qr)
        where TKernels : struct, IFactorKernels<T>
    {
        int columns = qr.Columns.Columns;
        for (int first = 0; first < qr.Count; first += ReflectorPanel<T>.MostColumns)
        {
            int width = Math.Min(ReflectorPanel<T>.MostColumns, qr.Count - first);
            Panel<TKernels>(qr, first, width);
            Update<TKernels>(qr, first, width, columns - first - width);
        }
    }

    private static void Panel<TKernels>(Reflectors<T> qr, int first, int width)
        where TKernels : struct, IFactorKernels<T>
    {
        if (width > Leaf)
        {
            int half = Math.Max(Leaf, width / 2 / Leaf * Leaf);
            Panel<TKernels>(qr, first, half);
            Update<TKernels>(qr, first, half, width - half);
            Panel<TKernels>(qr, first + half, width - half);
            return;
        }

        for (int k = first; k < first + width; k++)
        {
            T length = ColumnPair.Length<T, TKernels>(qr.Columns[k][k..]);
            qr.Make(k, length < SvdScaling.Negligible<T>() ? T.Zero : length);
            for (int j = k + 1; j < first + width; j++)
            {
                qr.Reflect<TKernels>(k, qr.Columns[j]);
            }
        }
    }

    // The next `count` columns, by the reflectors of a panel.
    private static void Update<TKernels>(Reflectors<T> qr, int first, int width, int count)
        where TKernels : struct, IFactorKernels<T>
    {
        if (count > 0)
        {
            qr.Panel.Load<TKernels>(qr.Columns, qr.Factors, first, width);
            qr.Panel.Apply<TKernels>(width, transposed: true, qr.Columns.View.Slice(first, first + width, qr.Columns.Rows - first, count).Transposed);
        }
    }
}
