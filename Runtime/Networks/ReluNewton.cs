using System.Numerics;

namespace Kernels.Runtime;

// Newton's direction for the input weights of rectified units, the output weights given. While no unit switches a row on or off the objective is smooth and convex in them:
//   l(sum_i D_i V w_i z_i^T) + lambda sum_i ||z_i|| ||w_i||,   D_i the rows at which unit i is active,
// with the Hessian S^T S o (Z Z^T) and lambda ||z_i|| / ||w_i|| (I - w_i w_i^T / ||w_i||^2) on the diagonal. A row that unit i has exactly at its kink stays there: the step is projected, and
// only the search for the polar leaves kinks. The step to the first kink on the way is told, as there the direction is no longer that of the function.
// In double and in memory of its own. Source: for active sets of faces, Nocedal and Wright, Numerical Optimization, 2nd ed., section 16.5.
internal sealed class ReluNewton<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Beyond so many unknowns the matrix costs more than many gradients.
    private const int MostUnknowns = 400;

    private const int Damps = 4;

    private readonly int _samples, _inputs, _outputs;
    private readonly double[] _data, _rowNorms, _curvature, _kinkValues;
    private readonly double[] _kinks, _projection, _values, _right, _left, _z, _residual;
    private double[] _w, _before = [], _masked = [], _stack = [], _hessian = [], _factor = [], _strip = [], _gradient = [], _outputGram = [];

    internal ReluNewton(ReadOnlyMatrixView<T> data, int outputs)
    {
        (_samples, _inputs, _outputs) = (data.Rows, data.Columns, outputs);
        _data = new double[checked(_samples * _inputs)];
        Conversions.Convert(data, new MatrixView<double>(_data, _samples, _inputs));
        (_rowNorms, _curvature) = (new double[_samples], new double[_samples]);
        MatrixReductions.SumsOfSquaresOfRows<double>(new MatrixView<double>(_data, _samples, _inputs), _rowNorms);
        Functions.Sqrt(_rowNorms, _rowNorms);
        int p = Math.Min(_samples, _inputs);
        (_kinks, _projection, _values, _kinkValues) = (new double[_data.Length], new double[_inputs * _inputs], new double[p], new double[_samples]);
        (_right, _left) = (new double[_inputs * p], new double[_samples * p]);
        (_z, _w, _residual) = (new double[outputs * MostUnknowns], new double[MostUnknowns], new double[checked(_samples * outputs)]);
    }

    private MatrixView<double> Data => new(_data, _samples, _inputs);

    private static double KinkTolerance => typeof(T) == typeof(float) ? 1e-6 : 1e-12;

    // False where there is no direction. curvature: second derivatives of the loss by each element, or empty for its Lipschitz constant everywhere.
    internal bool TryDirection(Units<T> units, ReadOnlyMatrixView<T> residual, ReadOnlySpan<T> curvature, double lipschitz, double lambda, MatrixView<T> direction, out double firstKink)
    {
        int r = units.Count, n = r * _inputs;
        firstKink = double.PositiveInfinity;
        if (r == 0 || n > MostUnknowns)
        {
            return false;
        }

        Grow(r);
        MatrixView<double> w = new(_w, r, _inputs), z = new(_z, r, _outputs), before = new(_before, r, _samples), masked = new(_masked, r, _samples), gradient = new(_gradient, r, _inputs);
        MatrixView<double> rest = new(_residual, _samples, _outputs);
        Conversions.Convert<T, double>(units.Block(0), w);
        Conversions.Convert<T, double>(units.Block(1), z);
        Conversions.Convert(residual, rest);
        _curvature.AsSpan().Fill(lipschitz);
        if (!curvature.IsEmpty)
        {
            Conversions.Convert<T, double>(new ReadOnlyMatrixView<T>(curvature, 1, _samples), new MatrixView<double>(_curvature, 1, _samples));
        }

        Functions.Sqrt(_curvature, _curvature);
        Gemm.Multiply<double>(1, w, Data.Transposed, 0, before, Parallelism.Sequential);
        Gemm.Multiply<double>(1, z, rest.Transposed, 0, masked, Parallelism.Sequential);
        for (int i = 0; i < r; i++)
        {
            // Zero is the mark of a row at its kink.
            Activations.MarkKinks(before.Row(i), _rowNorms, KinkTolerance * EuclideanBlocks.Norm<double>(w.Row(i)), before.Row(i));
            Activations.ReluBackward<double>(masked.Row(i), before.Row(i), masked.Row(i));
        }

        // Minus the gradient.
        Gemm.Multiply<double>(1, masked, Data, 0, gradient, Parallelism.Sequential);
        MatrixView<double> hessian = Hessian(before, z);
        for (int i = 0; i < r; i++)
        {
            double length = EuclideanBlocks.Norm<double>(w.Row(i)), price = lambda * EuclideanBlocks.Norm<double>(z.Row(i));
            Elementwise.AddScaled<double>(gradient.Row(i), w.Row(i), -price / length, gradient.Row(i));
            MatrixView<double> own = hessian.Slice(i * _inputs, i * _inputs, _inputs, _inputs), row = w.Slice(i, 0, 1, _inputs);
            Gemm.Multiply(-price / (length * length * length), row.Transposed, row, 1, own, Parallelism.Sequential);
            Elementwise.Shift(own.Diagonal, price / length, own.Diagonal);
            Project(i, before.Row(i), hessian, gradient);
        }

        if (!TrySolve(hessian, n))
        {
            return false;
        }

        Conversions.Convert<double, T>(gradient, direction);

        // Where before + t slope first changes its sign.
        Gemm.Multiply<double>(1, gradient, Data.Transposed, 0, masked, Parallelism.Sequential);
        firstKink = 1 / Activations.SoonestKink(_before.AsSpan(0, r * _samples), _masked.AsSpan(0, r * _samples));
        return true;
    }

    // Element (i, j) is positive where some row is on this side of its kink for unit i and on the other for unit j, else zero; r x r, valid until the next call.
    internal MatrixView<double> Conflicts(Units<T> units)
    {
        int r = units.Count;
        Grow(r);
        MatrixView<double> before = new(_before, r, _samples), conflicts = new(_outputGram, r, r);
        if (_w.Length < r * _inputs)
        {
            _w = new double[2 * r * _inputs];
        }

        MatrixView<double> w = new(_w, r, _inputs);
        Conversions.Convert<T, double>(units.Block(0), w);
        Gemm.Multiply<double>(1, w, Data.Transposed, 0, before, Parallelism.Sequential);
        for (int i = 0; i < r; i++)
        {
            // Zero is the mark of a row at its kink.
            Activations.MarkKinks(before.Row(i), _rowNorms, KinkTolerance * EuclideanBlocks.Norm<double>(w.Row(i)), before.Row(i));
        }

        Span<double> active = _masked.AsSpan(0, r * _samples), passive = _before.AsSpan(0, r * _samples);
        Activations.Relu(passive, active);
        Elementwise.Subtract(active, passive, passive);
        Gemm.Multiply<double>(1, new MatrixView<double>(_masked, r, _samples), before.Transposed, 0, conflicts, Parallelism.Sequential);
        return conflicts;
    }

    private MatrixView<double> Hessian(MatrixView<double> before, MatrixView<double> z)
    {
        int r = before.Rows, n = r * _inputs;
        MatrixView<double> stack = new(_stack, _samples, n), hessian = new(_hessian, n, n), gram = new(_outputGram, r, r);
        for (int i = 0; i < r; i++)
        {
            Activations.ReluBackward<double>(_curvature, before.Row(i), _kinkValues);
            Elementwise.ScaleByRow<double>(Data, _kinkValues, stack.Slice(0, i * _inputs, _samples, _inputs));
        }

        Gemm.Multiply<double>(1, stack.Transposed, stack, 0, hessian, Parallelism.Sequential);
        Gemm.Multiply<double>(1, z, z.Transposed, 0, gram, Parallelism.Sequential);
        for (int i = 0; i < r; i++)
        {
            for (int j = 0; j < r; j++)
            {
                MatrixView<double> part = hessian.Slice(i * _inputs, j * _inputs, _inputs, _inputs);
                Elementwise.Scale<double>(part, gram[i, j], part);
            }
        }

        return hessian;
    }

    // Takes the span of the rows that unit i has at their kinks out of its part of the system.
    private void Project(int unit, ReadOnlySpan<double> before, MatrixView<double> hessian, MatrixView<double> gradient)
    {
        int count = 0;
        for (int at = before.IndexOf(0.0), next; at < before.Length && at >= 0; at = next < 0 ? -1 : at + 1 + next)
        {
            if (_rowNorms[at] > 0)
            {
                Elementwise.Scale<double>(Data.Row(at), 1 / _rowNorms[at], _kinks.AsSpan(count++ * _inputs, _inputs));
            }

            next = before[(at + 1)..].IndexOf(0.0);
        }

        if (count == 0)
        {
            return;
        }

        // I - Q^T Q for the orthonormal rows Q that span them.
        int p = Math.Min(count, _inputs), rank = 0;
        MatrixView<double> right = new(_right, p, _inputs);
        Svd.Decompose<double>(new MatrixView<double>(_kinks, count, _inputs), new MatrixView<double>(_left, p, count).Transposed, _values.AsSpan(0, p), right.Transposed);
        while (rank < p && _values[rank] > 1e-9)
        {
            rank++;
        }

        MatrixView<double> span = right.Slice(0, 0, rank, _inputs), projection = new(_projection, _inputs, _inputs);
        projection.Fill(0);
        projection.Diagonal.Fill(1);
        Gemm.Multiply<double>(-1, span.Transposed, span, 1, projection, Parallelism.Sequential);
        int n = hessian.Rows, first = unit * _inputs;
        MatrixView<double> rows = hessian.Slice(first, 0, _inputs, n), columns = hessian.Slice(0, first, n, _inputs), strip = new(_strip, _inputs, n), g = gradient.Slice(unit, 0, 1, _inputs);
        Gemm.Multiply<double>(1, projection, rows, 0, strip, Parallelism.Sequential);
        strip.CopyTo(rows);
        MatrixView<double> turned = new(_strip, n, _inputs), own = hessian.Slice(first, first, _inputs, _inputs), moved = new(_strip, 1, _inputs);
        Gemm.Multiply<double>(1, columns, projection, 0, turned, Parallelism.Sequential);
        turned.CopyTo(columns);
        Gemm.Multiply<double>(1, span.Transposed, span, 1, own, Parallelism.Sequential);
        Gemm.Multiply<double>(1, g, projection, 0, moved, Parallelism.Sequential);
        moved.CopyTo(g);
    }

    // The gradient becomes the direction. Units that depend on one another leave the matrix singular along what they can exchange: it is damped.
    private bool TrySolve(MatrixView<double> hessian, int n)
    {
        double largest = Reductions.MaxMagnitude<double>(hessian.Diagonal), damp = 1e-12 * largest;
        MatrixView<double> factor = new(_factor, n, n);
        for (int trial = 0; trial < Damps && double.IsFinite(largest); trial++, damp *= 1000)
        {
            hessian.CopyTo(factor);
            Elementwise.Shift(factor.Diagonal, damp, factor.Diagonal);
            if (Cholesky.Factor(factor) < 0)
            {
                Cholesky.Solve<double>(factor, new MatrixView<double>(_gradient, n, 1));
                return true;
            }
        }

        return false;
    }

    private void Grow(int r)
    {
        if (_before.Length < r * _samples)
        {
            r *= 2;
            (_before, _masked, _outputGram) = (new double[checked(r * _samples)], new double[r * _samples], new double[r * r]);
        }

        int n = Math.Min(r * _inputs, MostUnknowns);
        if (_gradient.Length < n)
        {
            (_stack, _hessian, _factor) = (new double[checked(_samples * n)], new double[n * n], new double[n * n]);
            (_strip, _gradient) = (new double[_inputs * n], new double[n]);
        }
    }
}
