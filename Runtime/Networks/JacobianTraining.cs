using System.Numerics;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>
/// Training of a network of rectified layers for classification with the penalty of <see cref="JacobianPenalty"/>: minibatches and momentum on
/// <c>mean loss + lambda R + decay/2 ||W||^2</c>, from weights of variance 2 / fan-in and biases of zero.
/// </summary>
/// <remarks>
/// No certificate: R has twice the degree of the network, and the loss is not convex in the weights. A step allocates nothing. Source: Sokolic, Giryes, Sapiro, Rodrigues, IEEE Trans. Signal
/// Processing 65(16), 2017 (arXiv:1605.08254); the start: He et al., ICCV 2015.
/// </remarks>
public static class JacobianTraining
{
    // Streams of random numbers: weights from 0 on by layer, then orders and classes by epoch or step.
    private const ulong Orders = 1UL << 40, Classes = 1UL << 41;

    /// <summary>Trains.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="inputs">N x d, finite; not changed.</param>
    /// <param name="labels">Class of each row, 0 to classes - 1.</param>
    /// <param name="classes">C, at least 2.</param>
    /// <param name="heldOut">Rows that are only looked at, with d columns; empty for none.</param>
    /// <param name="heldOutLabels">Their classes.</param>
    /// <param name="options">Weights of the penalties, shape and steps.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellationToken">Ends the training after the epoch under way; what was reached is returned.</param>
    /// <exception cref="ArgumentException">Data empty or not finite, or labels of another number or out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or there are fewer than two classes.</exception>
    /// <exception cref="SolverDivergedException">The loss is no longer finite.</exception>
    public static JacobianTrainingResult<T> Solve<T>(
        ReadOnlyMatrixView<T> inputs,
        ReadOnlySpan<int> labels,
        int classes,
        ReadOnlyMatrixView<T> heldOut,
        ReadOnlySpan<int> heldOutLabels,
        JacobianTrainingOptions options,
        IProgress<TrainingPoint>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.AtLeast(classes, 2, nameof(classes));
        Guard.Matrix(inputs, nameof(inputs));
        CheckLabels(labels, inputs.Rows, classes, nameof(labels));
        if (!heldOut.IsEmpty)
        {
            Guard.Matrix(heldOut, heldOut.Rows, inputs.Columns, nameof(heldOut));
        }

        CheckLabels(heldOutLabels, heldOut.Rows, classes, nameof(heldOutLabels));
        int[] widths = [inputs.Columns, .. options.Hidden ?? [inputs.Columns], classes];
        int n = inputs.Rows, batch = Math.Min(options.Batch, n);
        var state = new State<T>(widths, options.Seed);
        var network = new RectifiedNetwork<T>(widths, Math.Max(n, heldOut.Rows));
        T[] rows = new T[checked(batch * inputs.Columns)], slope = new T[checked(n * classes)], keys = new T[n];
        int[] order = [.. Enumerable.Range(0, n)], chosen = new int[batch], drawn = new int[options.Sampled ? batch : 0];
        uint[] random = new uint[drawn.Length];
        List<TrainingPoint> trace = [];
        long step = 0;
        for (int epoch = 0; ; epoch++)
        {
            trace.Add(Look(epoch, inputs, labels, heldOut, heldOutLabels));
            progress?.Report(trace[^1]);
            if (!double.IsFinite(trace[^1].Loss) || !double.IsFinite(trace[^1].Penalty))
            {
                throw new SolverDivergedException(step, options.Rate);
            }

            if (epoch == options.Epochs || cancellationToken.IsCancellationRequested)
            {
                return new() { Weights = state.Weights, Biases = state.Biases, Trace = trace };
            }

            double rate = options.Rate * Math.Pow(0.1, epoch / options.RateInterval);
            RandomElements.Normal<T>(options.Seed, Orders + (ulong)epoch, 0, keys);
            keys.AsSpan().Sort(order.AsSpan());
            for (int first = 0; first < n; first += batch, step++)
            {
                int count = Math.Min(batch, n - first);
                MatrixView<T> part = new(rows, count, inputs.Columns), gradient = new(slope, count, classes);
                for (int i = 0; i < count; i++)
                {
                    inputs.Slice(order[first + i], 0, 1, inputs.Columns).CopyTo(part.Slice(i, 0, 1, inputs.Columns));
                    chosen[i] = labels[order[first + i]];
                }

                network.Forward(state.Weights, state.Biases, part);
                MeanLoss(options.Loss, network.Outputs, chosen.AsSpan(0, count), gradient);
                network.Backward(state.Weights, gradient, state.Gradients, state.BiasGradients);
                if (options.Lambda > 0)
                {
                    if (options.Sampled)
                    {
                        RandomNumbers.Integers(options.Seed, Classes + (ulong)step, 0, (uint)classes, random);
                        MemoryMarshal.Cast<uint, int>(random).CopyTo(drawn);
                    }

                    network.Jacobian(state.Weights, state.Gradients, drawn.AsSpan(0, options.Sampled ? count : 0), options.Lambda);
                }

                state.Step(rate, options.Momentum, options.Decay);
            }
        }

        TrainingPoint Look(int epoch, ReadOnlyMatrixView<T> inputs, ReadOnlySpan<int> labels, ReadOnlyMatrixView<T> heldOut, ReadOnlySpan<int> heldOutLabels)
        {
            double held = double.NaN;
            if (heldOutLabels.Length > 0)
            {
                network.Forward(state.Weights, state.Biases, heldOut);
                held = Accuracy<T>(network.Outputs, heldOutLabels);
            }

            network.Forward(state.Weights, state.Biases, inputs);
            double loss = MeanLoss(options.Loss, network.Outputs, labels, new MatrixView<T>(slope, inputs.Rows, classes));
            return new(epoch, loss, network.Jacobian(state.Weights, [], [], 1), Accuracy<T>(network.Outputs, labels), held);
        }
    }

    // The loss in the mean, and its gradient by the outputs.
    internal static double MeanLoss<T>(LabelLoss loss, ReadOnlyMatrixView<T> outputs, ReadOnlySpan<int> labels, MatrixView<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        T share = T.One / T.CreateChecked(outputs.Rows);
        for (int i = 0; i < outputs.Rows; i++)
        {
            ReadOnlySpan<T> z = outputs.Row(i);
            Span<T> g = gradient.Row(i);
            double own = double.CreateChecked(z[labels[i]]);
            g.Clear();
            if (loss == LabelLoss.CrossEntropy)
            {
                T largest = Reductions.Max(z);
                double partition = double.CreateChecked(largest) + Math.Log(double.CreateChecked(Losses.ExponentialSum(z, largest)));
                g[labels[i]] = T.One;
                Losses.SoftmaxResidual(g, z, T.CreateChecked(partition), g);
                Elementwise.Scale<T>(g, -share, g);
                sum += partition - own;
                continue;
            }

            // The largest of the other outputs.
            z.CopyTo(g);
            g[labels[i]] = T.NegativeInfinity;
            T other = Reductions.Max<T>(g);
            int at = g.IndexOf(other);
            double violation = 1 + double.CreateChecked(other) - own;
            g.Clear();
            if (violation > 0)
            {
                sum += violation;
                (g[at], g[labels[i]]) = (share, -share);
            }
        }

        return sum / outputs.Rows;
    }

    private static double Accuracy<T>(ReadOnlyMatrixView<T> outputs, ReadOnlySpan<int> labels)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            right += outputs.Row(i).IndexOf(Reductions.Max(outputs.Row(i))) == labels[i] ? 1 : 0;
        }

        return right / (double)labels.Length;
    }

    private static void CheckLabels(ReadOnlySpan<int> labels, int rows, int classes, string name)
    {
        if (labels.Length != rows)
        {
            throw new ArgumentException($"Must hold a class for each of {rows} rows, but holds {labels.Length}.", name);
        }

        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
            {
                throw new ArgumentException($"Must hold classes 0 to {classes - 1}, but label {i}, counted from 0, is {labels[i]}.", name);
            }
        }
    }

    // Weights and biases with their gradients and velocities.
    private sealed class State<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T[][,] _velocities;
        private readonly T[][] _biasVelocities;

        internal State(int[] widths, ulong seed)
        {
            int layers = widths.Length - 1;
            (Weights, Gradients, _velocities) = (new T[layers][,], new T[layers][,], new T[layers][,]);
            (Biases, BiasGradients, _biasVelocities) = (new T[layers][], new T[layers][], new T[layers][]);
            for (int l = 0; l < layers; l++)
            {
                (Weights[l], Gradients[l], _velocities[l]) = (new T[widths[l + 1], widths[l]], new T[widths[l + 1], widths[l]], new T[widths[l + 1], widths[l]]);
                (Biases[l], BiasGradients[l], _biasVelocities[l]) = (new T[widths[l + 1]], new T[widths[l + 1]], new T[widths[l + 1]]);
                Span<T> weights = Weights[l].AsSpan();
                RandomElements.Normal(seed, (ulong)l, 0, weights);
                Elementwise.Scale(weights, T.CreateChecked(Math.Sqrt(2.0 / widths[l])), weights);
            }
        }

        internal T[][,] Weights { get; }

        internal T[][,] Gradients { get; }

        internal T[][] Biases { get; }

        internal T[][] BiasGradients { get; }

        // v = momentum v - rate (g + decay w), w += v; biases do not decay.
        internal void Step(double rate, double momentum, double decay)
        {
            T back = T.CreateChecked(-rate), keep = T.CreateChecked(momentum);
            for (int l = 0; l < Weights.Length; l++)
            {
                Span<T> weights = Weights[l].AsSpan(), gradient = Gradients[l].AsSpan(), velocity = _velocities[l].AsSpan();
                Elementwise.AddScaled(gradient, weights, T.CreateChecked(decay), gradient);
                Elementwise.Combine(velocity, gradient, keep, back, velocity);
                Elementwise.Add(weights, velocity, weights);
                Elementwise.Combine(_biasVelocities[l], BiasGradients[l], keep, back, _biasVelocities[l]);
                Elementwise.Add(Biases[l], _biasVelocities[l], Biases[l]);
            }
        }
    }
}
