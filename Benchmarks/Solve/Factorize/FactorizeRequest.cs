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
        NumberRule.Positive("--lambda", Lambda);
        NumberRule.Positive("--mu", Mu);
        NumberRule.AtLeast(1, "--rank", Rank);
        NumberRule.AtLeast(1, "--max-rank", MaxRank);
        NumberRule.AtLeast(1, "--growth", Growth);
        NumberRule.AtLeast(1, "--steps", Steps);
        NumberRule.AtLeast(1, "--threads", Threads);
        NumberRule.AtLeast(1, "--tile-width", TileWidth);
        NumberRule.AtLeast(0, "--seed", Seed);
        NumberRule.NotNegative("--gamma", Gamma);
        NumberRule.Keep(Decay is not { } decay || decay is > 0 and < 1, $"--decay must lie between 0 and 1, but is {Decay}.");
        NumberRule.NotNegative("--magnitudes", Magnitudes);
        NumberRule.NotNegative("--variation", Variation);
        NumberRule.AtLeast(1, "--targets", Targets);
        NumberRule.Share("--hide", Hide);
        NumberRule.Share("--noise", Noise);
    }
}
