using System.Numerics;

namespace Kernels.Runtime;

// The higher-order power method from many starts at once: each block in turn becomes the best one for all others, which never lowers <Z, phi(W)>.
// Source: De Lathauwer, De Moor, Vandewalle, SIAM J. Matrix Anal. Appl. 21(4), 2000, with the dual norm of each block for the length. Its memory is kept from search to search.
internal sealed class AlternatingPolar<T>(AtomFamily<T> family)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostSteps = 1000;

    private double[] _best = [], _sorted = [];
    private bool[] _alive = [];

    // starts has all blocks but the first filled.
    internal double Search(ReadOnlyMatrixView<T> z, Units<T> starts, Units<T> found, Span<double> values)
    {
        if (_best.Length < starts.Count)
        {
            (_best, _sorted, _alive) = (new double[starts.Count], new double[starts.Count], new bool[starts.Count]);
        }

        _best.AsSpan().Clear();
        double tolerance = family.SearchTolerance, rise = 1;
        for (int step = 0; step < MostSteps && starts.Count > 0 && rise > tolerance; step++)
        {
            rise = 0;
            for (int block = 0; block < family.Blocks; block++)
            {
                rise = Math.Max(rise, Turn(z, starts, block, last: block == family.Blocks - 1));
            }

            Halve(starts);
        }

        found.Resize(1);
        values[0] = 0;
        int first = 0;
        for (int i = 0; i < starts.Count; i++)
        {
            if (_best[i] > values[0])
            {
                (values[0], first) = (_best[i], i);
            }
        }

        for (int block = 0; block < family.Blocks; block++)
        {
            if (values[0] > 0)
            {
                starts.Block(block).Row(first).CopyTo(found.Block(block).Row(0));
            }
            else
            {
                found.Block(block).Fill(T.Zero);
            }
        }

        return values[0];
    }

    // The largest relative rise of a value; units that cannot rise above zero are dropped.
    private double Turn(ReadOnlyMatrixView<T> z, Units<T> units, int block, bool last)
    {
        family.Contract(block, units, z, units.Block(block), Parallelism.Sequential);
        double rise = 0;
        int kept = 0;
        for (int i = 0; i < units.Count; i++)
        {
            double value = family.AlignRow(block, i, units.Block(block).Row(i));
            _alive[i] = value > 0;
            if (_alive[i])
            {
                rise = last ? Math.Max(rise, (value - _best[i]) / value) : rise;
                _best[kept++] = last ? value : _best[i];
            }
        }

        units.Keep(_alive.AsSpan(0, units.Count));
        return rise;
    }

    private void Halve(Units<T> units)
    {
        int count = units.Count, kept = Math.Max(family.LastStarts, (count + 1) / 2);
        if (count <= kept)
        {
            return;
        }

        Span<double> sorted = _sorted.AsSpan(0, count);
        _best.AsSpan(0, count).CopyTo(sorted);
        sorted.Sort();
        double least = sorted[count - kept];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            _alive[i] = _best[i] >= least;
            _best[at] = _best[i];
            at += _alive[i] ? 1 : 0;
        }

        units.Keep(_alive.AsSpan(0, count));
    }
}
