namespace Kernels.Runtime;

/// <summary>What is proved about the point that a solver returns. The strongest that holds is reported.</summary>
public enum SolverStatus
{
    /// <summary>Nothing is proved: the gap is above its tolerance.</summary>
    NotOptimal,

    /// <summary>
    /// A lower estimate of the polar passes the optimality test and its upper bound does not: only a heuristic says "stop".
    /// </summary>
    Undecided,

    /// <summary>An upper bound of the polar at the residual is at most lambda and the point is radially stationary, both to their tolerances.</summary>
    PolarCertified,

    /// <summary>The gap between the objective and a proved lower bound is within <see cref="SolverOptions.GapTolerance"/>.</summary>
    Optimal,
}

/// <summary>Why a solver stopped. It says nothing about quality; <see cref="SolverStatus"/> does.</summary>
public enum StopReason
{
    /// <summary>The answer is a closed form: there was nothing to iterate.</summary>
    ClosedForm,

    /// <summary>The stopping rule of the iteration was met.</summary>
    Converged,

    /// <summary>All allowed iterations were done.</summary>
    IterationLimit,

    /// <summary>The caller cancelled; the result is the last iterate, evaluated like any other.</summary>
    Cancelled,
}
