using System.Numerics;

namespace Kernels;

// Every matrix is brought to the same magnitude by a power of two first. Only exponents change, so scaled input gives scaled output bit
// by bit, and squares of the columns neither overflow nor, unless a column is negligible, underflow.
internal static class SvdScaling
{
    // Largest element after scaling is in [2^e, 2^(e+1)): 2^31 squares of such still fit.
    private static int TargetExponent<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double) ? 480 : 40;

    // Columns shorter than this (relative to 2^e) have too few bits left to be made orthogonal; they count as zero for U.
    internal static T Negligible<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => MinNormal<T>() / Epsilon<T>();

    // Sums of squares at or above this carry full precision whatever underflowed on the way.
    internal static T AccurateSquare<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => T.ScaleB(MinNormal<T>(), 31);

    // Columns whose squares have at least this quotient show their cosine, squared, in full precision where it exceeds the tolerance.
    internal static T ComparableSquares<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => T.ScaleB(T.One, typeof(T) == typeof(double) ? -900 : -76);

    // Constants to the JIT; T.Epsilon is the smallest subnormal.
    internal static T Epsilon<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => T.CreateChecked(typeof(T) == typeof(double) ? 2.220446049250313E-16 : 1.1920928955078125E-07);

    internal static T MinNormal<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => T.CreateChecked(typeof(T) == typeof(double) ? 2.2250738585072014E-308 : 1.17549435E-38f);

    // Of a power of two that is a normal number, as its reciprocal is.
    internal static int LargestExponent<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double) ? 1022 : 126;

    // The exponent k such that 2^-k a has the magnitude of the sweeps; zero for a zero matrix.
    internal static int Exponent<T>(ReadOnlyMatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = Reductions.MaxMagnitude(a);
        return largest == T.Zero ? 0 : T.ILogB(largest) - TargetExponent<T>();
    }

    // The same for a magnitude of one.
    internal static int UnitExponent<T>(ReadOnlyMatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Exponent(a) + TargetExponent<T>();

    // Writes 2^-exponent a column by column. Two factors, because one power of two may not be representable.
    internal static void Load<T>(ReadOnlyMatrixView<T> a, int exponent, ColumnBlock<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int half = -exponent / 2;
        T first = T.ScaleB(T.One, half), second = T.ScaleB(T.One, -exponent - half);
        a.CopyTo(columns.View);
        for (int j = 0; j < columns.Columns; j++)
        {
            Elementwise.Scale(columns[j], first, columns[j]);
            Elementwise.Scale(columns[j], second, columns[j]);
        }
    }
}
