using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>What every solver answers about its point: the objective, what is proved about it, and how it came there.</summary>
public abstract record SolverReport
{
    /// <summary>The objective, evaluated at the returned point itself.</summary>
    public required double Objective { get; init; }

    /// <summary>No point has a lower objective than this (up to the rounding of its own evaluation).</summary>
    public required double LowerBound { get; init; }

    /// <summary><see cref="Objective"/> - <see cref="LowerBound"/>; rounding can leave it a few units below zero.</summary>
    public double Gap => Objective - LowerBound;

    /// <summary><see cref="Gap"/> / |<see cref="Objective"/>|; zero when both vanish.</summary>
    public double RelativeGap => Gap == 0 ? 0 : Gap / Math.Abs(Objective);

    /// <summary>What is proved.</summary>
    public required SolverStatus Status { get; init; }

    /// <summary>Why the solver stopped.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>Iterations done; zero for a closed form.</summary>
    public long Iterations { get; init; }

    /// <summary>Time the solver took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The points that were evaluated on the way; empty for a closed form.</summary>
    public IReadOnlyList<SolverProgress> Trace { get; init; } = [];
}

/// <summary>What a solver of a factorization <c>U V^T</c> answers.</summary>
/// <typeparam name="T">Scalar type of the factors; figures of the report are double.</typeparam>
public abstract record SolverResult<T> : SolverReport
    where T : unmanaged
{
    /// <summary>Left factor, m x r; one column a component.</summary>
    public required Memory2D<T> U { get; init; }

    /// <summary>Right factor, n x r; one column a component.</summary>
    public required Memory2D<T> V { get; init; }
}
