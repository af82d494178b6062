using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Products at every width against the oracle, bit by bit, with what lies between the elements untouched.</summary>
internal static class GemmCheck
{
    internal static readonly VectorWidth[] Widths = [VectorWidth.V128, VectorWidth.V256, VectorWidth.V512];

    internal static void AllWidths<T>(int m, int n, int k, double alpha, double beta, Layout a = default, Layout b = default, Layout c = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(HashCode.Combine(m, n, k));
        var (left, right, old) = (Draw.Matrix<T>(random, m, k), Draw.Matrix<T>(random, k, n), Draw.Matrix<T>(random, m, n));
        var expected = GemmOracle.Multiply(T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, GemmOracle.FormOf<T>(m, n, k, a, b));
        foreach (VectorWidth width in Widths)
        {
            Check(width, 1, T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, expected, a, b, c);
            Check(width, 2, T.CreateChecked(alpha), left, right, T.CreateChecked(beta), old, expected, a, b, c);
        }
    }

    internal static void Check<T>(VectorWidth width, T alpha, T[,] a, T[,] b, T beta, T[,] c)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Check(width, 1, alpha, a, b, beta, c, GemmOracle.Multiply(alpha, a, b, beta, c), default, default, default);

    internal static void Check<T>(
        VectorWidth width, int threads, T alpha, T[,] a, T[,] b, T beta, T[,] c, T[,] expected, Layout aLayout, Layout bLayout, Layout cLayout)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = c.GetLength(0), n = c.GetLength(1), k = a.GetLength(1);
        T filler = T.CreateChecked(-77);
        T[] left = aLayout.Place(a, filler), right = bLayout.Place(b, filler), actual = cLayout.Place(c, filler);
        GemmEntry.Multiply(width, alpha, aLayout.View<T>(left, m, k), bLayout.View<T>(right, k, n), beta, cLayout.View<T>(actual, m, n), Parallelism.Of(threads));
        T[] wanted = cLayout.Place(expected, filler);
        for (int i = 0; i < wanted.Length; i++)
        {
            // The text of each element, not only of a wrong one, would take longer than the products.
            if (!Same(wanted[i], actual[i]))
            {
                Assert.Fail($"{width}, {threads} threads, {m} x {n} x {k}, alpha {alpha}, beta {beta}, {aLayout} {bLayout} {cLayout}: element {i} is {actual[i]:R}, not {wanted[i]:R}");
            }
        }
    }

    private static bool Same<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.IsNaN(x) ? T.IsNaN(y) : x == y && T.IsNegative(x) == T.IsNegative(y);
}
