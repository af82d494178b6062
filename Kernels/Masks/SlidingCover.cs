using System.Numerics;
using System.Runtime.Intrinsics;

namespace Kernels;

// Which elements of a strip of columns are covered by windows that start at seeds, row after row. For each column the last row with a seed is known,
// so that every seed is drawn once; along a row what the columns say spreads by shifts of whole words.
internal unsafe ref struct SlidingCover
{
    internal const int Lanes = 8;

    private readonly int _seedRows, _windowRows, _windowColumns, _first, _seeds, _bits;
    private readonly int* _last;
    private readonly ulong* _line;
    private DecisionLines _decisions;

    // Columns from first to end get their seeds from the window's width before first on. Each column from there on has an int and a bit of memory, and some more.
    internal SlidingCover(DecisionLines decisions, int seedRows, int seedColumns, int windowRows, int windowColumns, int first, int end, int* last, ulong* line)
    {
        (_decisions, _seedRows, _windowRows, _windowColumns) = (decisions, seedRows, windowRows, windowColumns);
        _last = last;
        _line = line;
        _first = Math.Max(0, first - windowColumns + 1);
        (_seeds, _bits) = (Math.Min(end, seedColumns) - _first, end - _first);
        new Span<int>(_last, _seeds + Lanes).Fill(int.MinValue);
    }

    // The column that the first bit of a line stands for.
    internal readonly int First => _first;

    // A bit is set where an element of the row is kept.
    internal ulong* Kept(int row)
    {
        if (row < _seedRows)
        {
            _decisions.Read(row, _first, _seeds, _line);
            Note(row);
        }

        // A seed in one of the rows above that a window covers.
        var oldest = Vector256.Create(row - _windowRows);
        byte* to = (byte*)_line;
        new Span<ulong>(_line, BitLine.Words(_bits)).Clear();
        for (int j = 0; j < _seeds; j += Lanes)
        {
            to[j / Lanes] = (byte)Vector256.GreaterThan(Vector256.Load(_last + j), oldest).ExtractMostSignificantBits();
        }

        BitLine.Dilate(_line, _bits, _windowColumns);
        for (int w = 0; w < BitLine.Words(_bits); w++)
        {
            _line[w] = ~_line[w];
        }

        return _line;
    }

    private readonly void Note(int row)
    {
        for (int w = 0; w < BitLine.Words(_seeds); w++)
        {
            ulong seeded = _line[w] & (w < _seeds / 64 ? ulong.MaxValue : (1UL << (_seeds % 64)) - 1);
            for (; seeded != 0; seeded &= seeded - 1)
            {
                _last[64 * w + BitOperations.TrailingZeroCount(seeded)] = row;
            }
        }
    }
}
