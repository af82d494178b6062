namespace Kernels.Runtime;

/// <summary>Answer of a factorization <c>X = U V^T</c> under a product of norms, with its certificate.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public record FactorizationResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Columns of U and V.</summary>
    public required int Rank { get; init; }

    /// <summary>The polar of the regularizer at the residual is at least this; at an optimum it is lambda.</summary>
    public required double PolarLower { get; init; }

    /// <summary>The polar is at most this; the point is optimal when it is at most lambda and <see cref="RadialResidual"/> vanishes.</summary>
    public required double PolarUpper { get; init; }

    /// <summary><c>lambda Theta - &lt;R, X&gt;</c>; zero where no scaling of the components lowers the objective.</summary>
    public required double RadialResidual { get; init; }

    /// <summary>How often components were added.</summary>
    public required int Growths { get; init; }
}
