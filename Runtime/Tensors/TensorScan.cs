using System.Numerics;

namespace Kernels.Runtime;

// The spectral norm of a tensor with a mode of two elements: the largest over the angle a of the spectral norm of cos a A + sin a B. Each u^T (.) v is a
// sinusoid in a, so between two samples half a step apart it rises by at most 1 / cos(half a step).
internal static class TensorScan
{
    internal const int Steps = 2048;

    private const int SearchSteps = 40;

    internal static int? Mode(int[] sizes)
        => sizes.Length == 3 && Array.IndexOf(sizes, 2) is >= 0 and var mode ? mode : null;

    // The largest sampled norm, and the angle of the best one after a golden section around it. mixed and values are scratch.
    internal static (double Value, double Angle) Largest<T>(ReadOnlyMatrixView<T> unfolded, MatrixView<T> mixed, Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double best = -1, angle = 0;
        for (int i = 0; i < Steps; i++)
        {
            double norm = NormAt(unfolded, i * Math.PI / Steps, mixed, values);
            if (norm > best)
            {
                (best, angle) = (norm, i * Math.PI / Steps);
            }
        }

        double golden = (Math.Sqrt(5) - 1) / 2, low = angle - Math.PI / Steps, high = angle + Math.PI / Steps;
        for (int step = 0; step < SearchSteps; step++)
        {
            double left = high - golden * (high - low), right = low + golden * (high - low);
            (low, high) = NormAt(unfolded, left, mixed, values) > NormAt(unfolded, right, mixed, values) ? (low, right) : (left, high);
        }

        return (best, (low + high) / 2);
    }

    // cos a A + sin a B for the two rows A and B of the unfolding, each as a matrix.
    internal static void Mix<T>(ReadOnlyMatrixView<T> unfolded, double angle, MatrixView<T> mixed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < mixed.Rows; i++)
        {
            Elementwise.Combine(Part(unfolded.Row(0), i, mixed.Columns), Part(unfolded.Row(1), i, mixed.Columns), T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)), mixed.Row(i));
        }

        static ReadOnlySpan<T> Part(ReadOnlySpan<T> row, int i, int length) => row.Slice(i * length, length);
    }

    private static double NormAt<T>(ReadOnlyMatrixView<T> unfolded, double angle, MatrixView<T> mixed, Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Mix(unfolded, angle, mixed);
        Svd.SingularValues<T>(mixed, values[..Math.Min(mixed.Rows, mixed.Columns)]);
        return double.CreateChecked(values[0]);
    }
}
