using System.Numerics;

namespace Kernels;

// The loops over poles of the rank-one update of a diagonal matrix.
internal static partial class SecularKernels
{
    /// <summary>Terms <c>z^2 / delta</c> of the secular function and of its derivative, <c>delta = (d - origin) - shift</c>.</summary>
    [VectorizedSum(typeof(float), typeof(double))]
    private static (T Value, T Slope) Terms<T>(T z, T d, [Uniform] T origin, [Uniform] T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T quotient = z / ((d - origin) - shift);
        return (z * quotient, quotient * quotient);
    }

    /// <summary>Distances of the poles from a root that lies at <c>origin + shift</c>.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Distance<T>(T d, [Uniform] T origin, [Uniform] T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
        => (d - origin) - shift;

    /// <summary>One factor of Loewner's formula for the vector whose roots these are.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T LoewnerFactor<T>(T product, T distance, T d, [Uniform] T pole)
        where T : unmanaged, IFloatingPointIeee754<T>
        => product * (distance / (d - pole));

    /// <summary>The eigenvector of a root, not yet of length one.</summary>
    [Vectorized(typeof(float), typeof(double))]
    private static T Quotient<T>(T z, T distance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => z / distance;
}
