using System.Numerics;

namespace Kernels.Runtime;

// The best weights of given atoms: min over b >= 0 of l(sum b_i phi_i) + lambda sum b_i theta_i. Under the quadratic loss by coordinate descent, an active-set polish where near-parallel atoms
// stall it, and one step along the ray, after which the radial condition holds to rounding; under others by projected gradients, accelerated.
// All in double. Source: fully corrective conditional gradients, Bach, arXiv:1309.3117; the active set: Lawson and Hanson 1974, chapter 23.
internal sealed class AtomWeights<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Sweeps = 200;

    private const double LeastPivot = 1e-14;

    private readonly AtomFamily<T> _family;
    private readonly FactorizationOptions _options;
    private readonly double _lambda;
    private readonly Units<T> _contracted, _weighted;
    // At least r long, and r x r.
    private double[,] _q = new double[0, 0], _factor = new double[0, 0];
    private double[] _c = [], _price = [], _b = [], _x = [];
    private int[] _support = [];
    private bool[] _kept = [];

    internal AtomWeights(AtomFamily<T> family, FactorizationOptions options, double lambda)
        => (_family, _options, _lambda, _contracted, _weighted) = (family, options, lambda, family.NewUnits(), family.NewUnits());

    internal void Apply(Units<T> units, ReadOnlyMatrixView<T> target)
    {
        int r = units.Count;
        if (r == 0)
        {
            return;
        }

        Prepare(units, target);
        if (!Descend(r))
        {
            Polish(r);
        }

        Ray(r);
        Rescale(units);
    }

    // For a loss of the given Lipschitz constant that the descent evaluates.
    internal void Apply(Units<T> units, BlockDescent<T> at, double lipschitz)
    {
        int r = units.Count, last = _family.Blocks - 1;
        if (r == 0)
        {
            return;
        }

        Grow(units);
        Span<double> point = _c.AsSpan(0, r);
        point.Fill(1);
        double t = 1, step = 1 / (lipschitz * Math.Sqrt(MatrixReductions.SumOfSquares<double>(((MatrixView<double>)_q).Slice(0, 0, r, r)))), largest = double.PositiveInfinity;
        for (int sweep = 0; sweep < Sweeps && largest > 0.1 * _options.InnerToleranceFor<T>(); sweep++)
        {
            // Atoms are linear in the last block.
            _weighted.CopyFrom(units);
            for (int i = 0; i < r; i++)
            {
                Elementwise.Scale<T>(units.Block(last).Row(i), T.CreateChecked(point[i]), _weighted.Block(last).Row(i));
            }

            at.Evaluate(_weighted);
            _family.Contract(last, units, at.Residual, _contracted.Block(last), _options.Parallelism);
            double against = 0;
            largest = 0;
            for (int i = 0; i < r; i++)
            {
                double slope = EuclideanBlocks.Inner<T>(_contracted.Block(last).Row(i), units.Block(last).Row(i)) - _price[i];
                (_x[i], _b[i]) = (_b[i], Math.Max(0, point[i] + step * slope));
                largest = Math.Max(largest, Math.Abs(_b[i] - point[i]) * _q[i, i] / _price[i]);
                against += (point[i] - _b[i]) * (_b[i] - _x[i]);
            }

            // Restarted where the step goes against the momentum (O'Donoghue and Candes 2015).
            double next = against > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = against > 0 ? 0 : (t - 1) / next;
            t = next;
            Elementwise.Combine(_b.AsSpan(0, r), _x.AsSpan(0, r), 1 + momentum, -momentum, point);
            Activations.Relu<double>(point, point);
        }

        Rescale(units);
    }

    // W_i = b_i^(1 / K) W_i; what has no weight goes.
    private void Rescale(Units<T> units)
    {
        int r = units.Count;
        Span<bool> kept = _kept.AsSpan(0, r);
        for (int i = 0; i < r; i++)
        {
            kept[i] = _b[i] > 0;
            T scale = T.CreateChecked(Math.Pow(_b[i], 1.0 / _family.Blocks));
            for (int k = 0; kept[i] && k < _family.Blocks; k++)
            {
                Elementwise.Scale<T>(units.Block(k).Row(i), scale, units.Block(k).Row(i));
            }
        }

        units.Keep(kept);
    }

    // c_i = <phi_i, Y>, in the last block as atoms are linear in it.
    private void Prepare(Units<T> units, ReadOnlyMatrixView<T> target)
    {
        int last = _family.Blocks - 1;
        Grow(units);
        _family.Contract(last, units, target, _contracted.Block(last), _options.Parallelism);
        for (int i = 0; i < units.Count; i++)
        {
            _c[i] = EuclideanBlocks.Inner<T>(_contracted.Block(last).Row(i), units.Block(last).Row(i));
        }
    }

    // Q_ij = <phi_i, phi_j>, the prices, and weights of one.
    private void Grow(Units<T> units)
    {
        int r = units.Count;
        if (_c.Length < r)
        {
            int capacity = Math.Max(r, 2 * _c.Length);
            (_q, _factor) = (new double[capacity, capacity], new double[capacity, capacity]);
            (_c, _price, _b, _x) = (new double[capacity], new double[capacity], new double[capacity], new double[capacity]);
            (_support, _kept) = (new int[capacity], new bool[capacity]);
        }

        _family.AtomGram(units, _q);
        _contracted.Resize(r);
        _b.AsSpan(0, r).Fill(1);
        for (int i = 0; i < r; i++)
        {
            _price[i] = _lambda * _family.Price(units, i);
        }
    }

    private bool Descend(int r)
    {
        double tolerance = 0.1 * _options.InnerToleranceFor<T>();
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            double largest = 0;
            for (int i = 0; i < r; i++)
            {
                double change = -_b[i];
                if (_q[i, i] > 0)
                {
                    double slope = _c[i] - _price[i] - Along(i, r);
                    change = Math.Max(0, _b[i] + slope / _q[i, i]) - _b[i];
                }

                _b[i] += change;
                largest = Math.Max(largest, Math.Abs(change) * _q[i, i] / _price[i]);
            }

            if (largest <= tolerance)
            {
                return true;
            }
        }

        return false;
    }

    // On the support: the exact minimizer, or as far towards it as no weight turns negative; then without the weight that stopped it.
    private void Polish(int r)
    {
        int count = 0;
        for (int i = 0; i < r; i++)
        {
            if (_b[i] > 0)
            {
                _support[count++] = i;
            }
        }

        while (count > 0 && Solve(_support.AsSpan(0, count)))
        {
            double share = 1;
            int first = -1;
            for (int s = 0; s < count; s++)
            {
                double from = _b[_support[s]];
                if (_x[s] <= 0 && from / (from - _x[s]) < share)
                {
                    (share, first) = (from / (from - _x[s]), s);
                }
            }

            for (int s = 0; s < count; s++)
            {
                _b[_support[s]] += share * (_x[s] - _b[_support[s]]);
            }

            if (first < 0)
            {
                return;
            }

            _b[_support[first]] = 0;
            _support.AsSpan(first + 1, count - first - 1).CopyTo(_support.AsSpan(first));
            count--;
        }
    }

    // Q x = c - price on the support, by Cholesky; false where Q is not safely definite.
    private bool Solve(ReadOnlySpan<int> support)
    {
        int n = support.Length;
        MatrixView<double> factor = ((MatrixView<double>)_factor).Slice(0, 0, n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                factor[i, j] = _q[support[i], support[j]];
            }

            _x[i] = _c[support[i]] - _price[support[i]];
        }

        if (Cholesky.Factor(factor) >= 0)
        {
            return false;
        }

        for (int i = 0; i < n; i++)
        {
            if (factor[i, i] * factor[i, i] <= LeastPivot * _q[support[i], support[i]])
            {
                return false;
            }
        }

        Cholesky.Solve<double>(factor, new MatrixView<double>(_x, n, 1));
        return true;
    }

    private void Ray(int r)
    {
        double along = 0, square = 0;
        for (int i = 0; i < r; i++)
        {
            along += (_c[i] - _price[i]) * _b[i];
            square += _b[i] * Along(i, r);
        }

        double scale = square > 0 ? Math.Max(0, along / square) : 1;
        for (int i = 0; i < r; i++)
        {
            _b[i] *= scale;
        }
    }

    // Element i of Q b.
    private double Along(int i, int r) => Reductions.Dot<double>(((ReadOnlyMatrixView<double>)_q).Row(i)[..r], _b.AsSpan(0, r));
}
