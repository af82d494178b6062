using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// <c>min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i||_2 ||v_i||_2</c>, which is nuclear-norm regularization in factored form: the product
/// of a global optimum is that of <see cref="SingularValueThresholding"/>.
/// </summary>
/// <remarks>
/// Descent in the factors costs <c>4 m n r</c> flops a step; the certificate is the spectral norm of the residual, one SVD a look.
/// Source: Haeffele, Young, Vidal, ICML 2014; Haeffele and Vidal, IEEE TPAMI 42(6), 2020.
/// </remarks>
public static class FactorizedLowRank
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, ranks (at most min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, FactorizationOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        => QuadraticFactorization.Solve(y, new NuclearAtoms<T>(y.Rows, y.Columns), options, progress, cancellationToken);
}
