using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Fewer units with the same sum of atoms and no higher price. More units than the m n elements of an atom have linearly dependent atoms, so mass moves along the
/// dependence until a unit vanishes.
/// </summary>
/// <remarks>
/// Each unit that goes costs an SVD of an m n x r matrix: for small m n. Source: the theorem of Caratheodory for cones, as in Haeffele and Vidal, arXiv:1506.07540.
/// </remarks>
public static class CaratheodoryReduction
{
    /// <summary>Drops units until there are at most m n.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="atoms">The kind of unit.</param>
    /// <param name="units">Units; replaced by scaled ones, in their order.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A unit holds NaN or an infinity.</exception>
    public static void Apply<T>(AtomFamily<T> atoms, Units<T> units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(atoms);
        ArgumentNullException.ThrowIfNull(units);
        int size = checked(atoms.Rows * atoms.Columns);
        units.Keep([.. Enumerable.Range(0, units.Count).Select(i => atoms.Price(units, i) > 0)]);
        while (units.Count > size)
        {
            Reduce(atoms, units, Dependence(atoms, units, size));
        }
    }

    // b with sum of b_i phi_i = 0: what is left of a unit vector outside the row space of the matrix whose columns are the atoms.
    private static double[] Dependence<T>(AtomFamily<T> atoms, Units<T> units, int size)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = units.Count;
        double[,] columns = new double[r, size], right = new double[r, size];
        T[] atom = new T[size];
        Units<T> single = atoms.NewUnits();
        single.Resize(1);
        for (int i = 0; i < r; i++)
        {
            for (int k = 0; k < units.Blocks; k++)
            {
                units.Block(k).Row(i).CopyTo(single.Block(k).Row(0));
            }

            atoms.Forward(single, new MatrixView<T>(atom, atoms.Rows, atoms.Columns), Parallelism.Sequential);
            Conversions.Convert<T, double>(new ReadOnlyMatrixView<T>(atom, 1, size), ((MatrixView<double>)columns).Slice(i, 0, 1, size));
        }

        Svd.Decompose<double>(columns, right, new double[size], new double[size, size]);
        MatrixView<double> space = right;
        double[] lengths = new double[r], b = new double[r];
        MatrixReductions.SumsOfSquaresOfRows<double>(space, lengths);
        int farthest = Array.IndexOf(lengths, lengths.Min());
        Gemm.Multiply<double>(-1, space, space.Slice(farthest, 0, 1, size).Transposed, 0, new MatrixView<double>(b, r, 1), Parallelism.Sequential);
        b[farthest] += 1;
        return b;
    }

    // W_i = (1 + g b_i)^(1 / K) W_i, with the largest g that keeps all factors from being negative.
    private static void Reduce<T>(AtomFamily<T> atoms, Units<T> units, double[] b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double change = 0;
        for (int i = 0; i < b.Length; i++)
        {
            change += b[i] * atoms.Price(units, i);
        }

        // Prices are positive, so a direction that does not raise their sum has a negative element.
        double sign = change > 0 ? -1 : 1, least = b.Min(value => sign * value);
        bool[] kept = new bool[b.Length];
        for (int i = 0; i < b.Length; i++)
        {
            double factor = 1 - sign * b[i] / least;
            kept[i] = factor > 0;
            T scale = T.CreateChecked(Math.Pow(Math.Max(0, factor), 1.0 / atoms.Blocks));
            for (int k = 0; k < atoms.Blocks; k++)
            {
                Elementwise.Scale<T>(units.Block(k).Row(i), scale, units.Block(k).Row(i));
            }
        }

        units.Keep(kept);
    }
}
