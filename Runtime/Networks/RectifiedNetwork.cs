using System.Numerics;

namespace Kernels.Runtime;

// Passes through a network of rectified layers, z = W_L relu(... relu(W_1 x + b_1) ...) + b_L, for at most so many rows at a time, in memory of its own: outputs, the gradient of a loss of
// them, and the mean squared Frobenius norm of the Jacobian with its gradient. A pass allocates nothing.
internal sealed class RectifiedNetwork<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _widths;
    private readonly T[][] _active, _back, _forth;
    private readonly T[] _ones;
    private int _rows;

    // widths: d, n_1, ..., n_(L-1), C.
    internal RectifiedNetwork(int[] widths, int rows)
    {
        _widths = widths;
        _active = [.. widths.Select(width => new T[checked(rows * width)])];
        _back = [.. widths.Select(width => new T[rows * width])];
        _forth = [.. widths.Select(width => new T[rows * width])];
        _ones = new T[rows];
        _ones.AsSpan().Fill(T.One);
    }

    private int Layers => _widths.Length - 1;

    // Of the last forward pass, one row an input.
    internal MatrixView<T> Outputs => View(_active, Layers);

    // biases: one a layer, or of the hidden layers, or none.
    internal void Forward(IReadOnlyList<T[,]> weights, IReadOnlyList<T[]> biases, ReadOnlyMatrixView<T> inputs)
    {
        _rows = inputs.Rows;
        inputs.CopyTo(View(_active, 0));
        for (int l = 0; l < Layers; l++)
        {
            MatrixView<T> sums = View(_active, l + 1);
            for (int i = 0; i < _rows && l < biases.Count; i++)
            {
                biases[l].CopyTo(sums.Row(i));
            }

            Gemm.Multiply<T>(
                T.One, View(_active, l), ((ReadOnlyMatrixView<T>)weights[l]).Transposed, l < biases.Count ? T.One : T.Zero, sums, Parallelism.Sequential);
            if (l + 1 < Layers)
            {
                Span<T> all = _active[l + 1].AsSpan(0, _rows * _widths[l + 1]);
                Activations.Relu<T>(all, all);
            }
        }
    }

    // Gradients of a loss whose gradient by the outputs is slope, which is overwritten.
    internal void Backward(IReadOnlyList<T[,]> weights, ReadOnlyMatrixView<T> slope, IReadOnlyList<T[,]> gradients, IReadOnlyList<T[]> biasGradients)
    {
        slope.CopyTo(View(_back, Layers));
        for (int l = Layers - 1; l >= 0; l--)
        {
            MatrixView<T> error = View(_back, l + 1);
            Gemm.Multiply<T>(T.One, error.Transposed, View(_active, l), T.Zero, gradients[l], Parallelism.Sequential);
            Gemm.Multiply<T>(
                T.One, new ReadOnlyMatrixView<T>(_ones, 1, _rows), error, T.Zero, new MatrixView<T>(biasGradients[l], 1, _widths[l + 1]), Parallelism.Sequential);
            if (l > 0)
            {
                Gemm.Multiply<T>(T.One, error, weights[l], T.Zero, View(_back, l), Parallelism.Sequential);
                Mask(_back, l);
            }
        }
    }

    // R = 1/N sum ||d z / dx||_F^2 at the last forward pass; adds weight times its gradients to those given. classes: one a row for the stochastic form, empty for all.
    internal double Jacobian(IReadOnlyList<T[,]> weights, IReadOnlyList<T[,]> gradients, ReadOnlySpan<int> classes, double weight)
    {
        double sum = 0, share = classes.IsEmpty ? 1.0 : _widths[Layers];
        T scale = T.CreateChecked(2 * weight * share / _rows);
        for (int k = 0; k < _widths[Layers]; k++)
        {
            // D_L = e_k for every row, or for the rows of this class; D_l = (D_(l+1) W_(l+1)) masked; J = D_1 W_1.
            if (!Select(k, classes))
            {
                continue;
            }

            for (int l = Layers - 1; l >= 0; l--)
            {
                Gemm.Multiply<T>(T.One, View(_back, l + 1), weights[l], T.Zero, View(_back, l), Parallelism.Sequential);
                Mask(_back, l);
            }

            MatrixView<T> jacobian = View(_back, 0);
            sum += MatrixReductions.SumOfSquares<T>(jacobian);
            jacobian.CopyTo(View(_forth, 0));

            // T_0 = J, T_l = (T_(l-1) W_l^T) masked; dR/dW_l is 2/N sum of D_l^T T_(l-1).
            for (int l = 0; l < gradients.Count; l++)
            {
                Gemm.Multiply(scale, View(_back, l + 1).Transposed, View(_forth, l), T.One, gradients[l], Parallelism.Sequential);
                if (l + 1 < Layers)
                {
                    Gemm.Multiply<T>(T.One, View(_forth, l), ((ReadOnlyMatrixView<T>)weights[l]).Transposed, T.Zero, View(_forth, l + 1), Parallelism.Sequential);
                    Mask(_forth, l + 1);
                }
            }
        }

        return sum / _rows * share;
    }

    private bool Select(int k, ReadOnlySpan<int> classes)
    {
        MatrixView<T> top = View(_back, Layers);
        top.Fill(T.Zero);
        if (classes.IsEmpty)
        {
            top.Slice(0, k, _rows, 1).Fill(T.One);
            return true;
        }

        bool any = false;
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == k)
            {
                (top[i, k], any) = (T.One, true);
            }
        }

        return any;
    }

    private void Mask(T[][] values, int layer)
    {
        if (layer > 0)
        {
            Span<T> all = values[layer].AsSpan(0, _rows * _widths[layer]);
            Activations.ReluBackward<T>(all, _active[layer].AsSpan(0, all.Length), all);
        }
    }

    private MatrixView<T> View(T[][] arrays, int layer) => new(arrays[layer], _rows, _widths[layer]);
}
