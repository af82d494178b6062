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
        int layers = weights.Count, n = inputs.Rows, outputs = weights[^1].GetLength(0);
        T[][] active = Activities(weights, biases, inputs);
        T[][] back = [.. weights.Select(w => new T[checked(n * w.GetLength(1))]), new T[checked(n * outputs)]], forth = [.. back.Select(b => new T[b.Length])];
        foreach (T[,] gradient in gradients)
        {
            ((MatrixView<T>)gradient).Fill(T.Zero);
        }

        double sum = 0;
        T scale = T.CreateChecked((classes.IsEmpty ? 2.0 : 2.0 * outputs) / n);
        for (int k = 0; k < outputs; k++)
        {
            // D_L = e_k for every row, or for the rows of this class; D_l = (D_(l+1) W_(l+1)) masked; J = D_1 W_1.
            MatrixView<T> top = View(back, layers, n);
            top.Fill(T.Zero);
            bool any = false;
            for (int i = 0; i < n; i++)
            {
                bool counts = classes.IsEmpty || classes[i] == k;
                top[i, k] = counts ? T.One : T.Zero;
                any |= counts;
            }

            for (int l = layers - 1; l >= 0 && any; l--)
            {
                Gemm.Multiply<T>(T.One, View(back, l + 1, n), weights[l], T.Zero, View(back, l, n), Parallelism.Sequential);
                Mask(back, active, l);
            }

            if (!any)
            {
                continue;
            }

            MatrixView<T> jacobian = View(back, 0, n);
            sum += MatrixReductions.SumOfSquares<T>(jacobian);
            jacobian.CopyTo(View(forth, 0, n));

            // T_0 = J, T_l = (T_(l-1) W_l^T) masked; dR/dW_l is 2/N sum of D_l^T T_(l-1).
            for (int l = 0; l < gradients.Count; l++)
            {
                Gemm.Multiply(scale, View(back, l + 1, n).Transposed, View(forth, l, n), T.One, gradients[l], Parallelism.Sequential);
                if (l + 1 < layers)
                {
                    Gemm.Multiply<T>(T.One, View(forth, l, n), ((ReadOnlyMatrixView<T>)weights[l]).Transposed, T.Zero, View(forth, l + 1, n), Parallelism.Sequential);
                    Mask(forth, active, l + 1);
                }
            }
        }

        return sum / n * (classes.IsEmpty ? 1 : outputs);
    }

    private static MatrixView<T> View<T>(T[][] arrays, int layer, int rows)
        where T : unmanaged
        => new(arrays[layer], rows, arrays[layer].Length / rows);

    private static void Mask<T>(T[][] values, T[][] active, int layer)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (layer > 0)
        {
            Activations.ReluBackward<T>(values[layer], active[layer], values[layer]);
        }
    }

    // What enters each layer, rectified but for the inputs.
    private static T[][] Activities<T>(IReadOnlyList<T[,]> weights, IReadOnlyList<T[]> biases, ReadOnlyMatrixView<T> inputs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = inputs.Rows;
        T[][] active = [.. weights.Select(w => new T[checked(n * w.GetLength(1))])];
        inputs.CopyTo(View(active, 0, n));
        for (int l = 1; l < weights.Count; l++)
        {
            MatrixView<T> entered = View(active, l, n);
            entered.Fill(T.Zero);
            for (int i = 0; i < n && biases.Count > 0; i++)
            {
                biases[l - 1].CopyTo(entered.Row(i));
            }

            Gemm.Multiply<T>(T.One, View(active, l - 1, n), ((ReadOnlyMatrixView<T>)weights[l - 1]).Transposed, T.One, entered, Parallelism.Sequential);
            Activations.Relu<T>(active[l], active[l]);
        }

        return active;
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
