namespace Kernels.Runtime;

/// <summary>
/// Why the price must have the degree of the model: three layers of one weight each under weight decay,
/// <c>f(a, b, c) = 1/2 (y - a b c)^2 + decay/2 (a^2 + b^2 + c^2)</c>. The product has degree 3 and the penalty 2, so the origin is a strict local minimum whatever y
/// is, with an all-zero unit, and yet not global. With the price |a b c|, of degree 3, it is none (<see cref="CpDecomposition"/> on a 1 x 1 x 1 tensor).
/// </summary>
/// <remarks>Source: Haeffele and Vidal, CVPR 2017 (arXiv:1506.07540), on degrees that do not match.</remarks>
public static class WeightDecayCounterexample
{
    private const int Layers = 3;

    /// <summary>f at three weights.</summary>
    /// <exception cref="ArgumentException">There are not three weights.</exception>
    public static double Objective(double y, double decay, ReadOnlySpan<double> weights)
    {
        Check(weights);
        double residual = y - weights[0] * weights[1] * weights[2];
        return residual * residual / 2 + decay / 2 * (weights[0] * weights[0] + weights[1] * weights[1] + weights[2] * weights[2]);
    }

    /// <summary>The radius within which f is above f(0): <c>decay / 2 |w|^2</c> outweighs <c>|y| |a b c|</c>, which is at most <c>|y| (|w| / sqrt 3)^3</c>.</summary>
    /// <returns>Infinite when y is zero.</returns>
    public static double RadiusOfTheTrap(double y, double decay) => decay / 2 * Math.Pow(Layers, Layers / 2.0) / Math.Abs(y);

    /// <summary>Gradient descent with a fixed step.</summary>
    /// <returns>The weights that it ends with.</returns>
    /// <exception cref="ArgumentException">There are not three weights.</exception>
    /// <exception cref="SolverDivergedException">The step is too long.</exception>
    public static double[] Descend(double y, double decay, ReadOnlySpan<double> start, double step, int steps)
    {
        Check(start);
        Guard.Positive(step, nameof(step));
        var (a, b, c) = (start[0], start[1], start[2]);
        for (int t = 0; t < steps; t++)
        {
            double residual = y - a * b * c;
            (a, b, c) = (a + step * (residual * b * c - decay * a), b + step * (residual * a * c - decay * b), c + step * (residual * a * b - decay * c));
            if (!double.IsFinite(a + b + c))
            {
                throw new SolverDivergedException(t + 1, step);
            }
        }

        return [a, b, c];
    }

    private static void Check(ReadOnlySpan<double> weights)
    {
        if (weights.Length != Layers)
        {
            throw new ArgumentException($"Must be {Layers} weights, one a layer, but are {weights.Length}.", nameof(weights));
        }
    }
}
