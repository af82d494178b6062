using System.Globalization;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// The constructive Schur-Horn theorem: plane rotations that give a diagonal matrix any diagonal that its entries majorize.
/// </summary>
/// <remarks>
/// At most r - 1 rotations for r entries. Each makes one diagonal entry final and leaves the rest diagonal, so two entries at a time are
/// enough. Source: Chan and Li, Linear Algebra Appl. 1983; used to equalize dropout factors by Mianjy, Arora, Vidal, ICML 2018.
/// </remarks>
public static class SchurHorn
{
    /// <summary>The orthogonal Q with <c>diag(Q^T diag(values) Q) = targets</c>.</summary>
    /// <param name="values">r entries in descending order.</param>
    /// <param name="targets">r entries in descending order with the same sum, majorized by <paramref name="values"/>.</param>
    /// <returns>Q, r x r. For equal targets it is a product of rotations only, with determinant one.</returns>
    /// <exception cref="ArgumentException">Lengths differ, an order is not descending, or the targets are not majorized.</exception>
    public static double[,] Rotation(ReadOnlySpan<double> values, ReadOnlySpan<double> targets)
    {
        CheckMajorized(values, targets);
        int r = values.Length;
        double[,] rotated = new double[r, r];
        ((MatrixView<double>)rotated).Diagonal.Fill(1);
        int[] place = Equalize<double>(values, targets, ((MatrixView<double>)rotated).Transposed, default);
        if (targets.Length == 0 || targets[0] == targets[^1])
        {
            return rotated;
        }

        double[,] ordered = new double[r, r];
        for (int t = 0; t < r; t++)
        {
            ((MatrixView<double>)rotated).Slice(0, place[t], r, 1).CopyTo(((MatrixView<double>)ordered).Slice(0, t, r, 1));
        }

        return ordered;
    }

    // Applies the rotations to the rows of two matrices with r rows (the columns of U and V, transposed; the second may be empty) whose
    // Grams are diag(values). Returns the row at which each target ended.
    internal static int[] Equalize<T>(ReadOnlySpan<double> values, ReadOnlySpan<double> targets, MatrixView<T> first, MatrixView<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] value = values.ToArray();
        List<int> live = [.. Enumerable.Range(0, value.Length)];
        int[] place = new int[value.Length];
        for (int t = 0; t < targets.Length; t++)
        {
            if (live.Count == 1)
            {
                place[t] = live[0];
                break;
            }

            int k = LastAtLeast(live, value, targets[t]);
            int i = live[k], j = live[k + 1];
            double spread = value[i] - value[j];
            double c2 = spread == 0 ? 1 : Math.Clamp((targets[t] - value[j]) / spread, 0, 1);
            if (c2 < 1)
            {
                T c = T.CreateChecked(Math.Sqrt(c2)), s = T.CreateChecked(Math.Sqrt(1 - c2));
                Elementwise.RotateRows(first, i, j, c, -s);
                if (!second.IsEmpty)
                {
                    Elementwise.RotateRows(second, i, j, c, -s);
                }
            }

            value[j] = value[i] + value[j] - targets[t];
            place[t] = i;
            live.RemoveAt(k);
        }

        return place;
    }

    // The last live entry, its successor excepted, that is not below the target; live entries descend.
    private static int LastAtLeast(List<int> live, double[] value, double target)
    {
        int k = live.Count - 2;
        while (k > 0 && value[live[k]] < target)
        {
            k--;
        }

        return k;
    }

    private static void CheckMajorized(ReadOnlySpan<double> values, ReadOnlySpan<double> targets)
    {
        if (values.Length != targets.Length)
        {
            throw new ArgumentException($"Must have {values.Length} entries, as many as values, but has {targets.Length}.", nameof(targets));
        }

        CheckDescending(values, nameof(values));
        CheckDescending(targets, nameof(targets));
        double slack = 0, scale = 0;
        for (int i = 0; i < values.Length; i++)
        {
            scale += Math.Abs(values[i]);
            slack += values[i] - targets[i];
            if (slack < -1e-12 * scale)
            {
                throw new ArgumentException($"Not majorized: the first {i + 1} targets have the larger sum.", nameof(targets));
            }
        }

        if (slack > 1e-12 * scale)
        {
            throw new ArgumentException("Not majorized: the targets have the smaller sum.", nameof(targets));
        }
    }

    private static void CheckDescending(ReadOnlySpan<double> entries, string name)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (!double.IsFinite(entries[i]) || (i > 0 && entries[i] > entries[i - 1]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Must be finite and descending; entry {i} is {entries[i]}."), name);
            }
        }
    }
}
