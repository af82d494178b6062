using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Narrow products: a unit of 128 bits holds a row of C (two rows of two floats), and two units share a vector of 256 bits. A vector of A is loaded
/// once and each step spreads its elements by a shuffle inside the units, whose order is part of the instruction: no index vectors, and half the
/// multiply-adds and a third of the loads of a kernel that takes each row and each element for itself.
/// </summary>
internal sealed class PairsKernel
{
    // With the rows of B and two vectors on their way they fit 16 registers.
    private const int MostVectors = 8;

    private readonly FixedShape _shape;
    private readonly int _lanes;
    private readonly int _rows;
    private readonly CodeWriter _writer = new();

    private PairsKernel(FixedShape shape)
    {
        (_shape, _lanes) = (shape, Lanes.Of(shape, 128));
        _rows = _lanes / shape.N;
    }

    private int Units => (_shape.M + _rows - 1) / _rows;

    /// <summary>The body, or null when the shape does not fit.</summary>
    public static string? TryWrite(FixedShape shape, int bits)
    {
        if (!shape.IsTight || shape.N == 1 || shape.N > Lanes.Of(shape, 128))
        {
            return null;
        }

        var kernel = new PairsKernel(shape);
        bool fits = shape.M >= kernel._rows && kernel._rows * shape.K <= kernel._lanes && kernel.Units <= (bits == 128 ? 1 : 2 * MostVectors);
        return fits ? kernel.Write() : null;
    }

    private string Write()
    {
        int widest = Units == 1 ? 128 : 256;
        for (int p = 0; p < _shape.K; p++)
        {
            _writer.Line($"V{widest} row{p} = {Row(p, widest)};");
        }

        for (int u = 0; u < Units; u += 2)
        {
            _writer.Line($"V{Width(u)} c{u} = {(_shape.Accumulate ? Load("c", u, _shape.N, _shape.SizeC) : $"V{Width(u)}.Zero")};");
        }

        for (int u = 0; u < Units; u += 2)
        {
            _writer.Line($"V{Width(u)} a{u} = {Load("a", u, _shape.K, _shape.SizeA)};");
            for (int p = 0; p < _shape.K; p++)
            {
                int[] spread = [.. Enumerable.Range(0, Lanes.Of(_shape, Width(u))).Select(lane =>
                    lane / _lanes * _lanes + Math.Min(lane % _lanes / _shape.N, _rows - 1) * _shape.K + p)];
                string row = Width(u) == widest ? $"row{p}" : $"row{p}.GetLower()";
                _writer.Line($"c{u} = W{Width(u)}.FusedMultiplyAdd({Lanes.Shuffle(_shape, Width(u), $"a{u}", spread)}, {row}, c{u});");
            }
        }

        for (int u = 0; u < Units; u += 2)
        {
            Store(u);
        }

        return _writer.ToString();
    }

    // Of the vector that begins with unit u.
    private int Width(int u) => u + 1 < Units ? 256 : 128;

    // First row of unit u. The last unit ends with the matrix: it may compute a row a second time, to the same bits.
    private int First(int u) => Math.Min(u * _rows, _shape.M - _rows);

    // Whether units u and u + 1 lie in a matrix as they lie in a vector.
    private bool Adjoin(int u, int columns) => Width(u) == 256 && _rows * columns == _lanes && First(u + 1) == First(u) + _rows;

    // Row p of B in each row of every unit.
    private string Row(int p, int bits)
    {
        if (_rows == 2)
        {
            // Two floats are broadcast as one double, without a shuffle.
            return $"W{bits}.Create(Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref {Lanes.Element("b", p * _shape.N)}))).AsSingle()";
        }

        if (bits == 256 && _shape.N == _lanes && _shape.K % 2 == 0)
        {
            // Two rows lie in a vector; as doubles their halves are chosen by the instruction itself.
            string rows = Lanes.Load(256, "b", p / 2 * 2 * _shape.N) + (_shape.ScalarBits == 32 ? ".AsDouble()" : ""), half = p % 2 == 0 ? "0L, 1L, 0L, 1L" : "2L, 3L, 2L, 3L";
            return $"W256.Shuffle({rows}, W256.Create({half})){(_shape.ScalarBits == 32 ? ".AsSingle()" : "")}";
        }

        string row = Lanes.LoadPart(_shape, 128, "b", p * _shape.N, _shape.N, p * _shape.N, _shape.SizeB);
        return bits == 128 ? row : $"W256.Create({row})";
    }

    private string Load(string origin, int u, int columns, int size)
    {
        string Unit(int unit)
            => Lanes.LoadPart(_shape, 128, origin, First(unit) * columns, _rows * columns, First(unit) * columns, size);
        return Adjoin(u, columns) ? Lanes.Load(256, origin, First(u) * columns)
            : Width(u) == 256 ? $"W256.Create({Unit(u)}, {Unit(u + 1)})"
            : Unit(u);
    }

    private void Store(int u)
    {
        if (Adjoin(u, _shape.N))
        {
            _writer.Line(Lanes.Store($"c{u}", "c", First(u) * _shape.N));
            return;
        }

        StoreUnit(u, Width(u) == 256 ? $"c{u}.GetLower()" : $"c{u}");
        if (Width(u) == 256)
        {
            StoreUnit(u + 1, $"c{u}.GetUpper()");
        }
    }

    // What a unit writes beyond its row, the next one overwrites.
    private void StoreUnit(int u, string vector)
    {
        int offset = First(u) * _shape.N;
        if (offset + _lanes <= _shape.SizeC)
        {
            _writer.Line(Lanes.Store(vector, "c", offset));
            return;
        }

        _writer.Line($"V128 last = {vector};");
        foreach (string statement in Lanes.StorePart(_shape, 128, "last", "c", offset, _shape.N))
        {
            _writer.Line(statement);
        }
    }
}
