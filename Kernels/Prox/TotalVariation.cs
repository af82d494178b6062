using System.Numerics;

namespace Kernels;

/// <summary>Total variation over a graph, <c>sum over edges of |x_i - x_j|</c>, and its proximal map, in memory of its own. Not for two threads at a time.</summary>
/// <remarks>
/// The proximal map is <c>x - G^T z</c> for the z with <c>|z| at most weight</c> that minimizes <c>1/2 |x - G^T z|^2</c>, by projected gradients, accelerated with restart, of step
/// 1 / (2 deg) as <c>|G|^2</c> is at most twice the largest degree; it ends by its duality gap. About 8 flops an edge and step, some hundred steps; all in double.
/// A call starts from the z of the last one. Along a line (<see cref="EdgeGraph.IsChain"/>) <see cref="ChainVariation"/> is exact and linear, and takes its place. Source: Beck and Teboulle, IEEE Trans. Image Processing 18(11), 2009.
/// </remarks>
public sealed class TotalVariation
{
    private const int MostSteps = 100_000, LookEvery = 10;

    private readonly EdgeGraph _graph;
    private readonly double[] _input, _output, _z, _previous, _point, _line;

    /// <summary>Total variation over a graph.</summary>
    public TotalVariation(EdgeGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        (int vertices, int edges) = graph.IsChain ? (0, 0) : (graph.Vertices, graph.Edges);
        (_input, _output) = (new double[vertices], new double[vertices]);
        (_z, _previous, _point) = (new double[edges], new double[edges], new double[edges]);
        _line = graph.IsChain ? new double[ChainVariation.RequiredWorkspace(graph.Vertices)] : [];
    }

    /// <summary>The proximal map is exact, and not an iteration: the graph is a line.</summary>
    public bool IsExact => _graph.IsChain;

    /// <summary>The sum of |x_i - x_j|.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">As many elements as the graph has vertices.</param>
    /// <exception cref="ArgumentException">Another number of elements.</exception>
    public double Norm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x.Length, nameof(x));
        ReadOnlySpan<int> from = _graph.From, to = _graph.To;
        double sum = 0;
        for (int e = 0; e < from.Length; e++)
        {
            sum += Math.Abs(double.CreateChecked(x[from[e]]) - double.CreateChecked(x[to[e]]));
        }

        return sum;
    }

    /// <summary>The minimizer p of <c>1/2 |x - p|^2 + weight TV(p)</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">As many elements as the graph has vertices, finite.</param>
    /// <param name="weight">Zero or more.</param>
    /// <param name="destination">As long as x; may be x.</param>
    /// <param name="tolerance">Duality gap relative to |x|^2 at which it ends; the distance to p is at most |x| times the root of twice that.</param>
    /// <returns>The gap that was reached, relative to |x|^2; zero along a line.</returns>
    /// <exception cref="ArgumentException">Another number of elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative or not a number, or the tolerance not positive.</exception>
    public double Prox<T>(ReadOnlySpan<T> x, double weight, Span<T> destination, double tolerance = 1e-14)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x.Length, nameof(x));
        Check(destination.Length, nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        if (_graph.IsChain)
        {
            ChainVariation.Prox(x, weight, destination, _line);
            return 0;
        }

        double squares = 0;
        for (int i = 0; i < x.Length; i++)
        {
            _input[i] = double.CreateChecked(x[i]);
            squares += _input[i] * _input[i];
        }

        double gap = weight > 0 && _graph.Edges > 0 && squares > 0 ? Descend(weight, tolerance * squares) / squares : 0;
        ReadOnlySpan<double> result = weight > 0 && _graph.Edges > 0 && squares > 0 ? _output : _input;
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = T.CreateChecked(result[i]);
        }

        return gap;
    }

    private double Descend(double weight, double enough)
    {
        ReadOnlySpan<int> from = _graph.From, to = _graph.To;
        double step = 1.0 / (2 * _graph.MostNeighbours), t = 1;
        for (int e = 0; e < _z.Length; e++)
        {
            _z[e] = Math.Clamp(_z[e], -weight, weight);
        }

        _z.CopyTo(_point, 0);
        for (int iteration = 1; iteration <= MostSteps; iteration++)
        {
            Image(_point);
            _z.CopyTo(_previous, 0);
            double along = 0;
            for (int e = 0; e < _z.Length; e++)
            {
                double next = Math.Clamp(_point[e] + step * (_output[from[e]] - _output[to[e]]), -weight, weight);
                along += (_point[e] - next) * (next - _previous[e]);
                _z[e] = next;
            }

            // Restart where the step goes against the momentum (O'Donoghue and Candes 2015).
            double following = along > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * t * t)) / 2, w = along > 0 ? 0 : (t - 1) / following;
            t = following;
            for (int e = 0; e < _z.Length; e++)
            {
                _point[e] = _z[e] + w * (_z[e] - _previous[e]);
            }

            if (iteration % LookEvery == 0)
            {
                double gap = Gap(weight);
                if (gap <= enough)
                {
                    return gap;
                }
            }
        }

        return Gap(weight);
    }

    // _output = input - G^T z.
    private void Image(double[] z)
    {
        ReadOnlySpan<int> from = _graph.From, to = _graph.To;
        _input.CopyTo(_output, 0);
        for (int e = 0; e < z.Length; e++)
        {
            _output[from[e]] -= z[e];
            _output[to[e]] += z[e];
        }
    }

    // weight |G p|_1 - <z, G p>, of non-negative terms.
    private double Gap(double weight)
    {
        Image(_z);
        ReadOnlySpan<int> from = _graph.From, to = _graph.To;
        double gap = 0;
        for (int e = 0; e < _z.Length; e++)
        {
            double difference = _output[from[e]] - _output[to[e]];
            gap += weight * Math.Abs(difference) - _z[e] * difference;
        }

        return gap;
    }

    private void Check(int length, string name)
    {
        if (length != _graph.Vertices)
        {
            throw new ArgumentException($"Must have {_graph.Vertices} elements like the graph, but has {length}.", name);
        }
    }
}
