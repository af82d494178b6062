using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>l(X) = sum of log(1 + exp(-Y_ij X_ij))</c> for labels Y of 1 and -1.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class LogisticLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _y, _squares;

    /// <summary>The loss of labels Y, m x n; copied.</summary>
    /// <exception cref="ArgumentException">A label is neither 1 nor -1.</exception>
    public LogisticLoss(ReadOnlyMatrixView<T> y)
        : base(y.Rows, y.Columns)
    {
        (_y, _squares) = (new T[checked(y.Rows * y.Columns)], new T[y.Columns]);
        y.CopyTo(new MatrixView<T>(_y, Rows, Columns));
        int bad = _y.AsSpan().IndexOfAnyExcept(T.One, -T.One);
        if (bad >= 0)
        {
            throw new ArgumentException($"Must hold labels 1 and -1, but is {_y[bad]} at row {bad / Columns}, column {bad % Columns} (counted from 0).", nameof(y));
        }
    }

    /// <inheritdoc/>
    public override double Lipschitz => 0.25;

    /// <inheritdoc/>
    public override double Scale => Lipschitz * Math.Sqrt(_y.Length);

    private ReadOnlyMatrixView<T> Target => new(_y, Rows, Columns);

    /// <inheritdoc/>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            Losses.LogisticResidual(Target.Row(i), x.Row(i), residual.Row(i));
            sum += double.CreateChecked(Losses.LogisticSum(Target.Row(i), x.Row(i)));
        }

        return sum;
    }

    /// <inheritdoc/>
    /// <remarks><c>-l^*(-s R)</c> is the sum of the entropies <c>-q log q - (1 - q) log(1 - q)</c> of <c>q = s |R|</c>, concave in s.</remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
    {
        T s = T.CreateChecked(Math.Min(1, largest));
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            sum += double.CreateChecked(Losses.BinaryEntropySum(residual.Row(i), s));
        }

        return sum;
    }

    // |R| (1 - |R|), as |R| is the probability of the other label.
    internal override bool TryCurvature(ReadOnlyMatrixView<T> residual, MatrixView<T> curvature)
    {
        for (int i = 0; i < Rows; i++)
        {
            Elementwise.Multiply(residual.Row(i), residual.Row(i), _squares);
            Elementwise.Magnitude(residual.Row(i), curvature.Row(i));
            Elementwise.Subtract(curvature.Row(i), _squares, curvature.Row(i));
        }

        return true;
    }
}
