using System.Numerics;

namespace Kernels;

// Eigenvalues and vectors of a small symmetric tridiagonal matrix by implicit QL with Wilkinson's shift (H. Bowdler, R. Martin, C. Reinsch, J. Wilkinson,
// Numer. Math. 11, 1968).
internal static class QlIteration
{
    private const int MaxSteps = 40;

    // Replaces d by the eigenvalues, in no order, and destroys e. The columns, an orthogonal matrix, are multiplied from the right by the vectors. False when an
    // eigenvalue took more than forty steps.
    internal static bool Run<T, TKernels>(Span<T> d, Span<T> e, MatrixView<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        for (int k = 0; k < d.Length; k++)
        {
            for (int step = 0; ; step++)
            {
                int last = k;
                while (last < d.Length - 1 && !IsNegligible(d, e, last))
                {
                    last++;
                }

                if (last == k)
                {
                    break;
                }

                if (step == MaxSteps)
                {
                    return false;
                }

                Chase<T, TKernels>(d, e, columns, k, last);
            }
        }

        return true;
    }

    private static bool IsNegligible<T>(ReadOnlySpan<T> d, ReadOnlySpan<T> e, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(e[k]) <= SvdScaling.Epsilon<T>() * (T.Abs(d[k]) + T.Abs(d[k + 1])) || T.Abs(e[k]) <= SvdScaling.MinNormal<T>();

    // One step on rows k .. last, from the bottom up.
    private static void Chase<T, TKernels>(Span<T> d, Span<T> e, MatrixView<T> columns, int k, int last)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        T two = T.One + T.One;
        T g = (d[k + 1] - d[k]) / (two * e[k]);
        T r = T.Hypot(g, T.One);
        g = d[last] - d[k] + (e[k] / (g + T.CopySign(r, g)));
        (T s, T c, T p) = (T.One, T.One, T.Zero);
        for (int i = last - 1; i >= k; i--)
        {
            (T f, T b) = (s * e[i], c * e[i]);
            r = T.Hypot(f, g);
            if (i + 1 < last)
            {
                e[i + 1] = r;
            }

            if (r == T.Zero)
            {
                d[i + 1] -= p;
                return;
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (two * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            TKernels.Rotate(columns.Transposed.Row(i), columns.Transposed.Row(i + 1), c, s);
        }

        d[k] -= p;
        e[k] = g;
    }
}
