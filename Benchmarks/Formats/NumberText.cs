using System.Globalization;

namespace Kernels.Benchmarks.Formats;

/// <summary>Numbers in text files: invariant culture, finite.</summary>
internal static class NumberText
{
    /// <summary>The value of a field; <paramref name="where"/> names the place for a message.</summary>
    internal static double Parse(ReadOnlySpan<char> field, Func<string> where, string hint = "")
    {
        if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            if (field.IsEmpty)
            {
                throw new BadInputException($"{where()}: the value is missing.{hint}");
            }

            if (!IsInfinityName(field))
            {
                throw new BadInputException($"{where()}: '{Short(field)}' is not a number.{hint}");
            }

            value = double.PositiveInfinity;
        }

        return double.IsFinite(value) ? value : throw NotFinite(where(), Short(field));
    }

    internal static BadInputException NotFinite(string where, string value)
        => new($"{where}: the value is {value}; every entry must be finite.");

    // C and NumPy write inf where .NET writes Infinity.
    private static bool IsInfinityName(ReadOnlySpan<char> field)
        => field.TrimStart("+-").Equals("inf", StringComparison.OrdinalIgnoreCase);

    private static string Short(ReadOnlySpan<char> field) => field.Length <= 40 ? field.ToString() : string.Concat(field[..40], "...");
}
