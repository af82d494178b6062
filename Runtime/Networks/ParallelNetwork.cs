using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Parallel deep networks whose number is found and not given: <c>min over r and W of l(sum_i phi(W_i)) + lambda sum_i prod_k ||W_i^k||_F</c>, where
/// <c>phi(W) = W^K relu(... relu(W^1 x))</c> has no biases (those of deeper layers would break the homogeneity that the certificate rests on).
/// </summary>
/// <remarks>
/// A step costs a forward and a backward pass a layer and trial. The polar of more than one hidden layer is only bracketed, loosely, so the status is
/// <see cref="SolverStatus.Undecided"/> unless the gap closes. Source: Haeffele and Vidal, CVPR 2017 (arXiv:1506.07540).
/// </remarks>
public static class ParallelNetwork
{
    /// <summary>Least squares: <c>l = 1/2 ||Y - X||_F^2</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="inputs">V, N x d, any strides, finite; not changed.</param>
    /// <param name="outputs">Y, N x c, any strides, finite; not changed.</param>
    /// <param name="hidden">Widths of the hidden layers of one subnetwork, at least one.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means at most 100), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <returns>The layers as blocks, one column a subnetwork, each layer by rows; the prediction as output; and the certificate.</returns>
    /// <exception cref="ArgumentException">Data empty or not finite, or another number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width or an option is out of range.</exception>
    public static UnitsResult<T> Regression<T>(
        ReadOnlyMatrixView<T> inputs,
        ReadOnlyMatrixView<T> outputs,
        ReadOnlySpan<int> hidden,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.Matrix(outputs, nameof(outputs));
        if (inputs.Rows != outputs.Rows)
        {
            throw new ArgumentException($"Must have {outputs.Rows} rows like the outputs, but has {inputs.Rows}.", nameof(inputs));
        }

        var units = new ReluSubnetworks<T>(inputs, hidden, outputs.Columns);
        return Factorization.SolveUnits(
            units, new QuadraticLoss<T>(outputs), options with { MaxRank = options.MaxRank ?? Math.Min(units.MostUnits, 100) }, progress, cancellationToken);
    }
}
