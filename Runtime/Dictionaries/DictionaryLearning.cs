using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="DictionaryLearning"/>.</summary>
public sealed record DictionaryLearningOptions : FactorizationOptions
{
    /// <summary>Options to be set one by one.</summary>
    public DictionaryLearningOptions()
    {
    }

    /// <summary>What every factorization can be told, from other options.</summary>
    [SetsRequiredMembers]
    public DictionaryLearningOptions(FactorizationOptions common)
        : base(common)
    {
    }

    /// <summary>Weight of the sum of magnitudes of a code against its length; finite, zero or more.</summary>
    public required double Gamma { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Guard.NotNegative(Gamma, nameof(Gamma));
    }
}

/// <summary>
/// Sparse dictionary learning: <c>min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i||_2 (||v_i||_2 + gamma ||v_i||_1)</c>, where the columns of Y (d x N)
/// are samples, those of U atoms, and row j of V is the code of sample j.
/// </summary>
/// <remarks>
/// The penalty makes the use of each atom sparse over the samples. No polynomial method is known for its polar; it is bracketed, and the objective is bounded
/// by <c>||X||_* + gamma sum_j ||X_j||_2</c>. Source: Bach, arXiv:1309.3117; Haeffele and Vidal, arXiv:1708.07850.
/// </remarks>
public static class DictionaryLearning
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Samples in columns, d x N, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, gamma, ranks (at most d N; <see cref="FactorizationOptions.MaxRank"/> null means 4 max(d, N)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, DictionaryLearningOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return QuadraticFactorization.Solve(
            y,
            new SparseAtoms<T>(y.Rows, y.Columns, options.Gamma),
            options with { MaxRank = options.MaxRank ?? Math.Max(1, Math.Min(y.Rows * y.Columns, 4 * Math.Max(y.Rows, y.Columns))) },
            progress,
            cancellationToken);
    }
}
