using System.Numerics;

namespace Kernels.PropertyTests.SvdTests;

/// <summary>Matrices on which singular value decompositions have failed, and matrices whose singular values are known by construction.</summary>
internal static class TestMatrices
{
    internal static T[,] Normal<T>(int rows, int columns, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return Of(rows, columns, (_, _) => T.CreateChecked(Normal(random)));
    }

    internal static T[,] Of<T>(int rows, int columns, Func<int, int, T> entry)
    {
        var a = new T[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                a[i, j] = entry(i, j);
            }
        }

        return a;
    }

    internal static TTo[,] Convert<TFrom, TTo>(TFrom[,] a)
        where TFrom : INumber<TFrom>
        where TTo : INumber<TTo>
        => Of(a.GetLength(0), a.GetLength(1), (i, j) => TTo.CreateChecked(a[i, j]));

    internal static T[,] Transposed<T>(T[,] a) => Of(a.GetLength(1), a.GetLength(0), (i, j) => a[j, i]);

    // U D V' with U and V products of random reflections (LAPACK's dlagge): its singular values are those given, up to rounding.
    internal static double[,] WithSpectrum(int rows, int columns, double[] spectrum, int seed)
    {
        var random = new Random(seed);
        double[,] a = Of(rows, columns, (i, j) => i == j ? spectrum[i] : 0);
        for (int reflection = 0; reflection < 3; reflection++)
        {
            ReflectRows(a, random);
            a = Transposed(a);
            ReflectRows(a, random);
            a = Transposed(a);
        }

        return a;
    }

    // Spectra of LAPACK's dlatm1, descending from one, down to 1 / condition.
    internal static double[] Spectrum(string mode, int count, double condition, int seed)
    {
        var random = new Random(seed);
        double last = Math.Max(count - 1, 1);
        double[] values = [.. Enumerable.Range(0, count).Select(i => mode switch
        {
            "one large" => i == 0 ? 1 : 1 / condition,
            "one small" => i == count - 1 && count > 1 ? 1 / condition : 1,
            "geometric" => Math.Pow(condition, -i / last),
            "even" => 1 - (i / last * (1 - (1 / condition))),
            "log-uniform" => Math.Pow(condition, -random.NextDouble()),
            "clusters" => Math.Pow(condition, -(i * 3 / count) / 2.0),
            "half zero" => 2 * i < count ? 1 + (i * 0.01) : 0,
            _ => throw new ArgumentException(mode, nameof(mode)),
        })];
        Array.Sort(values, (x, y) => y.CompareTo(x));
        return values;
    }

    internal static readonly string[] Modes = ["one large", "one small", "geometric", "even", "log-uniform", "clusters", "half zero"];

    internal static double[,] Hilbert(int n) => Of(n, n, (i, j) => 1.0 / (i + j + 1));

    internal static double[,] Kahan(int n, double angle)
        => Of(n, n, (i, j) => Math.Pow(Math.Sin(angle), i) * (i == j ? 1 : j > i ? -Math.Cos(angle) : 0));

    // A row of ones on top of a small multiple of the identity: singular values sqrt(n + small^2) and small.
    internal static double[,] Lauchli(int n, double small) => Of(n + 1, n, (i, j) => i == 0 ? 1 : i == j + 1 ? small : 0);

    internal static double[,] Wilkinson(int n) => Of(n, n, (i, j) => i == j ? Math.Abs(i - (n / 2)) : Math.Abs(i - j) == 1 ? 1.0 : 0);

    // A bidiagonal with entries spread log-uniformly over [ulp^2, ulp^-2], LAPACK's type 16.
    internal static double[,] WildBidiagonal(int n, double ulp, int seed)
    {
        var random = new Random(seed);
        double[,] wild = Of(n, n, (_, _) => Math.Pow(ulp, 4 * (random.NextDouble() - 0.5)));
        return Of(n, n, (i, j) => i == j || j == i + 1 ? wild[i, j] : 0);
    }

    // The companion matrix of z^n + c[0] z^(n-1) + ... + c[n-1] has n - 2 singular values one; the other two have the product |c[n-1]| and
    // the sum of squares 1 + |c|^2.
    internal static double[,] Companion(double[] coefficients)
        => Of(coefficients.Length, coefficients.Length, (i, j) => i == 0 ? -coefficients[j] : i == j + 1 ? 1 : 0);

    private static void ReflectRows(double[,] a, Random random)
    {
        int rows = a.GetLength(0);
        double[] w = [.. Enumerable.Range(0, rows).Select(_ => Normal(random))];
        double square = w.Sum(x => x * x);
        for (int j = 0; j < a.GetLength(1) && square > 0; j++)
        {
            double dot = 0;
            for (int i = 0; i < rows; i++)
            {
                dot += w[i] * a[i, j];
            }

            for (int i = 0; i < rows; i++)
            {
                a[i, j] -= 2 * dot / square * w[i];
            }
        }
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
