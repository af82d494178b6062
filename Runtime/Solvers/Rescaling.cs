using System.Numerics;

namespace Kernels.Runtime;

// Data far outside the usual range are solved as Y / 4^k, where squares neither overflow nor vanish, and scaled back: exact for problems
// that are homogeneous. An even power of two, so that each of two factors takes the root.
internal readonly struct Rescaling
{
    private readonly int _root;

    private Rescaling(int root) => _root = root;

    internal bool IsNeeded => _root != 0;

    internal static Rescaling For<T>(ReadOnlyMatrixView<T> data)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int usual, int extreme) = typeof(T) == typeof(float) ? (40, 120) : (400, 1000);
        T largest = Reductions.MaxMagnitude(data);
        if (T.IsZero(largest))
        {
            return default;
        }

        int exponent = T.ILogB(largest);
        return Math.Abs(exponent) <= usual ? default : new(Math.Clamp(exponent, -extreme, extreme) / 2);
    }

    // The data that the solver works on: the caller's own when no scaling is needed, else a scaled copy in scratch.
    internal ReadOnlyMatrixView<T> Apply<T>(ReadOnlyMatrixView<T> data, MatrixView<T> scratch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!IsNeeded)
        {
            return data;
        }

        Elementwise.Scale(data, T.ScaleB(T.One, -2 * _root), scratch);
        return scratch;
    }

    // Quantities of degree 1 in the data (products, singular values, lambda), 2 (objectives), and 1/2 (factors).
    internal double Down(double value) => Math.ScaleB(value, -2 * _root);

    internal double Up(double value) => Math.ScaleB(value, 2 * _root);

    internal double Up(double value, int degree) => Math.ScaleB(value, 2 * degree * _root);

    internal double UpSquared(double value) => Math.ScaleB(value, 4 * _root);

    internal void Up<T>(MatrixView<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Restore(product, 2 * _root);

    internal void UpRoot<T>(MatrixView<T> factor)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Restore(factor, _root);

    internal void Up(Span<double> values)
    {
        if (IsNeeded)
        {
            Elementwise.Scale<double>(values, Up(1.0), values);
        }
    }

    private void Restore<T>(MatrixView<T> matrix, int exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (IsNeeded)
        {
            Elementwise.Scale<T>(matrix, T.ScaleB(T.One, exponent), matrix);
        }
    }
}
