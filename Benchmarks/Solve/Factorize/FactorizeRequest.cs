using System.Globalization;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>What a factorization was asked for, as the user wrote it.</summary>
internal sealed record FactorizeRequest
{
    internal required string Input { get; init; }

    internal double? Lambda { get; init; }

    internal double? Gamma { get; init; }

    internal double? Mu { get; init; }

    internal int? Rank { get; init; }

    internal int? MaxRank { get; init; }

    internal int Growth { get; init; } = 1;

    internal int? Steps { get; init; }

    internal double Hide { get; init; }

    internal double Noise { get; init; }

    internal double Magnitudes { get; init; }

    internal double Variation { get; init; }

    internal double? Decay { get; init; }

    internal bool Intercept { get; init; }

    internal bool NonNegative { get; init; }

    internal int[] Sizes { get; init; } = [];

    internal int Targets { get; init; } = 1;

    internal string Loss { get; init; } = "squared";

    internal int[] Hidden { get; init; } = [];

    internal int Seed { get; init; }

    internal int Threads { get; init; } = 1;

    internal string? Out { get; init; }

    internal bool Float { get; init; }

    internal int? TileWidth { get; init; }

    internal CsvOptions Csv { get; init; }

    /// <summary>The checks that need no data.</summary>
    internal void Check()
    {
        Positive("--lambda", Lambda);
        Positive("--mu", Mu);
        AtLeastOne("--rank", Rank);
        AtLeastOne("--max-rank", MaxRank);
        AtLeastOne("--growth", Growth);
        AtLeastOne("--steps", Steps);
        AtLeastOne("--threads", Threads);
        AtLeastOne("--tile-width", TileWidth);
        if (Seed < 0)
        {
            throw new BadInputException(Invariant($"--seed must not be negative, but is {Seed}."));
        }

        NotNegative("--gamma", Gamma);

        if (Decay is { } decay && !(decay is > 0 and < 1))
        {
            throw new BadInputException(Invariant($"--decay must lie between 0 and 1, but is {decay}."));
        }

        NotNegative("--magnitudes", Magnitudes);
        NotNegative("--variation", Variation);
        AtLeastOne("--targets", Targets);
        Share("--hide", Hide);
        Share("--noise", Noise);
    }

    private static void Positive(string name, double? value)
    {
        if (value is { } v && !(v > 0 && double.IsFinite(v)))
        {
            throw new BadInputException(Invariant($"{name} must be finite and positive, but is {v}."));
        }
    }

    private static void NotNegative(string name, double? value)
    {
        if (value is { } v && !(v >= 0 && double.IsFinite(v)))
        {
            throw new BadInputException(Invariant($"{name} must be finite and not negative, but is {v}."));
        }
    }

    private static void AtLeastOne(string name, int? value)
    {
        if (value < 1)
        {
            throw new BadInputException(Invariant($"{name} must be at least 1, but is {value}."));
        }
    }

    private static void Share(string name, double value)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new BadInputException(Invariant($"{name} is a share of the elements and must lie in [0, 1), but is {value}."));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
