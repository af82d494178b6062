using System.Numerics;

namespace Kernels;

// The rotation that makes two columns orthogonal: tangent, and the cosine and sine that follow from it.
internal readonly record struct PlaneRotation(double Tangent, double Cosine, double Sine)
{
    // Rutishauser's smaller angle: cot 2 phi = (y'y - x'x) / 2 x'y = (r - 1/r) / 2 cos with r = |y| / |x|. It keeps the longer column first.
    internal static PlaneRotation Of(ColumnPair pair)
    {
        double ratio = pair.Second / pair.First;
        double cotangent = 0.5 * (ratio - 1 / ratio) / pair.Cosine;

        // Beyond 2^28 the one under the root is lost anyway, and the square might overflow.
        double magnitude = Math.Abs(cotangent);
        double tangent = magnitude > 1 << 28
            ? 0.5 / cotangent
            : Math.CopySign(1 / (magnitude + Math.Sqrt(Math.FusedMultiplyAdd(magnitude, magnitude, 1))), cotangent);
        double cosine = 1 / Math.Sqrt(Math.FusedMultiplyAdd(tangent, tangent, 1));
        return new(tangent, cosine, cosine * tangent);
    }

    // The pair after the rotation: x'x - t x'y and y'y + t x'y.
    internal ColumnPair Apply(ColumnPair pair)
    {
        double ratio = pair.Second / pair.First;
        return new(
            pair.First * Math.Sqrt(Math.Max(0, 1 - Tangent * pair.Cosine * ratio)),
            pair.Second * Math.Sqrt(Math.Max(0, 1 + Tangent * pair.Cosine / ratio)),
            0);
    }

    // When y is so much shorter than x that the sine would underflow, rotating is to take from y its projection on x (Z. Drmac, "Implementation
    // of Jacobi rotations for accurate singular value computation in floating point arithmetic", SISC 18, 1997).
    internal static bool IsProjection<T>(ColumnPair pair)
        where T : unmanaged, IFloatingPointIeee754<T>
        => pair.Second < pair.First * double.CreateChecked(SvdScaling.Negligible<T>() / SvdScaling.Epsilon<T>());

    internal static void Project<T>(ReadOnlySpan<T> x, Span<T> y, ColumnPair pair)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T length = T.CreateChecked(pair.First), part = T.CreateChecked(pair.Cosine * pair.Second);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.FusedMultiplyAdd(x[i] / length, -part, y[i]);
        }
    }
}
