using System.Globalization;

namespace Kernels.Benchmarks;

/// <summary>What numbers of options must be, each with the message that names the option and the value. Options that were not given, null here, keep every rule.</summary>
internal static class NumberRule
{
    internal static void Positive(string name, double? value) => Keep(value is not { } v || (v > 0 && double.IsFinite(v)), $"{name} must be finite and positive, but is {value}.");

    internal static void NotNegative(string name, double? value) => Keep(value is not { } v || (v >= 0 && double.IsFinite(v)), $"{name} must be finite and not negative, but is {value}.");

    internal static void AtLeast(int least, string name, int? value) => Keep(!(value < least), $"{name} must be at least {least}, but is {value}.");

    internal static void Share(string name, double value) => Keep(value is >= 0 and < 1, $"{name} is a share of the elements and must lie in [0, 1), but is {value}.");

    /// <summary>A rule of one option alone.</summary>
    internal static void Keep(bool isKept, FormattableString message)
    {
        if (!isKept)
        {
            throw new BadInputException(message.ToString(CultureInfo.InvariantCulture));
        }
    }
}
