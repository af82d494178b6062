using System.Numerics;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>
/// Freivalds' test (IFIP 1977) in exact arithmetic: the entries are small whole numbers, so that every partial sum of the product
/// is exact in any order, and C x must equal A (B x) to the last bit. A wrong row passes with a chance below 1e-6.
/// </summary>
internal static class ProductCheck
{
    /// <summary>What each element of C is before a contender runs.</summary>
    internal const int Before = -1;

    // 7 * 7 * k stays below 2^24 for k up to 340,000; with a factor of up to 4 in sixteenths, for k up to 5,000.
    private const int Largest = 7, Parts = 16;

    internal static void Fill<T>(GemmCase<T> problem)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(1);
        Fill(problem.A.Span, random);
        Fill(problem.B.Span, random);
    }

    internal static void Fill<T>(Span<T> values, Random random)
        where T : unmanaged, INumber<T>
    {
        foreach (ref T value in values)
        {
            value = T.CreateChecked(random.Next(-Largest, Largest + 1));
        }
    }

    /// <summary>Whether products with this alpha or beta stay exact: a whole number of sixteenths up to 4.</summary>
    internal static bool IsExact(double factor) => Math.Abs(factor) <= 4 && double.IsInteger(factor * Parts);

    /// <exception cref="InvalidOperationException">The product is wrong; the message names the row.</exception>
    internal static void Verify<T>(GemmCase<T> problem, string name)
        where T : unmanaged, INumber<T>
    {
        var shape = problem.Shape;
        Verify(problem.ViewA, problem.ViewB, problem.ViewC, $"{shape.M} x {shape.N} x {shape.K} {shape.Transposes}", name, shape.Alpha, shape.Beta);
        for (int row = 0; row < shape.M; row++)
        {
            if (problem.C.Span.Slice(row * shape.LeadingC, shape.LeadingC)[shape.N..].ContainsAnyExcept(T.CreateChecked(Before)))
            {
                throw new InvalidOperationException($"{name} wrote behind row {row + 1} of a block: {typeof(T).Name}, {shape.M} x {shape.N} x {shape.K} {shape.Transposes}.");
            }
        }
    }

    /// <exception cref="InvalidOperationException">The product is wrong; the message names the row.</exception>
    internal static void Verify<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, ReadOnlyMatrixView<T> c, string shape, string name, double alpha = 1, double beta = 0)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(2);
        long[] x = new long[c.Columns];
        for (int j = 0; j < x.Length; j++)
        {
            x[j] = random.Next(-1_000_000, 1_000_001);
        }

        // In sixteenths: those of alpha times A (B x), and of beta times what was there.
        long before = (long)(beta * Parts) * Before * x.Sum();
        long[] expected = Array.ConvertAll(Apply(a, Apply(b, x, 1), 1), product => (long)(alpha * Parts) * product + before);
        long[] actual = Apply(c, x, Parts);
        int wrong = expected.AsSpan().CommonPrefixLength(actual);
        if (wrong < expected.Length)
        {
            throw new InvalidOperationException($"{name} computed a wrong product: {typeof(T).Name}, {shape}, row {wrong + 1}.");
        }
    }

    // Elements are whole numbers of parts.
    private static long[] Apply<T>(ReadOnlyMatrixView<T> matrix, long[] x, int parts)
        where T : unmanaged, INumber<T>
    {
        long[] y = new long[matrix.Rows];
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                y[i] += long.CreateSaturating(matrix[i, j] * T.CreateChecked(parts)) * x[j];
            }
        }

        return y;
    }
}
