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

    /// <summary>
    /// The problem for falling weights, each solved from the answer before: lambda_max, the spectral norm of what was seen, times the factor, its square, ..., down to
    /// <see cref="FactorizationOptions.Lambda"/>, which is the last.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite where seen; elsewhere anything, NaN included. Not changed.</param>
    /// <param name="seen">m x n, true where y was observed; at least one element.</param>
    /// <param name="options">The last lambda, ranks (at most min(m, n); they must grow), tolerances and budgets of each solve.</param>
    /// <param name="factor">Between two weights, in (0, 1).</param>
    /// <param name="progress">Told at each look at a certificate.</param>
    /// <param name="cancellationToken">Ends the descent; what was reached is returned, the last one with its bound.</param>
    /// <returns>Each lambda with its answer, the largest lambda first; only the last one where it is at least lambda_max.</returns>
    /// <exception cref="ArgumentException">Data empty, nothing seen, shapes differ, or a seen element is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option or the factor is out of range, or a fixed rank is asked for.</exception>
    public static IReadOnlyList<(double Lambda, MatrixCompletionResult<T> Result)> Path<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<bool> seen,
        FactorizationOptions options,
        double factor = 0.8,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!(factor is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "Must lie between 0 and 1.");
        }

        if (options.Rank is not null)
        {
            throw new ArgumentOutOfRangeException(nameof(options.Rank), options.Rank, "Must be null: each solve grows from the factors of the last one.");
        }

        var (loss, scale) = ScaledLoss(y, seen);
        var atoms = new NuclearAtoms<T>(y.Rows, y.Columns);
        options.ValidateRank(atoms.MostUnits);
        T[] values = new T[atoms.MostUnits];
        Svd.SingularValues(loss.Target, values);
        double last = scale.Down(options.Lambda), lambda = double.CreateChecked(values[0]);
        Units<T> carried = atoms.NewUnits();
        var path = new List<(double, MatrixCompletionResult<T>)>();
        while (!cancellationToken.IsCancellationRequested || path.Count == 0)
        {
            lambda = Math.Max(lambda * factor, last);
            path.Add((scale.Up(lambda), new(Factorization.Solve(atoms, loss, options, scale, lambda, 2, progress, cancellationToken, carried), loss.HasHiddenLines)));
            if (lambda <= last)
            {
                break;
            }
        }

        return path;
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
