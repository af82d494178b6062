using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="HuberFactorization"/>.</summary>
public sealed record HuberFactorizationOptions : FactorizationOptions
{
    /// <summary>Options to be set one by one.</summary>
    public HuberFactorizationOptions()
    {
    }

    /// <summary>What every factorization can be told, from other options; gamma is still to be set.</summary>
    [SetsRequiredMembers]
    public HuberFactorizationOptions(FactorizationOptions common)
        : base(common)
    {
    }

    /// <summary>Weight of the quadratic term; finite and positive. Larger is nearer to the sum of magnitudes.</summary>
    public required double Gamma { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Guard.Positive(Gamma, nameof(Gamma));
    }
}

/// <summary>Answer of <see cref="HuberFactorization"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record HuberFactorizationResult<T> : FactorizationResult<T>
    where T : unmanaged
{
    [SetsRequiredMembers]
    internal HuberFactorizationResult(FactorizationResult<T> factorization, Memory2D<T> outliers)
        : base(factorization)
        => Outliers = outliers;

    /// <summary>The outliers, m x n: <c>Y - U V^T</c> soft-thresholded at 1 / gamma.</summary>
    public Memory2D<T> Outliers { get; }
}

/// <summary>
/// Robust factorization: <c>min over r, U, V, E of ||E||_1 + lambda sum_i ||u_i||_2 ||v_i||_2 + gamma/2 ||Y - U V^T - E||_F^2</c>, solved without E, which leaves a Huber
/// loss of <c>Y - U V^T</c>.
/// </summary>
/// <remarks>
/// The polar is the spectral norm of <c>clamp(gamma (Y - X), -1, 1)</c>, so the certificate is exact. From gamma of 50 over the mean magnitude of the data on, the search starts from the answer of
/// a splitting of the convex problem, whose steps do not depend on gamma, and not from zero. With <c>lambda = sqrt(max(m, n))</c> the optimum is within
/// <c>m n / (2 gamma)</c> below that of <see cref="PrincipalComponentPursuit"/> times lambda.
/// Source: Candes, Li, Ma, Wright, JACM 58(3), 2011; Haeffele and Vidal, arXiv:1708.07850.
/// </remarks>
public static class HuberFactorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, gamma, ranks (at most min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static HuberFactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, HuberFactorizationOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        var atoms = new NuclearAtoms<T>(y.Rows, y.Columns);
        options.ValidateRank(atoms.MostUnits);
        // In Y / c the objective is that of gamma c, with the same lambda, over c.
        Rescaling scale = Rescaling.For(y);
        T[] copy = new T[scale.IsNeeded ? checked(y.Rows * y.Columns) : 0];
        ReadOnlyMatrixView<T> data = scale.IsNeeded ? scale.Apply(y, new MatrixView<T>(copy, y.Rows, y.Columns)) : y;
        var loss = new HuberLoss<T>(data, scale.Up(options.Gamma));
        Units<T> units = atoms.NewUnits();
        int steps = options.Rank is null && HuberSplitting.IsWorthwhile(data, loss.Lipschitz)
            ? HuberSplitting.Run(data, loss, options.Lambda, options.GapToleranceFor<T>(), options.MaxRank ?? atoms.MostUnits, options.Parallelism, units, cancellationToken)
            : 0;
        FactorizationResult<T> result = Factorization.Solve(atoms, loss, options, scale, options.Lambda, 1, progress, cancellationToken, units);
        result = result with { Iterations = result.Iterations + steps };

        T[,] outliers = y.ToArray();
        if (result.Rank > 0)
        {
            Gemm.Multiply(-T.One, result.U.AsView(), result.V.AsView().Transposed, T.One, outliers, options.Parallelism);
        }

        Span<T> elements = outliers.AsSpan2D().TryGetSpan(out Span<T> all) ? all : throw new UnreachableException();
        Prox.SoftThreshold<T>(elements, T.CreateChecked(1 / options.Gamma), elements);
        return new(result, outliers);
    }
}
