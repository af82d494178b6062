using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Units that are whole networks without biases, <c>phi(W) = W^K relu(... relu(W^1 x))</c> for the N rows x of the data, with the product of the Frobenius norms of the layers as
/// price; both have degree K. Block k holds W^(k+1) by rows. The polar is bounded by <c>||V||_2 ||Z||_F</c> from above and searched from below, so certificates beyond the gap are rare.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Haeffele and Vidal, CVPR 2017 (arXiv:1506.07540).</remarks>
public sealed class ReluSubnetworks<T> : AtomFamily<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Starts = 40, MostSteps = 200, MostHalvings = 30;

    private readonly T[] _data;
    private readonly int[] _widths;
    private readonly double _dataNorm;
    // Of one unit: what enters each layer (the data, then rectified), and the gradients by it.
    private readonly T[][] _enters, _gradients;
    private readonly T[] _output, _from;
    // Of the search for the polar.
    private readonly Units<T> _unit, _best, _slope;
    private T[] _atoms = [];

    /// <summary>Subnetworks that see the rows of the data.</summary>
    /// <param name="data">V, N x d, finite; copied.</param>
    /// <param name="hidden">Widths of the hidden layers of one subnetwork, at least one, each at least 1.</param>
    /// <param name="outputs">c, at least 1.</param>
    public ReluSubnetworks(ReadOnlyMatrixView<T> data, ReadOnlySpan<int> hidden, int outputs)
        : base(Check(data, hidden), outputs, Lengths(data.Columns, hidden, outputs))
    {
        Guard.AtLeast(outputs, 1, nameof(outputs));
        _widths = [data.Columns, .. hidden, outputs];
        _data = new T[checked(Rows * data.Columns)];
        data.CopyTo(new MatrixView<T>(_data, Rows, data.Columns));
        T[] values = new T[Math.Min(Rows, data.Columns)];
        Svd.SingularValues(data, values);
        _dataNorm = double.CreateChecked(values[0]);
        _enters = [_data, .. hidden.ToArray().Select(width => new T[checked(Rows * width)])];
        _gradients = [.. _widths.Select(width => new T[checked(Rows * width)])];
        _output = new T[checked(Rows * outputs)];
        (_unit, _best, _slope) = (NewUnits(), NewUnits(), NewUnits());
        foreach (Units<T> one in (ReadOnlySpan<Units<T>>)[_unit, _best, _slope])
        {
            one.Resize(1);
        }

        _from = new T[Enumerable.Range(0, Blocks).Max(_unit.Length)];
    }

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x) => EuclideanBlocks.Norm(x);

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds) => EuclideanBlocks.Shrink(rows, thresholds);

    /// <inheritdoc/>
    /// <remarks>The last layer is linear for given features, but all its features enter the Gram matrix, not one a unit; it is stepped by backtracking as well.</remarks>
    public override bool IsLinear(int block) => false;

    /// <inheritdoc/>
    public override void Gram(int block, Units<T> units, MatrixView<T> gram, Parallelism parallelism) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Forward(Units<T> units, MatrixView<T> output, Parallelism parallelism)
    {
        output.Fill(T.Zero);
        for (int i = 0; i < units.Count; i++)
        {
            Features(units, i, parallelism);
            Gemm.Multiply<T>(T.One, Enters(Blocks - 1), Layer(units, Blocks - 1, i).Transposed, T.One, output, parallelism);
        }
    }

    /// <inheritdoc/>
    public override void Contract(int block, Units<T> units, ReadOnlyMatrixView<T> z, MatrixView<T> destination, Parallelism parallelism)
    {
        for (int i = 0; i < units.Count; i++)
        {
            Features(units, i, parallelism);
            ReadOnlyMatrixView<T> back = z;
            for (int k = Blocks - 1; k > block; k--)
            {
                MatrixView<T> gradient = new(_gradients[k], Rows, _widths[k]);
                Gemm.Multiply<T>(T.One, back, Layer(units, k, i), T.Zero, gradient, parallelism);
                Activations.ReluBackward<T>(_gradients[k], _enters[k], _gradients[k]);
                back = gradient;
            }

            // A block of the destination is not the units' own memory while the features of the same unit are in use.
            MatrixView<T> slope = new(destination.Row(i), _widths[block + 1], _widths[block]);
            Gemm.Multiply<T>(T.One, back.Transposed, Enters(block), T.Zero, slope, parallelism);
        }
    }

    /// <inheritdoc/>
    public override void AtomGram(Units<T> units, double[,] gram)
    {
        int size = Rows * Columns, length = checked(units.Count * size);
        T[] atoms = _atoms = _atoms.Length >= length ? _atoms : new T[Math.Max(length, 2 * _atoms.Length)];
        for (int i = 0; i < units.Count; i++)
        {
            Features(units, i, Parallelism.Sequential);
            Gemm.Multiply<T>(
                T.One, Enters(Blocks - 1), Layer(units, Blocks - 1, i).Transposed, T.Zero, new MatrixView<T>(atoms.AsSpan(i * size, size), Rows, Columns), Parallelism.Sequential);
        }

        for (int i = 0; i < units.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                gram[i, j] = gram[j, i] = EuclideanBlocks.Inner<T>(atoms.AsSpan(i * size, size), atoms.AsSpan(j * size, size));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Ascent on the product of spheres, one layer at a time: first to the normalized gradient, which is where a linear layer is best, else by halved steps.</remarks>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
    {
        Units<T> unit = _unit, best = _best, slope = _slope;
        found.Resize(1);
        values[0] = 0;
        for (int start = 0; start < Starts; start++)
        {
            for (int k = 0; k < Blocks; k++)
            {
                RandomElements.Normal(seed, (ulong)(8 + k), (ulong)start * (ulong)unit.Length(k), unit.Block(k).Row(0));
                EuclideanBlocks.Align(unit.Block(k).Row(0));
            }

            double value = Climb(z, unit, slope);
            if (value > values[0])
            {
                values[0] = value;
                best.CopyFrom(unit);
            }
        }

        if (values[0] > 0)
        {
            found.CopyFrom(best);
        }
        else
        {
            for (int k = 0; k < Blocks; k++)
            {
                found.Elements(k).Clear();
            }
        }

        return values[0];
    }

    /// <inheritdoc/>
    /// <remarks><c>|phi(W)| at most ||V||_2</c> for layers of norm at most 1, as rectifying only shortens.</remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda) => Math.Max(lower, _dataNorm * Math.Sqrt(MatrixReductions.SumOfSquares(z)));

    private double Climb(ReadOnlyMatrixView<T> z, Units<T> unit, Units<T> slope)
    {
        double value = Value(z, unit);
        for (int step = 0; step < MostSteps; step++)
        {
            double before = value;
            for (int k = Blocks - 1; k >= 0; k--)
            {
                Contract(k, unit, z, slope.Block(k), Parallelism.Sequential);
                Span<T> w = unit.Block(k).Row(0), gradient = slope.Block(k).Row(0);
                Span<T> from = _from.AsSpan(0, w.Length);
                w.CopyTo(from);
                if (EuclideanBlocks.Align(gradient) == 0)
                {
                    continue;
                }

                gradient.CopyTo(w);
                double reached = Value(z, unit);
                for (double t = 1; reached <= value && t > Math.ScaleB(1, -MostHalvings); t /= 2)
                {
                    Elementwise.AddScaled<T>(from, gradient, T.CreateChecked(t), w);
                    EuclideanBlocks.Align(w);
                    reached = Value(z, unit);
                }

                if (reached > value)
                {
                    value = reached;
                }
                else
                {
                    from.CopyTo(w);
                }
            }

            if (value <= before * (1 + 1e-12))
            {
                break;
            }
        }

        return value;
    }

    private double Value(ReadOnlyMatrixView<T> z, Units<T> unit)
    {
        var output = new MatrixView<T>(_output, Rows, Columns);
        Forward(unit, output, Parallelism.Sequential);
        return MatrixReductions.Inner<T>(z, output);
    }

    private MatrixView<T> Layer(Units<T> units, int layer, int unit) => new(units.Block(layer).Row(unit), _widths[layer + 1], _widths[layer]);

    private MatrixView<T> Enters(int layer) => new(_enters[layer], Rows, _widths[layer]);

    // What enters each layer of one unit.
    private void Features(Units<T> units, int unit, Parallelism parallelism)
    {
        for (int k = 0; k + 1 < Blocks; k++)
        {
            Gemm.Multiply<T>(T.One, Enters(k), Layer(units, k, unit).Transposed, T.Zero, Enters(k + 1), parallelism);
            Activations.Relu<T>(_enters[k + 1], _enters[k + 1]);
        }
    }

    private static int Check(ReadOnlyMatrixView<T> data, ReadOnlySpan<int> hidden)
    {
        Guard.Matrix(data, nameof(data));
        Guard.AtLeast(hidden.Length, 1, nameof(hidden));
        foreach (int width in hidden)
        {
            Guard.AtLeast(width, 1, nameof(hidden));
        }

        return data.Rows;
    }

    private static int[] Lengths(int inputs, ReadOnlySpan<int> hidden, int outputs)
    {
        int[] widths = [inputs, .. hidden, outputs];
        return [.. Enumerable.Range(1, widths.Length - 1).Select(k => checked(widths[k] * widths[k - 1]))];
    }
}
