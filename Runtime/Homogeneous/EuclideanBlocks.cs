using System.Numerics;

namespace Kernels.Runtime;

// Blocks whose norm is the Euclidean one, alone or together with another norm psi of degree 1: the proximal map of psi + t ||.||_2 is that of psi,
// then the shrinkage, in this order (docs/solvers.md).
internal static class EuclideanBlocks
{
    internal static double Norm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Math.Sqrt(double.CreateChecked(Reductions.SumOfSquares(x)));

    internal static double Inner<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => double.CreateChecked(Reductions.Dot(x, y));

    internal static void Shrink<T>(MatrixView<T> rows, ReadOnlySpan<double> thresholds)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            GroupProx.Shrink<T>(rows.Row(i), T.CreateChecked(thresholds[i]), rows.Row(i));
        }
    }

    // g / ||g||.
    internal static double Align<T>(Span<T> g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double norm = Norm<T>(g);
        if (norm > 0)
        {
            Elementwise.Scale<T>(g, T.CreateChecked(1 / norm), g);
        }

        return norm;
    }
}
