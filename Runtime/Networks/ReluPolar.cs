using System.Numerics;

namespace Kernels.Runtime;

// The largest ||Z^T relu(V w)|| over unit w. Where the active rows do not change it is ||A^T w||, A = V^T D Z: largest at the top left singular vector.
internal sealed class ReluPolar<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostRows = 32, Seeded = 20, MostSteps = 200, MostHalvings = 30;

    private readonly T[] _data;
    private readonly int _samples, _inputs, _outputs;
    private readonly T[] _before, _active, _output, _ones;
    private readonly T[,] _moment;

    internal ReluPolar(T[] data, int samples, int inputs, int outputs)
    {
        (_data, _samples, _inputs, _outputs) = (data, samples, inputs, outputs);
        (_before, _active, _output, _ones) = (new T[samples], new T[checked(samples * outputs)], new T[outputs], new T[samples]);
        _ones.AsSpan().Fill(T.One);
        _moment = new T[inputs, outputs];
    }

    private ReadOnlyMatrixView<T> Data => new(_data, _samples, _inputs);

    // Both weights as unit vectors; their value.
    internal double Search(ReadOnlyMatrixView<T> z, Span<T> first, Span<T> second, ulong seed)
    {
        T[] best = new T[_inputs];
        double value = 0;
        foreach (T[] start in _inputs switch { 1 => Signs(), 2 => Arcs(z), _ => Starts(z, seed) })
        {
            double reached = _inputs <= 2 ? Value(z, start) : Climb(z, start);
            if (reached > value)
            {
                value = reached;
                start.CopyTo(best, 0);
            }
        }

        first.Clear();
        second.Clear();
        if (value > 0)
        {
            Value(z, best);
            best.CopyTo(first);
            Elementwise.Scale<T>(_output, T.CreateChecked(1 / value), second);
        }

        return value;
    }

    // ||Z^T relu(V w)||; leaves Z^T relu(V w) in _output.
    private double Value(ReadOnlyMatrixView<T> z, T[] w)
    {
        Gemm.Multiply<T>(T.One, Data, new ReadOnlyMatrixView<T>(w, _inputs, 1), T.Zero, new MatrixView<T>(_before, _samples, 1), Parallelism.Sequential);
        Activations.Relu<T>(_before, _before);
        Gemm.Multiply<T>(T.One, new ReadOnlyMatrixView<T>(_before, 1, _samples), z, T.Zero, new MatrixView<T>(_output, 1, _outputs), Parallelism.Sequential);
        return EuclideanBlocks.Norm<T>(_output);
    }

    private static IEnumerable<T[]> Signs() => [[T.One], [-T.One]];

    // On each arc between the angles where a row switches: its ends, and the directions in which the quadratic form inside it is largest.
    private IEnumerable<T[]> Arcs(ReadOnlyMatrixView<T> z)
    {
        var angles = new List<double> { 0 };
        for (int i = 0; i < _samples; i++)
        {
            double angle = Math.Atan2(double.CreateChecked(Data[i, 1]), double.CreateChecked(Data[i, 0]));
            angles.Add(Wrap(angle + Math.PI / 2));
            angles.Add(Wrap(angle - Math.PI / 2));
        }

        angles.Sort();
        var found = new List<T[]>();
        for (int a = 0; a < angles.Count; a++)
        {
            double from = angles[a], to = a + 1 < angles.Count ? angles[a + 1] : angles[0] + 2 * Math.PI;
            found.Add(Direction(from));
            if (to - from <= 0)
            {
                continue;
            }

            T[] top = TopOfCell(z, Direction((from + to) / 2));
            double angle = Math.Atan2(double.CreateChecked(top[1]), double.CreateChecked(top[0]));
            foreach (double candidate in new[] { angle, angle + Math.PI })
            {
                if (Wrap(candidate - from) <= to - from)
                {
                    found.Add(Direction(candidate));
                }
            }
        }

        return found;
    }

    private static double Wrap(double angle) => angle - 2 * Math.PI * Math.Floor(angle / (2 * Math.PI));

    private static T[] Direction(double angle) => [T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle))];

    private IEnumerable<T[]> Starts(ReadOnlyMatrixView<T> z, ulong seed)
    {
        double[] lengths = new double[_samples];
        MatrixReductions.SumsOfSquaresOfRows(Data, lengths);
        var starts = new List<T[]>();
        foreach (int i in Enumerable.Range(0, _samples).OrderByDescending(i => lengths[i]).Take(MostRows))
        {
            starts.Add(Data.Row(i).ToArray());
        }

        for (int i = 0; i < Seeded; i++)
        {
            T[] random = new T[_inputs];
            RandomElements.Normal<T>(seed, 3, (ulong)(i * _inputs), random);
            starts.Add(random);
        }

        Gemm.Multiply(T.One, Data.Transposed, z, T.Zero, _moment, Parallelism.Sequential);
        starts.Add(TopLeft());
        foreach (T[] start in starts.ToArray())
        {
            EuclideanBlocks.Align<T>(start);
            starts.Add([.. start.Select(x => -x)]);
        }

        return starts;
    }

    // Jumps to the top singular vector of the cell while that raises the value, else ascends along the sphere.
    private double Climb(ReadOnlyMatrixView<T> z, T[] w)
    {
        double value = Value(z, w);
        for (int step = 0; step < MostSteps; step++)
        {
            T[] top = TopOfCell(z, w), trial = [.. top.Select(x => -x)];
            double up = Value(z, top), down = Value(z, trial), next = Math.Max(up, down);
            if (next > value * (1 + 1e-13))
            {
                (up > down ? top : trial).CopyTo(w, 0);
                value = next;
                continue;
            }

            // The gradient of the value in this cell, A A^T w / value.
            TopOfCell(z, w);
            T[] along = new T[_outputs], gradient = new T[_inputs];
            Gemm.Multiply<T>(T.One, new ReadOnlyMatrixView<T>(w, 1, _inputs), _moment, T.Zero, new MatrixView<T>(along, 1, _outputs), Parallelism.Sequential);
            Gemm.Multiply<T>(T.One, _moment, new ReadOnlyMatrixView<T>(along, _outputs, 1), T.Zero, new MatrixView<T>(gradient, _inputs, 1), Parallelism.Sequential);
            double length = EuclideanBlocks.Align<T>(gradient);
            bool rose = false;
            for (double t = 1; length > 0 && !rose && t > Math.ScaleB(1, -MostHalvings); t /= 2)
            {
                Elementwise.AddScaled<T>(w, gradient, T.CreateChecked(t), trial);
                EuclideanBlocks.Align<T>(trial);
                double reached = Value(z, trial);
                if (reached > value * (1 + 1e-13))
                {
                    (value, rose) = (reached, true);
                    trial.CopyTo(w, 0);
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
    private T[] TopOfCell(ReadOnlyMatrixView<T> z, T[] w)
    {
        Gemm.Multiply<T>(T.One, Data, new ReadOnlyMatrixView<T>(w, _inputs, 1), T.Zero, new MatrixView<T>(_before, _samples, 1), Parallelism.Sequential);
        var active = new MatrixView<T>(_active, _samples, _outputs);
        Activations.ReluBackward<T>(_ones, _before, _before);
        Elementwise.ScaleByRow<T>(z, _before, active);
        Gemm.Multiply<T>(T.One, Data.Transposed, active, T.Zero, _moment, Parallelism.Sequential);
        return TopLeft();
    }

    private T[] TopLeft()
    {
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(ThinSvd<T>.WorkspaceFor(_inputs, _outputs));
        return new ThinSvd<T>(_moment, memory).Left.Row(0).ToArray();
    }
}
