using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Kernels.Benchmarks;

/// <summary>Options that are numbers, with a message that a person understands.</summary>
internal static class NumberOption
{
    internal static Option<int?> Whole(string name, string description, string helpName)
        => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => int.TryParse(Only(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value
                : Refuse<int>(result, name, "a whole number"),
        };

    internal static Option<double?> Real(string name, string description, string helpName)
        => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => double.TryParse(Only(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : Refuse<double>(result, name, "a number"),
        };

    private static string Only(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refuse<T>(ArgumentResult result, string name, string what)
        where T : struct
    {
        result.AddError($"{name}: '{Only(result)}' is not {what}.");
        return null;
    }
}
