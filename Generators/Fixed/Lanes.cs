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

    /// <summary>A vector, written.</summary>
    public static string Store(string vector, string origin, int offset) => offset == 0 ? $"{vector}.StoreUnsafe(ref {origin});" : $"{vector}.StoreUnsafe(ref {origin}, {offset});";

    /// <summary>The lanes of a vector in another order, known now.</summary>
    public static string Shuffle(FixedShape shape, int bits, string vector, IReadOnlyList<int> order)
        => order.Select((source, lane) => source == lane).All(same => same)
            ? vector
            : $"W{bits}.Shuffle({vector}, W{bits}.Create({string.Join(", ", order.Select(lane => lane + (shape.ScalarBits == 64 ? "L" : "")))}))";
}
