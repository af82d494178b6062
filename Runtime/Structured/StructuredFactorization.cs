using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// <c>min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i||_a ||v_i||_b</c> for two <see cref="StructuredNorm"/>s: components whose images are sparse and piecewise constant, as
/// in films of cells.
/// </summary>
/// <remarks>
/// Each half step is one gradient and one total-variation map a component. No exact polar is known, so the status is <see cref="SolverStatus.Undecided"/> unless the gap to the nuclear
/// relaxation closes. Source: Haeffele, Young, Vidal, ICML 2014; Haeffele and Vidal, IEEE TPAMI 42(6), 2020 (arXiv:1708.07850).
/// </remarks>
public static class StructuredFactorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n (frames by pixels), any strides, finite; not changed.</param>
    /// <param name="u">Norm of the columns of U, of m elements.</param>
    /// <param name="v">Norm of the columns of V, of n elements.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means 2 min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite, or a graph does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option or a weight is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        StructuredNorm u,
        StructuredNorm v,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.NotEmpty(y, nameof(y));
        return QuadraticFactorization.Solve(
            y,
            new StructuredAtoms<T>(y.Rows, y.Columns, u, v),
            options with { MaxRank = options.MaxRank ?? Math.Max(1, Math.Min(checked(y.Rows * y.Columns), 2 * Math.Min(y.Rows, y.Columns))) },
            progress,
            cancellationToken);
    }
}
