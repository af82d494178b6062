using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// The sum over the elements d of Y - X of <c>gamma d^2 / 2</c> where |d| is at most 1 / gamma, else <c>|d| - 1 / (2 gamma)</c>: the least value over E of
/// <c>||E||_1 + gamma/2 ||Y - X - E||_F^2</c>.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class HuberLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _y;
    private readonly T _gamma;

    /// <summary>The loss of data Y, m x n, finite; copied.</summary>
    /// <param name="y">Y.</param>
    /// <param name="gamma">Curvature at zero, finite and positive.</param>
    public HuberLoss(ReadOnlyMatrixView<T> y, double gamma)
        : base(y.Rows, y.Columns)
    {
        Guard.Positive(gamma, nameof(gamma));
        _y = new T[checked(y.Rows * y.Columns)];
        y.CopyTo(new MatrixView<T>(_y, Rows, Columns));
        Lipschitz = gamma;
        _gamma = T.CreateChecked(gamma);
        Scale = gamma * Math.Sqrt(MatrixReductions.SumOfSquares(Target));
    }

    /// <inheritdoc/>
    public override double Lipschitz { get; }

    /// <inheritdoc/>
    public override double Scale { get; }

    private ReadOnlyMatrixView<T> Target => new(_y, Rows, Columns);

    /// <inheritdoc/>
    /// <remarks>R is gamma d clamped to [-1, 1], and each element of the loss is <c>R d - R^2 / (2 gamma)</c>.</remarks>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        double along = 0;
        for (int i = 0; i < Rows; i++)
        {
            Losses.ClampedDifference(Target.Row(i), x.Row(i), _gamma, residual.Row(i));
            along += double.CreateChecked(Losses.InnerDifference(Target.Row(i), x.Row(i), residual.Row(i)));
        }

        return along - MatrixReductions.SumOfSquares<T>(residual) / (2 * Lipschitz);
    }

    /// <inheritdoc/>
    /// <remarks><c>-l^*(-Z) = &lt;Z, Y&gt; - ||Z||_F^2 / (2 gamma)</c> for Z with elements in [-1, 1], as those of R are.</remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
        => Along(MatrixReductions.Inner(residual, Target), MatrixReductions.SumOfSquares(residual) / Lipschitz, Math.Min(1, largest));
}
