using System.Numerics;

namespace Kernels;

/// <summary>Sums and extrema over vectors, with the same bits at every vector width.</summary>
public static partial class Reductions
{
    /// <summary>Sum of the elements.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T Sum<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    /// <summary>Inner product.</summary>
    [VectorizedSum(typeof(float), typeof(double)), MatrixForms]
    private static T Dot<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x * y;

    /// <summary>Sum of squares. Not scaled: it overflows where the square of an element does.</summary>
    [VectorizedSum(typeof(float), typeof(double)), MatrixForms]
    private static T SumOfSquares<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x * x;

    /// <summary>Euclidean norm: the square root of <c>SumOfSquares</c>. Not scaled: it overflows where the square of an element does.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The vector.</param>
    /// <returns>The length of x; zero for no elements.</returns>
    public static T Norm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Sqrt(SumOfSquares(x));

    /// <summary>Sum of absolute values.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T SumOfMagnitudes<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(x);

    /// <summary>Largest element.</summary>
    [VectorizedMax(typeof(float), typeof(double))]
    private static T Max<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    /// <summary>Smallest element.</summary>
    [VectorizedMin(typeof(float), typeof(double))]
    private static T Min<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    /// <summary>Largest absolute value.</summary>
    [VectorizedMax(typeof(float), typeof(double), AtLeast = 0), MatrixForms]
    private static T MaxMagnitude<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Abs(x);

    /// <summary>Squared Euclidean distance.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T SquaredDistance<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T difference = x - y;
        return difference * difference;
    }

    /// <summary>How large and how dense a vector is, in one pass.</summary>
    /// <returns>Sum of squares, largest magnitude (negative infinity for no elements) and number of elements that are not zero.</returns>
    [VectorizedReduce(Fold.Sum, Fold.Max, Fold.Count, Scalars = [typeof(float), typeof(double)])]
    private static (T Squares, T Largest, bool NonZeros) Extent<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (x * x, T.Abs(x), x != T.Zero);

    /// <summary>The Gram matrix of two vectors, in one pass: what a Jacobi rotation needs to know.</summary>
    /// <returns>The inner products <c>(x x, x y, y y)</c>.</returns>
    [VectorizedSum(typeof(float), typeof(double))]
    private static (T XX, T XY, T YY) GramPair<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (x * x, x * y, y * y);
}
