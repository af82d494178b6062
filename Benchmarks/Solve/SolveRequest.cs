using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Solve;

/// <summary>What <c>solve</c> was asked for, as the user wrote it.</summary>
internal sealed record SolveRequest(string Input, int? Rank, double? Lambda, double? Theta, string? Out, bool Float, CsvOptions Csv, string RankName = "--rank")
{
    /// <summary>The weight of the regularizer; theta means (1 - theta) / theta.</summary>
    internal double Weight => Lambda ?? (1 - Theta!.Value) / Theta.Value;

    /// <summary>The checks that need no data.</summary>
    internal void Check()
    {
        NumberRule.AtLeast(1, RankName, Rank);
        NumberRule.NotNegative("--lambda", Lambda);
        // Below the smallest normal number (1 - theta) / theta overflows.
        NumberRule.Keep(
            Theta is not { } theta || (theta is > 0 and <= 1 && double.IsFinite((1 - theta) / theta)),
            $"--theta is the probability of keeping a unit and must lie in (0, 1], but is {Theta}.");
    }

    /// <summary>The check against the size of the matrix.</summary>
    internal void CheckRank(int rows, int columns)
    {
        int most = Math.Min(rows, columns);
        NumberRule.Keep(!(Rank > most), $"--rank must be at most min({rows}, {columns}) = {most} for this matrix, but is {Rank}.");
    }
}
