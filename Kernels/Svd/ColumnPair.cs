using System.Numerics;

namespace Kernels;

// Two columns as their 2 x 2 Gram sees them: lengths and the cosine of the angle between them. In double for every scalar type, where
// quotients of a graded float matrix neither overflow nor underflow.
internal readonly record struct ColumnPair(double First, double Second, double Cosine)
{
    internal static ColumnPair Measure<T, TKernels>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        (T xx, T xy, T yy) = TKernels.GramPair(x, y);
        return xx >= SvdScaling.AccurateSquare<T>() && yy >= SvdScaling.AccurateSquare<T>()
            ? Of(double.CreateChecked(xx), double.CreateChecked(xy), double.CreateChecked(yy))
            : MeasureScaled(x, y);
    }

    // The length of a column, to full precision however short it is.
    internal static T Length<T, TKernels>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
        => T.CreateChecked(Measure<T, TKernels>(x, x).First);

    private static ColumnPair Of(double xx, double xy, double yy)
    {
        (double first, double second) = (Math.Sqrt(xx), Math.Sqrt(yy));
        return new(first, second, xx > 0 && yy > 0 ? xy / first / second : 0);
    }

    // Columns whose squares underflow are measured at magnitude one and scaled back: the lengths are small, the cosine is not.
    private static ColumnPair MeasureScaled<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int ex, int ey) = (Exponent(x), Exponent(y));
        (double xx, double xy, double yy) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double a = Math.ScaleB(double.CreateChecked(x[i]), -ex), b = Math.ScaleB(double.CreateChecked(y[i]), -ey);
            (xx, xy, yy) = (Math.FusedMultiplyAdd(a, a, xx), Math.FusedMultiplyAdd(a, b, xy), Math.FusedMultiplyAdd(b, b, yy));
        }

        ColumnPair scaled = Of(xx, xy, yy);
        return new(Math.ScaleB(scaled.First, ex), Math.ScaleB(scaled.Second, ey), scaled.Cosine);
    }

    private static int Exponent<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = Reductions.MaxMagnitude(x);
        return largest == T.Zero ? 0 : T.ILogB(largest);
    }
}
