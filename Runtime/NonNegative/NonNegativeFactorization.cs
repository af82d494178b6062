using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// <c>min over r, U at least 0, V at least 0 of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i||_2 ||v_i||_2</c>. Y may have negative elements.
/// </summary>
/// <remarks>
/// The certificate needs the largest <c>u^T R v</c> over non-negative unit vectors, which is NP-hard in general: it is searched from many starts and bounded from
/// above, and the objective is bounded by two convex relaxations. The status is <see cref="SolverStatus.Undecided"/> where the two do not meet.
/// Source: Bach, Mairal, Ponce, arXiv:0812.1869; Bach, arXiv:1309.3117; Haeffele and Vidal, arXiv:1708.07850.
/// </remarks>
public static class NonNegativeFactorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, ranks (at most m n; <see cref="FactorizationOptions.MaxRank"/> null means 2 min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, FactorizationOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        return QuadraticFactorization.Solve(
            y,
            new NonNegativeAtoms<T>(y.Rows, y.Columns),
            options with { MaxRank = options.MaxRank ?? Math.Max(1, Math.Min(y.Rows * y.Columns, 2 * Math.Min(y.Rows, y.Columns))) },
            progress,
            cancellationToken);
    }
}
