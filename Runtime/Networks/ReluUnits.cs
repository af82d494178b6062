using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Units of one hidden layer, <c>phi(w_1, w_2) = relu(V w_1) w_2^T</c> for data V (N x d) and c outputs, with <c>||w_1||_2 ||w_2||_2</c> as price, which is weight decay at
/// its best scaling. Block 0 holds the input weights, block 1 the output weights. The polar is exact for d of 1 and 2 and bracketed beyond.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Haeffele and Vidal, CVPR 2017 (arXiv:1506.07540).</remarks>
public sealed class ReluUnits<T> : AtomFamily<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _data;
    private readonly int _inputs;
    private readonly double _dataNorm;
    private readonly ReluPolar<T> _polar;
    private readonly ReluNewton<T> _newton;
    private readonly T[] _part, _product, _values, _curvature;
    private bool[] _kept = [];
    private T[] _before = [], _hidden = [], _back = [];

    /// <summary>Units that see the rows of the data.</summary>
    /// <param name="data">V, N x d, finite; copied.</param>
    /// <param name="outputs">c, at least 1.</param>
    public ReluUnits(ReadOnlyMatrixView<T> data, int outputs)
        : base(Check(data), outputs, data.Columns, outputs)
    {
        Guard.AtLeast(outputs, 1, nameof(outputs));
        _inputs = data.Columns;
        _data = new T[checked(data.Rows * data.Columns)];
        data.CopyTo(new MatrixView<T>(_data, data.Rows, data.Columns));
        (_part, _product) = (new T[outputs == 1 ? Rows : 0], new T[checked(_inputs * outputs)]);
        _values = new T[Math.Max(outputs, Math.Min(Rows, _inputs))];
        _dataNorm = SpectralNorm(data);
        _polar = new(_data, data.Rows, data.Columns, outputs);
        (_newton, _curvature) = (new(Data, outputs), new T[outputs == 1 ? Rows : 0]);
    }

    /// <inheritdoc/>
    public override bool PolarIsExact => _inputs <= 2;

    private ReadOnlyMatrixView<T> Data => new(_data, Rows, _inputs);

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x) => EuclideanBlocks.Norm(x);

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds) => EuclideanBlocks.Shrink(rows, thresholds);

    /// <inheritdoc/>
    public override bool IsLinear(int block) => block == 1;

    /// <inheritdoc/>
    /// <remarks>Inside a cell, where no unit switches, the gradient in w_1 has this Lipschitz constant; beyond it backtracking decides.</remarks>
    public override double LongestStep(int block, Units<T> units)
    {
        double norm = _dataNorm * SpectralNorm(units.Block(1));
        return norm > 0 ? 1 / (norm * norm) : 1;
    }

    /// <inheritdoc/>
    public override void Forward(Units<T> units, MatrixView<T> output, Parallelism parallelism)
        => Gemm.Multiply<T>(T.One, Hidden(units, parallelism).Transposed, units.Block(1), T.Zero, output, parallelism);

    /// <inheritdoc/>
    public override void Contract(int block, Units<T> units, ReadOnlyMatrixView<T> z, MatrixView<T> destination, Parallelism parallelism)
    {
        MatrixView<T> hidden = Hidden(units, parallelism);
        if (block == 1)
        {
            Gemm.Multiply<T>(T.One, hidden, z, T.Zero, destination, parallelism);
            return;
        }

        MatrixView<T> back = new(_back, units.Count, Rows);
        Gemm.Multiply<T>(T.One, units.Block(1), z.Transposed, T.Zero, back, parallelism);
        Span<T> all = _back.AsSpan(0, units.Count * Rows);
        Activations.ReluBackward<T>(all, _before.AsSpan(0, all.Length), all);
        Gemm.Multiply<T>(T.One, back, Data, T.Zero, destination, parallelism);
    }

    /// <inheritdoc/>
    public override void Gram(int block, Units<T> units, MatrixView<T> gram, Parallelism parallelism)
    {
        MatrixView<T> hidden = Hidden(units, parallelism);
        Gemm.Multiply<T>(T.One, hidden, hidden.Transposed, T.Zero, gram, parallelism);
    }

    /// <inheritdoc/>
    public override void AtomGram(Units<T> units, double[,] gram)
    {
        MatrixView<T> hidden = Hidden(units, Parallelism.Sequential);
        for (int i = 0; i < units.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                gram[i, j] = gram[j, i] = EuclideanBlocks.Inner<T>(hidden.Row(i), hidden.Row(j)) * EuclideanBlocks.Inner<T>(units.Block(1).Row(i), units.Block(1).Row(j));
            }
        }
    }

    /// <inheritdoc/>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
    {
        found.Resize(1);
        values[0] = _polar.Search(z, found.Block(0).Row(0), found.Block(1).Row(0), seed);
        return values[0];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// <c>1/2 ||V^T Z||_2 + 1/2 ||Z||_2 ||V||_2</c>, from <c>relu(t) = (t + |t|) / 2</c>; with one output, also for the positive part of Z and of -Z, which is what
    /// counts against values that are not negative.
    /// </remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        if (PolarIsExact)
        {
            return lower;
        }

        double upper = Bound(z);
        if (Columns == 1)
        {
            Span<T> part = _part;
            var view = new MatrixView<T>(part, Rows, 1);
            z.CopyTo(view);
            Activations.Relu<T>(part, part);
            double positive = Bound(view);
            Elementwise.Scale(z, -T.One, view);
            Activations.Relu<T>(part, part);
            upper = Math.Max(Math.Min(upper, positive), Math.Min(upper, Bound(view)));
        }

        return Math.Max(lower, upper);
    }

    // With one output the second derivatives enter the Hessian, with more their bound.
    internal override bool TryDirection(int block, Units<T> units, ConvexLoss<T> loss, ReadOnlyMatrixView<T> residual, double lambda, MatrixView<T> direction, out double firstKink)
    {
        Span<T> curvature = Columns == 1 && loss.TryCurvature(residual, new MatrixView<T>(_curvature, Rows, 1)) ? _curvature : default;
        return _newton.TryDirection(units, residual, curvature, loss.Lipschitz, lambda, direction, out firstKink);
    }

    // relu(V a) + relu(V b) = relu(V (a + b)) where no row is on one side of its kink for a and on the other for b, so units of one output with one sign can share their input weights; so can
    // those of more outputs where the output weights are parallel. By the triangle inequality the price does not rise.
    internal override void Merge(Units<T> units)
    {
        int r = units.Count;
        if (r < 2)
        {
            return;
        }

        if (_kept.Length < r)
        {
            _kept = new bool[2 * r];
        }

        MatrixView<T> w = units.Block(0), z = units.Block(1);
        MatrixView<double> conflicts = _newton.Conflicts(units);
        Span<bool> kept = _kept.AsSpan(0, r);
        kept.Fill(true);
        double rounding = Certificate.Roundoff<T>();
        for (int i = 0; i < r; i++)
        {
            for (int j = i + 1; j < r && kept[i]; j++)
            {
                if (!kept[j] || conflicts[i, j] + conflicts[j, i] > 0)
                {
                    continue;
                }

                double first = Norm(1, z.Row(i)), second = Norm(1, z.Row(j)), cosine = EuclideanBlocks.Inner<T>(z.Row(i), z.Row(j)) / (first * second);
                if (Columns == 1 ? cosine > 0 : cosine >= 1 - 4 * rounding)
                {
                    Elementwise.Combine<T>(w.Row(i), w.Row(j), T.One, T.CreateChecked(second / first), w.Row(i));
                    kept[j] = false;

                    // What j has on one side of a kink the shared unit has there.
                    Elementwise.Add<double>(conflicts.Row(i), conflicts.Row(j), conflicts.Row(i));
                    MatrixView<double> column = conflicts.Slice(0, i, r, 1);
                    Elementwise.AddScaled<double>(column, conflicts.Slice(0, j, r, 1), 1, column);
                }
            }
        }

        units.Keep(kept);
    }

    private double Bound(ReadOnlyMatrixView<T> z)
    {
        MatrixView<T> product = new(_product, _inputs, Columns);
        Gemm.Multiply<T>(T.One, Data.Transposed, z, T.Zero, product, Parallelism.Sequential);
        return (SpectralNorm(product) + SpectralNorm(z) * _dataNorm) / 2;
    }

    private double SpectralNorm(ReadOnlyMatrixView<T> matrix)
    {
        Span<T> values = _values.AsSpan(0, Math.Min(matrix.Rows, matrix.Columns));
        Svd.SingularValues(matrix, values);
        return double.CreateChecked(values[0]);
    }

    // relu(W_1 V^T), r x N; leaves W_1 V^T beside it.
    private MatrixView<T> Hidden(Units<T> units, Parallelism parallelism)
    {
        int length = checked(units.Count * Rows);
        if (_hidden.Length < length)
        {
            int capacity = Math.Max(length, 2 * _hidden.Length);
            (_before, _hidden, _back) = (new T[capacity], new T[capacity], new T[capacity]);
        }

        Gemm.Multiply<T>(T.One, units.Block(0), Data.Transposed, T.Zero, new MatrixView<T>(_before, units.Count, Rows), parallelism);
        Activations.Relu<T>(_before.AsSpan(0, length), _hidden.AsSpan(0, length));
        return new(_hidden, units.Count, Rows);
    }

    private static int Check(ReadOnlyMatrixView<T> data)
    {
        Guard.Matrix(data, nameof(data));
        return data.Rows;
    }
}
