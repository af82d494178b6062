using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// All of C in one vector, or in one vector and one scalar (3 x 3): each step of k picks its elements of A and of B by two shuffles of
/// vectors that were loaded once. A row of three floats would leave a quarter of each vector idle and broadcast every element of A.
/// </summary>
internal static class FlatKernel
{
    /// <summary>The body, or null when the shape does not fit.</summary>
    public static string? TryWrite(FixedShape shape, int bits)
    {
        for (int width = 128; width <= bits; width *= 2)
        {
            int lanes = Lanes.Of(shape, width), size = shape.M * shape.N;
            if (shape.IsTight && shape.N > 1 && (size == lanes || size == lanes + 1) && shape.SizeA >= lanes && shape.SizeB >= lanes)
            {
                return Write(shape, width, lanes);
            }
        }

        return null;
    }

    private static string? Write(FixedShape shape, int width, int lanes)
    {
        var (windows, steps) = (new List<(string Operand, int Offset)>(), new List<string>());
        bool rest = shape.M * shape.N > lanes;
        for (int p = 0; p < shape.K; p++)
        {
            int[] left = [.. Enumerable.Range(0, lanes).Select(lane => lane / shape.N * shape.K + p)];
            int[] right = [.. Enumerable.Range(0, lanes).Select(lane => p * shape.N + lane % shape.N)];
            if (Pick("a", left, shape.SizeA) is not { } a || Pick("b", right, shape.SizeB) is not { } b)
            {
                return null;
            }

            steps.Add($"sum = W{width}.FusedMultiplyAdd({a}, {b}, sum);");
            if (rest)
            {
                steps.Add($"last = {shape.Scalar}.FusedMultiplyAdd({Lanes.Element("a", (shape.M - 1) * shape.K + p)}, {Lanes.Element("b", p * shape.N + shape.N - 1)}, last);");
            }
        }

        var writer = new CodeWriter();
        foreach (var (operand, offset) in windows)
        {
            writer.Line($"V{width} {operand}{offset} = {Lanes.Load(width, operand, offset)};");
        }

        writer.Line($"V{width} sum = {(shape.Accumulate ? Lanes.Load(width, "c", 0) : $"V{width}.Zero")};");
        if (rest)
        {
            writer.Line($"{shape.Scalar} last = {(shape.Accumulate ? Lanes.Element("c", lanes) : "0")};");
        }

        steps.ForEach(step => writer.Line(step));
        writer.Line(Lanes.Store("sum", "c", 0));
        if (rest)
        {
            writer.Line($"Unsafe.Add(ref c, {lanes}) = last;");
        }

        return writer.ToString();

        // From the first or the last vector of the operand, whichever holds all that is wanted.
        string? Pick(string operand, int[] wanted, int size)
        {
            int offset = wanted.Max() < lanes ? 0 : size - lanes;
            if (wanted.Min() < offset)
            {
                return null;
            }

            if (!windows.Contains((operand, offset)))
            {
                windows.Add((operand, offset));
            }

            return Lanes.Shuffle(shape, width, $"{operand}{offset}", [.. wanted.Select(index => index - offset)]);
        }
    }
}
