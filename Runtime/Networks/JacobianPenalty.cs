using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// The mean squared Frobenius norm of the Jacobian of a network of rectified layers, <c>R = 1/N sum_n ||d z(x_n) / dx||_F^2</c> for the outputs z before any softmax, and its
/// gradient by the weights, without differentiating twice: where no unit switches, the Jacobian is a product of the weights and of the masks.
/// </summary>
/// <remarks>
/// <c>R</c> is at most the product of the squared Frobenius norms of the weights, and <c>&lt;W_l, dR/dW_l&gt; = 2 R</c> in every layer; biases shift the masks alone. Three
/// products a layer and class, <c>6 N C n_l n_(l-1)</c> flops. Source: Sokolic, Giryes, Sapiro, Rodrigues, IEEE Trans. Signal Processing 65(16), 2017 (arXiv:1605.08254).
/// </remarks>
public static class JacobianPenalty
{
    /// <summary>R, and where asked for its gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="weights">W_1 (n_1 x d), ..., W_L (C x n_(L-1)), finite.</param>
    /// <param name="biases">Of the hidden layers, n_l elements each; empty for none. That of the last layer plays no part.</param>
    /// <param name="inputs">N x d, finite.</param>
    /// <param name="gradients">Receives dR/dW_l in the shapes of the weights; empty when not wanted.</param>
    /// <param name="classes">
    /// One output a row of the inputs, for the stochastic form <c>C/N sum_n ||d z_k(n) / dx||^2</c>, which is R in the mean over uniform classes; empty for R itself.
    /// </param>
    /// <exception cref="ArgumentException">A shape does not fit, a class is out of range, or an element is not finite.</exception>
    public static double Evaluate<T>(
        IReadOnlyList<T[,]> weights, IReadOnlyList<T[]> biases, ReadOnlyMatrixView<T> inputs, IReadOnlyList<T[,]> gradients, ReadOnlySpan<int> classes = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(weights, biases, inputs, gradients, classes);
        foreach (T[,] gradient in gradients)
        {
            ((MatrixView<T>)gradient).Fill(T.Zero);
        }

        var network = new RectifiedNetwork<T>([weights[0].GetLength(1), .. weights.Select(w => w.GetLength(0))], inputs.Rows);
        network.Forward(weights, [.. biases.Take(weights.Count - 1)], inputs);
        return network.Jacobian(weights, gradients, classes, 1);
    }

    private static void Check<T>(
        IReadOnlyList<T[,]> weights, IReadOnlyList<T[]> biases, ReadOnlyMatrixView<T> inputs, IReadOnlyList<T[,]> gradients, ReadOnlySpan<int> classes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        ArgumentNullException.ThrowIfNull(gradients);
        Guard.Matrix(inputs, nameof(inputs));
        Guard.AtLeast(weights.Count, 1, nameof(weights));
        int width = inputs.Columns;
        for (int l = 0; l < weights.Count; l++)
        {
            Guard.Matrix<T>(weights[l], nameof(weights));
            if (weights[l].GetLength(1) != width)
            {
                throw new ArgumentException($"Layer {l}, counted from 0, must have {width} columns, but is {weights[l].GetLength(0)} x {weights[l].GetLength(1)}.", nameof(weights));
            }

            width = weights[l].GetLength(0);
            if (gradients.Count > 0 && (gradients.Count != weights.Count || gradients[l].GetLength(0) != width || gradients[l].GetLength(1) != weights[l].GetLength(1)))
            {
                throw new ArgumentException($"Must have the shapes of the {weights.Count} weights; layer {l}, counted from 0, does not.", nameof(gradients));
            }

            if (l + 1 < weights.Count && biases.Count > 0 && (biases.Count < weights.Count - 1 || biases[l].Length != width))
            {
                throw new ArgumentException($"Must hold {width} elements for layer {l}, counted from 0.", nameof(biases));
            }
        }

        if (!classes.IsEmpty && classes.Length != inputs.Rows)
        {
            throw new ArgumentException($"Must name one output for each of {inputs.Rows} rows, but names {classes.Length}.", nameof(classes));
        }

        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] < 0 || classes[i] >= width)
            {
                throw new ArgumentException($"Must be 0 to {width - 1}, but is {classes[i]} at row {i}, counted from 0.", nameof(classes));
            }
        }
    }
}
