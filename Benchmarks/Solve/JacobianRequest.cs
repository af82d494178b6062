using Kernels.Benchmarks.Formats;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>What <c>solve jacobian</c> was asked for, as the user wrote it.</summary>
internal sealed record JacobianRequest
{
    internal required string Input { get; init; }

    internal double Lambda { get; init; }

    internal double Decay { get; init; }

    internal int? Train { get; init; }

    internal bool Balanced { get; init; }

    internal int[]? Hidden { get; init; }

    internal LabelLoss Loss { get; init; }

    internal int Epochs { get; init; }

    internal int Batch { get; init; }

    internal double Rate { get; init; }

    internal double? Scale { get; init; }

    internal bool Sampled { get; init; }

    internal int Seed { get; init; }

    internal string? Out { get; init; }

    internal CsvOptions Csv { get; init; }

    /// <summary>The checks that need no data.</summary>
    internal void Check()
    {
        NumberRule.Positive("--lambda", Lambda);
        NumberRule.Positive("--decay", Decay);
        NumberRule.Positive("--rate", Rate);
        NumberRule.Positive("--scale", Scale);
        NumberRule.AtLeast(1, "--train", Train);
        NumberRule.AtLeast(1, "--epochs", Epochs);
        NumberRule.AtLeast(1, "--batch", Batch);
        NumberRule.AtLeast(0, "--seed", Seed);
    }

    /// <summary>Samples to train on, of so many.</summary>
    internal int TrainOf(int samples)
    {
        if (Train >= samples)
        {
            throw new BadInputException($"--train must leave at least one of the {samples} samples to be held out, but is {Train}.");
        }

        return Train ?? Math.Max(1, samples * 3 / 4);
    }
}

/// <summary>What <c>solve jacobian</c> found.</summary>
/// <param name="Facts">What defines the runs.</param>
/// <param name="Runs">Each with its epochs.</param>
/// <param name="Weights">Of the run with the penalty, with the names of their files.</param>
internal sealed record JacobianOutcome(
    IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<(string Name, IReadOnlyList<TrainingPoint> Trace)> Runs, IReadOnlyList<(string Name, double[,] Matrix)> Weights);
