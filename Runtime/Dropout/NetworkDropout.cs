using System.Numerics;

namespace Kernels.Runtime;

/// <summary>What a layer does with its sums.</summary>
public enum LayerActivation
{
    /// <summary>Nothing: a linear layer.</summary>
    Identity,

    /// <summary><c>max(a, 0)</c>.</summary>
    Relu,

    /// <summary><c>1 / (1 + e^-a)</c>.</summary>
    Logistic,
}

/// <summary>
/// A network of dense layers with dropout on the input and on every hidden layer, forward and backward:
/// <c>h_0 = b_0 o x / theta_0</c>, <c>a_l = W_l h_(l-1)</c>, <c>h_l = b_l o phi(a_l) / theta_l</c>, output <c>a_L</c>. The backward pass is the chain rule through the
/// same masks, so that rows and columns of dropped units have gradients that are exactly zero.
/// </summary>
/// <remarks>
/// Scaled while training ("inverted"), the weights serve unchanged at test time; the form that is not scaled and multiplies by theta at test time is the same
/// network with W_(l+1) theta_l for W_(l+1). Step t draws layer l from the stream (l + 1) 2^48 + t, decision b n_l + i for unit i of sample b. Memory is taken once, for the
/// largest batch; a pass allocates nothing. Source: Srivastava et al., JMLR 2014.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NetworkDropout<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const ulong MostSteps = 1UL << 48;

    private readonly T[][,] _weights, _gradients;
    private readonly KeepRate[] _rates;
    private readonly LayerActivation _activation;
    private readonly int _most;

    // A sample a row: layer inputs h_0 ... h_(L-1), sums a_1 ... a_L, their derivatives, and errors.
    private readonly T[][] _inputs, _sums, _errors;
    private readonly T[] _derivative, _scratch, _spare;
    private int _batch;
    private bool _masked;
    private ulong _seed, _step, _first;

    /// <summary>Makes a network.</summary>
    /// <param name="weights">W_1 to W_L, n_l x n_(l-1); used and updated in place.</param>
    /// <param name="rates">Probabilities of keeping for the input and the L - 1 hidden layers.</param>
    /// <param name="activation">Of the hidden layers; the output is linear.</param>
    /// <param name="batch">Samples of a pass at most.</param>
    /// <exception cref="ArgumentException">The layers do not chain, or there are not as many rates as layers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no sample.</exception>
    public NetworkDropout(T[][,] weights, KeepRate[] rates, LayerActivation activation, int batch)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(rates);
        Guard.AtLeast(batch, 1, nameof(batch));
        if (weights.Length == 0 || rates.Length != weights.Length)
        {
            throw new ArgumentException($"Must have {weights.Length} entries (at least one), one a layer, but has {rates.Length}.", nameof(rates));
        }

        for (int l = 0; l < weights.Length; l++)
        {
            Guard.Matrix<T>(weights[l], weights[l].GetLength(0), l == 0 ? weights[0].GetLength(1) : weights[l - 1].GetLength(0), nameof(weights));
        }

        (_weights, _rates, _activation, _most) = (weights, rates, activation, batch);
        _gradients = [.. weights.Select(w => new T[w.GetLength(0), w.GetLength(1)])];
        _inputs = [.. weights.Select(w => new T[batch * w.GetLength(1)])];
        _sums = [.. weights.Select(w => new T[batch * w.GetLength(0)])];
        _errors = [.. weights.Select(w => new T[batch * w.GetLength(0)])];
        int widest = batch * weights.Max(w => w.GetLength(0));
        (_derivative, _scratch, _spare) = (new T[widest], new T[widest], new T[widest]);
    }

    /// <summary>The weights.</summary>
    public IReadOnlyList<T[,]> Weights => _weights;

    /// <summary>Derivatives of the loss by the weights after <see cref="Backward"/>, summed over the samples.</summary>
    public IReadOnlyList<T[,]> Gradients => _gradients;

    /// <summary>The output of the last pass, a sample a row.</summary>
    public ReadOnlyMatrixView<T> Output => Rows(_sums[^1], _weights[^1].GetLength(0));

    /// <summary>A pass with fresh masks.</summary>
    /// <param name="x">A sample a row, at most the batch; finite.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="step">Number of the step, below 2^48.</param>
    /// <param name="firstSample">Number of the first sample among all; masks belong to samples, not to places in a batch.</param>
    /// <returns><see cref="Output"/>.</returns>
    /// <exception cref="ArgumentException">The input is of the wrong shape or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is too large.</exception>
    public ReadOnlyMatrixView<T> Train(ReadOnlyMatrixView<T> x, ulong seed, ulong step, ulong firstSample)
    {
        if (step >= MostSteps)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"A step is below 2^48, but is {step}.");
        }

        (_masked, _seed, _step, _first) = (true, seed, step, firstSample);
        return Forward(x);
    }

    /// <summary>A pass without masks: the network at test time.</summary>
    /// <param name="x">A sample a row, at most the batch; finite.</param>
    /// <returns><see cref="Output"/>.</returns>
    /// <exception cref="ArgumentException">The input is of the wrong shape or not finite.</exception>
    public ReadOnlyMatrixView<T> Predict(ReadOnlyMatrixView<T> x)
    {
        _masked = false;
        return Forward(x);
    }

    /// <summary>Derivatives of a loss through the last pass, into <see cref="Gradients"/>.</summary>
    /// <param name="outputGradient">Derivative of the loss by the output, shaped as it.</param>
    /// <exception cref="ArgumentException">It is of another shape.</exception>
    public void Backward(ReadOnlyMatrixView<T> outputGradient)
    {
        Guard.Shape(outputGradient, _batch, _weights[^1].GetLength(0), nameof(outputGradient));
        outputGradient.CopyTo(Rows(_errors[^1], outputGradient.Columns));
        for (int l = _weights.Length - 1; l >= 0; l--)
        {
            int inputs = _weights[l].GetLength(1), outputs = _weights[l].GetLength(0);
            MatrixView<T> error = Rows(_errors[l], outputs);
            Gemm.Multiply<T>(error.Transposed, Rows(_inputs[l], inputs), _gradients[l]);
            if (l == 0)
            {
                return;
            }

            MatrixView<T> back = Rows(_errors[l - 1], inputs);
            Gemm.Multiply<T>(error, _weights[l], back);
            Mask(back, l);
            int count = _batch * inputs;
            Span<T> values = _errors[l - 1].AsSpan(0, count);
            ReadOnlySpan<T> sums = _sums[l - 1].AsSpan(0, count);
            if (_activation == LayerActivation.Relu)
            {
                Activations.ReluBackward(values, sums, values);
            }
            else if (_activation == LayerActivation.Logistic)
            {
                Span<T> mean = _scratch.AsSpan(0, count), slope = _derivative.AsSpan(0, count);
                LogPartition.LogisticDerivatives(sums, mean, slope, _spare.AsSpan(0, count));
                Elementwise.Multiply<T>(values, slope, values);
            }
        }
    }

    /// <summary>A step of gradient descent: <c>W_l -= step * gradient_l</c>.</summary>
    /// <param name="step">Step length; finite.</param>
    public void Descend(double step)
    {
        for (int l = 0; l < _weights.Length; l++)
        {
            Elementwise.AddScaled<T>(_weights[l], _gradients[l], T.CreateChecked(-step), _weights[l]);
        }
    }

    private ReadOnlyMatrixView<T> Forward(ReadOnlyMatrixView<T> x)
    {
        Guard.Matrix(x, x.Rows, _weights[0].GetLength(1), nameof(x));
        if (x.Rows > _most)
        {
            throw new ArgumentException($"Must have at most {_most} rows, the batch of this network, but has {x.Rows}.", nameof(x));
        }

        _batch = x.Rows;
        x.CopyTo(Rows(_inputs[0], x.Columns));
        for (int l = 0; l < _weights.Length; l++)
        {
            MatrixView<T> input = Rows(_inputs[l], _weights[l].GetLength(1)), sums = Rows(_sums[l], _weights[l].GetLength(0));
            Mask(input, l);
            Gemm.Multiply<T>(input, ((ReadOnlyMatrixView<T>)_weights[l]).Transposed, sums);
            if (l + 1 == _weights.Length)
            {
                break;
            }

            int count = _batch * sums.Columns;
            ReadOnlySpan<T> a = _sums[l].AsSpan(0, count);
            Span<T> h = _inputs[l + 1].AsSpan(0, count);
            switch (_activation)
            {
                case LayerActivation.Identity:
                    a.CopyTo(h);
                    break;
                case LayerActivation.Relu:
                    Activations.Relu(a, h);
                    break;
                default:
                    LogPartition.LogisticDerivatives(a, h, _derivative.AsSpan(0, count), _scratch.AsSpan(0, count));
                    break;
            }
        }

        return Output;
    }

    private void Mask(MatrixView<T> rows, int layer)
    {
        if (_masked && _rates[layer].Value < 1)
        {
            MatrixMask.Apply<T>(rows, _seed, (ulong)(layer + 1) << 48 | _step, _first * (ulong)rows.Columns, _rates[layer], rows, MaskMapping.Words);
        }
    }

    private MatrixView<T> Rows(T[] memory, int columns) => new(memory.AsSpan(0, _batch * columns), _batch, columns);
}
