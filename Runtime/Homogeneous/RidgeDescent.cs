using System.Numerics;

namespace Kernels.Runtime;

// Descent for theta(u, v) = ||u|| ||v|| in the form l(U V^T) + lambda/2 (||U||_F^2 + ||V||_F^2), which is nowhere below f and equal to it where units are balanced.
// Each factor in turn minimizes the quadratic majorizer of l exactly: a gradient step in the metric L V^T V + lambda I, so that the spread of the singular values
// of X, which makes steps of one length for all units slow, does not matter. Extrapolated, and taken back when the objective rises. Units die by a proximal step
// in the span of the factors, min over C of the majorizer at P C Q^T plus lambda ||C||_*, whose thresholded values are exact zeros.
// Source: Hastie, Mazumder, Lee, Zadeh, JMLR 16, 2015 (softImpute-ALS); the extrapolation as in BlockDescent.
internal sealed class RidgeDescent<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int CoreEvery = 20;

    private readonly AtomFamily<T> _family;
    private readonly ConvexLoss<T> _loss;
    private readonly FactorizationOptions _options;
    private readonly BlockDescent<T> _at;
    private readonly double _lambda;
    private readonly Units<T> _previous, _before, _point, _slope;
    private readonly SolverWorkspace<T> _memory = new();
    private T[] _metric = [];
    private double[] _roots = [], _values = [];

    internal RidgeDescent(AtomFamily<T> family, ConvexLoss<T> loss, FactorizationOptions options, double lambda, BlockDescent<T> at)
    {
        (_family, _loss, _options, _lambda, _at) = (family, loss, options, lambda, at);
        (_previous, _before, _point, _slope) = (family.NewUnits(), family.NewUnits(), family.NewUnits(), family.NewUnits());
    }

    internal long Iterations { get; private set; }

    // True when the stopping rule was met, which is that of BlockDescent: the slopes are at most the tolerance times the factors.
    internal bool Run(Units<T> units, double loosest, CancellationToken cancellation)
    {
        double tolerance = Math.Max(Math.Max(loosest, _options.InnerToleranceFor<T>()) * _lambda, 8 * Certificate.Roundoff<T>() * _loss.Scale);
        double slack = 10 * Certificate.Roundoff<T>() * _loss.Scale * _loss.Scale / _loss.Lipschitz;
        bool quadratic = _loss.TryGetTarget(out _);
        double objective = double.PositiveInfinity, t = 1;
        Restart(units);
        for (int step = 0; step < _options.InnerIterations && units.Count > 0; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            Iterations++;
            double next = (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = _options.Extrapolate && !quadratic && step > 0 ? (t - 1) / next : 0;
            _before.CopyFrom(units);
            bool moved = Turn(units, 0, momentum, tolerance) | Turn(units, 1, momentum, tolerance);
            double reached = quadratic ? 0 : Objective(units);
            if (momentum > 0 && reached > objective + slack)
            {
                units.CopyFrom(_before);
                moved = Turn(units, 0, 0, tolerance) | Turn(units, 1, 0, tolerance);
                reached = Objective(units);
                next = 1;
            }

            (t, objective) = (next, reached);
            _previous.CopyFrom(_before);
            if (!moved && momentum > 0)
            {
                // The slope of the first factor was taken before the second one was carried on by its momentum; the next step has none.
                t = 1;
                continue;
            }

            if (!moved)
            {
                int count = units.Count;
                CoreStep(units);
                if (units.Count == count)
                {
                    return true;
                }
            }
            else if (step % CoreEvery == CoreEvery - 1)
            {
                int count = units.Count;
                if (HasFaded(units))
                {
                    CoreStep(units);
                }

                if (units.Count == count)
                {
                    continue;
                }
            }
            else
            {
                continue;
            }

            // Other units than before.
            Restart(units);
            (t, objective) = (1, double.PositiveInfinity);
        }

        return units.Count == 0;
    }

    private void Restart(Units<T> units)
    {
        _previous.CopyFrom(units);
        _point.Resize(units.Count);
        _slope.Resize(units.Count);
        if (_metric.Length < units.Count * units.Count)
        {
            _metric = new T[Math.Max(units.Count * units.Count, 2 * _metric.Length)];
        }
    }

    private double Objective(Units<T> units)
        => _at.Evaluate(units).Loss + _lambda / 2 * (MatrixReductions.SumOfSquares<T>(units.Block(0)) + MatrixReductions.SumOfSquares<T>(units.Block(1)));

    // W = P + (L G + lambda I)^-1 (-grad l - lambda P) at the extrapolated point P of one factor; false when the bracket is negligible.
    private bool Turn(Units<T> units, int block, double momentum, double tolerance)
    {
        int r = units.Count;
        Span<T> elements = units.Elements(block), point = _point.Elements(block), slope = _slope.Elements(block);
        T weight = T.CreateChecked(momentum);
        Elementwise.Combine<T>(elements, _previous.Elements(block), T.One + weight, -weight, point);
        MatrixView<T> metric = new(_metric, r, r);
        _family.Gram(block, units, metric, _options.Parallelism);
        if (_loss.TryGetTarget(out ReadOnlyMatrixView<T> target))
        {
            _family.Contract(block, units, target, _slope.Block(block), _options.Parallelism);
            Gemm.Multiply<T>(-T.One, metric, _point.Block(block), T.One, _slope.Block(block), _options.Parallelism);
        }
        else
        {
            point.CopyTo(elements);
            _at.Evaluate(units);
            _family.Contract(block, units, _at.Residual, _slope.Block(block), _options.Parallelism);
            Elementwise.Scale<T>(metric, T.CreateChecked(_loss.Lipschitz), metric);
        }

        Elementwise.AddScaled<T>(slope, point, T.CreateChecked(-_lambda), slope);
        bool moved = !(Math.Sqrt(MatrixReductions.SumOfSquares<T>(_slope.Block(block))) <= tolerance * Math.Sqrt(MatrixReductions.SumOfSquares<T>(_point.Block(block))));
        for (int i = 0; i < r; i++)
        {
            metric[i, i] += T.CreateChecked(_lambda);
        }

        if (Cholesky.Factor(metric) >= 0)
        {
            // Rounding of a metric whose condition is beyond the type.
            point.CopyTo(elements);
            return false;
        }

        Cholesky.Solve<T>(metric, _slope.Block(block));
        Elementwise.Add<T>(point, slope, elements);
        return moved;
    }

    // Whether any unit is so small that the next proximal step could end it.
    private bool HasFaded(Units<T> units)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < units.Count; i++)
        {
            least = Math.Min(least, _family.Price(units, i));
        }

        return least < _lambda / _loss.Lipschitz;
    }

    // C = diag(S) + P^T R Q / L for X = P diag(S) Q^T, thresholded at lambda / L.
    private void CoreStep(Units<T> units)
    {
        _family.Compress(units, _options.Parallelism);
        int r = units.Count;
        if (r == 0)
        {
            return;
        }

        _at.Evaluate(units);
        Restart(units);
        _family.Contract(0, units, _at.Residual, _slope.Block(0), _options.Parallelism);
        _memory.Reserve(checked(r * r + ThinSvd<T>.WorkspaceFor(r, r)));
        MatrixView<T> core = _memory.Matrix(r, r);
        Gemm.Multiply<T>(T.One, units.Block(0), _slope.Block(0).Transposed, T.Zero, core, _options.Parallelism);
        _roots = _roots.Length >= r ? _roots : new double[r];
        Span<double> roots = _roots.AsSpan(0, r);
        for (int i = 0; i < r; i++)
        {
            roots[i] = Math.Sqrt(_family.Price(units, i));
        }

        for (int i = 0; i < r; i++)
        {
            Elementwise.Scale<T>(core.Row(i), T.CreateChecked(1 / (roots[i] * _loss.Lipschitz)), core.Row(i));
        }

        for (int i = 0; i < r; i++)
        {
            MatrixView<T> column = core.Slice(0, i, r, 1);
            Elementwise.Scale<T>(column, T.CreateChecked(1 / roots[i]), column);
            core[i, i] += T.CreateChecked(roots[i] * roots[i]);
        }

        var svd = new ThinSvd<T>(core, _memory, ref _values);
        double threshold = _lambda / _loss.Lipschitz;
        int rank = svd.Above(threshold);
        Rotate(units, 0, svd.Left, svd.Values, roots, threshold, rank);
        Rotate(units, 1, svd.Right, svd.Values, roots, threshold, rank);
        units.Resize(rank);
    }

    // Rows sqrt(S') a^T diag(1 / sqrt(S)) W for the singular vectors a of the core.
    private void Rotate(Units<T> units, int block, MatrixView<T> vectors, ReadOnlySpan<double> values, ReadOnlySpan<double> roots, double threshold, int rank)
    {
        MatrixView<T> w = units.Block(block);
        for (int i = 0; i < w.Rows; i++)
        {
            Elementwise.Scale<T>(w.Row(i), T.CreateChecked(1 / roots[i]), _point.Block(block).Row(i));
        }

        for (int i = 0; i < rank; i++)
        {
            Elementwise.Scale<T>(vectors.Row(i), T.CreateChecked(Math.Sqrt(values[i] - threshold)), vectors.Row(i));
        }

        Gemm.Multiply<T>(T.One, vectors.Slice(0, 0, rank, vectors.Columns), _point.Block(block), T.Zero, w.Slice(0, 0, rank, w.Columns), _options.Parallelism);
    }
}
