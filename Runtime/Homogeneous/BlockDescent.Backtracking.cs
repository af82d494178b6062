namespace Kernels.Runtime;

// Steps in blocks in which the sum of atoms is not linear.
internal sealed partial class BlockDescent<T>
{
    // A proximal step in all rows of a block at once, halved until it lowers the objective; false, and nothing changed, when none does or the step is negligible.
    private bool Backtrack(Units<T> units, int block, double tolerance)
    {
        double objective = Evaluate(units).Objective;
        Span<T> elements = units.Elements(block), point = _point.Elements(block);
        elements.CopyTo(point);
        if (_family.TryDirection(block, units, _loss, Residual, _lambda, _slope.Block(block), out double kink) && Search(units, block, kink, objective))
        {
            return true;
        }

        double length = _family.LongestStep(block, units) / _loss.Lipschitz;
        _family.Contract(block, units, Residual, _slope.Block(block), _options.Parallelism);
        for (int halving = 0; halving <= MostHalvings; halving++, length /= 2)
        {
            Elementwise.AddScaled<T>(point, _slope.Elements(block), T.CreateChecked(length), elements);
            SetThresholds(units, block, _lambda * length);
            _family.Prox(block, units.Block(block), _thresholds.AsSpan(0, units.Count));
            if (Evaluate(units).Objective < objective)
            {
                double step = MatrixSums.Distance<T>(units.Block(block), _point.Block(block));
                return !(step <= length * tolerance * Math.Sqrt(MatrixReductions.SumOfSquares<T>(units.Block(block))));
            }
        }

        point.CopyTo(elements);
        return false;
    }

    // Along the direction in slope: the whole step or that to the first kink, whichever is lower, else shorter ones; false where the objective, which is left in the residual, does not fall
    // by more than its rounding.
    private bool Search(Units<T> units, int block, double kink, double objective)
    {
        double least = objective * (1 - 16 * Certificate.Roundoff<T>()), whole = At(1);
        if (kink < 1 && At(kink) is var early && early < Math.Min(whole, least))
        {
            return true;
        }

        if (whole < least)
        {
            At(1);
            return true;
        }

        double t = Math.Min(kink, 1) / 2;
        for (int halving = 0; halving < MostHalvings / 2; halving++, t /= 2)
        {
            if (At(t) < least)
            {
                return true;
            }
        }

        At(0);
        return false;

        double At(double t)
        {
            Elementwise.AddScaled<T>(_point.Elements(block), _slope.Elements(block), T.CreateChecked(t), units.Elements(block));
            return Evaluate(units).Objective;
        }
    }
}
