using System.Numerics;

namespace Kernels;

/// <summary>The norm <c>|x|_2 + gamma |x|_1</c>.</summary>
public static class MixedNorm
{
    /// <summary>Its dual norm at g, the largest <c>&lt;g, x&gt;</c> of all x of norm at most one: the mu with <c>|soft(g, gamma mu)|_2 = mu</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="g">The vector, finite.</param>
    /// <param name="gamma">Weight of the magnitudes, zero or more.</param>
    /// <param name="workspace">At least as long as g; its content does not matter.</param>
    /// <remarks>
    /// With the k largest magnitudes above the threshold, of sum s and sum of squares q, mu solves <c>(gamma^2 k - 1) mu^2 - 2 gamma s mu + q = 0</c>; of both roots the one by the formula
    /// that does not cancel. n log n operations, in double. Source: Friedman, Hastie, Tibshirani, arXiv:1001.0736, for the proximal map.
    /// </remarks>
    /// <exception cref="ArgumentException">The workspace is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Gamma is negative or not a number.</exception>
    public static double Dual<T>(ReadOnlySpan<T> g, double gamma, Span<double> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!(gamma >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "Must be zero or more.");
        }

        if (workspace.Length < g.Length)
        {
            throw new ArgumentException($"{g.Length} elements need as many; the span has {workspace.Length}.", nameof(workspace));
        }

        Span<double> sorted = workspace[..g.Length];
        for (int i = 0; i < g.Length; i++)
        {
            sorted[i] = -Math.Abs(double.CreateChecked(g[i]));
        }

        sorted.Sort();
        double sum = 0, squares = 0;
        for (int k = 1; k <= sorted.Length; k++)
        {
            double magnitude = -sorted[k - 1], next = k < sorted.Length ? -sorted[k] : 0;
            sum += magnitude;
            squares += magnitude * magnitude;
            double half = gamma * sum, discriminant = (half * half) - (((gamma * gamma * k) - 1) * squares);
            double mu = discriminant < 0 ? double.NaN : squares / (half + Math.Sqrt(discriminant));
            if (gamma * mu >= next)
            {
                return mu;
            }
        }

        return 0;
    }
}
