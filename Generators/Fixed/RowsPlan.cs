namespace Kernels.Generators.Fixed;

/// <summary>A vector of a row of C: <paramref name="Used"/> of its lanes count, all of them unless the row is shorter than the vector.</summary>
internal readonly record struct Column(int Bits, int Start, int Lanes, int Used)
{
    public bool IsPart => Used < Lanes;
}

/// <summary>How the rows of C are cut: into groups of columns whose accumulators fit the registers, and into blocks of rows.</summary>
internal static class RowsPlan
{
    // Two units of four cycles need eight multiply-adds in flight. With exactly eight of 512 bits (two rows by four vectors) every hiccup of a
    // core with two such units shows.
    private const int FewestWideChains = 9;

    // Below, more than nine cost a block some 25 cycles at its end, eight none (Zen 3, two vectors, K = 8..64: six rows 68 to 96 GF of 104, four 98 to 101).
    private const int MostChains = 9;

    // A single vector has a load for each multiply-add, and nothing more to gain.
    private const int MostRowsOfOne = 8;

    /// <summary>
    /// The vectors of a row, in groups. Full vectors first; what is left goes to the narrowest vector that holds it, moved left so that it
    /// ends with the row. It computes some columns a second time, to the same bits.
    /// </summary>
    public static List<List<Column>> Groups(FixedShape shape, int bits)
    {
        int widest = Narrowest(shape, shape.N, bits), lanes = Lanes.Of(shape, widest), full = shape.N / lanes, rest = shape.N % lanes;
        var columns = Enumerable.Range(0, full).Select(v => new Column(widest, v * lanes, lanes, lanes)).ToList();
        if (rest > 0)
        {
            int tail = Narrowest(shape, rest, widest), tailLanes = Lanes.Of(shape, tail);
            columns.Add(full == 0 ? new(widest, 0, lanes, rest) : new(tail, shape.N - tailLanes, tailLanes, tailLanes));
        }

        int most = bits == 512 ? 4 : columns.Count % 3 == 0 ? 3 : 2, groups = (columns.Count + most - 1) / most;
        // Larger groups last: a tail must lie in one group with the vector that it overlaps, or accumulating would count those columns twice.
        return [.. Enumerable.Range(0, groups).Select(g =>
        {
            int start = columns.Count * g / groups, end = columns.Count * (g + 1) / groups;
            return columns.GetRange(start, end - start);
        })];
    }

    /// <summary>Rows of a block: a divisor of M where one leaves enough chains in flight, otherwise all blocks nearly equal.</summary>
    public static int BlockRows(FixedShape shape, int bits, int vectors)
    {
        int most = Math.Min(shape.M, MostRows(bits, vectors));
        for (int rows = most; bits == 512 && rows * vectors >= FewestWideChains; rows--)
        {
            if (shape.M % rows == 0)
            {
                return rows;
            }
        }

        int blocks = (shape.M + most - 1) / most;
        return (shape.M + blocks - 1) / blocks;
    }

    // At 512 bits as the registers allow: beside the accumulators live the vectors of B and one broadcast of A.
    private static int MostRows(int bits, int vectors)
        => bits == 512 ? (32 - 1 - vectors) / vectors : vectors == 1 ? MostRowsOfOne : MostChains / vectors;

    private static int Narrowest(FixedShape shape, int elements, int bits)
    {
        int width = 128;
        while (width < bits && Lanes.Of(shape, width) < elements)
        {
            width *= 2;
        }

        return width;
    }
}
