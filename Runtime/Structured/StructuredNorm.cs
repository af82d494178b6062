namespace Kernels.Runtime;

/// <summary>
/// <c>k1 ||x||_1 + kTV TV(x) + k2 ||x||_2</c>, where x may be held to be non-negative: sparse, piecewise constant, and few of them. The last weight must be positive, which is what
/// lets whole components vanish.
/// </summary>
public sealed record StructuredNorm
{
    /// <summary>k1, finite and zero or more.</summary>
    public double Magnitudes { get; init; }

    /// <summary>kTV, finite and zero or more; positive only with a <see cref="Graph"/>.</summary>
    public double Variation { get; init; }

    /// <summary>k2, finite and positive.</summary>
    public double Length { get; init; } = 1;

    /// <summary>Neighbours for the total variation; as many vertices as x has elements.</summary>
    public EdgeGraph? Graph { get; init; }

    /// <summary>Negative elements are ruled out.</summary>
    public bool IsNonNegative { get; init; }

    internal void Validate(int length, string name)
    {
        Guard.NotNegative(Magnitudes, $"{name}.{nameof(Magnitudes)}");
        Guard.NotNegative(Variation, $"{name}.{nameof(Variation)}");
        Guard.Positive(Length, $"{name}.{nameof(Length)}");
        if (Variation > 0 && Graph is null)
        {
            throw new ArgumentException("Needs a graph for its total variation.", name);
        }

        if (Graph is not null && Graph.Vertices != length)
        {
            throw new ArgumentException($"Needs a graph of {length} vertices, but has one of {Graph.Vertices}.", name);
        }
    }
}
