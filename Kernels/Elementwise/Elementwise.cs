using System.Numerics;

namespace Kernels;

/// <summary>Element-wise maps, on vectors and on matrices of any strides.</summary>
public static partial class Elementwise
{
    /// <summary><c>destination = factor x</c>.</summary>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static T Scale<T>(T x, [Uniform(PerRowToo = true)] T factor)
        where T : unmanaged, IFloatingPointIeee754<T>
        => factor * x;

    /// <summary><c>destination = x + y</c>.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Add<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x + y;

    /// <summary><c>destination = x - y</c>.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Subtract<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x - y;

    /// <summary><c>destination = x + amount</c>.</summary>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static T Shift<T>(T x, [Uniform] T amount)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x + amount;

    /// <summary><c>destination = x y</c>, element by element.</summary>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static T Multiply<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x * y;

    /// <summary><c>destination = x + factor y</c>, rounded once.</summary>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static T AddScaled<T>(T x, T y, [Uniform(PerRowToo = true)] T factor)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.FusedMultiplyAdd(factor, y, x);

    /// <summary><c>destination = a x + b y</c>; the product with y is rounded, the sum is fused.</summary>
    /// <param name="x">First vector.</param>
    /// <param name="y">Second vector.</param>
    /// <param name="a">Factor of x.</param>
    /// <param name="b">Factor of y.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static T Combine<T>(T x, T y, [Uniform] T a, [Uniform] T b)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.FusedMultiplyAdd(a, x, b * y);

    /// <summary>
    /// Plane rotation of two vectors: <c>first = c x - s y</c> and <c>second = s x + c y</c>; the products with y are rounded,
    /// the sums are fused.
    /// </summary>
    /// <param name="x">First coordinates.</param>
    /// <param name="y">Second coordinates.</param>
    /// <param name="c">Cosine of the angle.</param>
    /// <param name="s">Sine of the angle.</param>
    [Vectorized(typeof(float), typeof(double)), MatrixForms]
    private static (T First, T Second) Rotate<T>(T x, T y, [Uniform] T c, [Uniform] T s)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (T.FusedMultiplyAdd(c, x, -(s * y)), T.FusedMultiplyAdd(s, x, c * y));

    /// <summary>|x|.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Magnitude<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(x);

    /// <summary>Plane (Givens) rotation of two rows in place: <c>(x, y) becomes (c x - s y, s x + c y)</c>.</summary>
    /// <param name="matrix">Any strides; pass the transposed view to rotate two columns.</param>
    /// <param name="first">The row x.</param>
    /// <param name="second">The row y, another one.</param>
    /// <param name="c">Cosine.</param>
    /// <param name="s">Sine.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">The two rows are the same.</exception>
    public static void RotateRows<T>(MatrixView<T> matrix, int first, int second, T c, T s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckLine(first, matrix.Rows, nameof(first));
        ViewShape.CheckLine(second, matrix.Rows, nameof(second));
        if (first == second)
        {
            throw new ArgumentException($"A rotation needs two rows; both are {first}.", nameof(second));
        }

        MatrixView<T> x = matrix.Slice(first, 0, 1, matrix.Columns), y = matrix.Slice(second, 0, 1, matrix.Columns);
        Rotate(x, y, c, s, x, y);
    }
}
