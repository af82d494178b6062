namespace Kernels.Generators.Fixed;

/// <summary>C# for vectors of one scalar type.</summary>
internal static class Lanes
{
    /// <summary>Lanes of a vector.</summary>
    public static int Of(FixedShape shape, int bits) => bits / shape.ScalarBits;

    /// <summary>One element, read.</summary>
    public static string Element(string origin, int offset) => offset == 0 ? origin : $"Unsafe.Add(ref {origin}, {offset})";

    /// <summary>A vector, read.</summary>
    public static string Load(int bits, string origin, int offset) => offset == 0 ? $"W{bits}.LoadUnsafe(ref {origin})" : $"W{bits}.LoadUnsafe(ref {origin}, {offset})";

    /// <summary>
    /// A vector of which <paramref name="used"/> lanes count. Where it would pass the end of the matrix (<paramref name="size"/> elements, of which it
    /// starts at most <paramref name="furthest"/> in), the vector that ends with those lanes is read and shifted; where that would begin before
    /// the origin, element by element.
    /// </summary>
    public static string LoadPart(FixedShape shape, int bits, string origin, int offset, int used, int furthest, int size)
    {
        int lanes = Of(shape, bits), back = lanes - used;
        return furthest + lanes <= size ? Load(bits, origin, offset)
            : offset >= back ? Shuffle(shape, bits, Load(bits, origin, offset - back), Shift(lanes, back))
            : $"W{bits}.Create({string.Join(", ", Enumerable.Range(0, lanes).Select(lane => lane < used ? Element(origin, offset + lane) : "0"))})";
    }

    /// <summary>A vector, written.</summary>
    public static string Store(string vector, string origin, int offset) => offset == 0 ? $"{vector}.StoreUnsafe(ref {origin});" : $"{vector}.StoreUnsafe(ref {origin}, {offset});";

    /// <summary>The first <paramref name="used"/> lanes of a vector, written and nothing beyond them: one or two statements.</summary>
    public static IEnumerable<string> StorePart(FixedShape shape, int bits, string vector, string origin, int offset, int used)
    {
        int lanes = Of(shape, bits), half = lanes / 2;
        if (used < half)
        {
            return [$"{Element(origin, offset)} = {vector}.ToScalar();"];
        }

        // The second half ends with the lanes that count.
        return used == half
            ? [StoreHalf(shape, bits, vector, origin, offset)]
            : [StoreHalf(shape, bits, vector, origin, offset), StoreHalf(shape, bits, Shuffle(shape, bits, vector, Shift(lanes, used - half)), origin, offset + used - half)];
    }

    /// <summary>The lanes of a vector in another order, known now.</summary>
    public static string Shuffle(FixedShape shape, int bits, string vector, IReadOnlyList<int> order)
    {
        if (order.Select((source, lane) => source == lane).All(same => same))
        {
            return vector;
        }

        int quarter = Of(shape, 128);
        if (bits != 512 || order.Where((source, lane) => source % quarter != lane % quarter || source / quarter != order[lane - lane % quarter] / quarter).Any())
        {
            return $"W{bits}.Shuffle({vector}, W{bits}.Create({string.Join(", ", order.Select(lane => lane + (shape.ScalarBits == 64 ? "L" : "")))}))";
        }

        // Whole quarters: the JIT would read an index vector from memory where this instruction holds the order.
        int control = Enumerable.Range(0, 4).Sum(lane => order[lane * quarter] / quarter << (2 * lane));
        return $"Avx512F.Shuffle4x128({vector}, {vector}, {control})";
    }

    private static int[] Shift(int lanes, int back) => [.. Enumerable.Range(0, lanes).Select(lane => Math.Min(lane + back, lanes - 1))];

    // Half of 128 bits goes out as a scalar: the JIT takes a Vector64 through the stack, and the accumulator with it.
    private static string StoreHalf(FixedShape shape, int bits, string vector, string origin, int offset)
        => bits > 128 ? Store($"{vector}.GetLower()", origin, offset)
            : shape.ScalarBits == 64 ? $"{Element(origin, offset)} = {vector}.ToScalar();"
            : $"Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref {Element(origin, offset)}), {vector}.AsDouble().ToScalar());";
}
