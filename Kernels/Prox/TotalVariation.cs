using System.Numerics;

namespace Kernels;

/// <summary>Total variation over a graph, <c>sum over edges of |x_i - x_j|</c>, and its proximal map, in memory of its own. Not for two threads at a time.</summary>
/// <remarks>
/// The proximal map is <c>x - G^T z</c> for the z with <c>|z| at most weight</c> that minimizes <c>1/2 |x - G^T z|^2</c>, by projected gradients, accelerated with restart, of step
/// 1 / (2 deg) as <c>|G|^2</c> is at most twice the largest degree; it ends by its duality gap. About 8 flops an edge and step, some hundred steps; all in double.
/// A call starts from the z of the last one, or from one of the caller's.
/// Along a line (<see cref="EdgeGraph.IsChain"/>) <see cref="ChainVariation"/> is exact and linear, and takes its place.
/// Source: Beck and Teboulle, IEEE Trans. Image Processing 18(11), 2009.
/// </remarks>
public sealed class TotalVariation
{
    private const int MostSteps = 100_000, LookEvery = 10;

    private readonly EdgeGraph _graph;
    private readonly double[] _input, _output, _own, _difference, _point, _line;
    private double[] _z, _previous;

    /// <summary>Total variation over a graph.</summary>
    public TotalVariation(EdgeGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        int slots = graph.Slots, iterated = graph.IsChain ? 0 : slots;
        (_input, _output, _difference) = (new double[graph.Vertices], new double[graph.Vertices], new double[slots]);
        (_own, _z, _previous, _point) = (new double[iterated], new double[iterated], new double[iterated], new double[iterated]);
        _line = graph.IsChain ? new double[ChainVariation.RequiredWorkspace(graph.Vertices)] : [];
    }

    /// <summary>The proximal map is exact, and not an iteration: the graph is a line.</summary>
    public bool IsExact => _graph.IsChain;

    /// <summary>Elements of the z that <see cref="Prox{T}(ReadOnlySpan{T}, double, Span{T}, Span{double}, double)"/> starts from and leaves; zero along a line.</summary>
    public int DualLength => _own.Length;

    /// <summary>The sum of |x_i - x_j|.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">As many elements as the graph has vertices.</param>
    /// <exception cref="ArgumentException">Another number of elements.</exception>
    public double Norm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x.Length, nameof(x));
        Read(x);
        _graph.Differences(_input, _difference);
        return Reductions.SumOfMagnitudes<double>(_difference);
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
        => Prox(x, weight, destination, _own, tolerance);

    /// <summary>The same from a z of the caller's: where the map is asked for again and again at several points that move a little, each with a z of its own is quicker.</summary>
    /// <inheritdoc cref="Prox{T}(ReadOnlySpan{T}, double, Span{T}, double)"/>
    /// <param name="x">As many elements as the graph has vertices, finite.</param>
    /// <param name="weight">Zero or more.</param>
    /// <param name="destination">As long as x; may be x.</param>
    /// <param name="dual">z, of <see cref="DualLength"/> elements: zeros, or what an earlier call left.</param>
    /// <param name="tolerance">Duality gap relative to |x|^2 at which it ends; the distance to p is at most |x| times the root of twice that.</param>
    public double Prox<T>(ReadOnlySpan<T> x, double weight, Span<T> destination, Span<double> dual, double tolerance = 1e-14)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x.Length, nameof(x));
        Check(destination.Length, nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        if (dual.Length != DualLength)
        {
            throw new ArgumentException($"Must have {DualLength} elements, but has {dual.Length}.", nameof(dual));
        }

        if (_graph.IsChain)
        {
            ChainVariation.Prox(x, weight, destination, _line);
            return 0;
        }

        Read(x);
        double squares = Reductions.SumOfSquares<double>(_input);
        if (!(weight > 0 && _graph.Edges > 0 && squares > 0))
        {
            x.CopyTo(destination);
            return 0;
        }

        double gap = Descend(weight, tolerance * squares, dual) / squares;
        Conversions.Convert<double, T>(new ReadOnlyMatrixView<double>(_output, 1, _output.Length), new MatrixView<T>(destination, 1, destination.Length));
        return gap;
    }

    private void Read<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Conversions.Convert<T, double>(new ReadOnlyMatrixView<T>(x, 1, x.Length), new MatrixView<double>(_input, 1, x.Length));

    private double Descend(double weight, double enough, Span<double> dual)
    {
        double step = 1.0 / (2 * _graph.MostNeighbours), t = 1, gap = double.PositiveInfinity;

        // Clamped by a step of no length.
        Kernels.Prox.BoxStep(dual, dual, 0, weight, _z);
        _z.CopyTo(_point, 0);
        for (int iteration = 1; iteration <= MostSteps; iteration++)
        {
            Image(_point);
            (_z, _previous) = (_previous, _z);
            Kernels.Prox.BoxStep(_point, _difference, -step, weight, _z);

            // Restart where the step goes against the momentum (O'Donoghue and Candes 2015).
            bool against = Kernels.Prox.MomentumTest<double>(_point, _z, _previous) > 0;
            double following = against ? 1 : (1 + Math.Sqrt(1 + 4 * t * t)) / 2, w = against ? 0 : (t - 1) / following;
            t = following;
            Elementwise.Combine(_z, _previous, 1 + w, -w, _point);
            if (iteration % LookEvery == 0 || iteration == MostSteps)
            {
                // weight |G p|_1 - <z, G p>.
                Image(_z);
                gap = Kernels.Prox.VariationGap(_difference, _z, weight);
                if (gap <= enough)
                {
                    break;
                }
            }
        }

        _z.CopyTo(dual);
        return gap;
    }

    // _output = input - G^T z, and its differences.
    private void Image(double[] z)
    {
        _input.CopyTo(_output, 0);
        _graph.SubtractAdjoint(z, _output);
        _graph.Differences(_output, _difference);
    }

    private void Check(int length, string name)
    {
        if (length != _graph.Vertices)
        {
            throw new ArgumentException($"Must have {_graph.Vertices} elements like the graph, but has {length}.", name);
        }
    }
}
