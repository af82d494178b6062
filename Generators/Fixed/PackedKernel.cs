using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Several rows of C in each vector of 512 bits, where a row of A and of C fills 128 or 256: the operands are loaded once as they lie, and each
/// step spreads an element of every row of A and repeats a row of B by shuffles. 4 x 4 floats are four multiply-adds instead of
/// sixteen of 128 bits, and two loads instead of twenty. (Vector512.Create of a narrower vector would read its destination: a chain through memory.)
/// </summary>
internal static class PackedKernel
{
    private const int Width = 512;
    private const int MostVectors = 4;

    // An element of A that is spread over 256 bits takes an index vector from memory: too much unless so many vectors share it.
    private const int FewestVectorsOfHalves = 4;

    /// <summary>The body, or null when the shape does not fit.</summary>
    public static string? TryWrite(FixedShape shape, int bits)
    {
        int lanes = Lanes.Of(shape, Width), row = shape.N * shape.ScalarBits, size = shape.M * shape.N, vectors = size / lanes;
        return bits == Width && shape.IsTight && shape.N == shape.K && shape.SizeB % lanes == 0 && size % lanes == 0 && vectors <= MostVectors
            && (row == 128 || (row == 256 && vectors >= FewestVectorsOfHalves))
            ? Write(shape, lanes, vectors)
            : null;
    }

    private static string Write(FixedShape shape, int lanes, int vectors)
    {
        var writer = new CodeWriter();
        for (int v = 0; v < shape.SizeB / lanes; v++)
        {
            writer.Line($"V{Width} b{v} = {Lanes.Load(Width, "b", v * lanes)};");
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line($"V{Width} a{v} = {Lanes.Load(Width, "a", v * lanes)};");
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line($"V{Width} c{v} = {(shape.Accumulate ? Lanes.Load(Width, "c", v * lanes) : $"V{Width}.Zero")};");
        }

        for (int p = 0; p < shape.K; p++)
        {
            int at = p * shape.N;
            writer.Line($"V{Width} row{p} = {Lanes.Shuffle(shape, Width, $"b{at / lanes}", [.. Enumerable.Range(0, lanes).Select(lane => at % lanes + lane % shape.N)])};");
            for (int v = 0; v < vectors; v++)
            {
                string left = Lanes.Shuffle(shape, Width, $"a{v}", [.. Enumerable.Range(0, lanes).Select(lane => lane / shape.N * shape.K + p)]);
                writer.Line($"c{v} = W{Width}.FusedMultiplyAdd({left}, row{p}, c{v});");
            }
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line(Lanes.Store($"c{v}", "c", v * lanes));
        }

        return writer.ToString();
    }
}
