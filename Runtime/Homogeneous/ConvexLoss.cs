using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// A convex differentiable loss l of an m x n matrix: its value, its gradient and, for the lower bound, its conjugate. Derive from it to solve with a
/// loss of your own; value and gradient suffice, the bound then uses only that the loss is convex and nowhere below <see cref="Minimum"/>.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public abstract class ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A loss of m x n matrices.</summary>
    protected ConvexLoss(int rows, int columns) => (Rows, Columns) = (rows, columns);

    /// <summary>m.</summary>
    public int Rows { get; }

    /// <summary>n.</summary>
    public int Columns { get; }

    /// <summary>Lipschitz constant of the gradient in the Frobenius norm.</summary>
    public abstract double Lipschitz { get; }

    /// <summary>Length of the residual that rounding is relative to, times <see cref="Lipschitz"/>: for a quadratic loss that of the data.</summary>
    public abstract double Scale { get; }

    /// <summary>A number that the loss is nowhere below; zero unless overridden.</summary>
    public virtual double Minimum => 0;

    /// <summary>l(X), and the residual R = -grad l(X).</summary>
    /// <param name="x">X, m x n.</param>
    /// <param name="residual">Receives R, m x n without gaps.</param>
    public abstract double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual);

    /// <summary>
    /// The largest value found of the dual objective <c>-l^*(-s R)</c> over 0 at most s at most <paramref name="largest"/>, where X is the point that R belongs
    /// to. It bounds <c>min l + lambda Omega</c> from below whenever the polar of s R is at most lambda.
    /// </summary>
    /// <remarks>
    /// Unless overridden: the dual objective is concave along the ray, is <c>l(X) + &lt;R, X&gt;</c> at s = 1 and at least <see cref="Minimum"/> at 0.
    /// </remarks>
    /// <param name="residual">R.</param>
    /// <param name="value">l(X).</param>
    /// <param name="inner"><c>&lt;R, X&gt;</c>.</param>
    /// <param name="largest">The largest feasible s; may be infinite.</param>
    public virtual double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
    {
        double s = Math.Min(1, largest);
        return s * (value + inner) + (1 - s) * Minimum;
    }

    // The data when the loss is 1/2 ||Y - X||_F^2 over all elements: then gradients come from products with Y and the residual is not formed.
    internal virtual bool TryGetTarget(out ReadOnlyMatrixView<T> target)
    {
        target = default;
        return false;
    }

    // Second derivatives of a loss that is a sum over elements, from its residual; false where they are no more than the Lipschitz constant tells.
    internal virtual bool TryCurvature(ReadOnlyMatrixView<T> residual, MatrixView<T> curvature) => false;

    // max over 0 <= s <= largest of s along - s^2 curvature / 2.
    private protected static double Along(double along, double curvature, double largest)
    {
        if (along <= 0 || curvature <= 0)
        {
            return 0;
        }

        double s = Math.Min(along / curvature, largest);
        return s * along - s * s / 2 * curvature;
    }
}
