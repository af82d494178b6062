using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Answer of <see cref="MatrixCompletion"/> and <see cref="SoftImpute"/>: the completed matrix is <c>U V^T</c>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record MatrixCompletionResult<T> : FactorizationResult<T>
    where T : unmanaged
{
    [SetsRequiredMembers]
    internal MatrixCompletionResult(FactorizationResult<T> factorization, bool hasHiddenLines)
        : base(factorization)
        => HasHiddenLines = hasHiddenLines;

    // For an initializer that sets everything.
    internal MatrixCompletionResult()
    {
    }

    /// <summary>True when a whole row or column was hidden: nothing is known of it, and it is zero in the answer.</summary>
    public bool HasHiddenLines { get; init; }
}

/// <summary>
/// Matrix completion: <c>min over r, U, V of 1/2 sum over seen (i, j) of (Y - U V^T)_ij^2 + lambda sum_i ||u_i||_2 ||v_i||_2</c>, the factored form of nuclear-norm
/// completion, with its exact certificate.
/// </summary>
/// <remarks>
/// Descent costs <c>8 m n r</c> flops a step, a look at the certificate one SVD. The zero matrix is optimal exactly when lambda is at least the spectral norm of the
/// seen data. Source: Mazumder, Hastie, Tibshirani, JMLR 11, 2010; Haeffele and Vidal, arXiv:1708.07850.
/// </remarks>
public static class MatrixCompletion
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite where seen; elsewhere anything, NaN included. Not changed.</param>
    /// <param name="seen">m x n, true where y was observed; at least one element.</param>
    /// <param name="options">Lambda, ranks (at most min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty, nothing seen, shapes differ, or a seen element is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static MatrixCompletionResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<bool> seen,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var (loss, scale) = ScaledLoss(y, seen);
        var atoms = new NuclearAtoms<T>(y.Rows, y.Columns);
        options.ValidateRank(atoms.MostUnits);
        return new(Factorization.Solve(atoms, loss, options, scale, scale.Down(options.Lambda), 2, progress, cancellationToken), loss.HasHiddenLines);
    }

    internal static (MaskedQuadraticLoss<T> Loss, Rescaling Scale) ScaledLoss<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<bool> seen)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.NotEmpty(y, nameof(y));
        Guard.Shape(seen, y.Rows, y.Columns, nameof(seen));
        var loss = new MaskedQuadraticLoss<T>(y, seen);
        Rescaling scale = Rescaling.For(loss.Target);
        if (!scale.IsNeeded)
        {
            return (loss, scale);
        }

        T[] scaled = new T[checked(y.Rows * y.Columns)];
        return (new(scale.Apply(loss.Target, new MatrixView<T>(scaled, y.Rows, y.Columns)), seen), scale);
    }
}
