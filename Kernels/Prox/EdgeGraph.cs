namespace Kernels;

/// <summary>Which elements of a vector are neighbours: the edges over which total variation sums differences.</summary>
public sealed class EdgeGraph
{
    private readonly int[] _from, _to;

    // Where the edges join i to i + d for few d and most i, as on a lattice, those of each d are one band of slots, i = 0, 1, ..., with 1 where there is an edge: differences along them are
    // taken of adjacent elements. Otherwise empty, and a slot is an edge.
    private readonly (int Distance, double[] Present)[] _bands;

    /// <summary>A graph of given edges.</summary>
    /// <param name="vertices">Number of elements, at least 1.</param>
    /// <param name="from">One end of each edge, 0 to vertices - 1.</param>
    /// <param name="to">The other end.</param>
    /// <exception cref="ArgumentOutOfRangeException">No vertices.</exception>
    /// <exception cref="ArgumentException">Lengths differ, or an edge is out of range or ends where it starts.</exception>
    public EdgeGraph(int vertices, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vertices, 1);
        if (from.Length != to.Length)
        {
            throw new ArgumentException($"Must have {from.Length} elements like the starts, but has {to.Length}.", nameof(to));
        }

        int[] degrees = new int[vertices];
        for (int e = 0; e < from.Length; e++)
        {
            if ((uint)from[e] >= (uint)vertices || (uint)to[e] >= (uint)vertices || from[e] == to[e])
            {
                throw new ArgumentException($"Edge {e}, counted from 0, must join two of the vertices 0 to {vertices - 1}, but joins {from[e]} and {to[e]}.", nameof(from));
            }

            MostNeighbours = Math.Max(MostNeighbours, Math.Max(++degrees[from[e]], ++degrees[to[e]]));
        }

        (Vertices, _from, _to) = (vertices, from.ToArray(), to.ToArray());
        IsChain = from.Length == vertices - 1;
        for (int e = 0; e < from.Length && IsChain; e++)
        {
            IsChain = from[e] == e && to[e] == e + 1;
        }

        _bands = Bands(vertices, from, to);
        Slots = _bands.Length > 0 ? _bands.Sum(band => band.Present.Length) : from.Length;
    }

    /// <summary>Number of elements.</summary>
    public int Vertices { get; }

    /// <summary>Number of edges.</summary>
    public int Edges => _from.Length;

    /// <summary>The edges join each vertex to the next, in order.</summary>
    public bool IsChain { get; }

    /// <summary>Edges at the vertex that has most.</summary>
    public int MostNeighbours { get; }

    // Length of a vector of differences; zeros stand where there is no edge.
    internal int Slots { get; }

    // differences = G x.
    internal void Differences(ReadOnlySpan<double> x, Span<double> differences)
    {
        for (int e = 0; e < _from.Length && _bands.Length == 0; e++)
        {
            differences[e] = x[_from[e]] - x[_to[e]];
        }

        foreach (var (distance, present) in _bands)
        {
            Losses.MaskedDifference(x[..present.Length], x[distance..], present, differences[..present.Length]);
            differences = differences[present.Length..];
        }
    }

    // x -= G^T z, for z that is zero where there is no edge.
    internal void SubtractAdjoint(ReadOnlySpan<double> z, Span<double> x)
    {
        for (int e = 0; e < _from.Length && _bands.Length == 0; e++)
        {
            x[_from[e]] -= z[e];
            x[_to[e]] += z[e];
        }

        foreach (var (distance, present) in _bands)
        {
            ReadOnlySpan<double> along = z[..present.Length];
            Elementwise.Subtract(x[..present.Length], along, x[..present.Length]);
            Elementwise.Add(x[distance..], along, x[distance..]);
            z = z[present.Length..];
        }
    }

    // None where more than half of the slots would be empty, or where two edges would share one.
    private static (int Distance, double[] Present)[] Bands(int vertices, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        var bands = new SortedDictionary<int, double[]>();
        long slots = 0;
        for (int e = 0; e < from.Length; e++)
        {
            int first = Math.Min(from[e], to[e]), distance = Math.Abs(to[e] - from[e]);
            if (!bands.TryGetValue(distance, out double[]? present))
            {
                slots += vertices - distance;
                if (slots > 2L * from.Length)
                {
                    return [];
                }

                bands.Add(distance, present = new double[vertices - distance]);
            }

            if (present[first]++ > 0)
            {
                return [];
            }
        }

        return [.. bands.Select(band => (band.Key, band.Value))];
    }

    /// <summary>Elements 0, 1, ..., n - 1 in a row.</summary>
    public static EdgeGraph Chain(int length) => Lattice(1, length);

    /// <summary>Pixels of an image by rows; neighbours side by side, and over corners as well when diagonal.</summary>
    /// <param name="rows">Height, at least 1.</param>
    /// <param name="columns">Width, at least 1.</param>
    /// <param name="diagonal">Eight neighbours a pixel instead of four.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is less than 1.</exception>
    public static EdgeGraph Lattice(int rows, int columns, bool diagonal = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        List<int> from = [], to = [];
        (int Down, int Right)[] steps = diagonal ? [(0, 1), (1, 0), (1, 1), (1, -1)] : [(0, 1), (1, 0)];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                foreach (var (down, right) in steps)
                {
                    if (i + down < rows && j + right >= 0 && j + right < columns)
                    {
                        from.Add(i * columns + j);
                        to.Add((i + down) * columns + j + right);
                    }
                }
            }
        }

        return new(checked(rows * columns), [.. from], [.. to]);
    }
}
