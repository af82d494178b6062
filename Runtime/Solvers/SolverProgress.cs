namespace Kernels.Runtime;

/// <summary>Where a solver is; also one point of a trace.</summary>
/// <param name="Iteration">Iterations (of a closed form: stages) done.</param>
/// <param name="Total">Iterations (stages) at most.</param>
/// <param name="Objective">Objective at the current point; NaN before there is one.</param>
/// <param name="LowerBound">The best lower bound known; negative infinity before there is one.</param>
/// <param name="Elapsed">Time since the solver started.</param>
public readonly record struct SolverProgress(long Iteration, long Total, double Objective, double LowerBound, TimeSpan Elapsed)
{
    /// <summary>Number of components of the current point; -1 where a solver does not count them.</summary>
    public int Rank { get; init; } = -1;

    /// <summary>The polar of the regularizer at the residual is at least this; NaN where it was not looked at.</summary>
    public double PolarLower { get; init; } = double.NaN;

    /// <summary>The polar is at most this; NaN where it was not looked at.</summary>
    public double PolarUpper { get; init; } = double.NaN;
}
