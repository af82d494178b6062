using System.Numerics;

namespace Kernels;

/// <summary>Rigorous bounds of the largest singular value, without a decomposition.</summary>
public static class SpectralNorm
{
    private const double Unit = 1.1102230246251565e-16;

    /// <summary>Two numbers that enclose the largest singular value of a matrix.</summary>
    /// <param name="a">m x n, any strides, every entry finite.</param>
    /// <param name="squarings">Squarings of the Gram matrix, 0 to 20; with p = min(m, n) the quotient of the bounds is at most about <c>p^(1 / 2^(squarings + 1))</c>.</param>
    /// <returns>
    /// Upper: <c>|K^(2^j)|_F^(1 / 2^(j + 1))</c>, K the smaller Gram matrix, all in double and enlarged by what every rounding on the way can have done.
    /// Lower: <c>|a x|</c> for a unit vector x, a column of that power, made smaller likewise.
    /// </returns>
    /// <remarks>2 max(m, n) p^2 + 2 squarings p^3 flops. Source: Higham, Accuracy and Stability of Numerical Algorithms, 3.5 for the roundings.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">An entry of a is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of squarings is out of range.</exception>
    public static (double Lower, double Upper) Bounds<T>(ReadOnlyMatrixView<T> a, int squarings = 8)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(squarings);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(squarings, 20);
        FactorArguments.CheckFinite(a, nameof(a));
        T largest = Reductions.MaxMagnitude(a);
        return largest == T.Zero ? (0, 0) : a.Rows < a.Columns ? Tall(a.Transposed, squarings) : Tall(a, squarings);
    }

    private static (double Lower, double Upper) Tall<T>(ReadOnlyMatrixView<T> a, int squarings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = a.Rows, p = a.Columns;
        Span<double> memory = AlignedMemory.RentWorkspace<double>(checked((m * p) + (2 * p * p) + (squarings * 2) + 2));
        MatrixView<double> copy = new(memory, m, p), power = new(memory[(m * p)..], p, p), next = new(memory[((m * p) + (p * p))..], p, p);
        Span<double> norms = memory.Slice((m * p) + (2 * p * p), squarings + 1), exponents = memory.Slice((m * p) + (2 * p * p) + squarings + 1, squarings + 1);

        // Scaled exactly, so that the largest entry is about one.
        int exponent = int.CreateChecked(T.ILogB(Reductions.MaxMagnitude(a)));
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < p; j++)
            {
                copy[i, j] = Math.ScaleB(double.CreateChecked(a[i, j]), -exponent);
            }
        }

        Gemm.Multiply(copy.Transposed, copy, power);
        double ofMatrix = Frobenius(copy);
        for (int s = 0; s <= squarings; s++)
        {
            // Entries of a power of two only lose what underflows, which the enlargement covers many times.
            int shift = Math.ILogB(Reductions.MaxMagnitude<double>(power));
            exponents[s] = shift;
            Elementwise.Scale(power, Math.ScaleB(1, -shift), power);
            norms[s] = Frobenius(power);
            if (s < squarings)
            {
                Gemm.Multiply(power, power, next);
                MatrixView<double> squared = next;
                next = power;
                power = squared;
            }
        }

        // K^2 as computed differs from it by at most (p + 2) u |K|_F^2; so |K|^2 <= |fl(K^2)| + that.
        double upper = norms[squarings];
        for (int s = squarings; s > 0; s--)
        {
            upper = Enlarged(Math.Sqrt(Math.ScaleB(upper, (int)exponents[s]) + ((p + 4) * 2 * Unit * norms[s - 1] * norms[s - 1])));
        }

        upper = Enlarged(Math.Sqrt(Math.ScaleB(upper, (int)exponents[0]) + ((m + 4) * 2 * Unit * ofMatrix * ofMatrix)));
        return (Math.ScaleB(Rayleigh(copy, power), exponent), Math.ScaleB(Math.Min(upper, ofMatrix), exponent));
    }

    private static double Enlarged(double x) => x * (1 + (8 * Unit));

    private static double Frobenius(ReadOnlyMatrixView<double> x)
        => Math.Sqrt(MatrixReductions.SumOfSquares(x)) * (1 + ((x.Rows + x.Columns + 8) * Unit));

    // |A x| / |x| for the longest column x of the power.
    private static double Rayleigh(ReadOnlyMatrixView<double> a, MatrixView<double> power)
    {
        int p = power.Rows, best = 0;
        for (int j = 1; j < p; j++)
        {
            best = power[j, j] > power[best, best] ? j : best;
        }

        ReadOnlyMatrixView<double> x = power.Slice(0, best, p, 1);
        double squares = 0;
        for (int i = 0; i < a.Rows; i++)
        {
            double product = MatrixReductions.Inner(a.Slice(i, 0, 1, p), x.Transposed);
            squares += product * product;
        }

        return Math.Sqrt(squares / MatrixReductions.SumOfSquares(x)) * (1 - ((a.Rows + (4 * p) + 16) * Unit));
    }
}
