using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>l(X) = sum over rows of log(sum_j exp(X_ij)) - X_i,y(i)</c>, the cross-entropy of the softmax of each row with its class.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class SoftmaxLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _y;

    /// <summary>The loss of classes.</summary>
    /// <param name="labels">Class of each row, 0 to classes - 1; at least one row.</param>
    /// <param name="classes">Number of classes and of columns of X, at least 2.</param>
    /// <exception cref="ArgumentException">No labels, or one out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two classes.</exception>
    public SoftmaxLoss(ReadOnlySpan<int> labels, int classes)
        : base(Check(labels, classes), classes)
    {
        _y = new T[checked(labels.Length * classes)];
        for (int i = 0; i < labels.Length; i++)
        {
            _y[i * classes + labels[i]] = T.One;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The Hessian of a row is diag(p) - p p^T, whose norm is at most 1/2.</remarks>
    public override double Lipschitz => 0.5;

    /// <inheritdoc/>
    public override double Scale => Lipschitz * Math.Sqrt(Rows);

    private ReadOnlyMatrixView<T> Target => new(_y, Rows, Columns);

    /// <inheritdoc/>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            T largest = Reductions.Max(x.Row(i));
            double partition = double.CreateChecked(largest) + Math.Log(double.CreateChecked(Losses.ExponentialSum(x.Row(i), largest)));
            Losses.SoftmaxResidual(Target.Row(i), x.Row(i), T.CreateChecked(partition), residual.Row(i));
            sum += partition - double.CreateChecked(Reductions.Dot(Target.Row(i), x.Row(i)));
        }

        return sum;
    }

    /// <inheritdoc/>
    /// <remarks><c>-l^*(-s R)</c> is the sum of the entropies of the rows of <c>Y - s R = (1 - s) Y + s softmax(X)</c>, concave in s.</remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
    {
        T s = T.CreateChecked(Math.Min(1, largest));
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            sum += double.CreateChecked(Losses.EntropySum(Target.Row(i), residual.Row(i), s));
        }

        return sum;
    }

    private static int Check(ReadOnlySpan<int> labels, int classes)
    {
        Guard.AtLeast(classes, 2, nameof(classes));
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
            {
                throw new ArgumentException($"Must hold classes 0 to {classes - 1}, but label {i}, counted from 0, is {labels[i]}.", nameof(labels));
            }
        }

        return labels.Length > 0 ? labels.Length : throw new ArgumentException("Must not be empty.", nameof(labels));
    }
}
