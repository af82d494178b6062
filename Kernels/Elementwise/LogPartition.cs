using System.Numerics;

namespace Kernels;

/// <summary>Log-partition functions of generalized linear models with canonical links, their derivatives, and what dropout makes of them.</summary>
/// <remarks>Source: McCullagh and Nelder, Generalized Linear Models, 1989; Wager, Wang, Liang, NIPS 2013 (arXiv:1307.1493).</remarks>
public static partial class LogPartition
{
    /// <summary>Logistic: <c>log(1 + e^x)</c>, without overflow and with full relative accuracy where x is very negative.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Logistic<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // log(1 + u) = log(w) - ((w - 1) - u) / w for w = fl(1 + u): the correction is what rounding took from u.
        T u = T.Exp(-T.Abs(x));
        T w = T.One + u;
        return T.Max(x, T.Zero) + (T.Log(w) - (w - T.One - u) / w);
    }

    /// <summary>Sum of <c>log(1 + e^x)</c> over the elements.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static T SumOfLogistic<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T u = T.Exp(-T.Abs(x));
        T w = T.One + u;
        return T.Max(x, T.Zero) + (T.Log(w) - (w - T.One - u) / w);
    }

    /// <summary>The first three derivatives of <c>log(1 + e^x)</c>: <c>p</c>, <c>p (1 - p)</c> and <c>p (1 - p) (1 - 2 p)</c>.</summary>
    /// <param name="x">The linear predictor.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static (T Mean, T Variance, T Skew) LogisticDerivatives<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T u = T.Exp(-T.Abs(x));
        T w = T.One + u;
        T large = T.One / w, small = u / w;
        T variance = large * small;
        return (x >= T.Zero ? large : small, variance, variance * (x >= T.Zero ? small - large : large - small));
    }

    /// <summary>
    /// One factor of the mean of <c>e^z</c> under dropout: <c>product (keep e^(weight x) + drop)</c>.
    /// </summary>
    /// <param name="product">The product so far.</param>
    /// <param name="x">Values of one feature.</param>
    /// <param name="weight">Its coefficient divided by the probability of keeping.</param>
    /// <param name="keep">Probability of keeping.</param>
    /// <param name="drop">Probability of dropping.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static T PoissonFactor<T>(T product, T x, [Uniform] T weight, [Uniform] T keep, [Uniform] T drop)
        where T : unmanaged, IFloatingPointIeee754<T>
        => product * T.FusedMultiplyAdd(keep, T.Exp(weight * x), drop);

    /// <summary>A sum of positive terms: <c>sum + max(weight x, 0)</c>, the product rounded.</summary>
    /// <param name="sum">The sum so far.</param>
    /// <param name="x">Values of one feature.</param>
    /// <param name="weight">Its coefficient.</param>
    [Vectorized(typeof(float), typeof(double))]
    private static T PositivePart<T>(T sum, T x, [Uniform] T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
        => sum + T.Max(weight * x, T.Zero);
}
