using System.Globalization;
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
        Positive("--lambda", Lambda);
        Positive("--decay", Decay);
        Positive("--rate", Rate);
        Positive("--scale", Scale ?? 1);
        AtLeast("--train", Train ?? 1, 1);
        AtLeast("--epochs", Epochs, 1);
        AtLeast("--batch", Batch, 1);
        AtLeast("--seed", Seed, 0);
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

    private static void Positive(string name, double value)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"{name} must be finite and positive, but is {value}."));
        }
    }

    private static void AtLeast(string name, int value, int least)
    {
        if (value < least)
        {
            throw new BadInputException($"{name} must be at least {least}, but is {value}.");
        }
    }
}

/// <summary>What <c>solve jacobian</c> found.</summary>
/// <param name="Facts">What defines the runs.</param>
/// <param name="Runs">Each with its epochs.</param>
/// <param name="Weights">Of the run with the penalty, with the names of their files.</param>
internal sealed record JacobianOutcome(
    IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<(string Name, IReadOnlyList<TrainingPoint> Trace)> Runs, IReadOnlyList<(string Name, double[,] Matrix)> Weights);
