using System.Globalization;
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
        if (Rank < 1)
        {
            throw new BadInputException(Invariant($"{RankName} must be at least 1, but is {Rank}."));
        }

        if (Lambda is { } lambda && !(lambda >= 0 && double.IsFinite(lambda)))
        {
            throw new BadInputException(Invariant($"--lambda must be finite and not negative, but is {lambda}."));
        }

        // Below the smallest normal number (1 - theta) / theta overflows.
        if (Theta is { } theta && !(theta is > 0 and <= 1 && double.IsFinite((1 - theta) / theta)))
        {
            throw new BadInputException(Invariant($"--theta is the probability of keeping a unit and must lie in (0, 1], but is {theta}."));
        }
    }

    /// <summary>The check against the size of the matrix.</summary>
    internal void CheckRank(int rows, int columns)
    {
        int most = Math.Min(rows, columns);
        if (Rank > most)
        {
            throw new BadInputException(Invariant($"--rank must be at most min({rows}, {columns}) = {most} for this matrix, but is {Rank}."));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
