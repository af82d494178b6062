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

    /// <summary>Whole numbers with commas between them, each from 1 to the largest.</summary>
    internal static Option<int[]?> Wholes(string name, string description, string helpName, int largest)
        => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var numbers = new List<int>();
                foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > largest)
                    {
                        result.AddError($"{name}: '{text}' is not a whole number from 1 to {largest}.");
                        return null;
                    }

                    numbers.Add(number);
                }

                return [.. numbers];
            },
        };

    private static string Only(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static T? Refuse<T>(ArgumentResult result, string name, string what)
        where T : struct
    {
        result.AddError($"{name}: '{Only(result)}' is not {what}.");
        return null;
    }
}
