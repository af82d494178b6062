using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Several rows of C in each vector, where a row of A and of C fills 128 or 256 bits: the operands are loaded once as they lie, and each
/// step spreads an element of every row of A and repeats a row of B by shuffles. 4 x 4 floats are four multiply-adds of 512 bits instead of
/// sixteen of 128, and two loads instead of twenty. (Vector512.Create of a narrower vector would read its destination: a chain through memory.)
/// </summary>
internal static class PackedKernel
{
    private const int LargestVectors = 4;

    /// <summary>The body, or null when the shape does not fit.</summary>
    public static string? TryWrite(FixedShape shape, int bits)
    {
        for (int width = bits; width >= 256; width /= 2)
        {
            int lanes = Lanes.Of(shape, width), row = shape.N * shape.ScalarBits;
            if (shape.IsTight && shape.N == shape.K && row is (128 or 256) && row < width && shape.SizeB % lanes == 0 && shape.M * shape.N % lanes == 0 && shape.M * shape.N / lanes <= LargestVectors)
            {
                return Write(shape, width, lanes);
            }
        }

        return null;
    }

    private static string Write(FixedShape shape, int width, int lanes)
    {
        int vectors = shape.M * shape.N / lanes;
        var writer = new CodeWriter();
        for (int v = 0; v < shape.SizeB / lanes; v++)
        {
            writer.Line($"V{width} b{v} = {Lanes.Load(width, "b", v * lanes)};");
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line($"V{width} a{v} = {Lanes.Load(width, "a", v * lanes)};");
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line($"V{width} c{v} = {(shape.Accumulate ? Lanes.Load(width, "c", v * lanes) : $"V{width}.Zero")};");
        }

        for (int p = 0; p < shape.K; p++)
        {
            int at = p * shape.N;
            writer.Line($"V{width} row{p} = {Lanes.Shuffle(shape, width, $"b{at / lanes}", [.. Enumerable.Range(0, lanes).Select(lane => at % lanes + lane % shape.N)])};");
            for (int v = 0; v < vectors; v++)
            {
                string left = Lanes.Shuffle(shape, width, $"a{v}", [.. Enumerable.Range(0, lanes).Select(lane => lane / shape.N * shape.K + p)]);
                writer.Line($"c{v} = W{width}.FusedMultiplyAdd({left}, row{p}, c{v});");
            }
        }

        for (int v = 0; v < vectors; v++)
        {
            writer.Line(Lanes.Store($"c{v}", "c", v * lanes));
        }

        return writer.ToString();
    }
}
