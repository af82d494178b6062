using System.Numerics;

namespace Kernels.Runtime;

// The largest ||Z^T relu(V w)|| over unit w. Where the active rows do not change it is ||A^T w||, A = V^T D Z: largest at the top left singular vector.
// In memory of its own: a search allocates nothing after the first.
internal sealed class ReluPolar<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostRows = 32, Seeded = 20, MostSteps = 200, MostHalvings = 30;

    private readonly T[] _data;
    private readonly int _samples, _inputs, _outputs;
    private readonly T[] _before, _active, _output, _ones, _moment;
    // Directions: the best so far, the one that climbs, the top of its cell, a trial and a gradient.
    private readonly T[] _best, _start, _top, _trial, _gradient, _along;
    private readonly double[] _angles;
    private readonly int[] _longest;
    private readonly SolverWorkspace<T> _memory = new();
    private double[] _values = [];
    private double _value;

    internal ReluPolar(T[] data, int samples, int inputs, int outputs)
    {
        (_data, _samples, _inputs, _outputs) = (data, samples, inputs, outputs);
        (_before, _active, _output, _ones) = (new T[samples], new T[checked(samples * outputs)], new T[outputs], new T[samples]);
        _ones.AsSpan().Fill(T.One);
        _moment = new T[checked(inputs * outputs)];
        (_best, _start, _top, _trial, _gradient, _along) = (new T[inputs], new T[inputs], new T[inputs], new T[inputs], new T[inputs], new T[outputs]);
        _angles = new double[inputs == 2 ? checked(2 * samples + 1) : 0];
        _longest = inputs > 2 ? LongestRows() : [];
    }

    private ReadOnlyMatrixView<T> Data => new(_data, _samples, _inputs);

    private MatrixView<T> Moment => new(_moment, _inputs, _outputs);

    // Both weights as unit vectors; their value.
    internal double Search(ReadOnlyMatrixView<T> z, Span<T> first, Span<T> second, ulong seed)
    {
        _value = 0;
        if (_inputs == 1)
        {
            Offer(z, [T.One]);
            Offer(z, [-T.One]);
        }
        else if (_inputs == 2)
        {
            OfferArcs(z);
        }
        else
        {
            ClimbFromAll(z, seed);
        }

        first.Clear();
        second.Clear();
        if (_value > 0)
        {
            Value(z, _best);
            _best.CopyTo(first);
            Elementwise.Scale<T>(_output, T.CreateChecked(1 / _value), second);
        }

        return _value;
    }

    private void Offer(ReadOnlyMatrixView<T> z, ReadOnlySpan<T> w) => Keep(w, Value(z, w));

    private void Keep(ReadOnlySpan<T> w, double value)
    {
        if (value > _value)
        {
            _value = value;
            w.CopyTo(_best);
        }
    }

    // ||Z^T relu(V w)||; leaves Z^T relu(V w) in _output.
    private double Value(ReadOnlyMatrixView<T> z, ReadOnlySpan<T> w)
    {
        Gemm.Multiply<T>(T.One, Data, new ReadOnlyMatrixView<T>(w, _inputs, 1), T.Zero, new MatrixView<T>(_before, _samples, 1), Parallelism.Sequential);
        Activations.Relu<T>(_before, _before);
        Gemm.Multiply<T>(T.One, new ReadOnlyMatrixView<T>(_before, 1, _samples), z, T.Zero, new MatrixView<T>(_output, 1, _outputs), Parallelism.Sequential);
        return EuclideanBlocks.Norm<T>(_output);
    }

    // On each arc between the angles where a row switches: its ends, and the directions in which the quadratic form inside it is largest.
    private void OfferArcs(ReadOnlyMatrixView<T> z)
    {
        _angles[0] = 0;
        for (int i = 0; i < _samples; i++)
        {
            double angle = Math.Atan2(double.CreateChecked(Data[i, 1]), double.CreateChecked(Data[i, 0]));
            _angles[2 * i + 1] = Wrap(angle + Math.PI / 2);
            _angles[2 * i + 2] = Wrap(angle - Math.PI / 2);
        }

        _angles.AsSpan().Sort();
        for (int a = 0; a < _angles.Length; a++)
        {
            double from = _angles[a], to = a + 1 < _angles.Length ? _angles[a + 1] : _angles[0] + 2 * Math.PI;
            Offer(z, Direction(from));
            if (to - from <= 0)
            {
                continue;
            }

            TopOfCell(z, Direction((from + to) / 2));
            double angle = Math.Atan2(double.CreateChecked(_top[1]), double.CreateChecked(_top[0]));
            for (int half = 0; half < 2; half++, angle += Math.PI)
            {
                if (Wrap(angle - from) <= to - from)
                {
                    Offer(z, Direction(angle));
                }
            }
        }
    }

    private static double Wrap(double angle) => angle - 2 * Math.PI * Math.Floor(angle / (2 * Math.PI));

    private ReadOnlySpan<T> Direction(double angle)
    {
        (_start[0], _start[1]) = (T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)));
        return _start;
    }

    // From the longest rows of the data, seeded normal vectors and the top left singular vector of V^T Z, and from the opposite of each.
    private void ClimbFromAll(ReadOnlyMatrixView<T> z, ulong seed)
    {
        for (int half = 0; half < 2; half++)
        {
            T sign = half == 0 ? T.One : -T.One;
            foreach (int row in _longest)
            {
                Elementwise.Scale(Data.Row(row), sign, _start);
                ClimbFromStart(z);
            }

            for (int i = 0; i < Seeded; i++)
            {
                RandomElements.Normal<T>(seed, 3, (ulong)(i * _inputs), _start);
                Elementwise.Scale<T>(_start, sign, _start);
                ClimbFromStart(z);
            }

            Gemm.Multiply(T.One, Data.Transposed, z, T.Zero, Moment, Parallelism.Sequential);
            FindTop();
            Elementwise.Scale<T>(_top, sign, _start);
            ClimbFromStart(z);
        }
    }

    private int[] LongestRows()
    {
        double[] lengths = new double[_samples];
        MatrixReductions.SumsOfSquaresOfRows(Data, lengths);
        return [.. Enumerable.Range(0, _samples).OrderByDescending(i => lengths[i]).Take(MostRows)];
    }

    private void ClimbFromStart(ReadOnlyMatrixView<T> z)
    {
        if (EuclideanBlocks.Align<T>(_start) > 0)
        {
            Keep(_start, Climb(z, _start));
        }
    }

    // Jumps to the top singular vector of the cell while that raises the value, else ascends along the sphere.
    private double Climb(ReadOnlyMatrixView<T> z, Span<T> w)
    {
        double value = Value(z, w);
        for (int step = 0; step < MostSteps; step++)
        {
            TopOfCell(z, w);
            Elementwise.Scale<T>(_top, -T.One, _trial);
            double up = Value(z, _top), down = Value(z, _trial), next = Math.Max(up, down);
            if (next > value * (1 + 1e-13))
            {
                (up > down ? _top : _trial).CopyTo(w);
                value = next;
                continue;
            }

            // The gradient of the value in this cell, A A^T w / value; A is still that of w.
            Gemm.Multiply<T>(T.One, new ReadOnlyMatrixView<T>(w, 1, _inputs), Moment, T.Zero, new MatrixView<T>(_along, 1, _outputs), Parallelism.Sequential);
            Gemm.Multiply<T>(T.One, Moment, new ReadOnlyMatrixView<T>(_along, _outputs, 1), T.Zero, new MatrixView<T>(_gradient, _inputs, 1), Parallelism.Sequential);
            double length = EuclideanBlocks.Align<T>(_gradient);
            bool rose = false;
            for (double t = 1; length > 0 && !rose && t > Math.ScaleB(1, -MostHalvings); t /= 2)
            {
                Elementwise.AddScaled<T>(w, _gradient, T.CreateChecked(t), _trial);
                EuclideanBlocks.Align<T>(_trial);
                double reached = Value(z, _trial);
                if (reached > value * (1 + 1e-13))
                {
                    (value, rose) = (reached, true);
                    _trial.CopyTo(w);
                }
            }

            if (!rose)
            {
                return value;
            }
        }

        return value;
    }

    // The top left singular vector of V^T D Z, D the rows that are active at w.
    private void TopOfCell(ReadOnlyMatrixView<T> z, ReadOnlySpan<T> w)
    {
        Gemm.Multiply<T>(T.One, Data, new ReadOnlyMatrixView<T>(w, _inputs, 1), T.Zero, new MatrixView<T>(_before, _samples, 1), Parallelism.Sequential);
        var active = new MatrixView<T>(_active, _samples, _outputs);
        Activations.ReluBackward<T>(_ones, _before, _before);
        Elementwise.ScaleByRow<T>(z, _before, active);
        Gemm.Multiply<T>(T.One, Data.Transposed, active, T.Zero, Moment, Parallelism.Sequential);
        FindTop();
    }

    private void FindTop()
    {
        _memory.Reserve(ThinSvd<T>.WorkspaceFor(_inputs, _outputs));
        new ThinSvd<T>(Moment, _memory, ref _values).Left.Row(0).CopyTo(_top);
    }
}
