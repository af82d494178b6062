using System.Globalization;

namespace Kernels;

/// <summary>
/// The probability with which a mask keeps, as masks realise it: theta rounded to a multiple of 2^-32.
/// </summary>
/// <remarks>
/// A decision keeps when its random word is below <see cref="Threshold"/>, so that P(keep) is <see cref="Value"/> exactly. Closed forms that
/// are compared with masked runs must use <see cref="Value"/>, which differs from theta by up to 2^-33. The default value keeps everything.
/// </remarks>
public readonly struct KeepRate : IEquatable<KeepRate>
{
    private const ulong One = 1UL << 32;

    // Stored as what is dropped, so that the default is a valid rate.
    private readonly ulong _dropped;

    private KeepRate(ulong threshold) => _dropped = One - threshold;

    /// <summary>The rate nearest to <paramref name="theta"/>, ties to even.</summary>
    /// <param name="theta">Probability of keeping, in (0, 1]. A float is widened first: 0.8f is another rate than 0.8.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="theta"/> is NaN, outside (0, 1], or so small that it rounds to zero (at most 2^-33): nothing would ever be kept.
    /// </exception>
    public static KeepRate Of(double theta)
    {
        if (!(theta > 0 && theta <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(theta), theta, string.Create(CultureInfo.InvariantCulture, $"A keep rate lies in (0, 1]; {theta} does not."));
        }

        // The product is exact: a power of two only changes the exponent.
        ulong threshold = (ulong)Math.Round(theta * One, MidpointRounding.ToEven);
        return threshold > 0
            ? new(threshold)
            : throw new ArgumentOutOfRangeException(nameof(theta), theta, string.Create(CultureInfo.InvariantCulture, $"{theta} rounds to a keep rate of zero; the smallest is 2^-32."));
    }

    /// <summary>T, the number of 32-bit words that keep: 1 to 2^32.</summary>
    public ulong Threshold => One - _dropped;

    /// <summary>The realised probability of keeping, T / 2^32, exact.</summary>
    public double Value => Threshold / (double)One;

    /// <summary>1 / <see cref="Value"/>: the factor that makes the mean of a mask one.</summary>
    public double Scale => One / (double)Threshold;

    /// <summary>(1 - theta) / theta at the realised rate: the weight of the regularizer that dropout amounts to.</summary>
    public double DropoutWeight => _dropped / (double)Threshold;

    // Largest word that keeps; it fits 32 bits also when everything is kept.
    internal uint LastKept => (uint)(Threshold - 1);

    /// <inheritdoc/>
    public bool Equals(KeepRate other) => _dropped == other._dropped;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeepRate other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _dropped.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Same rate.</summary>
    public static bool operator ==(KeepRate left, KeepRate right) => left.Equals(right);

    /// <summary>Another rate.</summary>
    public static bool operator !=(KeepRate left, KeepRate right) => !left.Equals(right);
}
