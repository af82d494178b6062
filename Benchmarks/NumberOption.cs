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
        => List<int>(
            name,
            description,
            helpName,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= largest ? number : null,
            $"a whole number from 1 to {largest}");

    /// <summary>Things with commas between them; <paramref name="parse"/> returns null for what is not <paramref name="what"/>.</summary>
    internal static Option<T[]?> List<T>(string name, string description, string helpName, Func<string, T?> parse, string what)
        where T : struct
        => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var list = new List<T>();
                foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (parse(text) is not { } item)
                    {
                        result.AddError($"{name}: '{text}' is not {what}.");
                        return null;
                    }

                    list.Add(item);
                }

                return [.. list];
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
