using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

// min over r and W of l(sum of phi(W_i)) + lambda sum of theta(W_i): descends, asks the polar at the residual whether any unit would lower the
// objective, and adds the one it names, until none does or the gap to the dual bound is closed.
// Why that is the global optimum: l convex, <R, phi(W_i)> = lambda theta(W_i) for all i, and polar(R) <= lambda give F(Z) >= f for every Z
// (Haeffele and Vidal, arXiv:1708.07850, theorem 1; docs/solvers.md).
internal sealed class HomogeneousSolver<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double FirstLooseness = 1e-2;

    private readonly AtomFamily<T> _family;
    private readonly ConvexLoss<T> _loss;
    private readonly FactorizationOptions _options;
    private readonly double _lambda;
    private readonly BlockDescent<T> _descent;
    private readonly RidgeDescent<T>? _ridge;
    private readonly AtomWeights<T> _weights;
    private readonly Units<T> _found, _trial;
    private readonly List<SolverProgress> _trace = [];

    internal HomogeneousSolver(AtomFamily<T> family, ConvexLoss<T> loss, FactorizationOptions options, double lambda)
    {
        (_family, _loss, _options, _lambda) = (family, loss, options, lambda);
        _descent = new(family, loss, options, lambda);
        _ridge = family.IsSpectral ? new(family, loss, options, lambda, _descent) : null;
        _weights = new(family, options, lambda);
        (_found, _trial) = (family.NewUnits(), family.NewUnits());
    }

    private long Iterations => _descent.Iterations + (_ridge?.Iterations ?? 0);

    internal Units<T> Units => _units ??= _family.NewUnits();

    private Units<T>? _units;

    private double _loose;

    internal HomogeneousReport Solve(IProgress<SolverProgress>? progress, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        Units<T> units = Units;
        bool given = units.Count > 0;
        double lossAtZero = _descent.Evaluate(_family.NewUnits()).Loss;
        if (_options.Rank is int rank)
        {
            Start(units, rank);
        }

        double bound = !_options.Certify ? _loss.Minimum : _loss.TryGetTarget(out ReadOnlyMatrixView<T> target) ? _family.Relaxation(target, _lambda) : double.NegativeInfinity;
        double[] values = new double[Math.Min(_options.Growth, _family.MostUnits)];
        int most = Math.Min(_options.MaxRank ?? _family.MostUnits, _family.MostUnits);
        bool grows = _options.Rank is null;
        // Several units at once are only roughly placed, and the first descents between them need not be finer; each ends where the polar cannot tell more.
        _loose = grows && values.Length > 1 && _ridge is not null ? FirstLooseness : 0;
        for (int growth = given ? -1 : 0; ; growth++)
        {
            // Units that were given are looked at before they are moved: they may be the answer.
            bool untouched = growth < 0, settled = !untouched && Descend(units, grows, cancellation);
            var (objective, loss) = _descent.Evaluate(units);
            double inner = MatrixReductions.Inner<T>(_descent.Residual, _descent.Output);
            double lower = double.NaN, upper = double.NaN;
            if (_options.Certify)
            {
                lower = _family.PolarLower(_descent.Residual, _found, values, _options.Seed + (ulong)Math.Max(growth, 0));
                upper = _family.PolarUpper(_descent.Residual, lower, _lambda);
                bound = Math.Max(bound, _loss.DualBound(_descent.Residual, loss, inner, upper > 0 ? _lambda / upper : double.PositiveInfinity));
            }

            double radial = _lambda * _family.Price(units) - inner;
            var at = new SolverProgress(Iterations, (long)_options.InnerIterations * _options.Growths, objective, bound, Stopwatch.GetElapsedTime(start))
            {
                Rank = units.Count,
                PolarLower = lower,
                PolarUpper = upper,
            };
            _trace.Add(at);
            progress?.Report(at);

            SolverStatus status = Status(objective, bound, lower, upper, radial, lossAtZero);
            if (untouched && status < SolverStatus.PolarCertified && !cancellation.IsCancellationRequested)
            {
                continue;
            }

            bool rough = _loose > 0 && status < SolverStatus.PolarCertified && !cancellation.IsCancellationRequested && growth + 1 < _options.Growths;
            if (rough && lower <= _lambda * (1 + 10 * _loose))
            {
                _loose = _loose / 10 > _options.InnerToleranceFor<T>() ? _loose / 10 : 0;
                continue;
            }

            StopReason? stop = status >= SolverStatus.PolarCertified ? StopReason.Converged
                : cancellation.IsCancellationRequested ? StopReason.Cancelled
                : !grows ? settled ? StopReason.Converged : StopReason.IterationLimit
                : !Gains(lower, objective) ? StopReason.Converged
                : growth + 1 >= _options.Growths || units.Count >= most ? StopReason.IterationLimit
                : null;
            if (stop is StopReason reason)
            {
                return new(objective, bound, lower, upper, radial, status, reason, Iterations, Math.Max(growth, 0), Stopwatch.GetElapsedTime(start), _trace);
            }

            Append(units, values, Math.Min(most - units.Count, values.Length));
        }
    }

    // With a reweighting before the descent, which moves the mass of near-parallel units to the one that the polar named, and one after it, which
    // makes the radial condition exact.
    private bool Descend(Units<T> units, bool grown, CancellationToken cancellation)
    {
        if (units.Count == 0)
        {
            return true;
        }

        if (grown)
        {
            _family.Merge(units);
        }

        bool quadratic = _loss.TryGetTarget(out ReadOnlyMatrixView<T> target), compressible = _family.Compress(units, _options.Parallelism);
        if (grown && !compressible)
        {
            Reweigh(units, quadratic, target);
        }

        bool settled = _ridge?.Run(units, _loose, cancellation) ?? _descent.Run(units, cancellation);
        if (compressible)
        {
            _family.Compress(units, _options.Parallelism);
        }
        else if (grown)
        {
            Reweigh(units, quadratic, target);
            _descent.Balance(units, null);
        }

        return settled;
    }

    private void Reweigh(Units<T> units, bool quadratic, ReadOnlyMatrixView<T> target)
    {
        if (quadratic)
        {
            _weights.Apply(units, target);
        }
        else
        {
            _weights.Apply(units, _descent, _loss.Lipschitz);
        }
    }

    // As long as the data, so that the first step neither overshoots nor dies.
    private void Start(Units<T> units, int rank)
    {
        units.Resize(rank);
        _family.Randomize(units, _options.Seed);
        _descent.Balance(units, null);
        _descent.Evaluate(units);
        double length = Math.Sqrt(MatrixReductions.SumOfSquares<T>(_descent.Output)), wanted = _loss.Scale / _loss.Lipschitz;
        T scale = T.CreateChecked(Math.Pow(length > 0 ? wanted / length : 1, 1.0 / _family.Blocks));
        for (int k = 0; k < _family.Blocks; k++)
        {
            Elementwise.Scale<T>(units.Elements(k), scale, units.Elements(k));
        }
    }

    // Whether one more unit would lower the objective by more than the tolerance; to the last bit where the polar is exact.
    private bool Gains(double lower, double objective)
    {
        double tolerance = _family.PolarIsExact ? 2 * Certificate.Roundoff<T>() : typeof(T) == typeof(float) ? 1e-6 : 1e-10;
        double excess = lower - _lambda;
        return excess > 0 && excess * excess / (2 * _loss.Lipschitz * SquaredLength(_found)) > tolerance * objective;
    }

    private SolverStatus Status(double objective, double bound, double lower, double upper, double radial, double lossAtZero)
    {
        double most = _lambda * (1 + _options.PolarToleranceFor<T>());
        return objective - bound <= _options.GapToleranceFor<T>() * Math.Abs(objective) ? SolverStatus.Optimal
            : upper <= most && Math.Abs(radial) <= Math.Max(_options.RadialToleranceFor<T>() * Math.Abs(objective), 16 * Certificate.Roundoff<T>() * lossAtZero)
                ? SolverStatus.PolarCertified
            : lower <= most && upper > most ? SolverStatus.Undecided
            : SolverStatus.NotOptimal;
    }

    // ||phi||_F^2 of the first unit.
    private double SquaredLength(Units<T> found)
    {
        _trial.CopyFrom(found);
        _trial.Resize(1);
        _family.Forward(_trial, _descent.Output, _options.Parallelism);
        return MatrixReductions.SumOfSquares<T>(_descent.Output);
    }

    private void Append(Units<T> units, ReadOnlySpan<double> values, int most)
    {
        int count = 0, before = units.Count;
        while (count < most && count < _found.Count && values[count] > _lambda)
        {
            count++;
        }

        units.Resize(before + count);
        for (int i = 0; i < count; i++)
        {
            double weight = count == 1 ? Step(units, before, values[0]) : (values[i] - _lambda) / _loss.Lipschitz;
            T scale = T.CreateChecked(Math.Pow(weight, 1.0 / _family.Blocks));
            for (int k = 0; k < _family.Blocks; k++)
            {
                Elementwise.Scale<T>(_found.Block(k).Row(i), scale, units.Block(k).Row(before + i));
            }
        }
    }

    // The t that minimizes l(X + t A) + lambda t for the atom A that was found: where <R(X + t A), A> falls to lambda. (P - lambda) / (L ||A||^2) is
    // never too long; from there it is doubled past the zero and then found by bisection and secants.
    private double Step(Units<T> units, int count, double polar)
    {
        double low = 0, atLow = polar - _lambda, high = atLow / (_loss.Lipschitz * SquaredLength(_found));
        if (_loss.TryGetTarget(out _))
        {
            return high;
        }

        double atHigh = SlopeAt(high);
        for (int i = 0; i < 60 && atHigh > 0; i++)
        {
            (low, atLow) = (high, atHigh);
            atHigh = SlopeAt(high *= 2);
        }

        double t = high;
        for (int i = 0; i < 60; i++)
        {
            double secant = low + (high - low) * atLow / (atLow - atHigh);
            t = i % 3 == 2 || !(secant > low && secant < high) ? (low + high) / 2 : secant;
            double at = SlopeAt(t);
            if (Math.Abs(at) <= 1e-3 * (polar - _lambda))
            {
                break;
            }

            if (at > 0)
            {
                (low, atLow) = (t, at);
            }
            else
            {
                (high, atHigh) = (t, at);
            }
        }

        return t;

        double SlopeAt(double t)
        {
            // The units so far and the new one at weight t.
            _trial.CopyFrom(units);
            _trial.Resize(count + 1);
            T scale = T.CreateChecked(Math.Pow(t, 1.0 / _family.Blocks));
            for (int k = 0; k < _family.Blocks; k++)
            {
                Elementwise.Scale<T>(_found.Block(k).Row(0), scale, _trial.Block(k).Row(count));
            }

            _descent.Evaluate(_trial);
            _trial.CopyFrom(_found);
            _trial.Resize(1);
            _family.Forward(_trial, _descent.Output, _options.Parallelism);
            return MatrixReductions.Inner<T>(_descent.Residual, _descent.Output) - _lambda;
        }
    }
}

// What the search found out about its last point.
internal sealed record HomogeneousReport(
    double Objective,
    double LowerBound,
    double PolarLower,
    double PolarUpper,
    double RadialResidual,
    SolverStatus Status,
    StopReason Stop,
    long Iterations,
    int Growths,
    TimeSpan Elapsed,
    IReadOnlyList<SolverProgress> Trace);
