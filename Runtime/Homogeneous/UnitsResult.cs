using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Answer of a model of r units with K blocks of parameters each, with its certificate.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public record UnitsResult<T> : SolverReport
    where T : unmanaged
{
    /// <summary>Block k of all units: d_k x r, one column a unit.</summary>
    public required IReadOnlyList<Memory2D<T>> Blocks { get; init; }

    /// <summary>The sum of the atoms, in the shape of the loss.</summary>
    public required Memory2D<T> Output { get; init; }

    /// <summary>Number of units.</summary>
    public required int Rank { get; init; }

    /// <summary>The polar of the regularizer at the residual is at least this; at an optimum it is lambda.</summary>
    public required double PolarLower { get; init; }

    /// <summary>The polar is at most this; the point is optimal when it is at most lambda and <see cref="RadialResidual"/> vanishes.</summary>
    public required double PolarUpper { get; init; }

    /// <summary><c>lambda Theta - &lt;R, X&gt;</c>; zero where no scaling of the units lowers the objective.</summary>
    public required double RadialResidual { get; init; }

    /// <summary>How often units were added.</summary>
    public required int Growths { get; init; }
}
