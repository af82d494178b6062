using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// The general kernel: vectors along the rows of C, one broadcast element of A for each row and step. A row shorter than its vector is
/// read beyond its end as far as the matrix goes, and written beyond its end where the next row of the same block is written afterwards;
/// at the end of a matrix shuffles keep every access inside it. So no masks are needed, and no unsafe code.
/// </summary>
internal sealed class RowsKernel
{
    // Straight-line code up to so many multiply-adds in a method, beyond it loops over k with about so many in each body and in all:
    // large enough to hide the loop, small enough for the JIT's limits and the cache of decoded instructions.
    private const int StraightLimit = 256;
    private const int LoopBody = 64;
    private const int AllBodies = 256;

    private readonly FixedShape _shape;
    private readonly IReadOnlyList<Column> _columns;
    private readonly int _rows;
    private readonly int _body;
    private readonly CodeWriter _writer = new();

    private RowsKernel(FixedShape shape, IReadOnlyList<Column> columns, int rows, int body)
        => (_shape, _columns, _rows, _body) = (shape, columns, rows, body);

    public static string Write(FixedShape shape, int bits)
    {
        var groups = RowsPlan.Groups(shape, bits);
        int BlockRows(int g) => RowsPlan.BlockRows(shape, bits, groups[g].Count);
        int accumulators = groups.Select((columns, g) => columns.Count * (BlockRows(g) + shape.M % BlockRows(g))).Sum();
        int texts = groups.Select((_, g) => shape.M % BlockRows(g) == 0 ? 1 : 2).Sum();
        int body = shape.K * accumulators <= StraightLimit ? StraightLimit : Math.Min(LoopBody, AllBodies / texts);
        var writer = new CodeWriter();
        for (int g = 0; g < groups.Count; g++)
        {
            var columns = groups[g];
            int rows = BlockRows(g), full = shape.M / rows, rest = shape.M % rows;
            bool loop = full > 1;
            writer.Line($"// Columns {columns[0].Start} to {columns[columns.Count - 1].Start + columns[columns.Count - 1].Used - 1}, {rows} rows at a time.");
            string a = "a", c = "c";
            if (loop)
            {
                (a, c) = ($"left{g}", $"result{g}");
                writer.Line($"ref {shape.Scalar} {a} = ref a;").Line($"ref {shape.Scalar} {c} = ref c;");
                writer.Block($"for (int block = {full}; block != 0; block--)", () =>
                {
                    writer.Line(new RowsKernel(shape, columns, rows, body).Block(a, c, lastRow: full * rows - 1).TrimEnd('\n'));
                    writer.Line($"{a} = ref Unsafe.Add(ref {a}, {rows * shape.LdA});").Line($"{c} = ref Unsafe.Add(ref {c}, {rows * shape.LdC});");
                });
            }
            else
            {
                writer.Block(() => writer.Line(new RowsKernel(shape, columns, rows, body).Block(a, c, rows - 1).TrimEnd('\n')));
                (a, c) = (rest == 0 ? a : Moved("a", rows * shape.LdA), rest == 0 ? c : Moved("c", rows * shape.LdC));
            }

            if (rest > 0)
            {
                writer.Block(() => writer.Line(new RowsKernel(shape, columns, rest, body).Block(a, c, shape.M - 1).TrimEnd('\n')));
            }

            string Moved(string origin, int offset)
            {
                writer.Line($"ref {shape.Scalar} {origin}Rest{g} = ref Unsafe.Add(ref {origin}, {offset});");
                return $"{origin}Rest{g}";
            }
        }

        return writer.ToString();
    }

    // One block of rows; lastRow is the last row of C that this text is run for, counted in the whole matrix.
    private string Block(string a, string c, int lastRow)
    {
        for (int r = 0; r < _rows; r++)
        {
            for (int v = 0; v < _columns.Count; v++)
            {
                int furthest = (lastRow - _rows + 1 + r) * _shape.LdC;
                _writer.Line($"V{_columns[v].Bits} c{r}_{v} = {(_shape.Accumulate ? Load(_columns[v], c, r * _shape.LdC, furthest, _shape.SizeC) : $"V{_columns[v].Bits}.Zero")};");
            }
        }

        Declare();
        int fused = _rows * _columns.Count, unroll = Math.Max(1, _body / fused), done = 0;
        if (unroll < _shape.K && SafeSteps() / unroll > 1)
        {
            done = SafeSteps() / unroll * unroll;
            _writer.Line($"ref {_shape.Scalar} leftStep = ref {a};").Line($"ref {_shape.Scalar} rightStep = ref b;");
            _writer.Block($"for (int step = {done / unroll}; step != 0; step--)", () =>
            {
                for (int p = 0; p < unroll; p++)
                {
                    Step("leftStep", "rightStep", p, p);
                }

                _writer.Line($"leftStep = ref Unsafe.Add(ref leftStep, {unroll});").Line($"rightStep = ref Unsafe.Add(ref rightStep, {unroll * _shape.LdB});");
            });
        }

        for (int p = done; p < _shape.K; p++)
        {
            Step(a, "b", p, p);
        }

        for (int r = 0; r < _rows; r++)
        {
            for (int v = 0; v < _columns.Count; v++)
            {
                Store(c, r, v);
            }
        }

        return _writer.ToString();
    }

    private void Declare()
    {
        for (int v = 0; v < _columns.Count; v++)
        {
            _writer.Line($"V{_columns[v].Bits} b{v};");
        }

        if (_columns.Count > 1)
        {
            _writer.Line($"V{_columns[0].Bits} broadcast;");
        }
    }

    // Step p of k; at counts from where a and b stand.
    private void Step(string a, string b, int at, int p)
    {
        for (int v = 0; v < _columns.Count; v++)
        {
            _writer.Line($"b{v} = {Load(_columns[v], b, at * _shape.LdB, p * _shape.LdB, _shape.SizeB)};");
        }

        int widest = _columns[0].Bits;
        for (int r = 0; r < _rows; r++)
        {
            string left = $"W{widest}.Create({Lanes.Element(a, r * _shape.LdA + at)})";
            if (_columns.Count > 1)
            {
                _writer.Line($"broadcast = {left};");
                left = "broadcast";
            }

            for (int v = 0; v < _columns.Count; v++)
            {
                string narrowed = left;
                for (int bits = widest; bits > _columns[v].Bits; bits /= 2)
                {
                    narrowed += ".GetLower()";
                }

                _writer.Line($"c{r}_{v} = W{_columns[v].Bits}.FusedMultiplyAdd({narrowed}, b{v}, c{r}_{v});");
            }
        }
    }

    // Steps whose row of B can be read as a whole vector.
    private int SafeSteps()
    {
        var column = _columns[_columns.Count - 1];
        return column.IsPart ? Math.Max(0, (_shape.SizeB - column.Lanes + _shape.LdB) / _shape.LdB) : _shape.K;
    }

    // A row at offset from origin; the same text is run for rows up to furthest.
    private string Load(Column column, string origin, int offset, int furthest, int size)
        => column.IsPart ? Lanes.LoadPart(_shape, column.Bits, origin, offset, column.Used, furthest, size) : Lanes.Load(column.Bits, origin, offset + column.Start);

    private void Store(string c, int row, int v)
    {
        var column = _columns[v];
        string value = $"c{row}_{v}";
        int offset = row * _shape.LdC + column.Start;
        bool overwritten = _shape.LdC == _shape.N && offset + column.Lanes <= (_rows - 1) * _shape.LdC + _shape.N;
        if (!column.IsPart || overwritten)
        {
            _writer.Line(Lanes.Store(value, c, offset));
            return;
        }

        foreach (string statement in Lanes.StorePart(_shape, column.Bits, value, c, offset, column.Used))
        {
            _writer.Line(statement);
        }
    }
}
