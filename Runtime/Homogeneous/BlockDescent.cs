using System.Numerics;

namespace Kernels.Runtime;

// Descent on f = l(sum of atoms) + lambda Theta for a fixed number of units: a proximal gradient step in each block in turn, extrapolated, and
// taken back when f rises. Monotone up to rounding; dead units are dropped. Nothing is allocated once the memory has grown to the number of units.
// Source: Xu and Yin, SIAM J. Imaging Sciences 6(3), 2013; Bolte, Sabach, Teboulle, Mathematical Programming 146, 2014.
internal sealed partial class BlockDescent<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Descent leaves a product of low rank spread over surplus units.
    private const int CompressEvery = 20;

    // Where a block is not linear: at most so many steps, fewer when as many as the second number no longer lower f, and so many halvings a step.
    private const int MostNonlinear = 200, Patience = 50, MostHalvings = 40;

    private readonly AtomFamily<T> _family;
    private readonly ConvexLoss<T> _loss;
    private readonly FactorizationOptions _options;
    private readonly double _lambda;
    private readonly Units<T> _previous, _before, _point, _slope;
    private readonly T[] _output, _residual;
    private readonly double[] _curvature, _lastCurvature;
    private readonly bool _linear;
    private T[] _gram = [], _square = [], _power = [];
    private double[] _norms = [], _thresholds = [];
    private bool[] _alive = [];

    internal BlockDescent(AtomFamily<T> family, ConvexLoss<T> loss, FactorizationOptions options, double lambda)
    {
        (_family, _loss, _options, _lambda) = (family, loss, options, lambda);
        (_previous, _before, _point, _slope) = (family.NewUnits(), family.NewUnits(), family.NewUnits(), family.NewUnits());
        (_output, _residual) = (new T[checked(family.Rows * family.Columns)], new T[family.Rows * family.Columns]);
        (_curvature, _lastCurvature) = (new double[family.Blocks], new double[family.Blocks]);
        _linear = Enumerable.Range(0, family.Blocks).All(family.IsLinear);
    }

    internal long Iterations { get; private set; }

    internal MatrixView<T> Output => new(_output, _family.Rows, _family.Columns);

    internal MatrixView<T> Residual => new(_residual, _family.Rows, _family.Columns);

    // f and l at the units; leaves the sum of atoms in Output and -grad l in Residual.
    internal (double Objective, double Loss) Evaluate(Units<T> units)
    {
        if (units.Count == 0)
        {
            Output.Fill(T.Zero);
        }
        else
        {
            _family.Forward(units, Output, _options.Parallelism);
        }

        double loss = _loss.Evaluate(Output, Residual);
        return (loss + _lambda * _family.Price(units), loss);
    }

    // True when the stopping rule was met.
    internal bool Run(Units<T> units, CancellationToken cancellation)
    {
        Balance(units, null);
        _previous.CopyFrom(units);
        double tolerance = Math.Max(_options.InnerToleranceFor<T>() * _lambda, 8 * Certificate.Roundoff<T>() * _loss.Scale);
        double objective = double.PositiveInfinity, before = objective, t = 1;
        int most = _linear ? _options.InnerIterations : Math.Min(_options.InnerIterations, MostNonlinear);
        for (int step = 0; step < most && units.Count > 0; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            Iterations++;
            Grow(units.Count);
            double next = (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = _options.Extrapolate && _linear && step > 0 ? (t - 1) / next : 0;
            _before.CopyFrom(units);
            var (moved, reached) = Sweep(units, momentum, tolerance);
            if (momentum > 0 && reached > objective + Slack)
            {
                units.CopyFrom(_before);
                (moved, reached) = Sweep(units, 0, tolerance);
                next = 1;
            }

            t = next;
            objective = reached;
            _previous.CopyFrom(_before);
            Balance(units, _previous);
            if (!moved || (!_linear && step % Patience == Patience - 1 && Stalls(ref before, objective)))
            {
                return true;
            }

            if (step % CompressEvery == CompressEvery - 1 && _family.Compress(units, _options.Parallelism))
            {
                _previous.CopyFrom(units);
                t = 1;
            }
        }

        return units.Count == 0;
    }

    private static bool Stalls(ref double before, double objective)
    {
        bool stalls = before - objective <= (typeof(T) == typeof(float) ? 1e-6 : 1e-10) * objective;
        before = objective;
        return stalls;
    }

    // The objective by Gram matrices cancels down to this.
    private double Slack => 10 * Certificate.Roundoff<T>() * _loss.Scale * _loss.Scale / _loss.Lipschitz;

    // One step in each block; whether one of them still moved, and the objective after the last.
    private (bool Moved, double Objective) Sweep(Units<T> units, double momentum, double tolerance)
    {
        bool moved = false;
        double fit = 0;
        for (int block = 0; block < _family.Blocks; block++)
        {
            if (!_family.IsLinear(block))
            {
                moved |= Backtrack(units, block, tolerance);
                continue;
            }

            MatrixView<T> gram = new(_gram, units.Count, units.Count), square = new(_square, units.Count, units.Count), power = new(_power, units.Count, units.Count);
            _family.Gram(block, units, gram, _options.Parallelism);
            double curvature = _loss.Lipschitz * GramBound.LargestEigenvalue<T>(gram, square, power);
            if (curvature == 0)
            {
                // All other blocks vanished, and with them the units; Balance drops them.
                units.Elements(block).Clear();
                fit = Evaluate(units).Loss;
                moved = true;
                continue;
            }

            _lastCurvature[block] = _curvature[block];
            _curvature[block] = curvature;

            // The point where the gradient is taken.
            double w = Math.Min(momentum, Math.Sqrt(_lastCurvature[block] / curvature));
            Span<T> elements = units.Elements(block), point = _point.Elements(block), slope = _slope.Elements(block);
            T weight = T.CreateChecked(momentum > 0 ? w : 0);
            Elementwise.Combine<T>(elements, _previous.Elements(block), T.One + weight, -weight, point);
            if (_loss.TryGetTarget(out ReadOnlyMatrixView<T> target))
            {
                // -grad = contraction with Y - G W.
                _family.Contract(block, units, target, _slope.Block(block), _options.Parallelism);
                Gemm.Multiply<T>(-T.One, gram, _point.Block(block), T.One, _slope.Block(block), _options.Parallelism);
            }
            else
            {
                point.CopyTo(elements);
                Evaluate(units);
                _family.Contract(block, units, Residual, _slope.Block(block), _options.Parallelism);
            }

            Elementwise.AddScaled<T>(point, slope, T.CreateChecked(1 / curvature), elements);
            SetThresholds(units, block, _lambda / curvature);
            _family.Prox(block, units.Block(block), _thresholds.AsSpan(0, units.Count));

            double step = MatrixSums.Distance<T>(units.Block(block), _point.Block(block));
            moved |= !(curvature * step <= tolerance * Math.Sqrt(MatrixReductions.SumOfSquares<T>(units.Block(block))));
            if (block == _family.Blocks - 1)
            {
                fit = Fit(units, gram);
            }
        }

        // After a last block that is not linear nothing has been evaluated at the units yet.
        return _family.IsLinear(_family.Blocks - 1) ? (moved, fit + _lambda * _family.Price(units)) : (moved, Evaluate(units).Objective);
    }

    // The loss after the last block: from its Gram matrix where the loss is quadratic, else evaluated.
    private double Fit(Units<T> units, ReadOnlyMatrixView<T> gram)
    {
        if (!_loss.TryGetTarget(out _))
        {
            return Evaluate(units).Loss;
        }

        // slope = C - G P at the point P, so <C, W> = <slope + G P, W>; and 1/2 ||Y||^2 - <C, W> + 1/2 <G W, W>.
        int last = _family.Blocks - 1;
        MatrixView<T> block = units.Block(last);
        double alongSlope = MatrixReductions.Inner<T>(_slope.Block(last), block);
        Gemm.Multiply<T>(T.One, gram, _point.Block(last), T.Zero, _slope.Block(last), _options.Parallelism);
        double alongPoint = MatrixReductions.Inner<T>(_slope.Block(last), block);
        Gemm.Multiply<T>(T.One, gram, block, T.Zero, _slope.Block(last), _options.Parallelism);
        double square = MatrixReductions.Inner<T>(_slope.Block(last), block);
        return _loss.Scale * _loss.Scale / 2 - alongSlope - alongPoint + square / 2;
    }

    // factor times the product of the norms of the other blocks.
    private void SetThresholds(Units<T> units, int block, double factor)
    {
        for (int i = 0; i < units.Count; i++)
        {
            double product = factor;
            for (int k = 0; k < _family.Blocks; k++)
            {
                product *= k == block ? 1 : _family.Norm(k, units.Block(k).Row(i));
            }

            _thresholds[i] = product;
        }
    }

    // Gives all blocks of a unit their geometric mean as norm, and drops units with a vanishing block. The companion is scaled alike.
    internal void Balance(Units<T> units, Units<T>? companion)
    {
        Grow(units.Count);
        bool dead = false;
        int blocks = _family.Blocks;
        for (int i = 0; i < units.Count; i++)
        {
            double logs = 0;
            for (int k = 0; k < blocks; k++)
            {
                _norms[k] = _family.Norm(k, units.Block(k).Row(i));
                logs += Math.Log(_norms[k]);
            }

            double mean = Math.Exp(logs / blocks);
            _alive[i] = mean > 0 && double.IsFinite(mean);
            dead |= !_alive[i];
            for (int k = 0; k < blocks && _alive[i]; k++)
            {
                T scale = T.CreateChecked(mean / _norms[k]);
                Elementwise.Scale<T>(units.Block(k).Row(i), scale, units.Block(k).Row(i));
                if (companion is not null)
                {
                    Elementwise.Scale<T>(companion.Block(k).Row(i), scale, companion.Block(k).Row(i));
                }
            }
        }

        if (dead)
        {
            ReadOnlySpan<bool> kept = _alive.AsSpan(0, units.Count);
            companion?.Keep(kept);
            units.Keep(kept);
            Grow(units.Count);
        }
    }

    private void Grow(int count)
    {
        _point.Resize(count);
        _slope.Resize(count);
        if (_thresholds.Length < count || _norms.Length < _family.Blocks)
        {
            int capacity = Math.Max(count, 2 * _thresholds.Length);
            (_gram, _square, _power) = (new T[capacity * capacity], new T[capacity * capacity], new T[capacity * capacity]);
            (_thresholds, _alive, _norms) = (new double[capacity], new bool[capacity], new double[_family.Blocks]);
        }
    }
}
