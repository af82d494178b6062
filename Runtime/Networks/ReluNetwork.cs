using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// A network of one hidden layer whose width is found and not given: <c>min over r, W_1, W_2 of l(relu(V W_1) W_2^T) + lambda sum_i ||w_1i||_2 ||w_2i||_2</c>, which is training with
/// weight decay <c>lambda/2 (||W_1||_F^2 + ||W_2||_F^2)</c>.
/// </summary>
/// <remarks>
/// A step costs <c>4 N d r + 6 N c r</c> flops. The polar is exact for one and two inputs; beyond, the status may be <see cref="SolverStatus.Undecided"/>.
/// Source: Haeffele and Vidal, CVPR 2017 (arXiv:1506.07540).
/// </remarks>
public static class ReluNetwork
{
    /// <summary>Least squares: <c>l = 1/2 ||Y - X||_F^2</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="inputs">V, N x d, any strides, finite; not changed.</param>
    /// <param name="outputs">Y, N x c, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means at most 100), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <returns>W_1 (d x r) and W_2 (c x r) as blocks, the prediction as output, and the certificate.</returns>
    /// <exception cref="ArgumentException">Data empty or not finite, or another number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static UnitsResult<T> Regression<T>(
        ReadOnlyMatrixView<T> inputs,
        ReadOnlyMatrixView<T> outputs,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(outputs, nameof(outputs));
        return Solve(inputs, outputs.Rows, outputs.Columns, new QuadraticLoss<T>(outputs), options, progress, cancellationToken);
    }

    /// <summary>Classification: <c>l = sum of log(1 + exp(-Y X))</c> for labels of 1 and -1.</summary>
    /// <inheritdoc cref="Regression{T}"/>
    /// <param name="inputs">V, N x d, any strides, finite; not changed.</param>
    /// <param name="labels">Y, N x c, of 1 and -1; not changed.</param>
    /// <param name="options">As for <see cref="Regression{T}"/>.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    public static UnitsResult<T> Logistic<T>(
        ReadOnlyMatrixView<T> inputs,
        ReadOnlyMatrixView<T> labels,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(labels, nameof(labels));
        return Solve(inputs, labels.Rows, labels.Columns, new LogisticLoss<T>(labels), options, progress, cancellationToken);
    }

    /// <summary>Classification: <c>l = sum over rows of the cross-entropy of the softmax of X with the class</c>.</summary>
    /// <inheritdoc cref="Regression{T}"/>
    /// <param name="inputs">V, N x d, any strides, finite; not changed.</param>
    /// <param name="labels">Class of each row, 0 to classes - 1.</param>
    /// <param name="classes">Number of classes c, at least 2.</param>
    /// <param name="options">As for <see cref="Regression{T}"/>.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    public static UnitsResult<T> Softmax<T>(
        ReadOnlyMatrixView<T> inputs,
        ReadOnlySpan<int> labels,
        int classes,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Solve(inputs, labels.Length, classes, new SoftmaxLoss<T>(labels, classes), options, progress, cancellationToken);

    private static UnitsResult<T> Solve<T>(
        ReadOnlyMatrixView<T> inputs,
        int samples,
        int outputs,
        ConvexLoss<T> loss,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.Matrix(inputs, nameof(inputs));
        if (inputs.Rows != samples)
        {
            throw new ArgumentException($"Must have {samples} rows like the outputs, but has {inputs.Rows}.", nameof(inputs));
        }

        var units = new ReluUnits<T>(inputs, outputs);
        return Factorization.SolveUnits(units, loss, options with { MaxRank = options.MaxRank ?? Math.Min(units.MostUnits, 100) }, progress, cancellationToken);
    }
}
