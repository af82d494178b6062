using System.Globalization;

namespace Kernels.Runtime;

/// <summary>An iteration left the finite numbers; its step is too long for the data.</summary>
public sealed class SolverDivergedException : ArithmeticException
{
    /// <summary>The iteration after which a non-finite entry was seen.</summary>
    public long Iteration { get; }

    internal SolverDivergedException(long iteration, double step)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"The factors are no longer finite after iteration {iteration}: the step {step:G6} is too long for these data."))
        => Iteration = iteration;
}
