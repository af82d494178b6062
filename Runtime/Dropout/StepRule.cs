namespace Kernels.Runtime;

/// <summary>How the step length of a stochastic descent falls with the step number t, from eta_0 with the decay t_0.</summary>
public enum StepRule
{
    /// <summary><c>eta_0 / (1 + t / t_0)</c>: the sum of the steps diverges and the sum of their squares does not, as convergence asks (Robbins, Monro 1951).</summary>
    Harmonic,

    /// <summary><c>eta_0 / sqrt(1 + t / t_0)</c>: slower, a lower bias early and a higher floor of noise.</summary>
    InverseSquareRoot,

    /// <summary><c>eta_0</c> throughout: the noise of the masks stays at a floor proportional to it.</summary>
    Constant,
}

internal static class StepRules
{
    internal static double At(this StepRule rule, double first, double decay, long t)
        => rule switch
        {
            StepRule.Harmonic => first / (1 + t / decay),
            StepRule.InverseSquareRoot => first / Math.Sqrt(1 + t / decay),
            _ => first,
        };

    internal static void Check(this StepRule rule, string name)
    {
        if (rule is < StepRule.Harmonic or > StepRule.Constant)
        {
            throw new ArgumentOutOfRangeException(name, rule, $"{name} must be one of the rules there are, but is {(int)rule}.");
        }
    }
}
