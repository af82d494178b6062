namespace Kernels.Runtime;

/// <summary>A generalized linear model with its canonical link, by its log-partition function A(z).</summary>
public enum GeneralizedLinearFamily
{
    /// <summary><c>z^2 / 2</c>: least squares.</summary>
    Linear,

    /// <summary><c>log(1 + e^z)</c>: labels 0 and 1.</summary>
    Logistic,

    /// <summary><c>e^z</c>: counts.</summary>
    Poisson,
}
