using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>l(X) = 1/2 ||Y - X||_F^2</c>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class QuadraticLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _y;

    /// <summary>The loss of data Y, m x n, finite; copied.</summary>
    public QuadraticLoss(ReadOnlyMatrixView<T> y)
        : base(y.Rows, y.Columns)
    {
        _y = new T[checked(y.Rows * y.Columns)];
        y.CopyTo(new MatrixView<T>(_y, Rows, Columns));
        Scale = Math.Sqrt(MatrixReductions.SumOfSquares(Target));
    }

    /// <inheritdoc/>
    public override double Lipschitz => 1;

    /// <inheritdoc/>
    public override double Scale { get; }

    private ReadOnlyMatrixView<T> Target => new(_y, Rows, Columns);

    /// <inheritdoc/>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        Elementwise.AddScaled(Target, x, -T.One, residual);
        return MatrixReductions.SumOfSquares<T>(residual) / 2;
    }

    /// <inheritdoc/>
    /// <remarks><c>-l^*(-Z) = &lt;Z, Y&gt; - 1/2 ||Z||_F^2</c>.</remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
        => Along(MatrixReductions.Inner(residual, Target), MatrixReductions.SumOfSquares(residual), largest);

    internal override bool TryGetTarget(out ReadOnlyMatrixView<T> target)
    {
        target = Target;
        return true;
    }
}
