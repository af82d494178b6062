namespace Kernels;

/// <summary>How many threads a call may use. The default is one: nothing is started behind the caller's back.</summary>
/// <remarks>The result of a kernel has the same bits at every degree.</remarks>
public readonly struct Parallelism : IEquatable<Parallelism>
{
    private readonly int _extra;

    private Parallelism(int degree) => _extra = degree - 1;

    /// <summary>The calling thread alone.</summary>
    public static Parallelism Sequential => default;

    /// <summary>Number of threads, the caller's included; at least one.</summary>
    public int Degree => _extra + 1;

    /// <summary>Up to <paramref name="degree"/> threads, the caller's included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degree"/> is below one.</exception>
    public static Parallelism Of(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        return new(degree);
    }

    /// <inheritdoc/>
    public bool Equals(Parallelism other) => _extra == other._extra;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Parallelism other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _extra;

    /// <summary>Same degree.</summary>
    public static bool operator ==(Parallelism left, Parallelism right) => left.Equals(right);

    /// <summary>Another degree.</summary>
    public static bool operator !=(Parallelism left, Parallelism right) => !left.Equals(right);
}
