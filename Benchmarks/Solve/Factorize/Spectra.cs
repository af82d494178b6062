using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>What the commands need to know of matrices beside the solvers: singular values, products, hidden and spoilt elements, errors.</summary>
internal static class Spectra
{
    // Streams of the seed: which elements are hidden, which are spoilt, and how.
    private const ulong Hiding = 11, Spoiling = 12, Colour = 13;

    internal static double[] Values<T>(T[,] matrix)
        where T : unmanaged
    {
        var values = new T[Math.Min(matrix.GetLength(0), matrix.GetLength(1))];
        Svd.SingularValues<T>(matrix, values);
        return [.. values.Select(value => Convert.ToDouble(value))];
    }

    internal static double Largest<T>(T[,] matrix)
        where T : unmanaged
        => Values(matrix)[0];

    internal static double Most<T>(T[,] matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
        => double.CreateChecked(Reductions.MaxMagnitude<T>(matrix));

    internal static double[,] ToDouble<T>(T[,] matrix)
        where T : unmanaged
    {
        var copy = new double[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < copy.GetLength(0); i++)
        {
            for (int j = 0; j < copy.GetLength(1); j++)
            {
                copy[i, j] = Convert.ToDouble(matrix[i, j]);
            }
        }

        return copy;
    }

    internal static double[,] ToDouble<T>(Memory2D<T> matrix)
        where T : unmanaged
        => matrix.IsEmpty ? new double[matrix.Height, matrix.Width] : ToDouble(matrix.ToArray());

    internal static double[,] Product<T>(Memory2D<T> u, Memory2D<T> v, int rows, int columns)
        where T : unmanaged
    {
        var product = new double[rows, columns];
        if (!u.IsEmpty)
        {
            Gemm.Multiply(ToDouble(u), ((ReadOnlyMatrixView<double>)ToDouble(v)).Transposed, product);
        }

        return product;
    }

    internal static double[,] Difference(double[,] x, double[,] y)
    {
        var difference = new double[x.GetLength(0), x.GetLength(1)];
        Elementwise.AddScaled<double>(x, y, -1, difference);
        return difference;
    }

    /// <summary>What is seen: neither NaN nor hidden by chance.</summary>
    /// <param name="y">Data; NaN where unknown.</param>
    /// <param name="hide">Share of the elements that is hidden beside those.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="shown">The data with zeros where hidden.</param>
    /// <param name="drawn">The data with NaN where hidden.</param>
    internal static bool[,] Seen<T>(T[,] y, double hide, ulong seed, out T[,] shown, out double[,] drawn)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int columns = y.GetLength(1);
        double[] chance = Uniform(seed, Hiding, y.Length);
        var seen = new bool[y.GetLength(0), columns];
        shown = new T[y.GetLength(0), columns];
        drawn = new double[y.GetLength(0), columns];
        for (int at = 0; at < y.Length; at++)
        {
            var (i, j) = (at / columns, at % columns);
            seen[i, j] = !T.IsNaN(y[i, j]) && chance[at] >= hide;
            shown[i, j] = seen[i, j] ? y[i, j] : T.Zero;
            drawn[i, j] = seen[i, j] ? double.CreateChecked(y[i, j]) : double.NaN;
        }

        return seen;
    }

    /// <summary>The data with a share of the elements set to their least or greatest value.</summary>
    internal static T[,] SaltAndPepper<T>(T[,] y, double share, ulong seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var noisy = (T[,])y.Clone();
        if (share == 0)
        {
            return noisy;
        }

        int columns = y.GetLength(1);
        double[] chance = Uniform(seed, Spoiling, y.Length), colour = Uniform(seed, Colour, y.Length);
        T least = y.Cast<T>().Min(), greatest = y.Cast<T>().Max();
        for (int at = 0; at < y.Length; at++)
        {
            if (chance[at] < share)
            {
                noisy[at / columns, at % columns] = colour[at] < 0.5 ? least : greatest;
            }
        }

        return noisy;
    }

    /// <summary>Root mean square of what was hidden though known; null when nothing was.</summary>
    internal static double? HiddenError<T>(T[,] y, bool[,] seen, double[,] completed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < y.GetLength(0); i++)
        {
            for (int j = 0; j < y.GetLength(1); j++)
            {
                if (!seen[i, j] && !T.IsNaN(y[i, j]))
                {
                    double error = double.CreateChecked(y[i, j]) - completed[i, j];
                    (sum, count) = (sum + error * error, count + 1);
                }
            }
        }

        return count > 0 ? Math.Sqrt(sum / count) : null;
    }

    internal static double RootMeanSquare<T>(T[,] y, double[,] other)
        where T : unmanaged, IFloatingPointIeee754<T>
        => HiddenError(y, new bool[y.GetLength(0), y.GetLength(1)], other)!.Value;

    private static double[] Uniform(ulong seed, ulong stream, int count)
    {
        double[] numbers = new double[count];
        RandomNumbers.Uniform(seed, stream, 0, numbers.AsSpan());
        return numbers;
    }
}
