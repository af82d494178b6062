namespace Kernels.Runtime;

// Nodes and weights with sum w_k f(x_k) = integral of f(x) e^(-x^2) / sqrt(pi), by Newton's method on the normalized Hermite functions.
internal static class GaussHermite
{
    internal static (double[] Nodes, double[] Weights) Rule(int count)
    {
        double[] nodes = new double[count], weights = new double[count];
        int half = (count + 1) / 2;
        for (int i = 0; i < half; i++)
        {
            // Asymptotic starts (Stroud and Secrest): the largest root first, then by extrapolation.
            double x = i switch
            {
                0 => Math.Sqrt(2 * count + 1) - 1.85575 * Math.Pow(2 * count + 1, -1.0 / 6),
                1 => nodes[0] - 1.14 * Math.Pow(count, 0.426) / nodes[0],
                2 => 1.86 * nodes[1] - 0.86 * nodes[0],
                3 => 1.91 * nodes[2] - 0.91 * nodes[1],
                _ => 2 * nodes[i - 1] - nodes[i - 2],
            };
            double slope = 0;
            for (int step = 0; step < 100; step++)
            {
                double value = Math.Pow(Math.PI, -0.25), before = 0;
                for (int k = 0; k < count; k++)
                {
                    (value, before) = (x * Math.Sqrt(2.0 / (k + 1)) * value - Math.Sqrt(k / (k + 1.0)) * before, value);
                }

                slope = Math.Sqrt(2.0 * count) * before;
                double change = value / slope;
                x -= change;
                if (Math.Abs(change) <= 1e-15 * Math.Max(1, Math.Abs(x)))
                {
                    break;
                }
            }

            (nodes[i], nodes[count - 1 - i]) = (x, -x);
            weights[i] = weights[count - 1 - i] = 2 / (slope * slope) / Math.Sqrt(Math.PI);
        }

        return (nodes, weights);
    }
}
