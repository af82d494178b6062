namespace Kernels.Runtime;

/// <summary>What every solver can be told. Each solver derives its own record, whose values are all checked before any work is done.</summary>
public abstract record SolverOptions
{
    /// <summary>
    /// Relative gap at which a result is called <see cref="SolverStatus.Optimal"/>: gap at most this times |objective|. Positive and
    /// finite; null means 1e-6 for double and 1e-4 for float.
    /// </summary>
    public double? GapTolerance { get; init; }

    /// <summary>Threads that the matrix products may use; one unless told otherwise. The result has the same bits at every degree.</summary>
    public Parallelism Parallelism { get; init; }

    internal double GapToleranceFor<T>() => GapTolerance ?? (typeof(T) == typeof(float) ? 1e-4 : 1e-6);

    // Throws one error that names the first bad value. Derived records call this first.
    internal virtual void Validate()
    {
        if (GapTolerance is double tolerance)
        {
            Guard.Positive(tolerance, nameof(GapTolerance));
        }
    }
}
