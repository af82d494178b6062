using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Eight points through a 3 x 3 matrix, in single precision: the columns of eight rows of A are taken apart into three vectors, each element of B is
/// read as a broadcast, and the columns of C are put together again. All shuffles hold their order in the instruction (the usual network for
/// structures of three: Intel, "3D Vector Normalization Using 256-Bit Intel AVX", 2011), so that nothing but the operands is read.
/// </summary>
internal sealed class PointsKernel
{
    private const int Points = 8;
    private const int Size = 3;

    private readonly FixedShape _shape;
    private readonly CodeWriter _writer = new();

    private PointsKernel(FixedShape shape) => _shape = shape;

    /// <summary>The body, or null when the shape does not fit.</summary>
    public static string? TryWrite(FixedShape shape, int bits)
        // The last block ends with the matrix. It must be mostly its own; and accumulating it would count twice the rows that it shares.
        => bits >= 256 && shape is { Scalar: "float", N: Size, K: Size, M: >= Points, IsTight: true }
            && (shape.M % Points == 0 || (shape.M % Points >= Points / 2 && !shape.Accumulate))
            ? new PointsKernel(shape).Write()
            : null;

    private string Write()
    {
        for (int first = 0; first < _shape.M; first += Points)
        {
            int offset = Math.Min(first, _shape.M - Points) * Size;
            _writer.Block(() => Block(offset));
        }

        return _writer.ToString();
    }

    private void Block(int offset)
    {
        Apart("a", offset);
        if (_shape.Accumulate)
        {
            Apart("c", offset);
        }
        else
        {
            for (int j = 0; j < Size; j++)
            {
                _writer.Line($"V256 c{j} = V256.Zero;");
            }
        }

        for (int p = 0; p < Size; p++)
        {
            for (int j = 0; j < Size; j++)
            {
                _writer.Line($"c{j} = W256.FusedMultiplyAdd(W256.Create({Lanes.Element("b", p * Size + j)}), a{p}, c{j});");
            }
        }

        Quads("even", "c0", "c1", 0, 2, 0, 2);
        Quads("odd", "c1", "c2", 1, 3, 1, 3);
        Quads("mixed", "c2", "c0", 0, 2, 1, 3);
        Quads("left", "even", "mixed", 0, 2, 0, 2);
        Quads("middle", "odd", "even", 0, 2, 1, 3);
        Quads("right", "mixed", "odd", 1, 3, 1, 3);
        Halves("first", "left", 0, "middle", 0);
        Halves("second", "right", 0, "left", 1);
        Halves("third", "middle", 1, "right", 1);
        _writer.Line(Lanes.Store("first", "c", offset));
        _writer.Line(Lanes.Store("second", "c", offset + Points));
        _writer.Line(Lanes.Store("third", "c", offset + 2 * Points));
    }

    // Eight rows of three as three columns of eight: rows 0 to 3 in the lower halves, rows 4 to 7 in the upper ones.
    private void Apart(string origin, int offset)
    {
        for (int v = 0; v < Size; v++)
        {
            _writer.Line($"V256 {origin}Memory{v} = {Lanes.Load(256, origin, offset + v * Points)};");
        }

        Halves($"{origin}Left", $"{origin}Memory0", 0, $"{origin}Memory1", 1);
        Halves($"{origin}Middle", $"{origin}Memory0", 1, $"{origin}Memory2", 0);
        Halves($"{origin}Right", $"{origin}Memory1", 0, $"{origin}Memory2", 1);
        Quads($"{origin}High", $"{origin}Middle", $"{origin}Right", 2, 3, 1, 2);
        Quads($"{origin}Low", $"{origin}Left", $"{origin}Middle", 1, 2, 0, 1);
        Quads($"{origin}0", $"{origin}Left", $"{origin}High", 0, 3, 0, 2);
        Quads($"{origin}1", $"{origin}Low", $"{origin}High", 0, 2, 1, 3);
        Quads($"{origin}2", $"{origin}Low", $"{origin}Right", 1, 3, 0, 3);
    }

    // Half xHalf of x, then half yHalf of y.
    private void Halves(string name, string x, int xHalf, string y, int yHalf)
    {
        string halves = (xHalf, yHalf) == (0, 1) ? $"Blend({x}, {y}, 240)" : $"Permute2x128({x}, {y}, {xHalf + (2 + yHalf) * 16})";
        _writer.Line($"V256 {name} = Avx.{halves};");
    }

    // In each half: lanes i and j of x, then lanes k and l of y.
    private void Quads(string name, string x, string y, int i, int j, int k, int l)
        => _writer.Line($"V256 {name} = Avx.Shuffle({x}, {y}, {i + 4 * j + 16 * k + 64 * l});");
}
