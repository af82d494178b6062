using System.Numerics;

namespace Kernels;

// The loops of GroupProx.
internal static partial class GroupKernels
{
    /// <summary>Multiplies by a factor; zero gives +0, whatever x is.</summary>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static T Shrink<T>(T x, [Uniform(PerRowToo = true)] T factor)
        where T : unmanaged, IFloatingPointIeee754<T>
        => factor == T.Zero ? T.Zero : factor * x;

    /// <summary>Sum and number of the magnitudes above a level; NaN makes the sum NaN.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static (T Sum, T Count) Above<T>(T x, [Uniform] T level)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T size = T.Abs(x);
        bool below = size <= level;
        return (below ? T.Zero : size, below ? T.Zero : T.One);
    }
}
