namespace Kernels.Runtime;

/// <summary>The loss of a classifier, in the mean over the rows.</summary>
public enum LabelLoss
{
    /// <summary>Cross-entropy of the softmax of the outputs.</summary>
    CrossEntropy,

    /// <summary><c>max(0, 1 + max over j other than y of z_j - z_y)</c> (Crammer and Singer, JMLR 2, 2001).</summary>
    Hinge,
}

/// <summary>Options of <see cref="JacobianTraining"/>; what is not said by the paper has the defaults of its field.</summary>
public sealed record JacobianTrainingOptions
{
    /// <summary>Weight of the Jacobian penalty; finite and zero or more.</summary>
    public double Lambda { get; init; }

    /// <summary>Weight decay: <c>decay/2</c> times the squared weights; finite and zero or more.</summary>
    public double Decay { get; init; }

    /// <summary>Widths of the hidden layers, each at least 1; null means one as wide as the input.</summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>The loss.</summary>
    public LabelLoss Loss { get; init; }

    /// <summary>Passes over the data, at least 1.</summary>
    public int Epochs { get; init; } = 120;

    /// <summary>Rows of a step, at least 1; as many as there are when fewer.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Step length, finite and positive.</summary>
    public double Rate { get; init; } = 0.01;

    /// <summary>Epochs after which the rate falls to a tenth, again and again; at least 1.</summary>
    public int RateInterval { get; init; } = 40;

    /// <summary>Momentum, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The penalty of one class a row, drawn anew each step, in place of all: right in the mean, and a C-th of the work.</summary>
    public bool Sampled { get; init; }

    /// <summary>Seed of weights, orders and classes.</summary>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        Guard.NotNegative(Lambda, nameof(Lambda));
        Guard.NotNegative(Decay, nameof(Decay));
        Guard.Positive(Rate, nameof(Rate));
        Guard.AtLeast(Epochs, 1, nameof(Epochs));
        Guard.AtLeast(Batch, 1, nameof(Batch));
        Guard.AtLeast(RateInterval, 1, nameof(RateInterval));
        if (!(Momentum is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, $"Momentum must lie in [0, 1), but is {Momentum}.");
        }

        foreach (int width in Hidden ?? [])
        {
            Guard.AtLeast(width, 1, nameof(Hidden));
        }
    }
}

/// <summary>State of a training after an epoch.</summary>
/// <param name="Epoch">Passes over the data so far.</param>
/// <param name="Loss">Mean loss of the training rows, without penalties.</param>
/// <param name="Penalty">R of <see cref="JacobianPenalty"/> at the training rows.</param>
/// <param name="Accuracy">Share of the training rows whose largest output is their class.</param>
/// <param name="HeldOut">The same share of the rows that were held out; not a number where there are none.</param>
public readonly record struct TrainingPoint(int Epoch, double Loss, double Penalty, double Accuracy, double HeldOut);

/// <summary>Answer of <see cref="JacobianTraining"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record JacobianTrainingResult<T>
    where T : unmanaged
{
    /// <summary>W_1 (n_1 x d), ..., W_L (C x n_(L-1)).</summary>
    public required IReadOnlyList<T[,]> Weights { get; init; }

    /// <summary>b_1, ..., b_L.</summary>
    public required IReadOnlyList<T[]> Biases { get; init; }

    /// <summary>Before the first and after each epoch.</summary>
    public required IReadOnlyList<TrainingPoint> Trace { get; init; }
}
