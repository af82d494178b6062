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

    // The largest sampled norm, and the angle of the best one after a golden section around it.
    internal static (double Value, double Angle) Largest<T>(T[,] unfolded, int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double best = -1, angle = 0;
        for (int i = 0; i < Steps; i++)
        {
            double norm = NormAt(unfolded, rows, i * Math.PI / Steps);
            if (norm > best)
            {
                (best, angle) = (norm, i * Math.PI / Steps);
            }
        }

        double golden = (Math.Sqrt(5) - 1) / 2, low = angle - Math.PI / Steps, high = angle + Math.PI / Steps;
        for (int step = 0; step < SearchSteps; step++)
        {
            double left = high - golden * (high - low), right = low + golden * (high - low);
            (low, high) = NormAt(unfolded, rows, left) > NormAt(unfolded, rows, right) ? (low, right) : (left, high);
        }

        return (best, (low + high) / 2);
    }

    // cos a A + sin a B for the two rows of the unfolding.
    internal static T[,] Mix<T>(T[,] unfolded, int rows, double angle)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] mixed = new T[rows, unfolded.GetLength(1) / rows];
        ReadOnlyMatrixView<T> both = unfolded;
        Elementwise.Combine(both.Row(0), both.Row(1), T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)), CommunityToolkit.HighPerformance.ArrayExtensions.AsSpan(mixed));
        return mixed;
    }

    private static double NormAt<T>(T[,] unfolded, int rows, double angle)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] mixed = Mix(unfolded, rows, angle);
        Span<T> values = stackalloc T[Math.Min(mixed.GetLength(0), mixed.GetLength(1))];
        Svd.SingularValues<T>(mixed, values);
        return double.CreateChecked(values[0]);
    }
}
